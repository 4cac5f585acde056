# SPDX-License-Identifier: GPL-2.0-or-later
"""doc/fields.md describes the current plugin."""

import fields_doc
from harness import BUILD
from test_contract import agreed


def test_fields_page_is_current(shark):
    assert fields_doc.PAGE.read_text() == fields_doc.page(shark), (
        f"doc/fields.md is not current; run: NP_BUILD_DIR={BUILD} /usr/bin/python3 tests/fields_doc.py")


def test_fields_page_has_all_names_of_the_contract():
    text = fields_doc.PAGE.read_text()
    assert [name for name, kind in agreed() if kind != "protocol" and f"`{name}`" not in text] == []
