# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin under test is the one just built."""


def test_the_loaded_plugin_is_the_one_just_built(shark):
    """The fixture compares the bytes of what tshark -G plugins names with the build's."""
    assert "naverphone" in shark.run("-G", "protocols")
