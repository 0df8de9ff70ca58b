# shellcheck shell=bash
# Shared by run and check: installing what is missing, and building. To be sourced from bash, with
# the root of the tree as working directory.

fail ()
{
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 4
}

# quietly COMMAND...: what it says is shown only if it fails.
quietly ()
{
  local said
  said=$("$@" 2>&1 < /dev/null) || { printf '%s\n' "$said" >&2; return 1; }
}

# packages_for WHEN...: the names on tools/packages.txt for these occasions.
packages_for ()
{
  local when
  for when in "$@"; do
    awk -v when="$when" '$1 == when { print $2 }' tools/packages.txt
  done
}

# missing_packages NAME...: those of them that are not installed.
missing_packages ()
{
  local name have
  have=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2> /dev/null || true)
  for name in "$@"; do
    grep -qxF "installed $name" <<< "$have" || printf '%s\n' "$name"
  done
}

# install_packages WHEN...: nothing is done, and nothing said, when all are there.
install_packages ()
{
  local missing sudo=()
  [ -n "$(command -v apt-get)" ] \
    || fail "this is not Debian (no apt-get): install what tools/packages.txt lists, then build with meson as README.md says."
  # shellcheck disable=SC2046
  mapfile -t missing < <(missing_packages $(packages_for "$@"))
  [ "${#missing[@]}" -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo > /dev/null \
      || fail "these packages are missing, and installing needs root or sudo: ${missing[*]}"
    sudo=(sudo)
  fi
  echo "Installing ${missing[*]}"
  quietly "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq \
    || fail "the package lists cannot be fetched: check the network connection, then try again."
  quietly "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    || fail "apt-get could not install the packages above: see its message, then try again."
}

# configure DIRECTORY [OPTION...]: once; silent unless it fails.
configure ()
{
  local directory=$1
  shift
  [ ! -f "$directory/build.ninja" ] || return 0
  mkdir -p "$directory"
  meson setup "$directory" "$@" < /dev/null > "$directory/build.log" 2>&1 || {
    tail -n 40 "$directory/build.log" >&2
    return 1
  }
}

# compile DIRECTORY TARGET...: what changed; silent unless it fails.
compile ()
{
  local directory=$1
  shift
  ninja -k 0 -C "$directory" "$@" < /dev/null > "$directory/build.log" 2>&1 || {
    grep -v '^\[[0-9]*/[0-9]*\] ' "$directory/build.log" | head -n 80 >&2
    return 1
  }
}

# has_target DIRECTORY TARGET: whether it is known there.
has_target ()
{
  grep -q "^build $2: " "$1/build.ninja"
}

# The programs that a delegate gets, and the one that plays the cheat in the sample negotiation:
# optimised, hardened, with debug information; assertions stay on.
build_release ()
{
  local target targets=()
  configure build --buildtype=debugoptimized || return 1
  # Learns of targets that are new since the last time.
  compile build build.ninja || return 1
  for target in app/paraph-cli ui/paraph tests/support/paraph-rogue; do
    ! has_target build "$target" || targets+=("$target")
  done
  [ "${#targets[@]}" -eq 0 ] || compile build "${targets[@]}"
}
