# Shared by the scripts; source it. Debian 12 and later.
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# The exit status where an archive does not give what is needed (EX_TEMPFAIL of sysexits.h).
unavailable=75

say() {
  printf '\n== %s\n' "$*"
}

fail() {
  printf 'naverphone: %s\n' "$*" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "this needs root, and there is no sudo: $*"
  fi
}

installed() {
  dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'
}

# alone_with_packages COMMAND...: as root, after another of our scripts that installs something now
alone_with_packages() {
  as_root flock /var/lock/naverphone-packages "$@"
}

# install_packages WHY PACKAGE...: those that are missing, and says so
install_packages() {
  local why=$1 missing=() package
  shift
  for package in "$@"; do
    installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  say "Installing Debian packages $why: ${missing[*]}"
  # wireshark-common asks whether users may capture: nobody is there to answer, and we do not need it
  installed wireshark-common ||
    echo 'wireshark-common wireshark-common/install-setuid boolean false' | as_root debconf-set-selections
  if ! alone_with_packages apt-get update -qq || ! alone_with_packages env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; then
    printf 'naverphone: apt-get did not install %s\n' "${missing[*]}" >&2
    exit "$unavailable"
  fi
}

# build FOLDER CMAKE_OPTION...: configures and builds quietly; all output where that fails
build() {
  local folder=$1 log
  shift
  log=$(mktemp)
  if ! { cmake -S "$top" -B "$folder" "$@" && cmake --build "$folder" --parallel "$(nproc)"; } >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    fail "the build in $folder failed"
  fi
  rm -f "$log"
}

# built_plugin FOLDER: the plugin that the build left there
built_plugin() {
  local plugins=("$1"/plugins/*/epan/naverphone.so)
  [ -f "${plugins[0]}" ] || fail "no plugin was built in $1"
  printf '%s\n' "${plugins[0]}"
}

# prove_loaded PLUGIN COMMAND...: the plugin that COMMAND (a tshark) loads is, byte for byte, PLUGIN
prove_loaded() {
  local plugin=$1 loaded
  shift
  loaded=$("$@" -G plugins 2>/dev/null | awk -F'\t' '$1 ~ /^naverphone\.so *$/ { print $NF }')
  [ -n "$loaded" ] || fail "tshark -G plugins does not list naverphone.so"
  cmp -s "$loaded" "$plugin" || fail "tshark loads $loaded, which is not the plugin just built ($plugin)"
  printf 'tshark loads %s: the one just built\n' "$loaded"
}

# The release that this system's packages come from, as apt knows it (unstable does not call itself so)
debian_release() {
  # shellcheck disable=SC2016     # apt's variable
  apt-get indextargets --format '$(CODENAME)' 'Created-By: Packages' 'Origin: Debian' | head -n 1
}
