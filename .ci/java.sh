# Sourced by setup.sh: which Java runs Spark, and how to get one.
# Spark 4.2 wants Java 17 or newer with the module jdk.incubator.vector (some cut-down runtimes lack it).

# Print the home of a Java that runs Spark; fail where there is none.
find_java() {
  local candidate settings version
  for candidate in "${JAVA_HOME:-/nowhere}/bin/java" "$(command -v java || true)" \
    /usr/lib/jvm/*/bin/java /Library/Java/JavaVirtualMachines/*/Contents/Home/bin/java; do
    [ -x "$candidate" ] || continue
    settings="$("$candidate" --add-modules jdk.incubator.vector -XshowSettings:properties -version 2>&1)" || continue
    version="$(sed -n 's/^ *java.specification.version = \([0-9]*\).*/\1/p' <<<"$settings")"
    if [ "${version:-0}" -ge 17 ]; then
      sed -n 's/^ *java.home = //p' <<<"$settings"
      return 0
    fi
  done
  return 1
}

# Install the distribution's runtime where that is ours to do, else say in one line what is missing.
install_java() {
  local package
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    fail "Java 17 or newer is missing. Install your system's headless runtime (openjdk-17-jre-headless, java-17-openjdk-headless, brew install openjdk@17), or set JAVA_HOME, then run make again."
  fi
  apt-get -qq update || true # a list that is a day old will do
  mkdir -p /usr/share/man/man1 # slim images lack it, and the package's own script stumbles over that
  for package in openjdk-17-jre-headless openjdk-21-jre-headless openjdk-25-jre-headless; do
    if apt-cache show "$package" >/dev/null 2>&1; then
      say "no Java 17 or newer: installing $package (download about 45 MB, installed about 190 MB)"
      if DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$package" >&2; then
        return 0
      fi
    fi
  done
  fail "Java 17 or newer is missing, and apt-get has none that installs. Install one, or set JAVA_HOME, then run make again."
}
