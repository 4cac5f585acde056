# SPDX-License-Identifier: GPL-2.0-or-later
"""Configuring, building and installing the plugin."""

import os
import re
import shutil
import subprocess

import pytest

from harness import BUILD, ROOT, built_plugin

CMAKE = shutil.which("cmake")
pytestmark = pytest.mark.skipif(not CMAKE, reason="cmake is not installed")


def cmake(*arguments, **environment):
    return subprocess.run([CMAKE, *map(str, arguments)], capture_output=True, text=True, timeout=300,
                          env={**os.environ, **environment})


def project_version() -> str:
    return re.search(r"project\(naverphone VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text()).group(1)


def test_install_puts_the_plugin_where_wireshark_looks(tmp_path):
    environment = {key: value for key, value in os.environ.items() if key != "WIRESHARK_PLUGIN_DIR"}
    listed = subprocess.run(["tshark", "-G", "folders"], capture_output=True, text=True, check=True, env=environment)
    folders = dict(line.split(":", 1) for line in listed.stdout.splitlines() if ":" in line)
    assert cmake("--install", BUILD, DESTDIR=str(tmp_path)).returncode == 0
    [installed] = tmp_path.rglob("naverphone.so")
    assert installed == tmp_path / folders["Global Plugins"].strip().lstrip("/") / "epan" / "naverphone.so"


def test_install_user_and_uninstall_user_use_the_personal_folder(tmp_path):
    home = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    assert cmake("--build", BUILD, "--target", "install-user", **home).returncode == 0
    [installed] = tmp_path.rglob("naverphone.so")
    assert installed.read_bytes() == built_plugin().read_bytes()
    assert installed.relative_to(tmp_path).parts[:4] == (".local", "lib", "wireshark", "plugins")
    assert cmake("--build", BUILD, "--target", "uninstall-user", **home).returncode == 0
    assert not installed.exists()


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
