# SPDX-License-Identifier: GPL-2.0-or-later
"""TLS, TLS without record headers, TLS after lines, and SSH."""

import imaplib
import random
import ssl
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from recorder.framing import NONE
from recorder.programs import PATIENCE
from recorder.protocols.made import pass_on
from recorder.stage import ENVIRONMENT, Truth, protocol
from recorder.words import lengths, sentence, word

RECORD_HEADER = 5
SHELL_LINES = ["echo {0}; sleep 0.02", "printf '%s\\n' {0} {0} | tr a-z b-za", "seq {1}", "expr {1} '*' 7",
               "x={0}; echo \"$x and $x\" | wc -c"]
PRIVILEGES = Path("/run/sshd")          # sshd requires this empty folder


@protocol(20443, Truth("u16be@3+5", "RFC 8446, 5.1: type, version, two bytes of length; TLS 1.3"),
          needs={"openssl": "openssl"})
def tls(stage):
    """openssl s_server returns each line reversed; the client is Python's ssl."""
    with stage.service(*openssl_server(stage)), stage.recording(), stage.connection() as plain:
        with trusting().wrap_socket(plain) as client, client.makefile("rb") as answers:
            for number, length in enumerate(lengths("tls", 36, 1, 900)):
                client.sendall(sentence(number, length).encode() + b"\n")
                answers.readline()
            with suppress(OSError):
                client.unwrap()


def openssl_server(stage):
    certificate(stage)
    return ("openssl", "s_server", "-rev", "-quiet", "-accept", f"{stage.address}:{stage.port}",
            "-key", "key.pem", "-cert", "certificate.pem")


def certificate(stage):
    stage.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
              "-subj", "/CN=server.example", "-keyout", "key.pem", "-out", "certificate.pem")


def trusting():
    """A client context that does not verify the server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@protocol(20444, Truth(NONE, "made by us: the bodies of real TLS 1.3 records without their headers; "
                             "a segment holds one to three of them"), needs={"openssl": "openssl"})
def tls_application_data(stage):
    """Only ciphertext: the TLS session runs in memory, and the bodies of its records are sent."""
    certificate(stage)
    client_tls, server_tls = tls_in_memory(stage)
    with stage.both_ends() as (client, server):
        for number, length in enumerate(lengths("bodies", 36, 1, 500)):
            pass_on(client, server, bodies(client_tls, number, length))
            pass_on(server, client, bodies(server_tls, number, length // 2 + 9))


def bodies(session, label, length):
    """The encrypted bodies of one to three records."""
    return b"".join(session.seal(sentence(f"{label} {place}", length).encode())[RECORD_HEADER:]
                    for place in range(random.choice((1, 1, 2, 3))))


class TlsInMemory:
    """One side of a TLS session in memory."""

    def __init__(self, context, server_side):
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.session = context.wrap_bio(self.incoming, self.outgoing, server_side=server_side)

    def shake_hands(self, other):
        with suppress(ssl.SSLWantReadError):
            self.session.do_handshake()
        other.incoming.write(self.outgoing.read())

    def seal(self, text):
        """The record that contains a text."""
        self.session.write(text)
        return self.outgoing.read()


def tls_in_memory(stage):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(stage.folder / "certificate.pem", stage.folder / "key.pem")
    client, server = TlsInMemory(trusting(), False), TlsInMemory(context, True)
    for _ in range(2):
        client.shake_hands(server)
        server.shake_hands(client)
    return client, server


SSHD = """
ListenAddress {address}:{port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/user_key.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin yes
UseDNS no
PrintLastLog no
PrintMotd no
VersionAddendum none
"""


@protocol(20022, Truth(NONE, "RFC 4253, 6: the length of a packet is encrypted with it "
                             "(chacha20-poly1305@openssh.com); before that a line and a packet in clear, u32be@0+4"),
          needs={"sshd": "openssh-server", "ssh": "openssh-client"})
def ssh(stage):
    """A shell that receives lines one by one."""
    for key in ("host_key", "user_key"):
        stage.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key)
    stage.write("sshd.conf", SSHD)
    with folder_for_privileges(), stage.service("/usr/sbin/sshd", "-D", "-e", "-f", stage.folder / "sshd.conf"):
        with stage.recording():
            type_lines(ssh_command(stage), stage.folder)


@contextmanager
def folder_for_privileges():
    missing = not PRIVILEGES.exists()
    if missing:
        PRIVILEGES.mkdir(mode=0o755)
    yield
    if missing:
        PRIVILEGES.rmdir()


def ssh_command(stage):
    options = {"UserKnownHostsFile": "/dev/null", "StrictHostKeyChecking": "no", "IdentitiesOnly": "yes",
               "LogLevel": "ERROR", "BatchMode": "yes"}
    return ["ssh", "-F", "none", "-T", "-i", str(stage.folder / "user_key"), "-p", str(stage.port),
            *(f"-o{name}={value}" for name, value in options.items()), f"root@{stage.address}", "/bin/sh"]


def type_lines(command, folder):
    """Types lines into a remote shell, with pauses like a user."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                          cwd=folder, env=ENVIRONMENT) as shell:
        try:
            for number in range(40):
                shell.stdin.write(SHELL_LINES[number % len(SHELL_LINES)].format(word(number), number * 3 + 1) + "\n")
                shell.stdin.flush()
                time.sleep(random.uniform(0.04, 0.12))
            _, errors = shell.communicate("exit\n", PATIENCE)
        finally:
            shell.kill()
    if shell.returncode != 0:
        raise RuntimeError(f"ssh: {errors.strip()}")


DOVECOT = """
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = {address}
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{folder}/mail
service imap-login {{
    inet_listener imap {{
        port = {port}
    }}
    inet_listener imaps {{
        port = 0
    }}
}}
passdb {{
    driver = static
    args = password=made-up-secret
}}
userdb {{
    driver = static
    args = uid=nobody gid=nogroup home={folder}/mail
}}
"""


def lines_in_clear(stream):
    """The length of the lines before the first TLS handshake record."""
    return stream.index(b"\r\n\x16\x03") + 2


@protocol(20144, Truth("u16be@3+5", "RFC 8446, 5.1; before that lines up to STARTTLS (RFC 3501, 6.2.1)", lines_in_clear),
          needs={"dovecot": "dovecot-imapd"})
def imap_starttls(stage):
    """Python's imaplib stores mails with dovecot, and looks for them and fetches them, after STARTTLS."""
    certificate(stage)
    stage.write("dovecot.conf", DOVECOT)
    with stage.service("dovecot", "-F", "-c", "dovecot.conf"), stage.recording():
        with imaplib.IMAP4(stage.address, stage.port, PATIENCE) as client:
            client.capability()
            client.noop()
            client.starttls(trusting())
            client.login("demo", "made-up-secret")
            fetch_mails(client)


def fetch_mails(client):
    client.select()
    for number, length in enumerate(lengths("imap", 8, 1, 400)):
        client.append("INBOX", r"(\Seen)", None, mail(number, length).encode())
        client.noop()
        client.search(None, "SUBJECT", word(number))
        client.fetch(str(number + 1), "(FLAGS BODY[])")
        client.store(str(number + 1), "+FLAGS", r"(\Flagged)")
    client.close()


def mail(number, length):
    body = "\r\n".join(sentence(f"{number} {begin}", min(length - begin, 70)) for begin in range(0, length, 70))
    return f"From: {word(number + 100)}@client.example\r\nSubject: {word(number)}\r\n\r\n{body}\r\n"
