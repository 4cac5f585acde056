# SPDX-License-Identifier: GPL-2.0-or-later
"""Screens at a distance. Most of their messages have no length field, or several kinds of them."""

import time
from contextlib import contextmanager

from recorder.framing import NONE
from recorder.programs import PATIENCE, program
from recorder.protocols.encrypted import certificate
from recorder.stage import Truth, protocol
from recorder.words import word

X11_BASE = 6000             # an X server's port is this plus the number of its display
WINDOW_DISPLAY = 20091


@protocol(20590, Truth(NONE, "RFC 6143, 7.5: the type of a message tells its length"),
          Truth(NONE, "RFC 6143, 7.6: the type of a message, and what it holds, tell its length"),
          needs={"Xtigervnc": "tigervnc-standalone-server", "gvncviewer": "gvncviewer", "Xvfb": "xvfb",
                 "xdotool": "xdotool", "xclock": "x11-apps"})
def rfb(stage):
    """gvncviewer, whose pointer and keys are moved by xdotool, looks at a clock on a TigerVNC server."""
    server = ("Xtigervnc", ":20090", "-rfbport", stage.port, "-interface", stage.address, "-SecurityTypes", "None",
              "-geometry", "200x150", "-depth", 16, "-nolisten", "tcp")
    with display(stage), stage.service(*server), shown(stage, ":20090", "xclock", "-update", 1):
        with stage.recording(), shown(stage, f":{WINDOW_DISPLAY}", "gvncviewer", f"{stage.address}:{stage.port - 5900}"):
            time.sleep(1.5)
            for number in range(20):
                on_display(stage, "mousemove", 20 + number * 7, 30 + number * 5 % 80)
                if number % 4 == 0:
                    on_display(stage, "click", 1)
                    on_display(stage, "type", word(number))
            time.sleep(1)
            on_display(stage, "search", "--name", ".", "windowclose", "%@")
            time.sleep(1)


@contextmanager
def display(stage):
    """A screen that only exists in memory."""
    command = ("Xvfb", f":{WINDOW_DISPLAY}", "-screen", 0, "400x300x16", "-nolisten", "tcp")
    with program(*command, folder=stage.folder) as screen:
        time.sleep(1.5)
        yield
        screen.terminate()
        screen.wait(PATIENCE)


@contextmanager
def shown(stage, where, *command):
    """A program with a window."""
    with program("env", f"DISPLAY={where}", f"HOME={stage.folder}", *command, folder=stage.folder) as window:
        time.sleep(0.5)
        yield window
        window.terminate()
        window.wait(PATIENCE)


def on_display(stage, *command):
    stage.run("env", f"DISPLAY=:{WINDOW_DISPLAY}", "xdotool", *command)
    time.sleep(0.05)


@protocol(20092, Truth(NONE, "X Window System Protocol, 1: a request's length counts units of four bytes, from a field "
                             "of two"),
          Truth(NONE, "X Window System Protocol, 1: events and errors have 32 bytes, replies 32 and as many units of four "
                      "as they say"), needs={"Xvfb": "xvfb", "xclock": "x11-apps"})
def x11(stage):
    """A clock on the display of Xvfb."""
    server = ("Xvfb", f":{stage.port - X11_BASE}", "-screen", 0, "200x150x8", "-listen", "tcp", "-nolisten", "unix",
              "-ac", "-noreset")
    with stage.service(*server), stage.recording():
        with shown(stage, f"{stage.address}:{stage.port - X11_BASE}", "xclock", "-digital", "-norender", "-update", 1):
            time.sleep(6)
        time.sleep(0.5)


XRDP = """
[Globals]
ini_version=1
fork=false
address={address}
port=tcp://{address}:{port}
security_layer=rdp
crypt_level=none
certificate={folder}/certificate.pem
key_file={folder}/key.pem
max_bpp=16
bitmap_compression=true
use_fastpath=both
ls_width=200
ls_height=150
[Logging]
LogFile={folder}/log
LogLevel=INFO
EnableSyslog=false
[Vnc]
name=Vnc
lib=libvnc.so
username=ask
password=ask
ip={address}
port=1
"""


@protocol(20341, Truth(NONE, "MS-RDPBCGR, 2.2.1 and 2.2.9.1.2: first TPKT (u16be@2+0), then messages of the fast path, too, "
                             "with a length of one byte or two"),
          needs={"xrdp": "xrdp", "xfreerdp": "freerdp2-x11", "Xvfb": "xvfb", "xdotool": "xdotool"})
def rdp_fast_path(stage):
    """xfreerdp, whose pointer and keys are moved by xdotool, looks at the login window of xrdp, without TLS."""
    certificate(stage)
    viewer = ("xfreerdp", f"/v:{stage.address}:{stage.port}", "/size:200x150", "/bpp:16", "/u:demo", "/log-level:OFF",
              "/sec:rdp", "+fast-path")
    with display(stage), stage.service("xrdp", "--nodaemon", "-c", stage.write("xrdp.ini", XRDP)), stage.recording():
        with shown(stage, f":{WINDOW_DISPLAY}", *viewer):
            time.sleep(2)
            for number in range(5):
                on_display(stage, "mousemove", 40 + number * 11, 50 + number * 9 % 60)
                on_display(stage, "type", word(number)[:2])
            time.sleep(0.5)
        time.sleep(1)
