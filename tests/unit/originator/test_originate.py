from uuid import UUID

import pytest
from evendial_contracts.call_token import TOKEN_LENGTH
from evendial_originator.core.originate import (
    CHANNEL_ID,
    BadCommand,
    channel_id,
    originate,
)
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit.originator.samples import CHANNEL, COMMAND

pytestmark = pytest.mark.unit

TOKEN = "A" * TOKEN_LENGTH


def test_a_command_becomes_one_originate() -> None:
    order = originate(COMMAND, TOKEN)

    assert order.channel == "PJSIP/441174960123@carrier"
    assert order.channel_id == "ed-11111111222253338444555555555555"
    assert order.timeout_ms == 30_000
    assert order.caller_id == "441174960000"
    assert order.account == "acme-1"
    assert order.variable == f"EVENDIAL_CALL={TOKEN}{COMMAND.max_call_s + 10:05}"


def test_a_command_without_caller_id_sends_none() -> None:
    assert originate(replace(COMMAND, caller_id=None), TOKEN).caller_id is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("e164", "12"),
        ("e164", "1234567890123456"),
        ("e164", "+441174960123"),
        ("e164", "441174960123\n"),
        ("e164", "441174960123;x=1"),
        ("e164", "1@evil.example/2"),
        ("e164", "\u0661\u0662\u0663\u0664"),
        ("e164", ""),
        ("endpoint", ""),
        ("endpoint", "carrier/x"),
        ("endpoint", "carrier@x"),
        ("endpoint", "-carrier"),
        ("endpoint", "c" * 65),
        ("endpoint", "carrier\r\nAction: Logoff"),
        ("caller_id", "Name <123>"),
        ("caller_id", "12"),
        ("caller_id", "5551000\r\n\r\nAction: Originate"),
        ("account_code", "a,b"),
        ("account_code", "a" * 21),
        ("account_code", ""),
        ("ring_timeout_s", 0),
        ("ring_timeout_s", 601),
        ("max_call_s", 0),
        ("max_call_s", 14_401),
    ],
)
def test_anything_else_is_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(BadCommand, match=f"^{field} must "):
        originate(replace(COMMAND, **{field: value}), TOKEN)


@pytest.mark.parametrize("token", ["", "A" * (TOKEN_LENGTH - 1), "A" * (TOKEN_LENGTH - 1) + ",", "A" * 100])
def test_a_token_of_another_form_is_refused(token: str) -> None:
    with pytest.raises(BadCommand, match=r"^token must "):
        originate(COMMAND, token)


@given(st.text(max_size=40))
def test_no_text_reaches_the_channel_unless_it_is_digits(text: str) -> None:
    try:
        order = originate(replace(COMMAND, e164=text), TOKEN)
    except BadCommand:
        return
    assert order.channel == f"PJSIP/{text}@carrier"
    assert set(text) <= set("0123456789")
    assert 3 <= len(text) <= 15


def test_a_refusal_does_not_repeat_the_value() -> None:
    with pytest.raises(BadCommand) as refusal:
        originate(replace(COMMAND, e164="4411749601234567890"), TOKEN)
    assert "4411749" not in str(refusal.value)


@given(st.uuids())
def test_channel_ids_have_one_width_and_are_recognised_as_ours(command_id: UUID) -> None:
    assert len(channel_id(command_id)) == len(CHANNEL)
    assert CHANNEL_ID.fullmatch(channel_id(command_id))


@pytest.mark.parametrize("other", ["", "ed-", CHANNEL + ";2", CHANNEL[:-1], CHANNEL.upper(), "1763900000.17"])
def test_no_other_channel_is_taken_for_ours(other: str) -> None:
    assert not CHANNEL_ID.fullmatch(other)
