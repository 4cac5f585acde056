# Tests with every Wireshark series, for script/test --all-versions. Source this file after roots.sh.
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154  # top, roots and unavailable are lib.sh's and roots.sh's

all_series=(4.0 4.4 4.6)
versions=$top/build/versions

# release_of SERIES: the Debian release that has this series
release_of() {
  case $1 in
    4.0) echo bookworm ;;
    4.4) echo trixie ;;
    4.6) echo sid ;;
    *) return 1 ;;
  esac
}

# runs_here RELEASE: true as root on this release. An ordinary user cannot record a call, so a Debian root is used
# instead.
runs_here() {
  [ "$(id -u)" -eq 0 ] && grep -qx "VERSION_CODENAME=$1" /etc/os-release
}

# test_in_root RELEASE BUILD COMMAND...: sets note, a variable of test_series
test_in_root() {
  local release=$1 build=$2
  shift 2
  [ -d "$roots/$release" ] || make_root "$release" || return
  update_root "$release" "$build" || note="root not brought up to date"
  in_root "$release" "$build" "$@"
}

# test_series SERIES OPTION...: adds a line to runs.tsv. Only the first series runs the tests that do not depend on it.
test_series() {
  local series=$1 release build=$versions/$1 results packages=/var/lib/dpkg status=0 note="" begin=$SECONDS version alone=()
  shift
  [ ! -f "$versions/runs.tsv" ] || alone=(NP_SERIES_ALONE=1)
  release=$(release_of "$series")
  say "Wireshark $series (Debian $release)"
  if runs_here "$release"; then
    results=$top/build/test/results
    rm -rf "$results"
    env "${alone[@]}" "$top/script/test" "$@" || status=$?
  else
    results=$build/test/results
    packages=$roots/$release$packages
    as_root rm -rf "$build"
    test_in_root "$release" "$build" env "${alone[@]}" /naverphone/script/test "$@" || status=$?
  fi
  version=$(dpkg-query --admindir="$packages" -W -f '${source:Upstream-Version}' tshark 2>/dev/null || true)
  [ "$status" -ne "$unavailable" ] || note="the Debian archive did not give what is needed"
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$series" "$release" "$version" "$status" "$((SECONDS - begin))" "$results" \
    "$note" >>"$versions/runs.tsv"
}

# test_all_versions OPTION...: tests each series in turn, then prints the table
test_all_versions() {
  local chosen=() may_miss=() options=() series
  while [ $# -gt 0 ]; do
    case $1 in
      --series | --may-miss)
        release_of "${2-}" >/dev/null || usage "$1 wants one of ${all_series[*]}, not '${2-}'"
        if [ "$1" = --series ]; then chosen+=("$2"); else may_miss+=("$1=$2"); fi
        shift
        ;;
      *) options+=("$1") ;;
    esac
    shift
  done
  [ ${#chosen[@]} -gt 0 ] || chosen=("${all_series[@]}")
  install_packages "to make Debian roots and to read results" debootstrap debian-archive-keyring curl python3 cmake
  check_ctest_options "${options[@]}"
  trap 'fail "interrupted"' INT TERM
  lock_roots
  mkdir -p "$versions"
  rm -f "$versions/runs.tsv"
  for series in "${chosen[@]}"; do
    test_series "$series" "${options[@]}"
  done
  say "The tests by Wireshark version"
  /usr/bin/python3 -B "$top/script/versions_table.py" "${may_miss[@]}" "$versions/runs.tsv"
}
