# SPDX-License-Identifier: GPL-2.0-or-later
"""Services of systems and networks, and a game. Some switch from one way of cutting their stream to another."""

import time
from contextlib import contextmanager

from recorder.framing import NONE
from recorder.programs import PATIENCE, program, wait_for
from recorder.stage import NOBODY, SERVER, Truth, listens, protocol
from recorder.words import lengths, sentence, word

EPMD_PORT = 20674            # Erlang's port mapper; without ours, Erlang leaves one running


@contextmanager
def port_mapper(stage):
    """Yields the words before a command of Erlang's."""
    with program("epmd", "-address", SERVER, "-port", EPMD_PORT) as mapper:
        wait_for(lambda: listens(SERVER, EPMD_PORT), mapper)
        yield (*NOBODY, "env", f"HOME={stage.folder}", f"ERL_EPMD_PORT={EPMD_PORT}")


ERLANG = ("erl", "-noshell", "-setcookie", "made-up", "-kernel", "inet_dist_use_interface", "{127,0,0,10}",
          "net_ticktime", "4")
REVERSE = "C = fun C() -> receive {P, T} -> P ! {self(), string:reverse(T)}, C() end end, register(echo, self()), C()."


def greetings(stream):
    """The length of the handshake's messages, each of which begins with two bytes of length."""
    place = 0
    while stream[place:place + 2] != b"\0\0" and place < len(stream):
        place += 2 + int.from_bytes(stream[place:place + 2], "big")
    return place


@protocol(20436, Truth("u32be@0+4", "Erlang's distribution protocol: four bytes of length, and none to follow in a "
                                    "tick; before that the handshake's messages (u16be@0+2)", greetings),
          needs={"erl": "erlang-base"})
def erlang(stage):
    """Two Erlang nodes: one sends texts that the other reverses."""
    texts = ", ".join(f'"{sentence(number, length)}"' for number, length in enumerate(lengths("erlang", 30, 1, 300)))
    ask = ("pong = net_adm:ping('server@127.0.0.10'), "
           f"[begin {{echo, 'server@127.0.0.10'}} ! {{self(), T}}, receive {{_, _}} -> ok end end || T <- [{texts}]], "
           "timer:sleep(3000), erlang:disconnect_node('server@127.0.0.10'), timer:sleep(300), halt().")
    with port_mapper(stage) as home:
        with stage.service(*home, *node("server@127.0.0.10", stage.port), "-eval", REVERSE), stage.recording():
            stage.run(*home, *node("client@127.0.0.11", stage.port + 1), "-hidden", "-eval", ask)


def node(name, port):
    return (*ERLANG, "inet_dist_listen_min", port, "inet_dist_listen_max", port, "-name", name)


SAMBA_DCERPCD = "/usr/libexec/samba/samba-dcerpcd"
SAMBA = """
[global]
netbios name = server
disable netbios = yes
server role = standalone server
rpc start on demand helpers = false
map to guest = bad user
guest account = nobody
load printers = no
private dir = {folder}/samba
lock directory = {folder}/samba
state directory = {folder}/samba
cache directory = {folder}/samba
pid directory = {folder}/samba
ncalrpc dir = {folder}/samba/ncalrpc
log file = {folder}/log
"""


@protocol(135, Truth("u16le@8+0", "C706, 12.6.3.1: 16 bytes of header with two bytes of length at 8, which count all"),
          needs={SAMBA_DCERPCD: "samba", "rpcclient": "smbclient"})
def dcerpc(stage):
    """rpcclient asks Samba's endpoint mapper, whose port cannot be chosen, twice for all it knows."""
    stage.write("samba/nothing", "")
    (stage.folder / "samba").chmod(0o755)
    config = stage.write("smb.conf", SAMBA)
    with stage.service(SAMBA_DCERPCD, "-F", "-s", config, "--libexec-rpcds"), stage.recording():
        stage.run("rpcclient", "-s", config, "-N", "-U", "%", f"ncacn_ip_tcp:{stage.address}[{stage.port}]",
                  "-c", "epmlookup; epmlookup")


@protocol(20653, Truth("u16be@2+0", "OpenFlow 1.0, 5.1: version, type, two bytes of length that count all"),
          needs={"ovs-vswitchd": "openvswitch-switch", "ovs-testcontroller": "openvswitch-testcontroller"})
def openflow(stage):
    """Open vSwitch asks its test controller what to do with frames, on a bridge that is not the kernel's."""
    home = ("env", *(f"OVS_{name}={stage.folder}" for name in ("RUNDIR", "DBDIR", "LOGDIR")))
    with stage.service(*home, "ovs-testcontroller", f"ptcp:{stage.port}:{stage.address}"), stage.recording():
        with switch(stage, home) as configure:
            configure("add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=dummy",
                      "--", "set-controller", "br0", f"tcp:{stage.address}:{stage.port}",
                      "--", "set", "controller", "br0", "inactivity_probe=1000")
            for number, length in enumerate(lengths("openflow", 12, 1, 120)):
                configure("add-port", "br0", f"p{number}", "--", "set", "interface", f"p{number}", "type=dummy")
                stage.run(*home, "ovs-appctl", "-t", "ovs-vswitchd", "netdev-dummy/receive", f"p{number}",
                          f"50540000000a5054000000{number:02x}0800" + "45" * (length + 46))
            time.sleep(4)       # for some echo requests
            configure("del-br", "br0")
            time.sleep(0.5)


@contextmanager
def switch(stage, home):
    """A switch without bridges. Yields a function that changes its configuration."""
    database, socket = stage.folder / "conf.db", stage.folder / "database.socket"
    stage.run(*home, "ovsdb-tool", "create", database, "/usr/share/openvswitch/vswitch.ovsschema")
    with program(*home, "ovsdb-server", database, f"--remote=punix:{socket}", folder=stage.folder) as server:
        wait_for(socket.exists, server)
        stage.run(*home, "ovs-vsctl", f"--db=unix:{socket}", "--no-wait", "init")
        with program(*home, "ovs-vswitchd", "--enable-dummy", "--disable-system", "--pidfile", f"unix:{socket}",
                     folder=stage.folder) as running:
            yield lambda *words: stage.run(*home, "ovs-vsctl", "--timeout=10", f"--db=unix:{socket}", *words)
            running.terminate()
            running.wait(PATIENCE)


RSYNCD = """
use chroot = no
port = {port}
address = {address}
pid file = {folder}/pid
[files]
path = {folder}/files
read only = yes
uid = nobody
gid = nogroup
"""


def greeting(stream):
    """The number of bytes before rsync's stream is multiplexed: from there on, tags are 7 and above up to the end."""
    return next(place for place in range(1, len(stream)) if is_multiplexed(stream, place))


def is_multiplexed(stream, place):
    while place + 4 <= len(stream) and stream[place + 3] in range(7, 110):
        place += 4 + int.from_bytes(stream[place:place + 3], "little")
    return place == len(stream)


@protocol(20873, Truth("u24le@0+4", "rsync's io.c: three bytes of length, then a tag; before that lines, names and "
                                    "numbers", greeting), needs={"rsync": "rsync"})
def rsync(stage):
    """rsync fetches files from an rsync daemon; it has others by half of their names."""
    for number, length in enumerate(lengths("rsync", 30, 1, 600)):
        stage.write(f"files/{word(number)}", sentence(number, length))
        if number % 2:
            stage.write(f"here/{word(number)}", sentence(number, length)[::-1])
    stage.write("rsyncd.conf", RSYNCD)
    with stage.service("rsync", "--daemon", "--no-detach", "--config=rsyncd.conf"), stage.recording():
        stage.run("rsync", "-r", "--checksum", "--no-whole-file", f"rsync://{stage.address}:{stage.port}/files/", "here")


GIT = ("env", *(f"GIT_{who}_{what}" for who in ("AUTHOR", "COMMITTER")
               for what in ("NAME=demo", "EMAIL=demo@client.example")), "git", "-c", "safe.directory=*")


@protocol(20418, Truth(NONE, "gitprotocol-common: four hexadecimal digits of length; most packets are lines, some end "
                             "without LF, and those of a pack are binary"), needs={"git": "git"})
def git(stage):
    """git clones a repository with some tags from git daemon."""
    stage.run(*GIT, "init", "-q", "-b", "main", "files")
    for number, length in enumerate(lengths("git", 20, 1, 200)):
        stage.write(f"files/{word(number)}", sentence(number, length))
        stage.run(*GIT, "-C", "files", "add", ".")
        stage.run(*GIT, "-C", "files", "commit", "-q", "-m", sentence(number, 20))
        stage.run(*GIT, "-C", "files", "tag", f"{word(number)}-{number}")
    with stage.service(*GIT, "daemon", f"--listen={stage.address}", f"--port={stage.port}",
                       f"--base-path={stage.folder}", "--export-all"), stage.recording():
        stage.run(*GIT, "clone", "-q", f"git://{stage.address}:{stage.port}/files", "copy")


OPENTTD = """
[network]
server_game_type = local
server_advertise = false
server_name = made up
server_admin_port = 20398
pause_on_join = false
client_name = demo
[game_creation]
map_x = 6
map_y = 6
landscape = temperate
[difficulty]
industry_density = 0
number_towns = 0
[gui]
autosave = off
"""


@protocol(20397, Truth("u16le@0+0", "OpenTTD's network protocol: two bytes of length that count all, then the type"),
          needs={"/usr/games/openttd": "openttd and openttd-opengfx"})
def openttd(stage):
    """A client of OpenTTD without a screen joins a game, loads its map, and watches."""
    with stage.service(*game(stage, "server"), "-v", "dedicated", "-D", f"{stage.address}:{stage.port}"):
        with stage.recording(), program(*game(stage, "client"), "-v", "sdl", "-n", f"{stage.address}:{stage.port}",
                                        folder=stage.folder) as client:
            time.sleep(5)
            client.kill()       # it would ask first
            time.sleep(0.5)


def game(stage, side):
    config = stage.write(f"{side}/openttd.cfg", OPENTTD)
    return (*NOBODY, "env", f"HOME={config.parent}", "SDL_VIDEODRIVER=dummy", "/usr/games/openttd", "-g", "-G", 1,
            "-c", config, "-s", "null", "-m", "null")
