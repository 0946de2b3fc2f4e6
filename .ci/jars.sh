# Sourced by setup.sh: whether Delta's two jars lie beside those of pyspark, so that no start of Spark asks
# for them. pipelines/installing.py fetches them.

# Print the file names that $1, a list for Ivy, stands for.
jar_names() { sed -n 's/.* name="\([^"]*\)" rev="\([^"]*\)".*/\1-\2.jar/p' "$1"; }

# Tell whether every jar of the list $2, conf/ivy.xml if none, is in folder $1.
have_jars() {
  local name
  for name in $(jar_names "${2:-conf/ivy.xml}"); do [ -s "$1/$name" ] || return 1; done
}

# Tell whether folder $1 has the jars of the stores that were asked for: make setup STORES=s3
have_stores() {
  [ "${STORES:-}" != s3 ] || { have_jars "$1" conf/ivy-s3.xml && [ -s "$1/curation-s3-log-store.jar" ]; }
}
