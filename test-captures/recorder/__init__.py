# SPDX-License-Identifier: GPL-2.0-or-later
"""Building blocks of the recorded captures, and the protocols whose streams are recorded."""
