# SPDX-License-Identifier: GPL-2.0-or-later
"""Configuring, building and installing the plugin."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

from harness import BUILD, ROOT, built_plugin

PROFILE = ROOT / "profile" / "Naver Phone"
CMAKE = shutil.which("cmake")
pytestmark = pytest.mark.skipif(not CMAKE, reason="cmake is not installed")


def cmake(*arguments, **environment):
    return subprocess.run([CMAKE, *map(str, arguments)], capture_output=True, text=True, timeout=300,
                          env={**os.environ, **environment})


def project_version() -> str:
    return re.search(r"project\(naverphone VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text()).group(1)


def wireshark_folders(**environment) -> dict:
    """The output of tshark -G folders, without the plugin folder of a test run."""
    clean = {key: value for key, value in os.environ.items() if key != "WIRESHARK_PLUGIN_DIR"}
    listed = subprocess.run(["tshark", "-G", "folders"], capture_output=True, text=True, check=True,
                            env={**clean, **environment})
    rows = [line.split(":", 1) for line in listed.stdout.splitlines() if ":" in line]
    return {title: pathlib.Path(folder.strip()) for title, folder in rows}


def files(folder) -> dict:
    """Every file below a folder, with its content."""
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_install_puts_plugin_and_profile_where_wireshark_looks_and_the_pages_beside_them(tmp_path):
    folders = wireshark_folders()
    assert cmake("--install", BUILD, DESTDIR=str(tmp_path)).returncode == 0
    [installed] = tmp_path.rglob("naverphone.so")
    assert installed == tmp_path / folders["Global Plugins"].relative_to("/") / "epan" / "naverphone.so"
    profile = tmp_path / folders["Global configuration"].relative_to("/") / "profiles" / PROFILE.name
    assert files(profile) == files(PROFILE)
    [readme] = tmp_path.rglob("share/doc/wireshark-plugin-naverphone/README.md")
    assert (readme.parent / "doc" / "control.md").is_file()


def test_uninstall_removes_what_was_installed_and_nothing_else(tmp_path):
    folders = wireshark_folders()
    for other in (folders["Global Plugins"] / "epan" / "other.so", folders["Global configuration"] / "profiles/Mine/recent"):
        path = tmp_path / other.relative_to("/")
        path.parent.mkdir(parents=True)
        path.write_text("not ours")
    before = files(tmp_path)
    assert cmake("--install", BUILD, DESTDIR=str(tmp_path)).returncode == 0
    assert len(files(tmp_path)) > len(before)
    assert cmake("--build", BUILD, "--target", "uninstall", DESTDIR=str(tmp_path)).returncode == 0
    assert files(tmp_path) == before
    assert not list(tmp_path.rglob("*Naver Phone*")) and not list(tmp_path.rglob("*naverphone*"))


def test_uninstall_leaves_a_debian_package_alone_and_names_it(tmp_path):
    ours = tmp_path / "naverphone.so"
    ours.touch()
    (tmp_path / "install_manifest.txt").write_text(str(ours))
    done = cmake(f"-DBUILD_FOLDER={tmp_path}", f"-DPLUGIN={shutil.which('dpkg-query')}",
                 "-P", ROOT / "cmake" / "Uninstall.cmake")
    assert done.returncode != 0 and "apt-get remove dpkg" in done.stderr
    assert ours.exists()


def test_uninstall_of_what_was_never_installed_says_so(tmp_path):
    done = cmake(f"-DBUILD_FOLDER={tmp_path}", f"-DPLUGIN={tmp_path}/no.so", "-P", ROOT / "cmake" / "Uninstall.cmake")
    assert done.returncode != 0 and "Nothing was installed from this build folder" in done.stderr


@pytest.fixture
def user(tmp_path):
    """A user: an environment with a home of its own."""
    return {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}


def personal_profile(user) -> pathlib.Path:
    return wireshark_folders(**user)["Personal configuration"] / "profiles" / PROFILE.name


def run_target(target, user) -> str:
    done = cmake("--build", BUILD, "--target", target, **user)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_install_user_and_uninstall_user_use_the_personal_folders(tmp_path, user):
    run_target("install-user", user)
    [installed] = tmp_path.rglob("naverphone.so")
    assert installed.read_bytes() == built_plugin().read_bytes()
    assert installed.parent == wireshark_folders(**user)["Personal Plugins"] / "epan"
    assert files(personal_profile(user)) == files(PROFILE)
    run_target("uninstall-user", user)
    assert not files(tmp_path)


def test_a_profile_that_was_only_used_goes_with_uninstall_user(user):
    run_target("install-user", user)
    (personal_profile(user) / "recent").write_text("gui.toolbar_main_show: TRUE\n")
    assert "Up-to-date" in run_target("install-user", user)
    run_target("uninstall-user", user)
    assert not personal_profile(user).exists()


@pytest.mark.parametrize("target", ["install-user", "uninstall-user"])
@pytest.mark.parametrize("change", ["edited", "added", "removed"])
def test_a_profile_that_the_user_changed_is_kept_and_named(user, target, change):
    run_target("install-user", user)
    profile = personal_profile(user)
    if change == "edited":
        (profile / "preferences").write_text("mine")
    elif change == "added":
        (profile / "decode_as_entries").write_text("mine")
    else:
        (profile / "preferences").unlink()
    before = files(profile)
    said = run_target(target, user)
    assert "Kept" in said and str(profile) in said
    assert files(profile) == before


def compilers() -> list:
    """Each C compiler of this machine, once."""
    found = {}
    for folder in os.get_exec_path():
        for path in sorted(pathlib.Path(folder).glob("*")):
            if re.fullmatch(r"(gcc|clang)(-\d+)?", path.name):
                found.setdefault(path.resolve(), path)
    return sorted(found.values(), key=lambda path: path.name)


def test_default_build_of_the_source_archive_has_no_warning_of_any_compiler(source, tmp_path):
    """gcc gives some warnings when it optimises one file and others when it optimises all: fat objects do both in one
    build. One test for all compilers, because script/test --all-versions demands the same tests everywhere."""
    for compiler in compilers():
        wrapper = tmp_path / compiler.name
        fat = "-ffat-lto-objects" if compiler.name.startswith("gcc") else ""
        wrapper.write_text(f'#!/bin/sh\nexec {compiler} "$@" {fat}\n')
        wrapper.chmod(0o755)
        build = tmp_path / f"build-{compiler.name}"
        for command in (["-S", source, "-B", build, "-DBUILD_TESTING=OFF", f"-DCMAKE_C_COMPILER={wrapper}"],
                        ["--build", build, "--parallel", "2"]):
            done = cmake(*command)
            output = done.stdout + done.stderr
            assert done.returncode == 0 and "warning" not in output.lower(), f"{compiler}:\n{output}"


@pytest.mark.parametrize("folder", ["empty", "missing"])
def test_a_wrong_wireshark_gives_one_error_that_names_the_package(tmp_path, folder):
    (tmp_path / "empty").mkdir()
    done = cmake("-S", ROOT, "-B", tmp_path / "build", f"-DWireshark_DIR={tmp_path / folder}")
    assert done.returncode != 0
    assert done.stderr.count("CMake Error") == 1
    assert "apt-get install wireshark-dev" in done.stderr


def test_the_version_comes_from_the_one_place(shark):
    [line] = [line for line in shark.run("-G", "plugins").splitlines() if line.startswith("naverphone.so")]
    assert line.split("\t")[1].strip() == project_version()


def test_nothing_but_what_the_loader_wants_is_exported():
    symbols = subprocess.run(["nm", "-D", "--defined-only", built_plugin()], capture_output=True, text=True, check=True)
    exported = {line.split()[-1] for line in symbols.stdout.splitlines()}
    assert exported == {"plugin_version", "plugin_want_major", "plugin_want_minor", "plugin_register",
                        "plugin_describe"}
