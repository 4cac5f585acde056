# SPDX-License-Identifier: GPL-2.0-or-later
"""The Debian package and the source archive."""

import gzip
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from harness import BUILD, ROOT, built_plugin, source_archive

PACKAGE = "wireshark-plugin-naverphone"
UNAVAILABLE = 75    # exit status of script/try-package without a clean root

pytestmark = pytest.mark.skipif(not shutil.which("cmake"), reason="cmake is not installed")


def run(*command, status=0, **how) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=1500,
                          stdin=subprocess.DEVNULL, **how)
    assert done.returncode == status, f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def deb():
    """The package that script/package makes."""
    for package in ("dpkg-dev", "file"):
        if subprocess.run(["dpkg-query", "-s", package], capture_output=True).returncode:
            pytest.skip(f"{package} is not installed")
    return pathlib.Path(run(ROOT / "script" / "package").splitlines()[-1].split()[-1])


def series() -> tuple:
    return tuple(int(part) for part in built_plugin().parent.parent.name.split("."))


def test_the_package_depends_on_this_wireshark_series_and_no_other(deb):
    major, minor = series()
    depends = run("dpkg-deb", "--field", deb, "Depends").strip().split(", ")
    [library] = re.findall(r"^(libwireshark\d\w*)", run("dpkg-query", "-W", "-f", "${binary:Package}\n", "libwireshark[0-9]*"),
                           re.M)
    assert f"{library} (>= {major}.{minor}~)" in depends
    assert f"{library} (<< {major}.{minor + 1}~)" in depends


def test_package_names_what_its_commands_need(deb):
    fields = dict(line.split(": ") for line in run("dpkg-deb", "--field", deb, "Depends", "Recommends", "Suggests").splitlines())
    assert "python3:any" in fields["Depends"].split(", ")
    assert (fields["Recommends"], fields["Suggests"]) == ("tshark | wireshark", "parallel, rsync")


def test_lintian_finds_no_error_and_no_warning(deb):
    if not shutil.which("lintian"):
        pytest.skip("lintian is not installed")
    assert run("lintian", "--allow-root", "--no-cfg", "--fail-on", "error,warning", "--tag-display-limit", "0", deb) == ""


@pytest.fixture(scope="module")
def unpacked(deb, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    run("dpkg-deb", "--extract", deb, folder)
    return folder


@pytest.mark.parametrize("command", ["naverphone-archive", "naverphone-read"])
def test_manual_page_names_every_option(unpacked, command):
    manual = gzip.decompress((unpacked / f"usr/share/man/man1/{command}.1.gz").read_bytes()).decode().replace("\\-", "-")
    options = re.findall(r"^  (?:-h, )?(--\w+)", run(unpacked / "usr/bin" / command, "--help"), re.M)
    assert len(options) > 3 and [option for option in options if option not in manual] == []


def test_links_of_installed_pages_work(unpacked):
    pages = sorted((unpacked / "usr/share/doc" / PACKAGE).rglob("*.md"))
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^):#]+)(?:#[^)]*)?\)", page.read_text())]
    assert len(pages) > 10 and len(links) > 30
    assert [(page.name, link) for page, link in links if not (page.parent / link).exists()] == []
    assert not [page.name for page in pages if "](not installed)" in page.read_text()]


def test_the_package_holds_plugin_profile_and_pages_where_wireshark_and_debian_look(unpacked):
    held = {f"/{path.relative_to(unpacked)}" for path in unpacked.rglob("*") if path.is_file()}
    listed = dict(line.split(":", 1) for line in run("tshark", "-G", "folders").splitlines() if ":" in line)
    profile = ROOT / "profile" / "Naver Phone"
    assert f"{listed['Global Plugins'].strip()}/epan/naverphone.so" in held
    assert {f"{listed['Global configuration'].strip()}/profiles/{path.relative_to(profile.parent)}"
            for path in profile.rglob("*") if path.is_file()} <= held
    assert {f"/usr/share/doc/{PACKAGE}/{name}" for name in (
        "README.md", "README.ko.md", "doc/control.md", "copyright", "changelog.gz", "changelog.Debian.gz")} <= held
    assert {"/usr/bin/naverphone-archive", "/usr/bin/naverphone-read"} <= held
    assert "/usr/share/common-licenses/GPL-2" in (unpacked / f"usr/share/doc/{PACKAGE}/copyright").read_text()


def can_be_root() -> bool:
    return os.geteuid() == 0 or subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0


def test_the_package_is_installed_used_and_removed_in_a_clean_root(deb):
    if not can_be_root():
        pytest.skip("making a clean Debian root needs root, or sudo without a password")
    done = subprocess.run([ROOT / "script" / "try-package", deb], capture_output=True, text=True, timeout=1800,
                          stdin=subprocess.DEVNULL)
    if done.returncode == UNAVAILABLE:
        pytest.skip(f"no clean Debian root to be had: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("frames with an Invite: 24 27") == 2   # as root and as nobody
    assert "Nothing is left behind" in done.stdout


def test_the_source_archive_of_a_clone_holds_what_git_knows_and_nothing_else(source, tmp_path):
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    clone = tmp_path / "build" / "a clone+(1)"
    shutil.copytree(source, clone)
    for command in (["init", "-q"], ["add", "--all"]):
        run("git", "-C", clone, *command)
    (clone / "test-captures" / "private [1].pcapng").touch()
    (clone / "naverphone.c~").touch()
    run("cmake", "-S", clone, "-B", clone / "out", "-DBUILD_TESTING=OFF")
    (tmp_path / "again").mkdir()
    again = source_archive(clone / "out", tmp_path / "again")
    names = [{str(path.relative_to(folder)) for path in folder.rglob("*")} for folder in (source, again)]
    assert names[0] == names[1]
