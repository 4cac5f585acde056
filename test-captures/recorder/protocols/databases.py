# SPDX-License-Identifier: GPL-2.0-or-later
"""Databases and directories, whose servers need to be set up first."""

from recorder.framing import NONE
from recorder.stage import NOBODY, Truth, protocol
from recorder.words import lengths, sentence, word

POSTGRESQL = "/usr/lib/postgresql/15/bin"


def startup(stream):
    """The length of PostgreSQL's first message, which has no type."""
    return int.from_bytes(stream[:4], "big")


@protocol(20432,
          Truth("u32be@1+1", "PostgreSQL's Message Formats: type, four bytes of length that count themselves; "
                             "the StartupMessage before has no type (u32be@0+0)", startup),
          Truth("u32be@1+1", "PostgreSQL's Message Formats: type, four bytes of length that count themselves; "
                             "a segment holds several messages"),
          needs={"psql": "postgresql-client-15", f"{POSTGRESQL}/postgres": "postgresql-15"})
def postgresql(stage):
    """psql without TLS."""
    stage.run(*NOBODY, f"{POSTGRESQL}/initdb", "-D", stage.folder / "data", "-U", "demo", "-A", "trust", "-N",
              "--locale=C", "--encoding=UTF8")
    options = [f"-clisten_addresses={stage.address}", f"-cport={stage.port}", "-cunix_socket_directories=",
               "-cfsync=off", "-cautovacuum=off"]
    with stage.service(*NOBODY, f"{POSTGRESQL}/postgres", "-D", stage.folder / "data", *options), stage.recording():
        stage.run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=0", "-f", "-",
                  f"host={stage.address} port={stage.port} user=demo dbname=postgres sslmode=disable "
                  "gssencmode=disable", text="\n".join(queries()))


def queries():
    """SQL that both databases accept, one query per line."""
    yield "CREATE TABLE things (number integer PRIMARY KEY, name varchar(40), remark text);"
    for number, length in enumerate(lengths("sql", 10, 1, 700)):
        yield f"INSERT INTO things VALUES ({number}, '{word(number)}', '{sentence(number, length)}');"
        yield f"SELECT name, length(remark) FROM things WHERE number <= {number};"
        yield f"SELECT '{word(number + 20)}' AS {word(number + 40)}, {number} * {number * 37 + 1} AS product;"
    yield "SELECT * FROM things ORDER BY name;"
    yield "SELECT nothing FROM things;"
    yield "UPDATE things SET remark = NULL WHERE number > 6;"
    yield "SELECT count(*), max(number), min(name) FROM things;"
    yield "DELETE FROM things WHERE number < 3;"
    yield "DROP TABLE things;"


@protocol(20306, Truth("u24le@0+4", "MySQL's and MariaDB's protocol, packets: three bytes of length, one of sequence"),
          Truth("u24le@0+4", "MySQL's and MariaDB's protocol, packets: three bytes of length, one of sequence; "
                             "a segment holds several packets"),
          needs={"mariadbd": "mariadb-server-core", "mariadb": "mariadb-client-core"})
def mysql(stage):
    """MariaDB and its command line client, without TLS and compression."""
    data = stage.folder / "data"
    stage.run(*NOBODY, "mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db",
              "--auth-root-authentication-method=normal")
    users = stage.write("users.sql", "CREATE DATABASE demo;\nCREATE USER demo IDENTIFIED BY 'made-up-secret';\n"
                                     "GRANT ALL ON demo.* TO demo;\n")
    options = [f"--datadir={data}", f"--bind-address={stage.address}", f"--port={stage.port}", "--skip-name-resolve",
               f"--socket={stage.folder}/socket", f"--pid-file={stage.folder}/pid", f"--init-file={users}",
               "--innodb-buffer-pool-size=16M"]
    with stage.service(*NOBODY, "mariadbd", "--no-defaults", *options), stage.recording():
        stage.run("mariadb", "--no-defaults", "--protocol=tcp", "--skip-ssl", f"--host={stage.address}",
                  f"--port={stage.port}", "--user=demo", "--password=made-up-secret", "--force", "--batch", "demo",
                  text="\n".join(queries()))


SLAPD = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
database mdb
maxsize 10485760
suffix dc=example,dc=com
directory {folder}/data
"""


@protocol(20389, Truth(NONE, "RFC 4511, 5.1: BER, lengths of one byte (30 nn) and of more (30 81 nn) are mixed"),
          needs={"slapd": "slapd", "ldapsearch": "ldap-utils"})
def ldap(stage):
    """ldapsearch searches for each line of a file, with requests and entries of various lengths."""
    search(stage, filters(lengths("filters", 40, 3, 200)))


@protocol(20390, Truth("u8@1+2", "RFC 4511, 5.1: BER; true for lengths below 128, and all requests here are shorter"),
          Truth(NONE, "RFC 4511, 5.1: BER, lengths of one byte (30 nn) and of more (30 81 nn) are mixed"),
          needs={"slapd": "slapd", "ldapsearch": "ldap-utils"})
def ldap_short(stage):
    """Like ldap, with short requests only."""
    search(stage, filters(lengths("short filters", 40, 3, 50)))


def filters(wanted):
    """Names to search for, half of which exist."""
    return [word(number // 2) if number % 2 else sentence(number, length).replace(" ", "-")
            for number, length in enumerate(wanted)]


def search(stage, names):
    stage.write("slapd.conf", SLAPD)
    stage.write("entries.ldif", "\n".join(entries()))
    stage.write("names.txt", "\n".join(names) + "\n")
    (stage.folder / "data").mkdir()
    stage.run("/usr/sbin/slapadd", "-f", "slapd.conf", "-l", "entries.ldif")
    url = f"ldap://{stage.address}:{stage.port}"
    with stage.service("/usr/sbin/slapd", "-d", "0", "-f", "slapd.conf", "-h", url), stage.recording():
        stage.run("env", "LDAPNOINIT=1", "ldapsearch", "-x", "-H", url, "-b", "dc=example,dc=com",
                  "-f", "names.txt", "(cn=%s)", "cn", "sn", "description")


def entries():
    yield "dn: dc=example,dc=com\nobjectClass: domain\ndc: example\n"
    for number, length in enumerate(lengths("entries", 20, 1, 400)):
        yield (f"dn: cn={word(number)},dc=example,dc=com\nobjectClass: inetOrgPerson\ncn: {word(number)}\n"
               f"sn: {word(number + 100)}\ndescription: {sentence(number, length)}\n")
