# SPDX-License-Identifier: GPL-2.0-or-later
"""Protocols whose messages begin with their length or have it in a header."""

import multiprocessing
import os
import threading
import time
from contextlib import contextmanager

from recorder.framing import NONE
from recorder.programs import PATIENCE, program, wait_for
from recorder.stage import Truth, protocol
from recorder.words import lengths, sentence, word

UNBOUND = """
server:
    interface: {address}@{port}
    do-udp: no
    do-daemonize: no
    use-syslog: no
    username: ""
    chroot: ""
    directory: "{folder}"
    pidfile: ""
    use-caps-for-id: no
    module-config: "iterator"
    do-not-query-localhost: yes
    local-zone: "example." static
remote-control:
    control-enable: no
"""
TYPES = ("A", "AAAA", "TXT", "MX")
LABEL = 60


@protocol(20053, Truth("u16be@0+2", "RFC 1035, 4.2.2: two bytes of length"),
          needs={"unbound": "unbound", "dig": "bind9-dnsutils"})
def dns(stage):
    """dig queries unbound, which is authoritative for all answers, over one connection."""
    names = [name_of(number, length) for number, length in enumerate(lengths("dns", 40, 3, 236))]
    records = "\n".join(record(name, number) for number, name in enumerate(names) if number % 5)
    stage.write("unbound.conf", UNBOUND + "server:\n" + records + "\n")
    asked = [part for number, name in enumerate(names) for part in (name, TYPES[number % len(TYPES)])]
    with stage.service("unbound", "-d", "-c", "unbound.conf"), stage.recording():
        stage.run("dig", f"@{stage.address}", "-p", stage.port, "+tcp", "+keepopen", "+tries=1", *asked)


def name_of(number, length):
    """A name in example. with about this many characters."""
    text = sentence(number, length).replace(" ", "-").rstrip("-") or "a"
    labels = [text[begin:begin + LABEL].strip("-") for begin in range(0, len(text), LABEL)]
    return ".".join([label for label in labels if label] + ["example."])


def record(name, number):
    data = {"A": f"192.0.2.{number}", "AAAA": f"2001:db8::{number}", "MX": f"10 {word(number)}.example.",
            "TXT": " ".join(f'"{sentence(f"{number} {part}", number * 5)}"' for part in range(3))}
    kind = TYPES[number % len(TYPES)]
    return f"    local-data: '{name} 60 IN {kind} {data[kind]}'"


@protocol(20211, Truth("u32be@8+24", "memcached's protocol-binary: 24 bytes of header, total body length at 8"),
          needs={"memcached": "memcached", "pylibmc": "python3-pylibmc"})
def memcached_binary(stage):
    """libmemcached through pylibmc, which keeps its connection open."""
    import pylibmc
    with stage.service("memcached", "-B", "binary", "-l", stage.address, "-p", stage.port, "-U", 0, "-u", "nobody"):
        with stage.recording():
            in_a_process(lambda: use(pylibmc.Client([f"{stage.address}:{stage.port}"], binary=True)))


def use(client):
    """Sets and gets values, one by one, then sends some other commands."""
    for number, length in enumerate(lengths("memcached", 12, 1, 600)):
        client.set(word(number), sentence(number, length))
        client.get(word(number))
        client.get(f"no-{number}")
    client.set("counter", 7)
    client.incr("counter", 300)
    client.delete(word(3))
    client.get_multi([word(number) for number in range(6)])
    client.append(word(1), "more")
    # A regular exit would send QUIT and answer its response with RST.
    os._exit(0)


def in_a_process(work):
    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join(PATIENCE)
    process.kill()
    if process.exitcode != 0:
        raise RuntimeError(f"the client ended with {process.exitcode}")


MOSQUITTO = """
listener {port} {address}
allow_anonymous true
persistence false
log_dest none
user nobody
"""
SHORT = "all messages here are shorter than 128 bytes: Remaining Length is one byte"


@protocol(20883, Truth("u8@1+2", f"MQTT 3.1.1, 2.2: {SHORT}"),
          needs={"mosquitto": "mosquitto", "paho.mqtt.client": "python3-paho-mqtt"})
def mqtt(stage):
    """A client of mosquitto that receives its own messages, some with QoS 1."""
    exchange(stage, lengths("mqtt", 30, 1, 100))


@protocol(20884, Truth("u8@1+2", f"MQTT 3.1.1, 2.2: {SHORT}"),
          Truth("u8@1+2", f"MQTT 3.1.1, 2.2: {SHORT}; CONNACK and PUBACK have four each"),
          needs={"mosquitto": "mosquitto", "mosquitto_pub": "mosquitto-clients"})
def mqtt_publisher(stage):
    """mosquitto_pub sends each line with QoS 1, which is acknowledged."""
    lines = [sentence(number, length) for number, length in enumerate(lengths("publisher", 40, 1, 100))]
    with broker(stage), stage.recording():
        stage.run("mosquitto_pub", "-h", stage.address, "-p", stage.port, "-i", "publisher", "-t", "things/state",
                  "-q", 1, "-l", text="\n".join(lines) + "\n")


@protocol(20885, Truth(NONE, "MQTT 3.1.1, 2.2.3: Remaining Length of one byte and of two are mixed"),
          needs={"mosquitto": "mosquitto", "paho.mqtt.client": "python3-paho-mqtt"})
def mqtt_long(stage):
    """Like mqtt, with messages of up to 400 bytes."""
    exchange(stage, lengths("mqtt long", 30, 1, 400))


@contextmanager
def broker(stage):
    stage.write("mosquitto.conf", MOSQUITTO)
    with stage.service("mosquitto", "-c", "mosquitto.conf"):
        yield


def exchange(stage, wanted):
    """Subscribes to everything, publishes texts of various lengths, and receives each of them."""
    import paho.mqtt.client as paho
    arrived = threading.Semaphore(0)
    client = paho.Client("client")
    client.on_subscribe = client.on_message = lambda *_: arrived.release()
    with broker(stage), stage.recording():
        client.connect(stage.address, stage.port)
        client.loop_start()
        client.subscribe("things/#", 1)
        wait(arrived)
        for number, length in enumerate(wanted):
            client.publish(f"things/{word(number)}", sentence(number, length), 1).wait_for_publish(PATIENCE)
            wait(arrived)
        client.disconnect()
        client.loop_stop()


def wait(arrived):
    if not arrived.acquire(timeout=PATIENCE):
        raise RuntimeError("mosquitto did not answer")


def magic(stream):
    """An HTTP/2 client starts with 24 bytes that are not a frame."""
    return len(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") if stream.startswith(b"PRI * ") else 0


@protocol(20080, Truth("u24be@0+9", "RFC 9113, 4.1: three bytes of length, nine of header; "
                                    "before that the client's preface of 24 bytes (3.4)", magic),
          Truth("u24be@0+9", "RFC 9113, 4.1: three bytes of length, nine of header"),
          needs={"nghttpd": "nghttp2-server", "h2load": "nghttp2-client"})
def http2(stage):
    """h2load sends POST requests to nghttpd, one after the other."""
    wanted = lengths("pages", 30, 1, 900)
    for number, length in enumerate(wanted):
        stage.write(f"pages/{word(number)}", sentence(number, length))
    stage.write("body", sentence("body", 400))
    stage.write("addresses", "".join(f"http://{stage.address}:{stage.port}/{word(number)}\n" for number in range(30)))
    with stage.service("nghttpd", "--no-tls", "-a", stage.address, "-d", "pages", stage.port), stage.recording():
        stage.run("h2load", "-n", len(wanted), "-c", 1, "-m", 1, "-d", "body", "-i", "addresses")


@protocol(20502, Truth("u16be@4+6", "Modbus Messaging on TCP/IP Implementation Guide, 3.1.3: transaction, protocol, "
                                    "two bytes of length"),
          needs={"pymodbus": "python3-pymodbus", "serial_asyncio": "python3-serial-asyncio"})
def modbus(stage):
    """A client and a server of pymodbus."""
    from pymodbus.client import ModbusTcpClient
    server = stage.write("server.py", MODBUS)
    with stage.service("/usr/bin/python3", "-B", server), stage.recording():
        with ModbusTcpClient(stage.address, stage.port) as client:
            for number, count in enumerate(lengths("modbus", 20, 1, 100)):
                client.write_registers(number, list(range(count)), 1)
                client.read_holding_registers(number, 125 - count, 1)
                client.read_coils(number, count * 8, 1)


MODBUS = """
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartTcpServer
block = ModbusSequentialDataBlock(0, [1] * 2000)
context = ModbusSlaveContext(co=block, hr=block, di=block, ir=block)
StartTcpServer(context=ModbusServerContext(slaves=context, single=True), address=("{address}", {port}))
"""


# gearmand's responses contain the host name.
UNDER_ANOTHER_NAME = ("unshare", "--uts", "sh", "-c", 'hostname server && exec "$0" "$@"')


@protocol(20730, Truth("u32be@8+12", "Gearman's PROTOCOL: magic, type, four bytes of length"),
          needs={"gearmand": "gearman-job-server", "gearman": "gearman-tools"})
def gearman(stage):
    """gearman submits each line as a background job. There are no workers."""
    lines = [sentence(number, length) for number, length in enumerate(lengths("gearman", 40, 1, 400))]
    where = ("-p", stage.port)
    with stage.service(*UNDER_ANOTHER_NAME, "gearmand", "-L", stage.address, *where, "-l", "stderr", "-u", "nobody"):
        with stage.recording():
            stage.run("gearman", "-h", stage.address, *where, "-b", "-N", "-f", "made-up",
                      text="\n".join(lines) + "\n")


BIRD = """
router id 192.0.2.{own};
protocol device {{}}
protocol static {{ ipv4; {routes} }}
protocol bgp talk {{
    local 127.0.0.{own} port {port} as 645{own};
    neighbor 127.0.0.{other} port {port} as 645{other};
    multihop; strict bind yes; {role}
    ipv4 {{ import all; export all; }};
    connect delay time 1; keepalive time 1; hold time 3;
}}
"""


@protocol(20179, Truth("u16be@16+0", "RFC 4271, 4.1: marker of 16 bytes, two bytes of length that count all"),
          needs={"bird": "bird2", "birdc": "bird2"})
def bgp(stage):
    """Two BIRDs exchange routes to documentation networks, which are not added to the kernel."""
    for name, own, other, role in (("server", 10, 11, "passive;"), ("client", 11, 10, "")):
        stage.write(f"{name}.conf", BIRD.format(own=own, other=other, port=stage.port, role=role, routes=routes(own))
                    .replace("{", "{{").replace("}", "}}"))
    with stage.service(*bird("server")), stage.recording(), program(*bird("client"), folder=stage.folder) as client:
        wait_for(lambda: (stage.folder / "client.socket").exists(), client)
        wait_for(lambda: "Established" in stage.run("birdc", "-s", "client.socket", "show", "protocols"), client)
        time.sleep(6)       # for some keepalives
        stage.run("birdc", "-s", "client.socket", "disable", "talk")
        time.sleep(0.5)


def bird(name):
    return "bird", "-f", "-c", f"{name}.conf", "-s", f"{name}.socket"


def routes(own):
    """Routes in groups of various sizes. Routes with the same community share an UPDATE."""
    sizes = [*lengths(f"routes {own}", 30, 1, 8), 60]
    hosts = [group for group, size in enumerate(sizes) for _ in range(size)]
    return " ".join(f"route 198.18.{own}.{host}/32 blackhole {{ bgp_community.add((645{own}, {group})); }};"
                    for host, group in enumerate(hosts))
