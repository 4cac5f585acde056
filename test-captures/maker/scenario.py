# SPDX-License-Identifier: GPL-2.0-or-later
"""The list of scenarios. A scenario is a function that writes one capture's frames."""

from typing import Callable, NamedTuple


class Scenario(NamedTuple):
    name: str
    folder: str
    write: Callable

    @property
    def sentence(self):
        """The first paragraph of the function's docstring, on one line."""
        return " ".join(self.write.__doc__.split("\n\n")[0].split())


SCENARIOS = {}


def scenario(write, folder="small"):
    """Decorator: lists a function as a scenario, by its name with dashes."""
    name = write.__name__.strip("_").replace("_", "-")
    SCENARIOS[name] = Scenario(name, folder, write)
    return write
