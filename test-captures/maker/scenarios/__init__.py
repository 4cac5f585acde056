# SPDX-License-Identifier: GPL-2.0-or-later
"""Every scenario lists itself when its module is imported."""

from . import control, framing, login, signalling, calls, transactions, media, sessions, text, whose, regress    # noqa: F401
