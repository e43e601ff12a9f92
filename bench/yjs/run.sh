#!/usr/bin/env bash
# Measures the Yjs engine beside the real yjs, then its steps under JMH: bench/yjs/run.sh [repetitions (7)]. Some eight
# minutes on a quiet machine. Prints the tables and keeps them in bench/work/results. See ../README.md.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. ./jdk.sh

[ -f bench/target/bench.jar ] || mvn -B -ntp -q -Pbench -pl bench -am package -DskipTests -Dspotless.check.skip=true
[ -d yjs/oracle/node_modules/yjs ] || (cd yjs/oracle && npm ci --no-progress --loglevel=error)
exec 8>"${TMPDIR:-/tmp}/stoa-bench.lock"
flock 8
out=bench/work/results/$(date +%Y%m%d-%H%M%S)-yjs.txt
mkdir -p "${out%/*}"
{
  echo "$(git rev-parse --short HEAD) Node $(node --version) Java $(java --version | sed -n 2p) load $(cut -d' ' -f1-3 /proc/loadavg)"
  java -XX:+UseCompactObjectHeaders -cp bench/target/bench.jar dev.stoa.bench.yjs.SideBySide "${1:-7}"
  java -XX:+UseCompactObjectHeaders -jar bench/target/bench.jar YjsBenchmark |
    sed -n '/^Benchmark/,$p'
  echo "load $(cut -d' ' -f1-3 /proc/loadavg)"
} 2>&1 | tee "$out"
echo "kept in $out"
