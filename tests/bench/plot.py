# SPDX-License-Identifier: GPL-2.0-or-later
"""Plots time and memory against packets, with the plugin and without it."""

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "naverphone"      # makes the file reproducible

from matplotlib import pyplot    # noqa: E402

FEW = "short", "short-1M", "short-3M"
MANY = "short-3M-5000"
PANELS = ("seconds", "CPU seconds"), ("memory", "peak memory, MB")


def draw(result, path):
    rows = {row["name"]: row for row in result["rows"]}
    curve = [rows[name] for name in FEW if name in rows]
    figure, panels = pyplot.subplots(1, len(PANELS), figsize=(9, 3.5), layout="constrained")
    for panel, (what, label) in zip(panels, PANELS):
        for side, (style, name) in enumerate((("o-", "with the plugin"), ("s--", "without"))):
            panel.plot([row["packets"] / 1e6 for row in curve], [row[what][side] for row in curve], style, label=name)
            if MANY in rows:
                panel.plot(rows[MANY]["packets"] / 1e6, rows[MANY][what][side], "x", color=panel.lines[-1].get_color(),
                           label=f"{name}, 5,000 sessions at once")
        panel.set(xlabel="million packets", ylabel=label, xlim=0, ylim=0)
        panel.legend(fontsize="small")
    figure.savefig(path, metadata={"Date": None})
