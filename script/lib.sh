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
    fail "this command needs root, and sudo is not installed: $*"
  fi
}

installed() {
  dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'
}

# apt_get ARGUMENT...: waits until no other script of ours runs apt-get. Shows progress on a terminal, otherwise only errors.
apt_get() {
  local command=(as_root flock /var/lock/naverphone-packages env DEBIAN_FRONTEND=noninteractive apt-get)
  if [ -t 1 ]; then
    "${command[@]}" -o Dpkg::Progress-Fancy=1 "$@"
  else
    "${command[@]}" -qq "$@" >/dev/null
  fi
}

# Packages that install_packages installed in this run
new_packages=()

# install_packages WHY PACKAGE...: installs those that are missing, and names them
install_packages() {
  local why=$1 missing=() package
  shift
  for package in "$@"; do
    installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null ||
    fail "Debian packages are missing $why, and sudo is not installed. Ask an administrator for:
    apt-get install ${missing[*]}"
  say "Installing Debian packages $why: ${missing[*]}"
  # wireshark-common asks whether users may capture; answer no, since nobody may be there to answer
  installed wireshark-common ||
    echo 'wireshark-common wireshark-common/install-setuid boolean false' | as_root debconf-set-selections ||
    give_up_installing "${missing[@]}"
  if ! apt_get update || ! apt_get install -y --no-install-recommends "${missing[@]}"; then
    give_up_installing "${missing[@]}"
  fi
  new_packages+=("${missing[@]}")
}

# give_up_installing PACKAGE...: names the packages and ends the script
give_up_installing() {
  printf 'naverphone: apt-get did not install %s\n' "$*" >&2
  [ "$(id -u)" -eq 0 ] || printf 'If you may not use sudo, ask an administrator for:\n    apt-get install %s\n' "$*" >&2
  exit "$unavailable"
}

# demand_writable FOLDER: fails if another user, such as root, made the build folder
demand_writable() {
  local folder=$1 foreign
  [ -w "$top/build" ] || [ ! -e "$top/build" ] || folder=$top/build
  [ -e "$folder" ] || return 0
  foreign=$(find "$folder" ! -type l ! -writable -print -quit)
  [ -z "$foreign" ] ||
    fail "$folder was made by $(stat -c %U "$foreign"), and you may not write there. Remove it and start again:
    sudo rm -rf '$folder'"
}

# build FOLDER CMAKE_OPTION...: configures and builds quietly; all output where that fails
build() {
  local folder=$1 log
  shift
  demand_writable "$folder"
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
