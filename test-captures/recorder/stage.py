# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a protocol is recorded: a folder, an address and a port; and the list of protocols."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, NamedTuple

from recorder.programs import PATIENCE, listening, program, wait_for

SERVER = "127.0.0.10"
NOBODY = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")
LISTENS = "0A"              # a socket's state in /proc/net/tcp
ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.environ["PATH"], "HOME": "/nonexistent"}


class Truth(NamedTuple):
    """How one direction is cut. preface: how many bytes come before the first such message."""
    framing: str
    note: str
    preface: Callable = lambda stream: 0


class Protocol(NamedTuple):
    name: str
    port: int
    client: Truth
    server: Truth
    needs: dict             # program or Python module → package
    record: Callable


PROTOCOLS = {}


def protocol(port, client, server=None, needs=None):
    """Decorator: list a function as a protocol, under its name with dashes. One truth can do for both directions."""
    def listed(record):
        name = record.__name__.strip("_").replace("_", "-")
        PROTOCOLS[name] = Protocol(name, port, client, server or client, needs or {}, record)
        return record
    return listed


class Stage:
    """One protocol's recording. A context manager: its folder, which anybody may write to, lives as long."""

    def __init__(self, port):
        self.address, self.port = SERVER, port

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="record-streams-"))
        self.folder.chmod(0o777)
        self.capture = self.folder / "capture" / "recording.pcapng"
        self.capture.parent.mkdir()
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def write(self, name, text):
        """A file in the folder; the text may name the folder, the address and the port in braces."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.format(folder=self.folder, address=self.address, port=self.port))
        path.parent.chmod(0o777)
        return path

    def run(self, *command, text=""):
        """Let a client do its work, or a server prepare; its output."""
        done = subprocess.run([str(word) for word in command], input=text, capture_output=True, text=True,
                              timeout=PATIENCE * 2, cwd=self.folder, env=ENVIRONMENT, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    @contextmanager
    def service(self, *command):
        """A server running meanwhile; it is asked to end before it is made to."""
        with program(*command, folder=self.folder) as server:
            wait_for(lambda: listens(self.address, self.port), server)
            try:
                yield server
            finally:
                server.terminate()
                server.wait(PATIENCE)

    @contextmanager
    def recording(self):
        """Capture what passes through the port, meanwhile."""
        with listening(self.capture, f"tcp port {self.port}"):
            yield

    @contextmanager
    def connection(self):
        """A client's socket."""
        with socket.create_connection((self.address, self.port), PATIENCE) as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            yield client

    @contextmanager
    def both_ends(self):
        """The client's and the server's socket of one connection; the client closes it first."""
        with socket.create_server((self.address, self.port)) as listener, self.recording():
            with self.connection() as client:
                server, _ = listener.accept()
                server.settimeout(PATIENCE)
                server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with server:
                    yield client, server
                    client.shutdown(socket.SHUT_WR)
                    server.recv(1)
                    time.sleep(0.1)     # time for the kernel to acknowledge the client's FIN on its own


def listens(address, port):
    """Does somebody listen there? Asked of the kernel: to connect would be seen in the capture."""
    local = f"{socket.inet_aton(address)[::-1].hex()}:{port:04x}".upper()
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
    return any(row[1] == local and row[3] == LISTENS for row in rows)
