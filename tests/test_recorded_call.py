# SPDX-License-Identifier: GPL-2.0-or-later
"""A recorded call of real programs, in the repository's recording and in a new one."""

import os
import shutil
import subprocess
import sys

import pytest

from harness import CAPTURES

RECORDER = CAPTURES / "record_call.py"
NEEDED = ("sipp", "dumpcap", "curl")
CLIENT = "127.0.0.2"
IN_THE_REPOSITORY = "recorded-call"


def record(stage):
    """Records the session again. Returns the file, readable by tshark."""
    missing = [tool for tool in NEEDED if not shutil.which(tool)]
    if os.geteuid() != 0:
        pytest.skip("recording needs root")
    if missing:
        pytest.skip(f"recording needs {', '.join(missing)}")
    recording = stage.new_capture("recorded-now.pcapng")
    done = subprocess.run([sys.executable, "-B", RECORDER, recording], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    recording.chmod(0o644)
    return recording


@pytest.fixture(scope="module", params=["in the repository", "recorded now"])
def recording(request, stage):
    return IN_THE_REPOSITORY if request.param == "in the repository" else record(stage)


def events(shark, recording, leg, **how) -> list:
    return [event for event in shark.column(recording, "naverphone.event", only=f"naverphone.leg == {leg}", **how) if event]


def test_register_and_invite_are_repeated_with_credentials(shark, recording):
    assert events(shark, recording, 3) == [
        "30", "32", "30", "31",                                         # REGISTER, 407, REGISTER, 200
        "40", "32", "44", "40", "41", "42", "43", "44",                 # INVITE, 407, ACK, INVITE, 100, 180, 200, ACK
        "45", "49", "46", "49"]                                         # INFO, 200, BYE, 200


def test_recording_is_one_collect_call_of_one_session(shark, recording):
    [row] = shark.table(recording)
    assert {title: row[title] for title in ("Call", "Session", "Caller", "Number", "Kind", "Service", "State",
                                            "Released by", "Cause", "Media")} == {
        "Call": "1", "Session": "1", "Caller": "hongtest", "Number": "01012345678", "Kind": "Mobile",
        "Service": "Collect call", "State": "Released", "Released by": "Caller", "Cause": "-", "Media": "Both ways"}
    assert set(shark.rows(recording, "naverphone.session", "naverphone.client", "naverphone.identity",
                          only="sip or rtp", two_pass=True)) == {("1", CLIENT, "hongtest")}


def test_every_frame_is_ours_in_two_passes(shark, recording):
    assert shark.frames(recording, "naverphone", two_pass=True) == shark.frames(recording, "frame")


def test_control_connection_has_events_from_connect_to_closed(shark, recording):
    assert events(shark, recording, 1, two_pass=True) == ["1", "2", "3", "4", "4", "4", "4", "5", "6", "7"]


def test_login_succeeds(shark, recording):
    assert events(shark, recording, 2) == ["20", "21"]
    assert shark.rows(recording, "naverphone.login.method", "naverphone.login.host", only="naverphone.event == 20") == [
        ("POST", "was.np.naver.com:8081")]


def test_media_flows_both_ways_for_three_seconds(shark, recording):
    [row] = shark.table(recording)
    assert int(row["RTP from client"]) > 90 and int(row["RTP to client"]) > 90
    assert 2.9 < float(row["Duration"].removesuffix(" s")) < 4
    arrows = [arrow for arrow in shark.flow(recording) if arrow[0].startswith("RTP")]
    assert [label for label, _ in arrows] == ["RTP PCMA", "RTP PCMA"]
    assert all(2.5 < float(comment.split(",")[1].split()[0]) < 4 for _, comment in arrows)


def test_expert_items_are_the_expected_ones(shark, recording):
    names = [name for _, name in shark.experts(recording, two_pass=True)]
    if recording != IN_THE_REPOSITORY:      # sipp stops voice and SIP in different threads, so a packet may be late
        names = [name for name in names if name != "naverphone.media.after_release"]
    assert names == ["naverphone.login.unencrypted", "naverphone.session.login", "naverphone.call.service_number",
                     "naverphone.session.logout"]


def test_capture_is_recorded_by_dumpcap(recording, stage):
    told = subprocess.run(["capinfos", stage.find(recording)], capture_output=True, text=True, check=True).stdout
    assert "Dumpcap" in told and "Linux" in told
