# SPDX-License-Identifier: GPL-2.0-or-later
"""Drives the Wireshark window on an invisible screen, and reads what it shows.

Qt tells assistive technology (AT-SPI, over D-Bus) each window's elements with their texts, rows and actions. The tests
find elements there by their names, so they depend on no position, font or style. Only keys go to the screen itself.
Nothing sleeps for a guessed time: whatever takes time is waited for until it is there, or the test fails.
"""

import contextlib
import dataclasses
import itertools
import os
import pathlib
import re
import select
import shutil
import subprocess
import time

try:
    from gi.repository import Gio, GLib
except ImportError:
    Gio = GLib = None

PROGRAMS = ("wireshark", "Xvfb", "openbox", "dbus-daemon", "dbus-send", "xdotool", "xclip", "import")
ACCESSIBILITY = pathlib.Path("/usr/share/dbus-1/services/org.a11y.Bus.service")
SCREEN = "1400x1000x24"
AWAY = ("1399", "999")
MOST_RIGHT = 20         # pixels from the left where an element is clicked on
PATIENCE = 30           # seconds; a loaded machine is slow
ANSWER_TIME = 10000     # milliseconds
ATSPI = "org.a11y.atspi."
ROOT_PATH = "/org/a11y/atspi/accessible/root"
STATES = {name: number for number, name in enumerate(
    "invalid active armed busy checked collapsed defunct editable enabled expandable expanded focusable focused "
    "has-tooltip horizontal iconified modal multi-line multiselectable opaque pressed resizable selectable selected "
    "sensitive showing".split())}
ROLES = {"push button": "button"}       # what versions of Qt call differently
HAS_MANY = ("tree", "table", "list")
RECENT = """
gui.geometry_main_x: 10
gui.geometry_main_y: 30
gui.geometry_main_width: 1300
gui.geometry_main_height: 860
"""
_numbers = itertools.count(1)


def missing() -> list:
    """What this machine lacks to drive the window."""
    lacking = [program for program in PROGRAMS if not shutil.which(program)]
    if not ACCESSIBILITY.exists():
        lacking.append("at-spi2-core")
    return lacking if Gio else [*lacking, "python3-gi"]


def wait(condition, what: str):
    """The first true answer of the condition, which may also fail for as long as elements come and go."""
    end = time.monotonic() + PATIENCE
    while True:
        found = problem = None
        try:
            found = condition()
        except (GLib.Error, LookupError, ValueError, subprocess.CalledProcessError) as error:
            problem = error
        if found:
            return found
        assert time.monotonic() < end, f"{what}: not so after {PATIENCE} seconds ({problem or found})"
        time.sleep(0.02)


class Desktop:
    """An invisible screen with a window manager. A context manager."""

    def __init__(self, shark):
        self.shark = shark
        # Nothing else of the caller's: a theme, a scale or a Wayland session would be another window.
        self.environment = {"PATH": os.environ["PATH"], "QT_QPA_PLATFORM": "xcb", "QT_STYLE_OVERRIDE": "Fusion",
                            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}

    def __enter__(self):
        with contextlib.ExitStack() as started:
            number = self.answer(started, "Xvfb", "-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp")
            self.environment["DISPLAY"] = f":{number}"
            started.enter_context(self.start("openbox"))
            self.run("xdotool", "mousemove", *AWAY)
            self._started = started.pop_all()
        return self

    def __exit__(self, *_):
        self._started.close()

    def answer(self, started, *command, **how) -> str:
        """The line that a server prints as soon as it is ready."""
        server = started.enter_context(self.start(*command, stdout=subprocess.PIPE, text=True, **how))
        ready, _, _ = select.select([server.stdout], [], [], PATIENCE)
        line = server.stdout.readline().strip() if ready else ""
        assert line, f"{command[0]} did not start"
        return line

    @contextlib.contextmanager
    def start(self, *command, shark=None, session="", **how):
        """A program on this desktop, run as Wireshark is, on that session bus; ended with the context."""
        environment = {**self.environment, "DBUS_SESSION_BUS_ADDRESS": session}
        with subprocess.Popen((shark or self.shark).command(*command), env=environment, stdin=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, **how) as process:
            try:
                yield process
            finally:
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(PATIENCE)
                process.kill()

    def run(self, *command) -> str:
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True,
                              timeout=PATIENCE).stdout

    def key(self, *keys):
        """Presses keys in the window that has the focus."""
        self.run("xdotool", "key", *keys)

    def write(self, text: str):
        self.run("xdotool", "type", "--delay", "0", text)

    def click(self, element, times: int = 1):
        """Clicks on it, where it is shown even if its right part is not, and takes the pointer out of the way:
        what lies below a pointer may show a hint."""
        x, y, width, height = element.place
        self.run("xdotool", "mousemove", str(x + min(width // 2, MOST_RIGHT)), str(y + height // 2),
                 "click", "--repeat", str(times), "1", "mousemove", *AWAY)

    def resize(self, width: int, height: int):
        """Makes the window that has the focus so large."""
        self.run("xdotool", "getactivewindow", "windowsize", "--sync", str(width), str(height))

    @property
    def clipboard(self) -> str:
        """The text there; an error where there is none yet."""
        return self.run("xclip", "-o", "-selection", "clipboard")


@dataclasses.dataclass
class Element:
    """Something that a program shows: a window, a button, a table, a cell."""

    bus: object
    program: str
    path: str

    def call(self, interface: str, method: str, signature: str = "()", *arguments):
        """Calls a method; a single result is returned as it is."""
        answer = self.bus.call_sync(self.program, self.path, interface, method, GLib.Variant(signature, arguments), None,
                                    Gio.DBusCallFlags.NONE, ANSWER_TIME, None).unpack()
        return answer[0] if len(answer) == 1 else answer

    def get(self, interface: str, name: str):
        return self.call("org.freedesktop.DBus.Properties", "Get", "(ss)", ATSPI + interface, name)

    @property
    def name(self) -> str:
        return self.get("Accessible", "Name").strip()

    @property
    def description(self) -> str:
        return self.get("Accessible", "Description")

    @property
    def role(self) -> str:
        name = self.call(ATSPI + "Accessible", "GetRoleName")
        return ROLES.get(name, name)

    def has(self, state: str) -> bool:
        low, high = self.call(ATSPI + "Accessible", "GetState")
        return bool((high << 32 | low) >> STATES[state] & 1)

    @property
    def children(self) -> list:
        return [Element(self.bus, program, path)
                for program, path in self.call(ATSPI + "Accessible", "GetChildren") if not path.endswith("/null")]

    def walk(self):
        """All elements below that are shown, in order; but not the cells of tables."""
        for child in self.children:
            if child.has("showing"):
                yield child
                if child.role not in HAS_MANY:
                    yield from child.walk()

    def all(self, role: str, name: str = None, tip: str = "") -> list:
        """The elements of that role and name, and whose tool tip begins so."""
        return [found for found in self.walk()
                if found.role == role and name in (None, found.name) and found.description.startswith(tip)]

    def find(self, role: str, name: str = None, tip: str = ""):
        """Waits for the first of them."""
        return wait(lambda: self.all(role, name, tip)[0], f"{role} {name or tip} in {self.name}")

    # ---- doing ----

    @property
    def actions(self) -> list:
        return [name for name, _description, _key in self.call(ATSPI + "Action", "GetActions")]

    def act(self, *names):
        """Does the first of these actions that the element has. Does not wait: a modal dialog answers when it closes."""
        actions = self.actions
        wanted = [actions.index(name) for name in names if name in actions]
        assert wanted, f"{self.role} {self.name} has no action {names}, but {actions}"
        self.bus.call(self.program, self.path, ATSPI + "Action", "DoAction", GLib.Variant("(i)", (wanted[0],)), None,
                      Gio.DBusCallFlags.NONE, ANSWER_TIME, None, None)
        self.bus.flush_sync()

    def press(self):
        wait(lambda: self.has("enabled"), f"{self.role} {self.name} is enabled")
        self.act("Press", "Toggle")

    @property
    def place(self) -> tuple:
        """x, y, width and height on the screen."""
        return tuple(self.call(ATSPI + "Component", "GetExtents", "(u)", 0))

    def type(self, text: str):
        """Puts the text where another one was."""
        self.call(ATSPI + "EditableText", "SetTextContents", "(s)", text)

    @property
    def text(self) -> str:
        return self.call(ATSPI + "Text", "GetText", "(ii)", 0, -1)

    # ---- tables, trees and lists ----

    @property
    def titles(self) -> list:
        return [child.name for child in self.children if "header" in child.role]

    @property
    def cells(self) -> list:
        """The rows, each a list of elements; those that can be scrolled to, too."""
        width = max(1, self.get("Table", "NColumns"))
        found = [child for child in self.children if "header" not in child.role]
        return [found[i:i + width] for i in range(0, len(found), width)]

    @property
    def rows(self) -> list:
        return [[cell.name for cell in row] for row in self.cells]

    def row(self, text: str) -> int:
        """Waits for a row with a cell that holds the text, and returns its number."""
        return wait(lambda: [number for number, row in enumerate(self.rows) if any(text in cell for cell in row)],
                    f"row with {text}")[0]

    def select(self, *rows: int):
        """Selects these rows and no others."""
        for row in self.call(ATSPI + "Table", "GetSelectedRows"):
            self.call(ATSPI + "Table", "RemoveRowSelection", "(i)", row)
        for row in rows:
            self.call(ATSPI + "Table", "AddRowSelection", "(i)", row)
        selected = sorted(self.call(ATSPI + "Table", "GetSelectedRows"))
        assert selected == sorted(rows), f"rows {selected} are selected instead of {rows}"


class Window:
    """Wireshark with a capture and a configuration of its own. A context manager."""

    def __init__(self, desktop: Desktop, capture: str, shark=None):
        self.desktop = desktop
        self.shark = shark or desktop.shark
        self.capture = self.shark.stage.find(capture)
        self.configuration = desktop.shark.stage.home / "windows" / str(next(_numbers)) / "wireshark"

    def configure(self, file: str, text: str):
        """Writes a file of the configuration, before the start."""
        path = self.configuration / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o666)

    def __enter__(self):
        with contextlib.ExitStack() as started:
            self.configure("recent", RECENT)
            for folder in (self.configuration, *self.configuration.parents[:2]):
                folder.chmod(0o777)
            # Qt 5 looks for its accessibility bus too early where there is one already, and then never again:
            # so a session bus for each Wireshark, and accessibility on it once the window is there.
            session = self.desktop.answer(started, "dbus-daemon", "--session", "--nofork", "--nopidfile",
                                          "--print-address=1")
            self.process = started.enter_context(self.desktop.start(
                "env", f"XDG_CONFIG_HOME={self.configuration.parent}", "wireshark", "-r", self.capture,
                shark=self.shark, session=session))
            # xdotool fails where a window goes away while it looks
            wait(lambda: self.desktop.run("xdotool", "search", "--sync", "--onlyvisible", "--all",
                                          "--pid", str(self.process.pid), "--class", "wireshark"), "window")
            # The session bus admits none but its user, the accessibility bus that it starts admits root, too.
            address = self.desktop.answer(started, "dbus-send", "--print-reply=literal", "--dest=org.a11y.Bus",
                                          "/org/a11y/bus", "org.a11y.Bus.GetAddress", session=session)
            flags = Gio.DBusConnectionFlags
            bus = Gio.DBusConnection.new_for_address_sync(
                address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None)
            programs = Element(bus, ATSPI + "Registry", ROOT_PATH)
            self.application = wait(lambda: programs.children[0], "Wireshark tells what it shows")
            self.main = wait(lambda: self.application.children[0], "main window")
            wait(lambda: self.displayed, "capture read")
            self._started = started.pop_all()
        return self

    def __exit__(self, *_):
        self._started.close()

    @property
    def displayed(self) -> int:
        """How many packets the display filter takes, as the status bar says."""
        [status] = [label.name for label in self.main.all("label") if label.name.startswith("Packets:")]
        numbers = dict(re.findall(r"(\w+): ([0-9]+)", status))
        return int(numbers.get("Displayed", numbers["Packets"]))    # 4.4 and later: only what a filter changes

    def filter(self, text: str):
        """Applies a display filter."""
        self.filter_line.type(text)
        self.filter_line.find("button", tip="Apply display filter").press()

    @property
    def filter_line(self) -> Element:
        return self.main.find("text", "Display filter entry")

    @property
    def packets(self) -> Element:
        return self.main.find("tree", "Packet list")

    @property
    def details(self) -> Element:
        return self.main.find("tree", "Packet details")

    def opened(self, press, *arguments) -> Element:
        """Does what opens a window, and waits for that window."""
        before = [window.path for window in self.application.children]
        press(*arguments)
        return wait(lambda: [window for window in self.application.children
                             if window.path not in before and window.has("active")][0], "new window")

    def open(self, *path: str) -> Element:
        """Chooses an item of the menus, and waits for the window that it opens."""
        return self.opened(self.menu, *path)

    def choose(self, combo: Element, name: str):
        """Chooses an entry of a combo box."""
        combo.act("Press")
        wait(lambda: [entry for entry in combo.children[0].children if entry.has("focused")], "list of the combo box")
        self.desktop.write(name)
        self.desktop.key("Return")
        wait(lambda: combo.name == name, f"{name} chosen")

    def go_to(self, tree: Element, name: str):
        """Makes the row that begins so the current one, by typing as a user does."""
        self.desktop.write(name)
        wait(lambda: [cell for cell in tree.children if cell.has("focused") and cell.name == name], f"row {name}")

    def enter(self, cell: Element, text: str):
        """Edits a cell of a table."""
        self.desktop.click(cell, times=2)
        self.desktop.write(text)
        self.desktop.key("Return")

    def screenshot(self, name: str, window: Element):
        """Saves what the window looks like, as soon as it stands still; where NP_SCREENSHOTS asks for it."""
        if "NP_SCREENSHOTS" not in os.environ:
            return
        x, y, width, height = window.place
        folder = pathlib.Path(os.environ["NP_SCREENSHOTS"])
        folder.mkdir(parents=True, exist_ok=True)
        picture = folder / f"{name}.png"
        seen = []

        def still():
            self.desktop.run("import", "-window", "root", "-crop", f"{width}x{height}+{x}+{y}", "+repage", "-strip",
                             "-define", "png:exclude-chunks=date,time", "-colors", "256", str(picture))
            seen.append(picture.read_bytes())
            return seen[-2:-1] == seen[-1:]

        wait(still, "still picture")

    def colours(self, window: Element) -> set:
        """The colours on the window: (red, green, blue)."""
        x, y, width, height = window.place
        picture = subprocess.run(["import", "-window", "root", "-crop", f"{width}x{height}+{x}+{y}", "-depth", "8", "rgb:-"],
                                 env=self.desktop.environment, capture_output=True, check=True, timeout=PATIENCE).stdout
        return set(zip(picture[::3], picture[1::3], picture[2::3]))

    def menu(self, *path: str):
        """Chooses an item of the menus."""
        element = self.main.find("menu bar")
        for name in path:
            menus = [element, *(child for child in element.children if child.role == "popup menu")]
            element = wait(lambda: [item for menu in menus for item in menu.children if item.name == name][0],
                           f"menu {name}")
        element.press()
