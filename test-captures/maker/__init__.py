# SPDX-License-Identifier: GPL-2.0-or-later
"""Building blocks of the generated captures, and their scenarios."""
