from contextlib import suppress

import pytest
from evendial_agi.core.header import BadHeader, Header, check_first, parse
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.unit

# What Asterisk 22.10 sent for AGI(agi://127.0.0.1:4573/call,abc), shortened.
LINES = [
    "agi_network: yes",
    "agi_network_script: call",
    "agi_request: agi://127.0.0.1:4573/call",
    "agi_channel: PJSIP/carrier-00000001",
    "agi_uniqueid: c-1",
    "agi_callerid: unknown",
    "agi_accountcode: ",
    "agi_arg_1: abc",
]


def test_the_block_of_asterisk_is_read() -> None:
    assert parse(LINES) == Header(
        request="agi://127.0.0.1:4573/call",
        channel="PJSIP/carrier-00000001",
        unique_id="c-1",
        arguments=("abc",),
    )


def test_arguments_come_in_order_and_end_at_a_gap() -> None:
    numbered = ["agi_arg_2: two", "agi_arg_1: one", "agi_arg_4: four", "agi_arg_10: ten"]
    assert parse(LINES[:-1] + numbered).arguments == ("one", "two")


def test_a_call_without_arguments_is_a_call() -> None:
    assert parse(LINES[:-1]).arguments == ()


def test_a_value_keeps_its_colons_and_blanks() -> None:
    assert parse([*LINES[:-1], "agi_arg_1:  a: b "]).arguments == (" a: b ",)


@pytest.mark.parametrize(
    "line", ["GET / HTTP/1.1", "", "agi_networks", "SSH-2.0-x", "\x16\x03\x01", "agi_network_script: x"]
)
def test_another_protocol_is_known_by_its_first_line(line: str) -> None:
    with pytest.raises(BadHeader, match="agi_network"):
        check_first(line)


def test_a_line_without_colon_is_refused() -> None:
    with pytest.raises(BadHeader, match="colon"):
        parse([*LINES, "nonsense"])


def test_a_block_without_request_is_refused() -> None:
    with pytest.raises(BadHeader, match="agi_request"):
        parse(["agi_network: yes"])


@given(st.lists(st.text(), max_size=5))
def test_no_block_makes_the_parser_fail_otherwise(lines: list[str]) -> None:
    with suppress(BadHeader):
        parse(lines)
