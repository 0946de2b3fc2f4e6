# Sourced by setup.sh: whether Delta's two jars lie beside those of pyspark, so that no start of Spark asks
# for them. pipelines/installing.py fetches them.

# Print the file names that conf/ivy.xml stands for.
jar_names() { sed -n 's/.* name="\([^"]*\)" rev="\([^"]*\)".*/\1-\2.jar/p' conf/ivy.xml; }

# Tell whether every jar is in folder $1.
have_jars() {
  local name
  for name in $(jar_names); do [ -s "$1/$name" ] || return 1; done
}
