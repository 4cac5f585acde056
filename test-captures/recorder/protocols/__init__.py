# SPDX-License-Identifier: GPL-2.0-or-later
"""The protocols, by family. To import them lists them."""

from recorder.protocols import binary, databases, encrypted, made, text     # noqa: F401
