# Sourced by run and check: points JAVA_HOME at a JDK 25 or says what to install.

jdk_version() { "$1/bin/java" -version 2>&1 | sed -n '1s/.*version "\([0-9]*\).*/\1/p'; }

find_jdk() {
  if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/javac" ] && [ "$(jdk_version "$JAVA_HOME")" -ge 25 ] 2>/dev/null; then
    return 0
  fi
  for home in /usr/lib/jvm/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -x "$home/bin/javac" ] && [ "$(jdk_version "$home")" = 25 ]; then
      JAVA_HOME=$home
      return 0
    fi
  done
  echo "Stoa is built with JDK 25 and none was found. Install one (Temurin 25, for example), or set JAVA_HOME to it." >&2
  return 1
}

find_jdk || exit 1
export JAVA_HOME
PATH=$JAVA_HOME/bin:$PATH
export PATH

# Maven's own libraries still use Unsafe; without this every build begins with a warning about it.
MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow"
export MAVEN_OPTS
