# SPDX-License-Identifier: GPL-2.0-or-later
"""Building blocks of the recorded captures, and the recorded protocols."""
