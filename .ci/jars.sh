# Sourced by setup.sh: Delta's two jars, beside those of pyspark, so that no start of Spark asks for them.

# Print the file names that conf/ivy.xml stands for.
jar_names() { sed -n 's/.* name="\([^"]*\)" rev="\([^"]*\)".*/\1-\2.jar/p' conf/ivy.xml; }

# Tell whether every jar is in folder $1.
have_jars() {
  local name
  for name in $(jar_names); do [ -s "$1/$name" ] || return 1; done
}

# Fetch the jars into folder $1 with Java home $2. Each is whole when it gets its name: a killed run leaves none half.
fetch_jars() {
  local jars="$1" java="$2/bin/java" part="$1/.part" cache
  for cache in "" "$part/cache"; do # Ivy's own cache first; a private one where that holds a broken file
    rm -rf "$part" && mkdir -p "$part"
    if "$java" -jar "$jars"/ivy-*.jar -warn ${cache:+-cache "$cache"} -ivy conf/ivy.xml \
      -retrieve "$part/[artifact]-[revision].[ext]" >"$part/log" 2>&1 && whole_jars "$part"; then
      rm -f "$jars"/delta-*.jar
      mv "$part"/*.jar "$jars/" && rm -rf "$part"
      return 0
    fi
  done
  tail -n 5 "$part/log" >&2
  fail "Delta's jars could not be fetched from Maven Central. Is the network up, and a proxy named to Java (JAVA_TOOL_OPTIONS)? Then run make again."
}

# Tell whether the jars in folder $1 are all there and open as archives.
whole_jars() {
  local name
  for name in $(jar_names); do
    .venv/bin/python -c 'import sys, zipfile; sys.exit(zipfile.ZipFile(sys.argv[1]).testzip() is not None)' "$1/$name" 2>/dev/null || return 1
  done
}
