# SPDX-License-Identifier: GPL-2.0-or-later
"""Importing a module of scenarios adds them to the list."""

from . import control, framing, login, signalling, calls, transactions, media, sessions, text, whose, regress    # noqa: F401
