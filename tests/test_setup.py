# SPDX-License-Identifier: GPL-2.0-or-later
"""The scripts on a machine that lacks what they need. Fake programs stand in for Debian's."""

import contextlib
import os
import pathlib
import pty
import shutil
import subprocess

import pytest

from harness import ROOT

TIMEOUT = 60
DEBIAN_TOOLS = ("bash", "env", "cat", "rm", "mktemp", "find", "stat", "grep", "sed", "awk", "cmp", "dirname", "head", "mkdir",
                "nproc")


class Machine:
    """A copy of the scripts, and a PATH with only DEBIAN_TOOLS and the programs that pretend() makes."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.clone = folder / "clone"
        shutil.copytree(ROOT / "script", self.clone / "script")
        self.bin = folder / "bin"
        self.bin.mkdir()
        for tool in DEBIAN_TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))
        self.pretend("id", "echo 1000")
        self.pretend("dpkg-query", "exit 1")

    def pretend(self, program: str, lines: str):
        path = self.bin / program
        path.write_text(f"#!/bin/bash\n{lines}\n")
        path.chmod(0o755)

    def run(self, *command, status=0, **how) -> subprocess.CompletedProcess:
        done = subprocess.run([str(word) for word in command], encoding="utf-8", timeout=TIMEOUT, stdin=subprocess.DEVNULL,
                              env={"PATH": str(self.bin), "HOME": str(self.folder)},
                              **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how})
        assert done.returncode == status, done
        return done

    def bash(self, command: str, **how) -> subprocess.CompletedProcess:
        return self.run("bash", "-c", f"set -euo pipefail; . {self.clone}/script/lib.sh; {command}", **how)


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_without_sudo_missing_packages_are_named(machine):
    said = machine.bash('install_packages "to test" cmake wireshark-dev', status=1).stderr
    assert "Debian packages are missing to test" in said
    assert said.endswith("apt-get install cmake wireshark-dev\n")


def test_one_who_may_not_use_sudo_is_told_what_to_ask_for(machine):
    machine.pretend("sudo", "echo nobody is not in the sudoers file >&2; exit 1")
    said = machine.bash('install_packages "to test" cmake', status=75).stderr
    assert "not in the sudoers file" in said and said.endswith("ask an administrator for:\n    apt-get install cmake\n")


@pytest.fixture
def with_apt(machine):
    """A machine whose apt-get prints its arguments."""
    machine.pretend("id", "echo 0")
    machine.pretend("apt-get", 'echo "Progress: $*"')
    machine.pretend("debconf-set-selections", "cat >/dev/null")
    machine.pretend("flock", 'exec "${@:2}"')
    return machine


def test_apt_shows_its_progress_on_a_terminal(with_apt):
    ours, theirs = pty.openpty()
    with_apt.bash('install_packages "to test" cmake', stdout=theirs)
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):    # a terminal whose other end is closed
        while chunk := os.read(ours, 4096):
            shown += chunk
    os.close(ours)
    assert b"Progress: -o Dpkg::Progress-Fancy=1 install -y --no-install-recommends cmake" in shown


def test_apt_is_quiet_where_nobody_watches(with_apt):
    assert with_apt.bash('install_packages "to test" cmake').stdout == "\n== Installing Debian packages to test: cmake\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files of other users")
@pytest.mark.parametrize("foreign, named", [("build", "build"), ("build/demo", "build/demo"),
                                            ("build/demo/CMakeCache.txt", "build/demo")])
def test_build_folder_of_another_user_is_named_with_the_remedy(machine, foreign, named):
    for name in ("", "build", "build/demo"):
        (machine.clone / name).mkdir(exist_ok=True)
    (machine.clone / "build/demo/CMakeCache.txt").touch()
    for path in (machine.folder, *machine.clone.rglob("*"), machine.clone):
        os.chown(path, 65534, 65534)
    os.chown(machine.clone / foreign, 0, 0)
    for folder in list(machine.folder.parents)[:-2]:
        folder.chmod(folder.stat().st_mode | 0o011)
    said = machine.run(shutil.which("setpriv"), "--reuid=65534", "--regid=65534", "--clear-groups", "bash", "-c",
                       f'. {machine.clone}/script/lib.sh; build "$top/build/demo"', status=1).stderr
    assert f"{machine.clone / named} was made by root" in said
    assert said.endswith(f"sudo rm -rf '{machine.clone / named}'\n")


PRETENDED_CMAKE = """case "$*" in
  *--parallel*) mkdir -p {plugins}; echo plugin >{plugins}/naverphone.so ;;
esac
echo "-- $*" """
PRETENDED_TSHARK = r"""[ "$*" != "-G plugins" ] || printf 'naverphone.so \t0.1.0\tdissector\t%s\n' {plugins}/naverphone.so"""


@pytest.mark.parametrize("user, target", [("0", "uninstall"), ("1000", "uninstall-user")])
def test_demo_ends_with_how_to_undo_it(with_apt, user, target):
    plugins = with_apt.clone / "build/demo/plugins/4.0/epan"
    (with_apt.clone / "test-captures").mkdir()
    with_apt.pretend("id", f"echo {user}")
    with_apt.pretend("sudo", '"$@"')
    with_apt.pretend("cmake", PRETENDED_CMAKE.format(plugins=plugins))
    with_apt.pretend("tshark", PRETENDED_TSHARK.format(plugins=plugins))
    with_apt.pretend("dpkg-query", '[ "${@: -1}" != cmake ] && echo "install ok installed"')
    said = with_apt.run(with_apt.clone / "script/demo").stdout
    assert said.endswith("\n== To undo all this\n"
                         f"  cmake --build {with_apt.clone}/build/demo --target {target}\n"
                         f"  rm -rf {with_apt.clone}/build/demo\n"
                         "  apt-get purge --autoremove cmake      (as root)\n")
