#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Records a session of real programs on the loopback with dumpcap: a TCP connection, curl with an HTTP server, and
sipp as SIP client and server. Takes about ten seconds.

Needs dumpcap (wireshark-common), sipp and its voice sample (sip-tester), curl, and root to capture and to send voice
from a raw socket. Nothing leaves this machine.
"""

import argparse
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))

from recorder.programs import PATIENCE, listening, program, said     # noqa: E402

SCENARIOS = HERE / "recorder"
VOICE = Path("/usr/share/sip-tester/g711a.pcap")
VOICE_SSRC = bytes.fromhex("dee0ee8f")
PACKAGES = {"dumpcap": "wireshark-common", "sipp": "sip-tester", "curl": "curl"}

CLIENT, CONTROL, LOGIN, SIP = "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"
CONTROL_PORT, LOGIN_PORT, SIP_PORT, CLIENT_SIP_PORT = 10500, 8081, 5060, 50286
CLIENT_MEDIA_PORT, SERVER_MEDIA_PORT = 50300, 41000
PORTS = (CONTROL_PORT, LOGIN_PORT, SIP_PORT, CLIENT_SIP_PORT, CLIENT_MEDIA_PORT, SERVER_MEDIA_PORT)

LOGIN_HOST, DOMAIN = "was.np.naver.com", "pps.naver.com"
USER, SECRET, DIALLED = "hongtest", "made-up-secret", "77001012345678"


def main():
    output = arguments().output.resolve()
    missing = [f"{tool} (package {package})" for tool, package in PACKAGES.items() if not shutil.which(tool)]
    missing += [] if VOICE.exists() else [f"{VOICE} (package sip-tester)"]
    if missing:
        sys.exit(f"record_call.py: not found: {', '.join(missing)}")
    try:
        with voices() as folder:
            recording = Path(folder, "recording.pcapng")
            with capturing(recording):
                session(folder)
            shutil.copyfile(recording, output)
    except (OSError, RuntimeError, subprocess.SubprocessError) as problem:
        sys.exit(f"record_call.py: {problem}")
    print(f"recorded {output}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path, nargs="?", default=HERE / "recorded-call.pcapng",
                        help="capture to write (default: recorded-call.pcapng beside this script)")
    return parser.parse_args()


def session(folder):
    """Control connection, login, registration, call, logout."""
    with control_connection():
        log_in()
        sip("register", folder)
        sip("call", folder)


@contextmanager
def voices():
    """A folder with the voice of each side: the same sample with two SSRCs."""
    sample = VOICE.read_bytes()
    with tempfile.TemporaryDirectory(prefix="record-call-") as folder:
        for side in ("client", "server"):
            Path(folder, f"{side}-voice.pcap").write_bytes(sample.replace(VOICE_SSRC, opaque(f"SSRC {side}", 4)))
        yield folder


def capturing(output):
    """Captures the traffic between the client and its servers with dumpcap."""
    return listening(output, f"host {CLIENT} and ({' or '.join(f'port {port}' for port in PORTS)})")


def opaque(label, length):
    """Made-up bytes, because Naver Phone's payload is not documented."""
    return (sha256(label.encode()).digest() * 2)[:length]


@contextmanager
def control_connection():
    """A TCP connection with some bytes in each direction at login and logout. The client closes it first."""
    with socket.create_server((CONTROL, CONTROL_PORT)) as listener:
        with socket.create_connection((CONTROL, CONTROL_PORT), PATIENCE, (CLIENT, 0)) as client:
            server, _ = listener.accept()
            exchange(client, server, "login")
            yield
            exchange(client, server, "logout")
            client.shutdown(socket.SHUT_WR)
            while server.recv(4096):
                pass
            time.sleep(0.2)     # for the kernel to acknowledge the client's FIN separately
            server.close()
            while client.recv(4096):
                pass


def exchange(client, server, occasion):
    for sender, receiver, length in ((client, server, 24), (server, client, 40)):
        sender.settimeout(PATIENCE)
        receiver.settimeout(PATIENCE)
        sender.sendall(opaque(f"{occasion} {length}", length))
        receiver.recv(4096)


class LoginHandler(BaseHTTPRequestHandler):
    """Accepts every login."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"OK")

    def log_message(self, *_):
        """Prints nothing on standard error."""


def log_in():
    """Sends a form with id and password in hexadecimal with curl. The parameter names are made up."""
    with HTTPServer((LOGIN, LOGIN_PORT), LoginHandler) as server:
        server.timeout = PATIENCE
        threading.Thread(target=server.handle_request, daemon=True).start()
        form = f"id={opaque(USER, 16).hex()}&pw={opaque(SECRET, 16).hex()}"
        subprocess.run(["curl", "--silent", "--show-error", "--fail", "--max-time", str(PATIENCE),
                        "--noproxy", "*", "--interface", CLIENT, "--data", form,
                        "--resolve", f"{LOGIN_HOST}:{LOGIN_PORT}:{LOGIN}",
                        f"http://{LOGIN_HOST}:{LOGIN_PORT}/made/login"],
                       check=True, stdout=subprocess.DEVNULL)


def sip(scenario, folder):
    """Two sipp, a server and a client, run the two halves of a scenario."""
    server = sipp(f"{scenario}_server.xml", SIP, SIP_PORT, SERVER_MEDIA_PORT)
    client = sipp(f"{scenario}_client.xml", CLIENT, CLIENT_SIP_PORT, CLIENT_MEDIA_PORT)
    with program(*server, folder=folder) as called:
        time.sleep(0.5)     # until the server listens; an earlier request would be retransmitted
        with program(*client, f"{SIP}:{SIP_PORT}", folder=folder) as calling:
            succeed(client=calling, server=called)


def succeed(**sides):
    """Waits until both sides succeed."""
    for side, process in sides.items():
        if process.wait(PATIENCE) != 0:
            raise RuntimeError(f"sipp, {side}: {said(process)}")


def sipp(scenario, address, port, media_port):
    nonce = opaque(scenario, 16).hex()
    return ("sipp", "-sf", SCENARIOS / scenario, "-i", address, "-p", port, "-mi", address, "-mp", media_port,
            "-s", DIALLED, "-au", USER, "-ap", SECRET, "-auth_uri", DOMAIN, "-key", "domain", DOMAIN,
            "-key", "user", USER, "-key", "nonce", nonce,
            "-m", 1, "-nostdin", "-timeout", PATIENCE, "-timeout_error")


if __name__ == "__main__":
    main()
