# Debian source packages, kept in the build folder between runs. Source this file after lib.sh.
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154     # top is lib.sh's

# shellcheck disable=SC2034     # for those that source this
cache=${NAVERPHONE_SOURCES:-$top/build/sources}

# source_lists [SUITE]: deb-src lines of this system's Debian mirror, for SUITE or for the system's own suites in apt's
# order, which has the security archive last
source_lists() {
  local key='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'
  # shellcheck disable=SC2016     # apt's variables
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' |
    awk -v key="$key" -v suite="${1:-}" '
      !suite { print "deb-src", key, $0 }
      suite && $1 !~ /security/ { print "deb-src", key, $1, suite, "main"; exit }' | uniq
}

# download FOLDER PACKAGE [SUITE]: downloads the source package with its own lists; the system's apt does not change
download() {
  local folder=$1 package=$2 suite=${3:-}
  local options=(-q -o Dir::Etc::SourceList="$folder/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o Dir::State::Lists="$folder/lists" -o Dir::Cache="$folder/cache" -o APT::Sandbox::User="$(id -un)"
    -o APT::Update::Error-Mode=any -o Acquire::Retries=1 -o Acquire::http::Timeout=30)
  mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial" "$folder/source"
  source_lists "$suite" >"$folder/sources.list"
  (cd "$folder" && apt-get "${options[@]}" update && apt-get "${options[@]}" source --download-only "$package") \
    >"$folder/log" 2>&1
}

# keep_source NAME TAR_OPTION... -- PACKAGE [SUITE]: unpacks what tar's options select from the source package into
# $cache/NAME; prints the reason if it cannot be downloaded
keep_source() {
  local name=$1 chosen=() folder
  shift
  while [ "$1" != -- ]; do
    chosen+=("$1")
    shift
  done
  shift
  [ ! -d "$cache/$name" ] || return 0
  mkdir -p "$cache"
  folder=$(mktemp -d "$cache/get.XXXXXX")
  if download "$folder" "$@"; then
    tar -xf "$folder"/wireshark_*.orig.tar.* -C "$folder/source" "${chosen[@]}" ||
      fail "the source of $name cannot be unpacked"
    mv -T "$folder/source" "$cache/$name" || true     # unless another run was faster
  else
    printf 'The source of %s could not be downloaded: %s\n' "$name" "$(grep -m 1 '^E: ' "$folder/log" || tail -n 1 "$folder/log")"
  fi
  rm -rf "$folder"
  [ -d "$cache/$name" ]
}
