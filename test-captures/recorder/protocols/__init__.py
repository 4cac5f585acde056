# SPDX-License-Identifier: GPL-2.0-or-later
"""The protocols by family. Importing the modules adds them to the list."""

from recorder.protocols import binary, databases, desktop, encrypted, made, services, text     # noqa: F401
