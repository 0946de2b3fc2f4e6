#!/usr/bin/env bash
# Makes .venv with everything in it. Does nothing, offline and at once, where that is so already;
# after a killed run it starts where it must. `make setup` is the front door.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
say() { printf 'setup: %s\n' "$*"; }
fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}
[ -n "${HOME:-}" ] || export HOME="${TMPDIR:-/tmp}" # the installers' caches; a container's user may have none
network="" # proxy and index in words, for an error
source .ci/java.sh
source .ci/jars.sh
source .ci/packages.sh

stamp=.venv/.setup-stamp
encoder=.venv/share/conversation-curation/fetched/multilingual_e5_small
spark_conf=(conf/spark-env.sh conf/spark-defaults.conf conf/log4j2.properties)
encoder_code=(pipelines/shipped/multilingual_e5_small/{requirements.txt,*.safetensors} pipelines/models/{packed_e5,e5_folder}.py)

# What a finished set-up stands for. The folder is part of it: a .venv that was moved holds old paths.
fingerprint() {
  pwd -P
  cat constraints.txt pyproject.toml .ci/*.sh conf/spark-submit conf/ivy*.xml pipelines/installing.py "${spark_conf[@]}" "${encoder_code[@]}" | cksum
}

spark_home() { (cd -P .venv/lib/python3*/site-packages/pyspark 2>/dev/null && pwd); }

# Tell whether nothing is left to do: what can be lost after set-up is looked at, not believed.
ready() {
  local spark file
  [ ! -e "$unfinished" ] && [ "$(fingerprint)" = "$(cat "$stamp" 2>/dev/null)" ] || return 1
  [ -x .venv/bin/python ] && [ -x "$(cat .venv/java-home 2>/dev/null)/bin/java" ] || return 1
  spark="$(spark_home)" && have_jars "$spark/jars" && have_stores "$spark/jars" && cmp -s conf/spark-submit .venv/bin/spark-submit || return 1
  [ -s "$encoder/model.safetensors" ] && [ -s "$encoder/source.json" ] || return 1
  for file in "${spark_conf[@]}"; do cmp -s "$file" "$spark/conf/${file##*/}" || return 1; done
}

if ready; then
  say ".venv is ready"
  exit 0
fi

case "$PWD" in *[[:space:]]*) fail "Spark's own scripts break on the space in $PWD; move the repository." ;; esac
if command -v flock >/dev/null; then
  exec 9<Makefile
  flock 9 # a second make waits for the first, and finds its work done
  if ready; then exit 0; fi
fi
if [ -s "$stamp" ] && [ "$(head -n 1 "$stamp")" != "$(pwd -P)" ]; then
  say ".venv was made in another folder: making it anew"
  rm -rf .venv
fi

rm -f "$stamp"
java_home="$(find_java)" || {
  install_java
  java_home="$(find_java)" || fail "the Java just installed does not run Spark; set JAVA_HOME to one of version 17 or newer."
}
say "Java: $java_home"
make_venv
source <(.venv/bin/python -I pipelines/network.py) # uv then takes proxy and index as pip would
find_installer
install_packages || fail "the packages could not be installed (see above). With the registry in reach, run make again. Network as set: $network."

spark_home >/dev/null || fail "pyspark is not in .venv: remove .venv and run make again."
say "what the packages lack (Delta's jars 9.6 MB; the encoder's weights 91 MB, unpacked 0.5 GB)"
.venv/bin/python -I -m pipelines.installing --java "$java_home" --stores "${STORES:-}" >/dev/null || fail "set-up is not complete (see above). Mend that and run make again."

fingerprint >"$stamp.part"
mv "$stamp.part" "$stamp"
say "done: .venv holds $(du -sh .venv | cut -f 1)"
