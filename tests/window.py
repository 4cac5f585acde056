# SPDX-License-Identifier: GPL-2.0-or-later
"""Controls the Wireshark window on an invisible screen and reads its contents.

Qt publishes each window's elements with their texts, rows and actions for assistive technology (AT-SPI, over D-Bus).
The tests find elements there by name, so they do not depend on positions, fonts or styles. Only keys go to the screen
itself. There are no fixed delays: each wait ends when its condition is met, or the test fails.
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
MOST_RIGHT = 20         # maximum distance of a click from an element's left edge, in pixels
PATIENCE = 30           # seconds; enough for a busy machine
ANSWER_TIME = 10000     # milliseconds
ATSPI = "org.a11y.atspi."
ROOT_PATH = "/org/a11y/atspi/accessible/root"
STATES = {name: number for number, name in enumerate(
    "invalid active armed busy checked collapsed defunct editable enabled expandable expanded focusable focused "
    "has-tooltip horizontal iconified modal multi-line multiselectable opaque pressed resizable selectable selected "
    "sensitive showing".split())}
ROLES = {"push button": "button"}       # names that depend on the version of Qt
HAS_MANY = ("tree", "table", "list")
RECENT = """
gui.geometry_main_x: 10
gui.geometry_main_y: 30
gui.geometry_main_width: 1300
gui.geometry_main_height: 860
"""
_numbers = itertools.count(1)


def missing() -> list:
    """Programs and modules that this machine lacks to control the window."""
    lacking = [program for program in PROGRAMS if not shutil.which(program)]
    if not ACCESSIBILITY.exists():
        lacking.append("at-spi2-core")
    return lacking if Gio else [*lacking, "python3-gi"]


def wait(condition, what: str):
    """Returns the first true result of condition, which may fail while elements come and go."""
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
        # Leave out the caller's other variables: a theme, a scale or a Wayland session would change the window.
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
        """Starts a server and returns the line that it prints when it is ready."""
        server = started.enter_context(self.start(*command, stdout=subprocess.PIPE, text=True, **how))
        ready, _, _ = select.select([server.stdout], [], [], PATIENCE)
        line = server.stdout.readline().strip() if ready else ""
        assert line, f"{command[0]} did not start"
        return line

    @contextlib.contextmanager
    def start(self, *command, shark=None, session="", **how):
        """Starts a program on this desktop, with the user of shark and this session bus. The context ends it."""
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
        """Clicks near the element's left edge, because its right part may be hidden, and moves the pointer away,
        because hints may appear below it."""
        x, y, width, height = element.place
        self.run("xdotool", "mousemove", str(x + min(width // 2, MOST_RIGHT)), str(y + height // 2),
                 "click", "--repeat", str(times), "1", "mousemove", *AWAY)

    def resize(self, width: int, height: int):
        """Resizes the window that has the focus."""
        self.run("xdotool", "getactivewindow", "windowsize", "--sync", str(width), str(height))

    @property
    def clipboard(self) -> str:
        """The clipboard's text; an error if it has none yet."""
        return self.run("xclip", "-o", "-selection", "clipboard")


@dataclasses.dataclass
class Element:
    """An element of a program: a window, a button, a table, a cell."""

    bus: object
    program: str
    path: str

    def call(self, interface: str, method: str, signature: str = "()", *arguments):
        """Calls a method. A single result is returned as it is."""
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
        """All visible elements below, in order, without cells of tables."""
        for child in self.children:
            if child.has("showing"):
                yield child
                if child.role not in HAS_MANY:
                    yield from child.walk()

    def all(self, role: str, name: str = None, tip: str = "") -> list:
        """The elements with this role and name, and a tool tip that starts like this."""
        return [found for found in self.walk()
                if found.role == role and name in (None, found.name) and found.description.startswith(tip)]

    def find(self, role: str, name: str = None, tip: str = ""):
        """Waits for such an element and returns the first."""
        return wait(lambda: self.all(role, name, tip)[0], f"{role} {name or tip} in {self.name}")

    # ---- actions --

    @property
    def actions(self) -> list:
        return [name for name, _description, _key in self.call(ATSPI + "Action", "GetActions")]

    def act(self, *names):
        """Performs the first of these actions that the element has. Does not wait, because a modal dialog answers when
        it closes."""
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
        """Replaces the element's text."""
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
        """The rows, each a list of elements, including those outside the visible part."""
        width = max(1, self.get("Table", "NColumns"))
        found = [child for child in self.children if "header" not in child.role]
        return [found[i:i + width] for i in range(0, len(found), width)]

    @property
    def rows(self) -> list:
        return [[cell.name for cell in row] for row in self.cells]

    def row(self, text: str) -> int:
        """Waits for a row with a cell that contains the text, and returns its number."""
        return wait(lambda: [number for number, row in enumerate(self.rows) if any(text in cell for cell in row)],
                    f"row with {text}")[0]

    def select(self, *rows: int):
        """Selects exactly these rows."""
        for row in self.call(ATSPI + "Table", "GetSelectedRows"):
            self.call(ATSPI + "Table", "RemoveRowSelection", "(i)", row)
        for row in rows:
            self.call(ATSPI + "Table", "AddRowSelection", "(i)", row)
        selected = sorted(self.call(ATSPI + "Table", "GetSelectedRows"))
        if selected != sorted(rows):
            raise LookupError(f"rows {selected} are selected instead of {rows}")


class Window:
    """Wireshark with a capture and its own configuration. A context manager."""

    def __init__(self, desktop: Desktop, capture: str, shark=None):
        self.desktop = desktop
        self.shark = shark or desktop.shark
        self.capture = self.shark.stage.find(capture)
        self.configuration = desktop.shark.stage.home / "windows" / str(next(_numbers)) / "wireshark"

    def configure(self, file: str, text: str):
        """Writes a configuration file, before the start."""
        path = self.configuration / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o666)

    def __enter__(self):
        with contextlib.ExitStack() as started:
            self.configure("recent", RECENT)
            for folder in (self.configuration, *self.configuration.parents[:2]):
                folder.chmod(0o777)
            # Qt 5 searches for an existing accessibility bus too early and then never again. So each Wireshark gets its
            # own session bus, with accessibility enabled once the window exists.
            session = self.desktop.answer(started, "dbus-daemon", "--session", "--nofork", "--nopidfile",
                                          "--print-address=1")
            self.process = started.enter_context(self.desktop.start(
                "env", f"XDG_CONFIG_HOME={self.configuration.parent}", "wireshark", "-r", self.capture,
                shark=self.shark, session=session))
            # xdotool fails if a window closes during the search
            wait(lambda: self.desktop.run("xdotool", "search", "--sync", "--onlyvisible", "--all",
                                          "--pid", str(self.process.pid), "--class", "wireshark"), "window")
            # The session bus admits only its own user. The accessibility bus that it starts admits root, too.
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
        """The number of displayed packets in the status bar."""
        [status] = [label.name for label in self.main.all("label") if label.name.startswith("Packets:")]
        numbers = dict(re.findall(r"(\w+): ([0-9]+)", status))
        return int(numbers.get("Displayed", numbers["Packets"]))    # shown by 4.4 and later only if a filter hides packets

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
        """Calls press, which opens a window, and waits for that window."""
        before = [window.path for window in self.application.children]
        press(*arguments)
        return wait(lambda: [window for window in self.application.children
                             if window.path not in before and window.has("active")][0], "new window")

    def open(self, *path: str) -> Element:
        """Chooses a menu item and waits for the window that it opens."""
        return self.opened(self.menu, *path)

    def choose(self, combo: Element, name: str):
        """Chooses an entry of a combo box."""
        combo.act("Press")
        wait(lambda: [entry for entry in combo.children[0].children if entry.has("focused")], "list of the combo box")
        self.desktop.write(name)
        self.desktop.key("Return")
        wait(lambda: combo.name == name, f"{name} chosen")

    def go_to(self, tree: Element, name: str):
        """Moves to the row that starts with name by typing, as a user does."""
        self.desktop.write(name)
        wait(lambda: [cell for cell in tree.children if cell.has("focused") and cell.name == name], f"row {name}")

    def enter(self, cell: Element, text: str):
        """Edits a cell of a table."""
        self.desktop.click(cell, times=2)
        self.desktop.write(text)
        self.desktop.key("Return")

    def screenshot(self, name: str, window: Element):
        """Saves a picture of the window to NP_SCREENSHOTS, if set, as soon as the window stops changing."""
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
        """Chooses a menu item."""
        element = self.main.find("menu bar")
        for name in path:
            menus = [element, *(child for child in element.children if child.role == "popup menu")]
            element = wait(lambda: [item for menu in menus for item in menu.children if item.name == name][0],
                           f"menu {name}")
        element.press()
