# SPDX-License-Identifier: GPL-2.0-or-later
"""Line-based protocols."""

import smtplib
from email.message import EmailMessage

from recorder.stage import Truth, protocol
from recorder.words import lengths, sentence, word

LINES = "lines crlf"


@protocol(20025, Truth(LINES, "RFC 5321, 2.3.8: commands end with CRLF, and so do the lines of a mail"),
          Truth(LINES, "RFC 5321, 4.2: each line of a reply ends with CRLF"), needs={"aiosmtpd": "python3-aiosmtpd"})
def smtp(stage):
    """Python's smtplib sends some mails to aiosmtpd."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Sink
    server = Controller(Sink(), hostname=stage.address, port=stage.port, server_hostname="mail.example")
    server.start()
    try:
        with stage.recording(), smtplib.SMTP(stage.address, stage.port, "client.example") as client:
            for number in range(8):
                client.send_message(mail(number))
    finally:
        server.stop()


def mail(number):
    message = EmailMessage()
    message["From"], message["To"] = f"{word(number)}@client.example", f"{word(number + 100)}@mail.example"
    message["Subject"] = sentence(number, 20)
    message.set_content("\n".join(sentence(f"{number} {line}", length)
                                  for line, length in enumerate(lengths(f"mail {number}", 6, 0, 76))))
    return message


# redis-cli starts with COMMAND DOCS, whose answer alone would be 150 KB.
REDIS = """
bind {address}
port {port}
save ""
appendonly no
rename-command COMMAND ""
"""
PARTS = "RESP: each part ends with CRLF, and no value here holds one"


@protocol(20379, Truth(LINES, f"{PARTS}; a command has several lines"),
          Truth(LINES, f"{PARTS}; a reply has one or more lines"),
          needs={"redis-server": "redis-server", "redis-cli": "redis-tools"})
def redis(stage):
    """redis-cli reads its commands from a file."""
    stage.write("redis.conf", REDIS)
    with stage.service("redis-server", "redis.conf"), stage.recording():
        stage.run("redis-cli", "-h", stage.address, "-p", stage.port, text="\n".join(redis_commands()) + "\n")


def redis_commands():
    yield "PING"
    for number, length in enumerate(lengths("redis", 8, 3, 400)):
        yield f"SET {word(number)} \"{sentence(number, length)}\""
        yield f"GET {word(number)}"
        yield f"INCRBY counter {number * 17}"
        yield f"RPUSH list {word(number)} {word(number + 50)}"
        yield f"HSET hash {word(number)} {number}"
    yield from ("LRANGE list 0 -1", "HGETALL hash", "GET nothing", "LLEN list", "LPUSH counter wrong", "TYPE hash")


@protocol(20300, Truth(LINES, "beanstalkd's protocol.txt: commands end with CRLF, and so does a job's body; "
                              "the client is ours"),
          Truth(LINES, "beanstalkd's protocol.txt: replies end with CRLF, and so does a job's body"),
          needs={"beanstalkd": "beanstalkd"})
def beanstalkd(stage):
    """Puts and reserves jobs through a plain socket."""
    with stage.service("beanstalkd", "-l", stage.address, "-p", stage.port), stage.recording():
        with stage.connection() as client, client.makefile("rb") as replies:
            for number, length in enumerate(lengths("beanstalkd", 12, 1, 300)):
                for command in beanstalkd_commands(number, sentence(number, length)):
                    client.sendall(command.encode())
                    if replies.readline().startswith(b"RESERVED"):
                        replies.readline()


def beanstalkd_commands(number, body):
    yield f"use {word(number)}\r\n"
    yield f"put {number} 0 60 {len(body)}\r\n{body}\r\n"
    yield f"watch {word(number)}\r\n"
    yield "reserve-with-timeout 1\r\n"
    yield f"delete {number + 1}\r\n"
