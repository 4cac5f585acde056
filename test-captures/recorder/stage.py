# SPDX-License-Identifier: GPL-2.0-or-later
"""The recording of a protocol, with its folder, address and port, and the list of protocols."""

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
    """The framing of one direction. preface: number of bytes before the first such message."""
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
    """Decorator: lists a function as a protocol, by its name with dashes. Without server, both directions are alike."""
    def listed(record):
        name = record.__name__.strip("_").replace("_", "-")
        PROTOCOLS[name] = Protocol(name, port, client, server or client, needs or {}, record)
        return record
    return listed


class Stage:
    """The recording of a protocol. A context manager with a temporary folder that anybody may write to."""

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
        """Writes a file in the folder. {folder}, {address} and {port} in the text are replaced."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.format(folder=self.folder, address=self.address, port=self.port))
        path.parent.chmod(0o777)
        return path

    def run(self, *command, text=""):
        """Runs a client, or prepares a server, and returns the output."""
        done = subprocess.run([str(word) for word in command], input=text, capture_output=True, text=True,
                              timeout=PATIENCE * 2, cwd=self.folder, env=ENVIRONMENT, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    @contextmanager
    def service(self, *command):
        """Runs a server and terminates it at the end."""
        with program(*command, folder=self.folder) as server:
            wait_for(lambda: listens(self.address, self.port), server)
            try:
                yield server
            finally:
                server.terminate()
                server.wait(PATIENCE)

    @contextmanager
    def recording(self):
        """Captures the traffic of the port."""
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
        """Both sockets of a connection. The client closes first."""
        with socket.create_server((self.address, self.port)) as listener, self.recording():
            with self.connection() as client:
                server, _ = listener.accept()
                server.settimeout(PATIENCE)
                server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with server:
                    yield client, server
                    client.shutdown(socket.SHUT_WR)
                    server.recv(1)
                    time.sleep(0.1)     # for the kernel to acknowledge the client's FIN separately


def listens(address, port):
    """True if a server listens. This reads the kernel's tables, because connecting would show in the capture."""
    rows = [line.split() for table in ("tcp", "tcp6") for line in Path(f"/proc/net/{table}").read_text().splitlines()]
    return any(row[1] in local_ends(address, port) and row[3] == LISTENS for row in rows)


def local_ends(address, port):
    """The address and the wildcards of IPv4 and IPv6, with the port, as the kernel writes them."""
    hosts = (socket.inet_aton(address)[::-1].hex(), "0" * 8, "0" * 32)
    return [f"{host}:{port:04x}".upper() for host in hosts]
