# SPDX-License-Identifier: GPL-2.0-or-later
"""Long lists are shown up to a documented limit, and important entries are not lost."""

import bounds

MOST_PARAMETERS, MOST_MESSAGES = 1000, 5000


def login(parameters: bytes):
    return bounds.stream(bounds.LOGIN, b"GET /made/login?" + parameters + b" HTTP/1.1\r\nHost: was.np.naver.com:8081\r\n\r\n", 1)


def test_first_1000_parameters_and_a_later_password_are_shown(shark, forged):
    capture = forged(login(b"a=b&" * (MOST_PARAMETERS + 7) + b"pw=made-up"))
    ((names, password),) = shark.rows(capture, "naverphone.login.param", "naverphone.login.password",
                                      only="naverphone.login.param")
    assert names.split(",") == ["a"] * MOST_PARAMETERS + ["pw"]
    assert bytes.fromhex(password) == b"made-up"
    assert "7 more parameters, not shown" in shark.read(capture, "-O", "naverphone")


def test_5000_messages_of_a_frame_are_shown_and_the_rest_counted(shark, forged):
    capture = forged(bounds.stream(bounds.CONTROL, bytes(MOST_MESSAGES + 9), 1))
    framing = ("-o", 'uat:naverphone_control_framing:"0.0.0.0/0","10500","fixed 1","0","0","0","0","0","be"')
    ((numbers,),) = shark.rows(capture, "naverphone.control.message", only="naverphone.control.message", options=framing)
    assert numbers.split(",") == [str(number) for number in range(1, MOST_MESSAGES + 1)]
    assert f"Messages {MOST_MESSAGES + 1} to {MOST_MESSAGES + 9}, not shown" in shark.read(capture, "-O", "naverphone", *framing)
