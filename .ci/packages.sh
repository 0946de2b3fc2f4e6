# Sourced by setup.sh: the Python of .venv and what is installed into it.

unfinished=.venv/.setup-unfinished # stands while packages are being written

# Print the first Python that is new enough; PYTHON=… names another.
find_python() {
  local candidate
  for candidate in "${PYTHON:-python3}" python3.11 python3.12 python3.13 python3; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return 0
    fi
  done
  return 1
}

# Make .venv. One that was cut short while its packages were written is thrown away first: which of
# them are whole, no installer can tell.
make_venv() {
  local python
  if [ -e "$unfinished" ] || { [ -e .venv ] && ! .venv/bin/python -c '' 2>/dev/null; }; then
    say "an earlier set-up was cut short: making .venv anew"
    rm -rf .venv
  fi
  [ ! -e .venv ] || return 0
  python="$(find_python)" || fail "Python 3.11 or newer is missing. Install it, or name it: make setup PYTHON=/path/to/python3.11"
  say "$("$python" --version) makes .venv"
  mkdir .venv && touch "$unfinished"
  if command -v uv >/dev/null; then
    uv venv --quiet --allow-existing --python "$python" .venv
  elif ! "$python" -m venv .venv; then
    rm -rf .venv
    debian_venv "$python" || fail "This Python cannot make a virtual environment. Install its module venv (python3-venv), then run make again."
  fi
}

# Debian keeps the module venv in a package of its own; install it where that is ours to do.
debian_venv() {
  local package
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  package="$("$1" -c 'import sys; print("python{}.{}-venv".format(*sys.version_info))')"
  say "installing $package (about 6 MB)"
  apt-get -qq update || true
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$package" >&2 || return 1
  mkdir -p .venv && touch "$unfinished" && "$1" -m venv .venv
}

# Choose the installer, as the array `installer`: uv where there is one, else uv from the registry, else pip.
find_installer() {
  local uv
  for uv in "$(command -v uv || true)" .venv/bin/uv; do
    if [ -x "$uv" ] && "$uv" pip install --help 2>/dev/null | grep -q -e --torch-backend; then
      installer=("$uv" pip install --python .venv/bin/python)
      return 0
    fi
  done
  say "fetching the installer uv (about 25 MB)"
  if .venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt uv; then
    installer=(.venv/bin/uv pip install --python .venv/bin/python)
  else
    say "uv cannot be had; pip does it, slower"
    installer=(.venv/bin/python -m pip install)
  fi
}

# Run an install. Both installers fetch everything before they write anything, so only one that was
# killed (a code above 128) leaves .venv torn.
install() {
  local code=0
  touch "$unfinished"
  "${installer[@]}" -c constraints.txt "$@" || code=$?
  [ "$code" -gt 128 ] || rm -f "$unfinished"
  return "$code"
}

# Without a GPU torch's CPU build does: a tenth of the size. It lies in an index of its own that not
# every network reaches; that is found out by a dry run of bounded time.
install_cpu_torch() {
  local torch
  torch="$(grep '^torch==' constraints.txt)"
  [ "$(uname -s)" = Linux ] && [[ "${installer[*]}" == *uv* ]] && ! nvidia-smi -L >/dev/null 2>&1 || return 1
  say "no GPU: asking for torch's CPU build (download about 200 MB instead of 3 GB)"
  if UV_HTTP_TIMEOUT=8 UV_HTTP_RETRIES=0 timeout 40 "${installer[@]}" --quiet --dry-run --no-deps \
    --torch-backend cpu "$torch" 2>/dev/null && install --torch-backend cpu "$torch"; then
    return 0
  fi
  say "its index cannot be reached from here: taking the default build"
  return 1
}

# Fail early, not after minutes of downloads, where the disk cannot hold $1 GB.
need_disk() {
  local free
  free="$(df -Pk . | awk 'NR == 2 { print int($4 / 1000000) }')"
  [ "$free" -ge "$1" ] || fail "Set-up needs about $1 GB here, the disk has $free GB left."
}

install_packages() {
  if ! compgen -G '.venv/lib/python3*/site-packages/torch' >/dev/null; then
    if install_cpu_torch; then
      say "installing about 130 packages (download about 0.9 GB, installed 2 GB)"
    else
      need_disk 9
      say "installing about 140 packages (download about 4 GB, installed 7 GB: 1 to 3 minutes on a fast line)"
    fi
  fi
  install setuptools || return 1 # it builds the project below
  if [[ "${installer[*]}" == *uv* ]]; then
    install --no-build-isolation-package conversation-curation -e '.[dev]' || return 1
  else
    install --no-build-isolation -e '.[dev]' || return 1
  fi
}
