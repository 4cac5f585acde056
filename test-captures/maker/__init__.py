# SPDX-License-Identifier: GPL-2.0-or-later
"""Building blocks of the made captures, and the scenarios built from them."""
