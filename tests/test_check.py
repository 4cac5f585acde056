# SPDX-License-Identifier: GPL-2.0-or-later
"""Each checker of script/check finds a planted fault."""

import os
import shutil
import subprocess

import pytest

from harness import ROOT

UNUSED_FIELD = "int hf_naverphone_nowhere = -1;\n"
UNREGISTERED_FIELD = UNUSED_FIELD + "int *np_nowhere(void) { return &hf_naverphone_nowhere; }\n"
BROKEN = [
    ("checkAPIs.pl", "plugin/text/encodings.c", "int np_bad(const char *text) { int i = atoi(text); return i; }\n", "atoi"),
    ("checkAPIs.pl", "plugin/show/fields.c", ("    &ett_naverphone_call,\n", ""), "ett_naverphone_call"),
    ("checkhf.pl", "plugin/show/fields.c", UNUSED_FIELD, "Unused href entry"),
    ("checkhf.pl", "plugin/show/fields.c", UNREGISTERED_FIELD, "NO ARRAY"),
    ("checkfiltername.pl", "plugin/show/fields.c", ('"naverphone.leg"', '"elsewhere.leg"'), "elsewhere.leg"),
    ("fix-encoding-args.pl", "plugin/show/tree.c",
     "void np_bad(void) { proto_tree_add_item(tree, hf_naverphone_leg, tvb, 0, 1, TRUE); }\n", "ENC_"),
    ("check_typed_item_calls.py", "plugin/show/tree.c",
     "void np_bad(void) { proto_tree_add_uint(tree, hf_naverphone_identity, tvb, 0, 0, 1); }\n", "FT_STRING"),
    ("check_tfs.py", "plugin/show/fields.c", 'static const true_false_string bad = { "Yes", "No" };\n', "tfs_yes_no"),
    ("check_val_to_str.py", "plugin/show/tree.c",
     'void np_bad(void) { val_to_str(1, np_leg_names, "%s"); }\n', "inappropriate format"),
    ("check_col_apis.py", "plugin/show/tree.c", 'void np_bad(void) { col_set_str(cinfo, COL_INFO, ""); }\n', "col_clear"),
    ("checklicenses.py", "plugin/show/tree.c", ("GPL-2.0-or-later", "CC-BY-NC-4.0"), "is not allowed"),
    ("cppcheck", "plugin/text/encodings.c", "int np_bad(void) { int a[2] = { 0 }; return a[2]; }\n", "arrayIndexOutOfBounds"),
    ("x86_64-w64-mingw32-gcc", "plugin/text/span.c", "#include <sys/mman.h>\n", "sys/mman.h: No such file"),
    ("x86_64-w64-mingw32-gcc", "plugin/show/fields.c",
     "const true_false_string *np_bad = &tfs_yes_no;\n", "initializer element is not constant"),
    ("clang-format", "plugin/text/encodings.c", "int  np_bad(void);\n", "code should be clang-formatted"),
    ("shellcheck", "script/demo", "echo $1\n", "SC2086"),
]


@pytest.fixture
def project(tmp_path):
    for tool in ("cppcheck", "clang-tidy", "clang-format", "shellcheck", "x86_64-w64-mingw32-gcc"):
        if not shutil.which(tool):
            pytest.skip(f"no {tool}: script/check installs it, and looks at the sources once for all versions")
    copy = tmp_path / "project"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", "build*", "test-captures", "__pycache__"))
    return copy


@pytest.mark.parametrize("checker, file, bad, finding", BROKEN)
def test_checker_finds_planted_fault(project, checker, file, bad, finding):
    path = project / file
    text = path.read_text()
    assert isinstance(bad, str) or bad[0] in text
    path.write_text(text + bad if isinstance(bad, str) else text.replace(*bad))
    done = subprocess.run([project / "script/check", checker], capture_output=True, text=True, timeout=300,
                          env={**os.environ, "NAVERPHONE_SOURCES": str(ROOT / "build" / "sources")})
    if "DID NOT RUN" in done.stdout:
        pytest.skip(done.stdout.strip())
    assert "FINDINGS" in done.stdout and finding in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize("bad, finding", [
    ("int f(int *p) { if (!p) { *p = 1; } return 0; }", "clang-analyzer-core.NullDereference"),
    ("int f(int a) { if (a) { return 1; } else { return 1; } }", "bugprone-branch-clone"),
    ("void f(int *a)\n{" + "\n    *a += 1;" * 61 + "\n}", "readability-function-size"),
])
def test_clang_tidy_finds_planted_fault(project, bad, finding):
    (project / "plugin/bad.c").write_text(bad + "\n")
    done = subprocess.run(["clang-tidy", "plugin/bad.c", "--"], cwd=project, capture_output=True, text=True, timeout=300)
    assert finding in done.stdout and done.returncode == 1


def test_unknown_checker_is_named(project):
    done = subprocess.run([project / "script/check", "lint"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and done.stderr == "naverphone: no such checker: lint\n"
