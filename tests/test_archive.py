# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads many captures into one list of calls or set of records, on all cores and on several machines."""

import contextlib
import csv
import gzip
import io
import ipaddress
import json
import os
import pathlib
import pty
import pwd
import re
import shutil
import signal
import socket
import subprocess
import time
import types

import pytest

from harness import ROOT, TIMEOUT

CAPTURES = ["call-numbers", "call-retry-same-id", "call-two-at-once", "control-references", "full-session",
            "full-session-ipv6", "http-web-8081", "login-form-percent", "logout-in-call", "media-unsignalled",
            "sip-tcp", "two-clients"]
FEW = ["call-busy", "call-collect", "full-session", "http-web-8081", "two-clients"]
PREFIX = "naverphone_naverphone_"


class Archive:
    """A folder of captures that the tests' user may write to. Runs naverphone-archive on it."""

    def __init__(self, shark, folder):
        self.shark, self.folder = shark, folder
        self.scripts = folder / "script"
        self.captures = folder / "captures"
        (self.captures / "deep").mkdir(parents=True)
        shutil.copytree(ROOT / "script", self.scripts)
        folder.chmod(0o777)

    def add(self, *names):
        for name in names:
            shutil.copy(self.original(name), self.captures)
        return self

    def original(self, name: str) -> pathlib.Path:
        return pathlib.Path(self.shark.stage.find(name))

    def command(self, program, *arguments) -> list:
        return self.shark.command("env", "-C", self.folder, self.scripts / program, *arguments)

    def run(self, *arguments, status=0, program="naverphone-archive", **environment) -> subprocess.CompletedProcess:
        settings = [f"{name}={value}" for name, value in environment.items()]
        command = self.shark.command("env", "-C", self.folder, *settings, self.scripts / program, *arguments)
        done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=TIMEOUT)
        assert done.returncode == status, done.stderr
        return done

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def rows(self, name: str) -> list:
        return list(csv.DictReader(io.StringIO(self.text(name), newline="")))

    def log(self, name: str) -> list:
        """parallel's joblog: a dict per finished job."""
        lines = [line.split("\t") for line in self.text(f"{name}.jobs/joblog").splitlines()]
        return [dict(zip(lines[0], line)) for line in lines[1:]]


@pytest.fixture
def archive(shark, request):
    folder = shark.stage.folder / re.sub(r"\W", "-", f"archive-{request.node.name}")
    folder.mkdir()
    folder.parent.chmod(0o755)
    yield Archive(shark, folder)
    shutil.rmtree(folder)


def program(name: str) -> types.ModuleType:
    """A script's functions."""
    path = ROOT / "script" / name
    module = types.ModuleType(name.replace("-", "_"))
    module.__file__ = str(path)
    exec(compile(path.read_text(encoding="utf-8"), path, "exec"), vars(module))
    return module


def cut(path, size: int):
    path.write_bytes(path.read_bytes()[:size])


@pytest.fixture(scope="module")
def few_calls(shark):
    """The list of the calls of FEW."""
    folder = shark.stage.folder / "archive-few"
    folder.mkdir()
    made = Archive(shark, folder).add(*FEW)
    made.run("--output", "calls.csv", "captures")
    yield made.text("calls.csv")
    shutil.rmtree(folder)


def test_all_calls_of_a_folder_stand_in_one_csv_in_the_order_of_captures_and_calls(few_calls):
    rows = list(csv.DictReader(io.StringIO(few_calls, newline="")))
    assert [(row["capture"], row["call"]) for row in rows] == [
        ("captures/call-busy.pcapng", "1"), ("captures/call-collect.pcapng", "1"),
        ("captures/full-session.pcapng", "1"), ("captures/two-clients.pcapng", "1"),
        ("captures/two-clients.pcapng", "2")]
    assert rows[1] == {
        "capture": "captures/call-collect.pcapng", "start": "2007-11-05T01:00:00.008000000Z", "call": "1",
        "session": "1", "client": "220.69.240.206", "identity": "hongtest", "caller": "hongtest",
        "dialled": "77001012345678", "service": "Collect call", "number": "01012345678", "number_kind": "Mobile",
        "number_e164": "+821012345678", "outcome": "Released", "post_dial_delay": "0.008", "setup_time": "0.512",
        "duration": "0.208", "released_by": "Caller", "cause": "", "call_id": "16892174@220.69.240.206"}
    assert [row["outcome"] for row in rows[:1]] == ["Rejected"]


def test_json_lines_hold_numbers_as_numbers_and_null_for_what_is_not_known(archive):
    archive.add("call-busy", "full-session-ipv6")
    archive.run("--format", "jsonl", "--output", "calls.jsonl", "captures")
    busy, answered = map(json.loads, archive.text("calls.jsonl").splitlines())
    assert (busy["call"], busy["session"], busy["duration"], busy["service"]) == (1, 1, None, None)
    assert (answered["setup_time"], answered["duration"]) == (0.512, 0.208)
    assert ":" in answered["client"]


def test_a_capture_may_have_any_name_be_compressed_and_lie_deeper(archive):
    odd = 'deep/a "b",\n{1} \'c\' $HOME.pcapng1'
    shutil.copy(archive.original("call-busy"), archive.captures / odd)
    packed = archive.captures / "Packed Capture.PCAPNG.gz"
    packed.write_bytes(gzip.compress(archive.original("two-clients").read_bytes()))
    (archive.captures / "notes.txt").write_text("no capture, by its name")
    archive.run("--output", "calls.csv", "captures")
    assert [row["capture"] for row in archive.rows("calls.csv")] == [
        "captures/Packed Capture.PCAPNG.gz", "captures/Packed Capture.PCAPNG.gz",
        "captures/" + odd.replace("\n", r"\x0a")]


def test_texts_come_through_unharmed_whatever_stands_in_them(archive):
    capture = archive.original("call-busy").read_bytes()
    odd = {b"hongtest": b"=1,'a;b=", b"91b9ad33": b"a\"b,c'=d"}    # caller and Call-ID, with unchanged lengths
    for old, new in odd.items():
        capture = capture.replace(old, new)
    (archive.captures / "odd.pcapng").write_bytes(capture)
    archive.run("--raw", "--output", "raw.csv", "captures")
    calls, neutral = (archive.run(form, "captures/odd.pcapng", program="naverphone-read").stdout for form in ("jsonl", "csv"))
    for call in (archive.rows("raw.csv")[0], json.loads(calls)):
        assert (call["caller"], call["call_id"]) == ("=1,'a;b=", "a\"b,c'=d@220.69.240.206")
    assert next(csv.DictReader(io.StringIO(neutral)))["caller"] == "'=1,'a;b="


@pytest.mark.parametrize("text, neutral", [
    ("=1+1", "'=1+1"), ("+1+cmd|'/C calc'!A0", "'+1+cmd|'/C calc'!A0"), ("@SUM(1)", "'@SUM(1)"), ("-2+3", "'-2+3"),
    ("\t=1", r"\x09'=1"), ("a;=1", "a;'=1"), ('a,"=1"', 'a,"\'=1"'), ("＝1", "'＝1"),
    ("a\x1b[2J\x9b", r"a\x1b[2J\xc2\x9b"),
    ("+821012345678", "+821012345678"), ("hong=1", "hong=1"), ("a-b", "a-b"), ("홍길동", "홍길동"),
])
def test_csv_texts_run_neither_in_spreadsheets_nor_in_terminals(text, neutral):
    cell = program("naverphone-read").cell
    assert (cell(text, False), cell(text, True), cell(-1.5, False)) == (neutral, text, -1.5)


def test_json_escapes_control_characters_without_loss():
    text = "a\x1b\x7f\x9b\u202e홍"
    line = program("naverphone-read").json_line({"caller": text})
    assert line == r'{"caller": "a\u001b\u007f\u009b\u202e홍"}' and json.loads(line)["caller"] == text


def test_broken_captures_are_named_with_tsharks_words_and_the_rest_goes_on(archive):
    archive.add("call-busy", "full-session", "two-clients")
    cut(archive.captures / "two-clients.pcapng", 9000)
    (archive.captures / "empty.pcap").touch()
    (archive.captures / "noise.pcap").write_bytes(bytes(range(256)) * 8)
    done = archive.run("--output", "calls.csv", "captures", status=1)
    lines = done.stderr.splitlines()[-4:]    # before them, parallel may miss /sys in a bare root
    assert lines[0] == "captures/empty.pcap: naverphone-read: captures/empty.pcap is empty: expected a capture"
    assert lines[1].startswith("captures/noise.pcap: tshark: ") and "isn't a capture file" in lines[1]
    assert lines[2].startswith("captures/two-clients.pcapng: tshark: ") and "cut short" in lines[2]
    assert lines[3].startswith("naverphone-archive: 3 of 5 captures could not be read completely")
    assert [(row["capture"][9:], row["outcome"]) for row in archive.rows("calls.csv")] == [
        ("call-busy.pcapng", "Rejected"), ("full-session.pcapng", "Released"),
        ("two-clients.pcapng", "Unfinished"), ("two-clients.pcapng", "Unfinished")]


def test_a_capture_that_was_broken_is_read_again_by_the_same_command_and_no_other_one(archive):
    archive.add("call-busy", "two-clients")
    cut(archive.captures / "two-clients.pcapng", 9000)
    archive.run("--output", "calls.csv", "captures", status=1)
    archive.add("two-clients", "call-collect")    # complete now, and a new one
    archive.run("--output", "calls.csv", "captures")
    assert [job["Seq"] for job in archive.log("calls.csv")].count("1") == 1
    assert [(row["capture"][9:], row["outcome"]) for row in archive.rows("calls.csv")] == [
        ("call-busy.pcapng", "Rejected"), ("call-collect.pcapng", "Released"),
        ("two-clients.pcapng", "Released"), ("two-clients.pcapng", "Released")]


def test_interrupted_work_goes_on_without_lost_or_doubled_calls(archive):
    archive.add(*CAPTURES[:6])
    arguments = ["--output", "calls.csv", "--jobs", "1", "captures"]
    done = []
    for how in (signal.SIGINT, signal.SIGTERM):
        with subprocess.Popen(archive.command("naverphone-archive", *arguments), stderr=subprocess.PIPE, text=True) as run:
            wait_until(lambda: (archive.folder / "calls.csv.jobs/joblog").exists() and len(archive.log("calls.csv")) > len(done))
            run.send_signal(how)
            assert "interrupted; repeat the command to continue" in run.communicate(timeout=TIMEOUT)[1]
        assert archive.log("calls.csv")[:len(done)] == done
        done = archive.log("calls.csv")
        assert len(done) < 6 and not (archive.folder / "calls.csv").exists()
    archive.run(*arguments)
    assert archive.log("calls.csv")[:len(done)] == done
    assert sorted(int(job["Seq"]) for job in archive.log("calls.csv")) == list(range(1, 7))
    archive.run("--output", "whole.csv", "captures")
    assert archive.text("calls.csv") == archive.text("whole.csv")


def wait_until(condition):
    end = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_on_a_terminal_there_is_a_progress_bar(archive):
    archive.add("call-busy")
    ours, theirs = pty.openpty()
    with subprocess.Popen(archive.command("naverphone-archive", "--output", "calls.csv", "captures"),
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs) as run:
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):    # a terminal whose other end is closed
            while chunk := os.read(ours, 4096):
                shown += chunk
        assert run.wait(timeout=TIMEOUT) == 0
    os.close(ours)
    assert b"100%" in shown


@pytest.mark.parametrize("arguments, said", [
    (["--output", "x.csv", "captures", "--formt", "csv"], "unrecognized arguments: --formt"),
    (["--output", "x.csv", "captures", "--format", "xml"], "invalid choice: 'xml'"),
    (["--output", "x.csv", "captures", "--jobs", "many"], "argument --jobs: invalid value 'many'"),
    (["--output", "x.csv", "nowhere"], "nowhere does not exist"),
    (["captures"], "required: --output"),
])
def test_a_wrong_option_is_named_and_ends_with_2(archive, arguments, said):
    assert said in archive.run(*arguments, status=2).stderr


def test_a_folder_without_captures_another_format_and_a_wrong_filter_are_refused(archive):
    assert "no captures in captures" in archive.run("--output", "calls.csv", "captures", status=1).stderr
    archive.add("call-busy")
    archive.run("--output", "calls.csv", "captures")
    again = archive.run("--output", "calls.csv", "--format", "jsonl", "captures", status=1)
    assert "belongs to another --format, --filter or --raw: remove it" in again.stderr
    archive.add("full-session")
    wrong = archive.run("--output", "wrong.csv", "--filter", "naverphone.cal", "captures", status=1)
    assert wrong.stderr.count("tshark: ") == 1 and "naverphone.cal" in wrong.stderr and "captures/" not in wrong.stderr
    archive.run("--output", "wrong.csv", "captures")


def test_a_filter_narrows_the_list(archive):
    archive.add(*FEW)
    only = 'naverphone.call.service == "Collect call" || naverphone.call.outcome in {6, 7}'
    archive.run("--output", "calls.csv", "--filter", only, "captures")
    assert [row["capture"][9:] for row in archive.rows("calls.csv")] == ["call-busy.pcapng", "call-collect.pcapng"]


@pytest.mark.parametrize("capture", ["call-forked-moved", "call-retry-same-id", "call-two-at-once", "two-clients"])
def test_the_short_second_pass_gives_the_same_list_as_a_whole_one(archive, capture):
    archive.add(capture)
    place = f"captures/{capture}.pcapng"
    short = archive.run("csv", place, program="naverphone-read")
    whole = archive.run("csv", place, "--filter", "frame.number > 0", program="naverphone-read")
    assert short.stdout == whole.stdout


@pytest.mark.parametrize("only, short", [
    ("naverphone", True), ('naverphone.call.caller == "frame.number"', True),
    ("sip && naverphone.call.outcome == 7", True),
    ("frame.number < 9", False), ("naverphone.call.invite_frame < 9", False), ("ip.addr == 10.0.0.1", False),
])
def test_only_filters_without_frame_numbers_get_the_short_pass(only, short):
    assert ("-R" in program("naverphone-read").passes_for_calls(only)) is short


def test_names_of_values_are_those_of_the_plugin(shark):
    rows = [line.split("\t") for line in shark.run("-G", "values").splitlines() if line.startswith("V\tnaverphone.")]
    named = [(field, kind) for _, field, kind in program("naverphone-read").COLUMNS if isinstance(kind, dict)]
    assert len(named) == 3
    for field, names in named:
        assert {int(row[2], 0): row[3] for row in rows if row[1] == field} == names, field


# ---- other people's files


OTHER = 1       # the user daemon


def planted(folder: pathlib.Path, path: str) -> pathlib.Path:
    """A file of FILE.jobs, as an earlier run of the same user would have left it."""
    file = folder / path
    file.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    file.touch()
    if os.geteuid() == 0:
        for made in (folder, *folder.rglob("*")):
            shutil.chown(made, *pwd.getpwnam("nobody")[2:4])
    return file


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files of other users")
@pytest.mark.parametrize("path", ["", "lock", "sent-naverphone-1/naverphone-read", "results"])
def test_jobs_of_another_user_are_refused(archive, path):
    archive.add("call-busy")
    jobs = archive.folder / "calls.csv.jobs"
    planted(jobs, path or "lock")
    os.lchown(jobs / path, OTHER, OTHER)
    done = archive.run("--output", "calls.csv", "captures", status=1)
    assert f"{jobs / path} belongs to another user" in done.stderr


@pytest.mark.parametrize("path", ["", "lock", "sent-naverphone-1/naverphone-read"])
def test_jobs_that_others_can_write_are_refused(archive, path):
    archive.add("call-busy")
    jobs = archive.folder / "calls.csv.jobs"
    planted(jobs, path or "lock")
    (jobs / path).chmod(0o777)
    done = archive.run("--output", "calls.csv", "captures", status=1)
    assert f"{jobs / path} can be written by others" in done.stderr


@pytest.mark.parametrize("path", ["", "lock", "captures", "joblog", "results", "sent-naverphone-1/naverphone-read"])
def test_links_among_the_jobs_are_refused(archive, path):
    archive.add("call-busy")
    jobs = archive.folder / "calls.csv.jobs"
    victim = planted(archive.folder / "theirs", "file")
    victim.write_text("precious")
    link = jobs / path
    if path:
        planted(jobs, path).unlink()
    link.symlink_to(victim.parent if path in ("", "results") else victim)
    if os.geteuid() == 0:
        os.lchown(link, *pwd.getpwnam("nobody")[2:4])
    done = archive.run("--output", "calls.csv", "captures", status=1)
    assert f"{link} is " in done.stderr and victim.read_text() == "precious"
    assert [file.name for file in victim.parent.iterdir()] == ["file"]


def test_no_link_beside_the_output_is_followed(archive):
    archive.add("call-busy")
    victim = planted(archive.folder / "theirs", "file")
    victim.write_text("precious")
    for name in ("calls.csv", "calls.csv.part"):
        (archive.folder / name).symlink_to(victim)
    archive.run("--output", "calls.csv", "captures")
    assert victim.read_text() == "precious" and len(archive.rows("calls.csv")) == 1


def test_second_run_takes_jobs_made_under_any_umask(archive):
    (archive.captures / "empty.pcap").touch()
    command = f"umask 000; {archive.scripts}/naverphone-archive --output calls.csv captures"
    for _ in range(2):
        done = subprocess.run(archive.shark.command("env", "-C", archive.folder, "sh", "-c", command),
                              capture_output=True, encoding="utf-8", timeout=TIMEOUT)
        assert "1 of 1 capture could not be read" in done.stderr
    assert (archive.folder / "calls.csv").stat().st_mode & 0o777 == 0o666
    assert (archive.folder / "calls.csv.jobs").stat().st_mode & 0o777 == 0o700


def test_names_forge_no_line_and_reach_no_terminal(archive):
    forged = "1\t:\t0\t0\t0\t0\t0\t0\tx.pcap"       # a line of the log: job 1 went well
    for name in ("a.pcap", f"b\x0c{forged}", f"c\n{forged}", "d\x1b[2J\u202e\\.pcap"):
        (archive.captures / name).touch()
    (archive.captures / os.fsdecode(b"e\xff.pcap")).touch()
    done = archive.run("--output", "calls.csv", "captures", status=1)
    forged = forged.replace("\t", r"\x09")
    shown = ["a.pcap", rf"b\x0c{forged}", rf"c\x0a{forged}", r"d\x1b[2J\xe2\x80\xae\\.pcap", r"e\xff.pcap"]
    assert done.stderr.split("\n")[-7:-2] == [f"captures/{name}: naverphone-read: captures/{name} is empty: "
                                              "expected a capture"
                                              for name in shown]
    assert [job["Exitval"] for job in archive.log("calls.csv")] == ["1"] * 5


def test_the_job_log_is_read_by_line_feeds_and_tabs_alone(tmp_path):
    jobs = object.__new__(program("naverphone-archive").Jobs)
    jobs.joblog, jobs.paths = tmp_path / "joblog", ["one", "two"]
    failed = "1\t:\t0\t0\t0\t0\t1\t0\tcommand"
    forged = "1\t:\t0\t0\t0\t0\t0\t0\tx"
    lines = [f"2\t:\t0\t0\t0\t0\t0\t0\tcommand{end}{forged}" for end in "\x0b\x0c\r\x1c\x85\u2028"]
    lines = ["Seq", failed, *lines, "3\tx", "?", forged[:8]]
    jobs.joblog.write_bytes("\n".join(lines).encode())
    assert jobs.states() == {"one": False, "two": True}


def test_names_differing_in_invalid_bytes_have_different_ids(archive):
    for name in (b"\xfe.pcapng", b"\xff.pcapng", rb"\xff.pcapng"):
        shutil.copy(archive.original("call-busy"), archive.captures / os.fsdecode(name))
    archive.run("--format", "ek", "--filter", "naverphone.call.first", "--output", "records.ek", "captures")
    ids = [json.loads(line)["index"]["_id"] for line in archive.text("records.ek").splitlines()[::2]]
    assert ids == [rf"captures/{name}.pcapng#3" for name in (r"\\xff", r"\xfe", r"\xff")]


def test_pipes_and_folders_named_like_captures_are_skipped(archive):
    archive.add("call-busy")
    os.mkfifo(archive.captures / "pipe.pcap")
    (archive.captures / "folder.pcap").mkdir()
    assert archive.run("--output", "calls.csv", "captures").stdout == "1 capture read: calls.csv\n"


def fake_tshark(archive, lines: str) -> dict:
    """An environment in which tshark is a script of these lines."""
    (archive.folder / "bin").mkdir()
    tshark = archive.folder / "bin" / "tshark"
    tshark.write_text(f"#!/bin/sh\n{lines}\n")
    tshark.chmod(0o755)
    return {"PATH": f"{archive.folder}/bin:{os.environ['PATH']}"}


@pytest.mark.parametrize("lines, said", [
    ("echo tshark: no memory >&2; exit 3", "does not load the plugin naverphone"),
    ("[ $1 = -G ] && exec echo naverphone.so; echo tshark: no memory >&2; exit 3", "tshark: no memory"),
    ("[ $1 = -G ] && exec echo naverphone.so; exit 3", "ended with status 3"),
])
def test_failing_tshark_is_told_once_before_the_work(archive, lines, said):
    archive.add("call-busy", "full-session")
    done = archive.run("--output", "calls.csv", "captures", status=1, **fake_tshark(archive, lines))
    assert done.stderr.count(said) == 1 and "Traceback" not in done.stderr
    assert not (archive.folder / "calls.csv.jobs" / "joblog").exists()


@pytest.mark.parametrize("lines", [
    "kill -9 $$", "yes '{}'", "yes '[1]'", "yes {"])
def test_odd_output_of_tshark_gives_no_traceback(archive, lines):
    archive.add("call-busy")
    environment = fake_tshark(archive, f"[ $1 = -G ] && exec echo naverphone.so; {lines}")
    for form in ("csv", "ek"):
        done = archive.run(form, "captures/call-busy.pcapng", program="naverphone-read", status=1, **environment)
        assert done.stderr and "Traceback" not in done.stderr, form


@pytest.mark.parametrize("output, said", [("nowhere/calls.csv", "No such file"), ("captures", "directory"),
                                          ("/proc/calls.csv", "No such file")])
def test_unwritable_output_is_named_without_a_traceback(archive, output, said):
    (archive.captures / "empty.pcap").touch()
    done = archive.run("--output", output, "captures", status=1)
    assert said in done.stderr and "Traceback" not in done.stderr


def test_damaged_job_files_give_no_traceback(archive):
    (archive.captures / "empty.pcap").touch()
    jobs = archive.folder / "calls.csv.jobs"
    archive.run("--output", "calls.csv", "captures", status=1)
    for name in ("joblog", "captures"):
        with open(jobs / name, "ab") as file:
            file.write(b"?\tx\n99\t:\t0\t0\t0\t0\t0\t0\tx\nx\t:\t0\t0\t0\t0\t0\t0\tx\n")
    done = archive.run("--output", "calls.csv", "captures", status=1)
    assert "1 of 1 capture could not be read" in done.stderr and "Traceback" not in done.stderr


# ---- several machines


LOGINS = {"one": "plugins", "two": "plugins", "bare": "no-plugins"}    # user and the folder of its Wireshark's plugins


@pytest.fixture
def logins(archive):
    """Environment for logins to this machine's own ssh server on loopback: see LOGINS.

    The server is not root's, so it lets in only the one user that it runs as. nss_wrapper gives this user three names
    with a home and a shell each, without a change to the system. It is dropbear, since Debian's openssh-server would
    start a server for everybody where it is installed.
    """
    folder = archive.folder / "ssh"
    folder.mkdir(mode=0o755)
    user, group = (pwd.getpwnam("nobody")[2:4]) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "key"], check=True)
    subprocess.run(["dropbearkey", "-t", "ed25519", "-f", folder / "host"], check=True, capture_output=True)
    homes = [make_home(folder, name, archive.shark.stage.folder / plugins) for name, plugins in LOGINS.items()]
    (folder / "passwd").write_text("".join(f"{home.name}:x:{user}:{group}::{home}:/bin/sh\n" for home in homes))
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, user, group)
    port = free_port()
    command = archive.shark.command(
        "env", "LD_PRELOAD=libnss_wrapper.so", f"NSS_WRAPPER_PASSWD={folder}/passwd", "NSS_WRAPPER_GROUP=/etc/group",
        "dropbear", "-F", "-E", "-s", "-r", folder / "host", "-p", f"127.0.0.1:{port}", "-p", f"127.0.0.2:{port}")
    with open(folder / "log", "w") as log, subprocess.Popen(command, stderr=log) as server:
        try:
            wait_until(lambda: server.poll() is not None or answers(port))
            assert server.poll() is None, (folder / "log").read_text()
            yield {"PARALLEL_SSH": f"ssh -F none -p {port} -i {folder}/key -o BatchMode=yes -o LogLevel=ERROR "
                                   "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null",
                   "WIRESHARK_PLUGIN_DIR": "/nonexistent"}
        finally:
            server.terminate()
    left = [str(path) for home in homes for path in home.rglob("*naverphone*")]
    assert left == [], "left behind on the machines"


def make_home(folder, name: str, plugins):
    home = folder / name
    (home / ".ssh").mkdir(parents=True, mode=0o700)
    run = home / "run"
    run.write_text(f'#!/bin/sh\nexport WIRESHARK_PLUGIN_DIR={plugins}\nexec sh -c "$SSH_ORIGINAL_COMMAND"\n')
    run.chmod(0o755)
    (home / ".ssh" / "authorized_keys").write_text(f'command="{run}" {(folder / "key.pub").read_text()}')
    (home / ".ssh" / "authorized_keys").chmod(0o600)
    home.chmod(0o755)
    return home


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_two_machines_share_the_work_and_the_list_is_the_same(archive, logins, few_calls):
    archive.add(*FEW)
    archive.run("--output", "there.csv", "--sshlogin", "1/one@127.0.0.1", "--sshlogin", "1/two@127.0.0.2",
                "captures", **logins)
    assert {job["Host"] for job in archive.log("there.csv")} == {"one@127.0.0.1", "two@127.0.0.2"}
    assert archive.text("there.csv") == few_calls
    assert {path.stem for path in archive.captures.iterdir()} == {*FEW, "deep"}    # --cleanup took only the copies


def test_a_machine_without_the_plugin_says_so_and_the_same_command_on_another_one_makes_it_good(archive, logins):
    archive.add("call-busy")
    bare = archive.run("--output", "calls.csv", "--sshlogin", "1/bare@127.0.0.1", "captures", status=1, **logins)
    assert "nothing was read" in bare.stderr and bare.stderr.count("does not load the plugin naverphone") == 1
    archive.run("--output", "calls.csv", "--sshlogin", "1/one@127.0.0.1", "captures", **logins)
    assert len(archive.rows("calls.csv")) == 1


def test_this_machine_may_take_part_and_one_that_cannot_be_reached_is_named(archive, logins):
    archive.add(*FEW)
    ssh = {"PARALLEL_SSH": logins["PARALLEL_SSH"]}
    archive.run("--output", "calls.csv", "--sshlogin", "1/:", "--sshlogin", "1/one@127.0.0.1", "captures", **ssh)
    assert {job["Host"] for job in archive.log("calls.csv")} == {":", "one@127.0.0.1"}
    away = archive.run("--output", "away.csv", "--sshlogin", "1/one@127.0.0.9", "captures/call-busy.pcapng", status=1,
                       **ssh)
    assert "nothing was read" in away.stderr and "127.0.0.9" in away.stderr
    archive.run("--output", "away.csv", "--sshlogin", "1/one@127.0.0.1", "captures/call-busy.pcapng", **ssh)


# ---- records for OpenSearch and Elasticsearch


@pytest.fixture(scope="module")
def indexed(shark):
    """(the mapping, the (action, record) pairs) of the captures."""
    folder = shark.stage.folder / "archive-records"
    folder.mkdir()
    made = Archive(shark, folder).add(*CAPTURES)
    mapping = json.loads(made.run("mapping", program="naverphone-read").stdout)
    made.run("--format", "ek", "--output", "records.ek", "captures")
    lines = [json.loads(line) for line in made.text("records.ek").splitlines()]
    yield mapping, list(zip(lines[::2], lines[1::2]))
    shutil.rmtree(folder)


def values(value) -> list:
    return value if isinstance(value, list) else [value]


def layers(record: dict) -> list:
    return values(record["layers"]["naverphone"])


def in_range(bits: int):
    return lambda value: -2 ** (bits - 1) <= int(value) < 2 ** (bits - 1)


ACCEPTS = {"long": in_range(64), "integer": in_range(32), "short": in_range(16), "ip": ipaddress.ip_address,
           "float": lambda value: str(float(value)), "double": lambda value: str(float(value)),
           "boolean": lambda value: isinstance(value, bool), "date": lambda value: int(value) > 0,
           "keyword": lambda value: isinstance(value, str)}


def takes(kind: str, value) -> bool:
    """True if a field of this type accepts the value, or each of the values."""
    try:
        return all(ACCEPTS[kind](one) for one in values(value))
    except ValueError:
        return False


def test_the_mapping_parses_and_takes_every_value_of_the_records(indexed):
    mapping, records = indexed
    properties = mapping["mappings"]["properties"]
    fields = properties["layers"]["properties"]["naverphone"]["properties"]
    assert mapping["index_patterns"] == ["packets-*"] and mapping["mappings"].get("dynamic", True) is True
    assert len(fields) > 40 and records
    wrong = [(name, value) for _, record in records for name, value in record.items()
             if name != "layers" and not takes(properties[name]["type"], value)]
    wrong += [(name, fields[name]["type"], value) for _, record in records for layer in layers(record)
              for name, value in layer.items() if name in fields and not takes(fields[name]["type"], value)]
    assert wrong == []


def test_fields_that_the_mapping_leaves_to_the_index_hold_text(indexed):
    mapping, records = indexed
    fields = mapping["mappings"]["properties"]["layers"]["properties"]["naverphone"]["properties"]
    left = {(name, type(one).__name__) for _, record in records for layer in layers(record)
            for name, value in layer.items() if name not in fields for one in values(value)}
    assert left >= {(PREFIX + "call_id", "str"), (PREFIX + "identity", "str")}
    assert {kind for name, kind in left if name not in (PREFIX + "call_first", "_ws_expert")} == {"str"}
    assert mapping["mappings"]["date_detection"] is False    # a text that looks like a date stays a text


def test_every_record_has_its_session_and_every_record_of_a_call_its_call(indexed):
    _, records = indexed
    session = {PREFIX + name for name in ("leg", "session", "session_state", "evidence")}
    call = {PREFIX + name for name in ("call", "call_id", "call_caller", "call_dialled", "call_state")}
    in_calls = 0
    for action, record in records:
        for layer in layers(record):
            assert session <= layer.keys(), record
            if PREFIX + "call" in layer:
                assert call <= layer.keys() and record["call_key"], record
                in_calls += 1
    assert in_calls > 300


def test_the_records_of_a_call_share_a_key_that_no_other_call_has(indexed):
    _, records = indexed
    ids = {}
    for _, record in records:
        for layer in layers(record):
            if PREFIX + "call" in layer:
                key = f"{record['capture']}#{layer[PREFIX + 'call']}"
                assert key in record["call_key"]
                ids.setdefault(key, set()).add(layer[PREFIX + "call_id"])
    assert len(ids) > 25 and all(len(found) == 1 for found in ids.values())


def test_each_record_has_an_id_of_its_own_and_no_type(indexed):
    _, records = indexed
    actions = [action["index"] for action, _ in records]
    assert len({action["_id"] for action in actions}) == len(actions)
    assert all(action.keys() == {"_index", "_id"} and action["_index"] == "packets-2007-11-05" for action in actions)


def test_tsharks_own_records_and_mapping_name_the_same_fields(shark):
    mapping = json.loads(shark.run("-G", "elastic-mapping", "--elastic-mapping-filter", "naverphone"))
    fields = mapping["mappings"]["properties"]["layers"]["properties"]["naverphone"]["properties"]
    text = shark.read("full-session", "-Y", "naverphone.call", "-T", "ek", "-J", "naverphone", two_pass=True)
    records = [json.loads(line)["layers"]["naverphone"] for line in text.splitlines()[1::2]]
    assert len(records) > 20
    for record in records:
        assert {PREFIX + "session", PREFIX + "call"} <= fields.keys() & record.keys()


def test_without_the_plugin_there_is_no_mapping_but_a_word_why(archive):
    done = archive.run("mapping", program="naverphone-read", status=1, WIRESHARK_PLUGIN_DIR="/nonexistent")
    assert "does not load the plugin naverphone" in done.stderr


# ---- the page


PAGE = (ROOT / "doc" / "archive.md").read_text()
SHOWN = re.findall(r"^\$ (.*)\n((?:(?!\$ |```).*\n)*)", PAGE, re.M)


def test_what_the_page_shows_is_what_happens(archive):
    archive.add(*FEW)
    cut(archive.captures / "two-clients.pcapng", 9000)
    assert len(SHOWN) > 5
    for command, output in SHOWN:
        done = subprocess.run(archive.shark.command("env", "-C", archive.folder, "bash", "-c", f"{command} 2>&1"),
                              stdout=subprocess.PIPE, encoding="utf-8", timeout=TIMEOUT)
        assert done.stdout == output, command


def test_the_page_names_every_option(archive):
    options = re.findall(r"^  (--\w+)", archive.run("--help").stdout, re.M)
    assert len(options) == 6 and [option for option in options if f"`{option}" not in PAGE.replace(" ", "`")] == []
