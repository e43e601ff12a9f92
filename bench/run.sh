#!/usr/bin/env bash
# Measures servers side by side on loopback, in one interleaved run, and writes a Markdown table. See README.md.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. ./jdk.sh

servers="bare stoa stoa-virtual" cases="idle connect fan1 fan8 fan64 rooms rpc" reps=5 time=3 warmup=1.5 first_warmup=5
pin=0,1 size=128 retries=2 out= build=yes port=9400
usage() {
  cat <<'END'
bench/run.sh [options]
  --servers "A B"   of bare bare-uring bare-nio stoa stoa-uring stoa-virtual; the first is what ratios refer to
                    (bare stoa stoa-virtual); of documents: reference documents documents-memory
  --cases "A B"     of idle connect fan1 fan8 fan64 rooms rpc latency (all but latency); of documents, where K is
                    the number of their records: heap-K alone-K edit1-K edit50-K rate50-K
  --reps N          repetitions, each starts all servers and loads them in turn (5)
  --time S --warmup S --first-warmup S
                    measured and warm-up seconds of a case (3, 1.5), warm-up of a fresh server (5)
  --pin S,L         cores of the server and of the load (0,1), or none
  --size BYTES      of a payload (128)
  --retries N       measures a case again while others use the machine (2)
  --out DIR         results (bench/work/results/TIME)
  --no-build        takes bench/target/bench.jar as it is
END
}
while [ $# -gt 0 ]; do
  case $1 in
    --servers) servers=$2 ;; --cases) cases=$2 ;; --reps) reps=$2 ;; --time) time=$2 ;; --warmup) warmup=$2 ;;
    --first-warmup) first_warmup=$2 ;; --pin) pin=$2 ;; --size) size=$2 ;; --retries) retries=$2 ;; --out) out=$2 ;;
    --no-build) build=no; shift; continue ;;
    --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift 2
done

work=$PWD/bench/work
exec 8>"${TMPDIR:-/tmp}/stoa-bench.lock"
if ! flock -n 8; then
  echo "another run is measuring on this machine; waiting for its end" >&2
  flock 8
fi
out=${out:-$work/results/$(date +%Y%m%d-%H%M%S)}
data=$out/data
mkdir -p "$work" "$out"
[ "$build" = no ] || mvn -B -ntp -q -Pbench -pl bench -am package -DskipTests -Dspotless.check.skip=true
jar=$out/bench.jar # a copy, so that a build meanwhile does not pull it from under a server
cp bench/target/bench.jar "$jar"
case " $servers " in *" reference "*) [ -d bench/documents/node_modules ] || (cd bench/documents && npm ci --no-progress --loglevel=error) ;; esac
cc -O2 -Wall -Wextra -std=gnu11 -o "$work/load" bench/load/load.c
ulimit -n "$(ulimit -Hn)"
on_server_core=() on_load_core=()
if [ "$pin" != none ]; then on_server_core=(taskset -c "${pin%,*}") on_load_core=(taskset -c "${pin#*,}"); fi

java_flags=(-Xmx1g -XX:+UseCompactObjectHeaders --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
  -Dio.netty.noUnsafe=false -Dorg.slf4j.simpleLogger.defaultLogLevel=warn)
sub='{"type":"SUB","payload":{"topic":"t{room}"}}'
pub='{"type":"PUB","payload":{"topic":"t{room}","body":{payload}}}'
req='{"type":"ECHO","meta":{"correlationId":"{id}"},"payload":{payload}}'
edit='{"type":"patch","messageId":"{id}","documentPatches":[{"00000000-0000-4000-8000-0000{key}/shape":{"x":1{id}.25,"y":2{id}.5}}]}'

program_of() { # the class and arguments of a server, or a script of Node
  case $1 in
    reference) echo reference.js --data "$data/reference" ;;
    documents) echo DocumentServer --data "$data/documents" ;;
    documents-memory) echo DocumentServer ;;
    bare) echo BareServer ;;
    bare-uring) echo BareServer --transport io_uring ;;
    bare-nio) echo BareServer --transport nio ;;
    stoa) echo StoaServer --handlers inline ;;
    stoa-uring) echo StoaServer --handlers inline --transport io_uring ;;
    stoa-virtual) echo StoaServer --handlers virtual ;;
    *) echo "no such server: $1" >&2; return 1 ;;
  esac
}
for server in $servers; do program_of "$server" >/dev/null; done

declare -A pids ports
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
start() { # start SERVER, on a port of its own that nobody listens at
  port=$((port + 1))
  while listens "$port"; do port=$((port + 1)); done
  ports[$1]=$port
  local program command
  read -ra program <<<"$(program_of "$1")"
  command=("$JAVA_HOME/bin/java" "${java_flags[@]}" ${BENCH_JAVA_OPTIONS:-} -cp "$jar" "dev.stoa.bench.${program[0]}")
  case ${program[0]} in *.js) command=(node --expose-gc "bench/documents/${program[0]}") ;; esac
  "${on_server_core[@]}" "${command[@]}" "${program[@]:1}" --port "$port" >"$out/$1.log" 2>&1 8>&- &
  pids[$1]=$!
  for _ in $(seq 100); do
    kill -0 "${pids[$1]}" 2>/dev/null || break
    if listens "$port"; then return 0; fi
    sleep 0.1
  done
  echo "$1 did not start, see $out/$1.log" >&2
  return 1
}
stop_all() { # ends the servers that this script started
  local pid
  for pid in "${pids[@]}"; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  pids=()
}
trap stop_all EXIT

load() {
  local path="/ws?access_token=load"
  if [ "$1" = edit ]; then path="/documents?roomId=r$(date +%s%N)&clientId=c{conn}&token=load"; fi
  "${on_load_core[@]}" "$work/load" "$@" --path "$path" --port "${ports[$server]}" \
    --pid "${pids[$server]}" --size "$size"
}
keep() { printf '{"rep":%d,"server":"%s","case":"%s",%s\n' "$rep" "$server" "$1" "${2#\{}" >>"$out/results.jsonl"; }
field() { sed -n "s/.*\"$1\":\(-\{0,1\}[0-9.]*\).*/\1/p" <<<"$2"; }

steady() { # steady CASE MODE OPTIONS...: the quietest of some tries, by what others used of the machine
  local name=$1 line best='' other least=99
  shift
  for _ in $(seq 0 "$retries"); do
    line=$(load "$@" 2>>"$out/errors.log") || echo "$server: $name ended with $?: ${line:-nothing}" >>"$out/errors.log"
    [ -n "$line" ] || continue
    other=$(field other_cpu "$line")
    if awk "BEGIN { exit !($other < $least) }"; then best=$line least=$other; fi
    if awk "BEGIN { exit !($other < 0.15) }"; then break; fi
  done
  [ -z "$best" ] || keep "$name" "$best"
}
live_heap() { # of the server, after collections
  if [ "$server" = reference ]; then
    local before
    before=$(grep -c '^heap ' "$out/$server.log" || true)
    kill -USR2 "${pids[$server]}"
    for _ in $(seq 600); do
      [ "$(grep -c '^heap ' "$out/$server.log" || true)" = "$before" ] || break
      sleep 0.1
    done
    sed -n 's/^heap //p' "$out/$server.log" | tail -1
    return
  fi
  "${on_load_core[@]}" "$JAVA_HOME/bin/jcmd" "${pids[$server]}" GC.class_histogram | awk '/^Total/ { print $3 }'
}

hold() { # hold OPTIONS...: the growth of the live heap by what a load makes and holds goes into
  # `grown`, its report into `line`
  local before
  before=$(live_heap)
  mkfifo "$out/hold"
  load "$@" --stay <"$out/hold" >"$out/held.json" 2>>"$out/errors.log" &
  local load_pid=$!
  exec 4>"$out/hold"
  for _ in $(seq 600); do
    [ ! -s "$out/held.json" ] && kill -0 "$load_pid" 2>/dev/null || break
    sleep 0.1
  done
  grown=$(($(live_heap) - before))
  exec 4>&-
  wait "$load_pid" || true
  rm "$out/hold"
  line=$(cat "$out/held.json")
}
idle() { # 10,000 connections on a fresh server; the histogram counts live objects, so it collects garbage first
  local grown line conns=10000
  hold idle --conns "$conns" --hold 2
  [ -z "$line" ] || keep idle "{\"heap_bytes_per_conn\":$((grown / conns)),${line#\{}"
}
heap() { # heap CASE RECORDS: a document that somebody is at
  local grown line
  hold edit --req "$edit" --conns 1 --records "$2" --warmup 0 --time 1 --rate 1
  [ -z "$line" ] || keep "$1" "{\"heap_bytes_per_record\":$((grown / $2)),${line#\{}"
}

measure() {
  local fan=(fanout --sub "$sub" --joined '"JOINED"' --pub "$pub" --conns 1000 --time "$time" --warmup "$warmup")
  local rpc=(rpc --req "$req" --conns 100 --inflight 16)
  local records=${1#*-}
  local edits=(edit --req "$edit" --records "${records/k/000}" --readers 50 --time "$time" --warmup "$warmup")
  case $1 in
    heap-*) heap "$1" "${records/k/000}" ;;
    alone-*) steady "$1" "${edits[@]}" --conns 1 --inflight 1 ;;
    edit1-*) steady "$1" "${edits[@]}" --conns 1 --inflight 16 ;;
    edit50-*) steady "$1" "${edits[@]}" --conns 50 --inflight 2 ;;
    rate50-*) steady "$1" "${edits[@]}" --conns 50 --inflight 64 --rate 5000 ;;
    idle) idle ;;
    warm-up)
      case $server in *stoa* | bare*) ;; *)
        load edit --req "$edit" --records 1000 --readers 50 --conns 10 --inflight 4 --time 0.2 --warmup "$first_warmup" \
          >/dev/null 2>>"$out/errors.log" || true
        return 0
        ;;
      esac
      load "${fan[@]}" --window 16 --time 0.2 --warmup "$first_warmup" >/dev/null 2>>"$out/errors.log" || true
      load "${rpc[@]}" --time 0.2 --warmup "$first_warmup" >/dev/null 2>>"$out/errors.log" || true
      ;;
    connect) steady connect connect --conns 5000 ;;
    fan1) steady fan1 "${fan[@]}" --window 1 ;;
    fan8) steady fan8 "${fan[@]}" --window 8 ;;
    fan64) steady fan64 "${fan[@]}" --window 64 ;;
    rooms) steady rooms "${fan[@]}" --rooms 10 --pubs 10 --window 16 ;;
    latency) steady latency "${fan[@]}" --rate 100 ;;
    rpc) steady rpc "${rpc[@]}" --time "$time" --warmup "$warmup" ;;
    *) echo "no such case: $1" >&2; return 1 ;;
  esac
}

began=$SECONDS
for rep in $(seq "$reps"); do
  for server in $servers; do
    start "$server"
    case " $cases " in *" idle "*) measure idle ;; esac
    for name in $cases; do case $name in heap-*) measure "$name" ;; esac; done
    measure warm-up
  done
  for name in $cases; do
    case $name in idle | heap-*) continue ;; esac
    for server in $servers; do measure "$name"; done
  done
  stop_all
  rm -rf "$data"
  echo "repetition $rep of $reps: $((SECONDS - began)) s" >&2
done
"$JAVA_HOME/bin/java" -cp "$jar" dev.stoa.bench.Summary "$out/results.jsonl" | tee "$out/summary.md"
rm "$jar"
