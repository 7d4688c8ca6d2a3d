from datetime import UTC, datetime
from uuid import UUID

import pytest
from evendial_contracts.call_token import TOKEN_LENGTH, BadToken, CallToken, mint, verify
from evendial_contracts.envelope import BadEnvelope, open_envelope, seal
from evendial_contracts.message import Message, tag_of

from tests.contracts.examples import CAMPAIGN, COMMAND, EXAMPLES

pytestmark = pytest.mark.unit

ID = UUID("00000000-0000-4000-8000-0000000000ff")
AT = datetime(2027, 3, 28, 1, 30, 0, 123456, tzinfo=UTC)
KEY, OTHER_KEY = b"k" * 32, b"o" * 32
TOKEN = CallToken(command_id=COMMAND, campaign_id=CAMPAIGN, sequence_version=7, expires_at=2_000_000_000)


@pytest.mark.parametrize("message", EXAMPLES, ids=tag_of)
def test_an_envelope_survives_its_headers(message: Message) -> None:
    envelope = seal(message, id=ID, source="campaigns", time=AT)
    headers = envelope.headers()
    assert open_envelope(headers) == envelope
    assert headers["Nats-Msg-Id"] == headers["ce-id"] == str(ID)
    assert headers["ce-specversion"] == "1.0"
    assert headers["traceparent"].startswith("00-")


@pytest.mark.parametrize("name", ["ce-id", "ce-type", "ce-source", "ce-time"])
def test_a_missing_header_is_named(name: str) -> None:
    headers = seal(EXAMPLES[0], id=ID, source="campaigns", time=AT).headers()
    headers.pop(name)
    with pytest.raises(BadEnvelope, match=name):
        open_envelope(headers)


@pytest.mark.parametrize("headers", [None, {}])
def test_no_headers_are_an_error_not_a_crash(headers: dict[str, str] | None) -> None:
    with pytest.raises(BadEnvelope):
        open_envelope(headers)


def test_a_token_has_a_fixed_width_and_survives() -> None:
    text = mint(TOKEN, KEY)
    assert len(text) == TOKEN_LENGTH
    assert verify(text, KEY, now=1_999_999_999) == TOKEN


def test_a_token_expires() -> None:
    with pytest.raises(BadToken, match="expired"):
        verify(mint(TOKEN, KEY), KEY, now=2_000_000_000)


@pytest.mark.parametrize("position", range(0, TOKEN_LENGTH - 1))
def test_a_changed_token_is_forged(position: int) -> None:
    text = mint(TOKEN, KEY)
    other = "A" if text[position] != "A" else "B"
    with pytest.raises(BadToken):
        verify(text[:position] + other + text[position + 1 :], KEY, now=0)


@pytest.mark.parametrize(
    "text", ["", "x", "=" * TOKEN_LENGTH, "é" * TOKEN_LENGTH, "A" * TOKEN_LENGTH, "A" * 10_000]
)
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(BadToken):
        verify(text, KEY, now=0)


def test_another_key_signs_other_tokens() -> None:
    with pytest.raises(BadToken, match="forged"):
        verify(mint(TOKEN, OTHER_KEY), KEY, now=0)
