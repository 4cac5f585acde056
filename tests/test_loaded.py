# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin under test is the one just built."""


def test_loaded_plugin_is_the_one_just_built(shark):
    """The fixture compares the bytes of the loaded plugin with those of the built one."""
    assert "naverphone" in shark.run("-G", "protocols")
