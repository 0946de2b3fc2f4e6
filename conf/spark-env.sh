# Read by every Spark start, whether by .venv/bin/spark-submit or by plain python.
# Set-up copies it into the pyspark inside .venv; edit it here, then run set-up again.

# The Java that set-up found, unless the shell names one that is new enough (17).
venv="$(cd -P "$SPARK_HOME/../../../.." && pwd)"
java="$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "${JAVA_HOME:-/nowhere}/release" 2>/dev/null)"
if [ "${java:-0}" -lt 17 ] && [ -r "$venv/java-home" ]; then
  JAVA_HOME="$(cat "$venv/java-home")"
fi

# Logs go to one folder of this user, the same that pipelines/environment.py names.
CURATION_LOGS="${CURATION_LOGS:-${TMPDIR:-/tmp}/curation-logs-$(id -u)}"
mkdir -p -m 700 "$CURATION_LOGS" 2>/dev/null # where it cannot be, pipelines/environment.py says so

# Spark will not start on a machine that cannot resolve its own name, as many offline ones cannot.
if [ -z "${SPARK_LOCAL_IP:-}" ] && command -v getent >/dev/null && ! getent hosts "$(uname -n)" >/dev/null; then
  SPARK_LOCAL_IP=127.0.0.1
fi
unset venv java

# Every JVM with the vector module says so in one line that means nothing to a reader; the rest of
# stderr passes. The filter outlives Ctrl-C, so that the JVM's last words still reach the screen.
exec 2> >(trap '' INT; exec grep --line-buffered -v 'WARNING: Using incubator modules: jdk.incubator.vector' >&2)
