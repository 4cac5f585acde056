# Debian roots: one folder per release, kept between runs. Source this file after lib.sh.
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154  # top and unavailable are lib.sh's

roots=${NAVERPHONE_ROOTS:-/var/cache/naverphone/roots}
mirror=${NAVERPHONE_MIRROR:-http://deb.debian.org/debian}

# lock_roots: waits until no other run uses the roots, and holds them until the script ends
lock_roots() {
  as_root mkdir -p "$roots"
  exec 9<"$roots"
  flock --nonblock 9 && return
  say "Another run uses $roots: waiting until it ends"
  flock 9
}

# with_own_mounts COMMAND...: unmounts what COMMAND mounted when it ends
with_own_mounts() {
  as_root unshare --mount "$@" 9<&-
}

archive_answers() {
  curl --silent --show-error --fail --location --max-time 30 --output /dev/null "$mirror/dists/$1/Release"
}

# make_root RELEASE: makes it under a temporary name, so that an interrupted root is never used
make_root() {
  local release=$1 making=$roots/$1.making log
  say "Making the Debian root $roots/$release"
  archive_answers "$release" || return "$unavailable"
  as_root rm -rf --one-file-system "$making"
  log=$(mktemp)
  if ! with_own_mounts timeout --foreground 30m \
    debootstrap --variant=minbase "$release" "$making" "$mirror" >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    archive_answers "$release" || return "$unavailable"
    return 1
  fi
  rm -f "$log"
  as_root mv --no-target-directory "$making" "$roots/$release"
}

read_only() {
  mkdir -p "$2"
  mount --bind "$1" "$2"
  mount -o remount,bind,ro "$2"
}

# enter_root ROOT TOP BUILD COMMAND...: does in_root's work, in a root shell with its own mounts
enter_root() {
  local root=$1 top=$2 build=$3 name
  shift 3
  find "$root/tmp" -xdev -mindepth 1 -delete  # left by an interrupted run
  for name in dev proc sys; do
    mount --rbind "/$name" "$root/$name"
  done
  for name in hosts resolv.conf; do
    cp --dereference "/etc/$name" "$root/etc/$name"
  done
  read_only "$top" "$root/naverphone"
  mount --bind "$build" "$root/naverphone/build"
  exec chroot "$root" env -i HOME=/root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    ${http_proxy:+"http_proxy=$http_proxy"} ${NAVERPHONE_MIRROR:+"NAVERPHONE_MIRROR=$NAVERPHONE_MIRROR"} "$@"
}

# in_root RELEASE BUILD COMMAND...: runs COMMAND as root in that root; /naverphone is the source tree, read only, with
# our folder BUILD as its build folder
in_root() {
  local release=$1 build=$2
  shift 2
  mkdir -p "$build"
  with_own_mounts bash -euc "$(declare -f read_only enter_root); enter_root \"\$@\"" in_root \
    "$roots/$release" "$top" "$build" "$@"
}

# bring_up_to_date MIRROR RELEASE: runs inside the root, for update_root
bring_up_to_date() {
  printf 'deb %s %s main\n' "$1" "$2" >/etc/apt/sources.list
  # A frozen mirror (snapshot.debian.org) will do, although the dates in unstable's lists expire.
  echo 'Acquire::Check-Valid-Until "false";' >/etc/apt/apt.conf.d/50naverphone
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d  # packages must not start daemons
  chmod +x /usr/sbin/policy-rc.d
  export DEBIAN_FRONTEND=noninteractive
  dpkg --configure -a  # left by an interrupted run
  apt-get update -qq -o APT::Update::Error-Mode=any
  apt-get full-upgrade -y -qq >/dev/null
}

# update_root RELEASE BUILD: upgrades the root's packages
update_root() {
  say "Updating the Debian root $roots/$1"
  in_root "$1" "$2" bash -euc "$(declare -f bring_up_to_date); bring_up_to_date \"\$@\"" update_root "$mirror" "$1"
}
