"""The wire form of every message is what it was: golden bytes are append-only."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from evendial_contracts.codec import MESSAGES, MalformedMessage, UnknownMessage, decode, encode
from evendial_contracts.message import TAG, Message, tag_of
from evendial_contracts.schemas import schema_of

from tests.contracts.examples import EXAMPLES

pytestmark = pytest.mark.unit

GOLDEN = Path(__file__).parent / "golden"
SCHEMAS = Path(__file__).parents[2] / "contracts" / "schemas"


def test_every_message_has_an_example() -> None:
    assert {type(example) for example in EXAMPLES} == set(MESSAGES)


@pytest.mark.parametrize("example", EXAMPLES, ids=tag_of)
def test_golden_bytes_still_decode_to_the_same_message(example: Message) -> None:
    golden = (GOLDEN / f"{tag_of(example)}.json").read_bytes()
    assert decode(tag_of(example), golden) == example


@pytest.mark.parametrize("example", EXAMPLES, ids=tag_of)
def test_what_a_reader_of_the_golden_message_knows_is_still_said(example: Message) -> None:
    golden = msgspec.json.decode((GOLDEN / f"{tag_of(example)}.json").read_bytes())
    today = msgspec.json.decode(encode(example))
    assert _as_known(today, golden) == golden


def _as_known(today: Any, golden: Any) -> Any:
    """What is said today, without the fields that are not in the golden message."""
    if isinstance(today, dict) and isinstance(golden, dict):
        return {name: _as_known(today.get(name), golden[name]) for name in golden}
    return today


@pytest.mark.parametrize("example", EXAMPLES, ids=tag_of)
def test_a_field_from_the_future_is_skipped(example: Message) -> None:
    body = msgspec.json.decode(encode(example)) | {"from_the_future": {"x": [1]}}
    assert decode(tag_of(example), msgspec.json.encode(body)) == example


@pytest.mark.parametrize("message", MESSAGES, ids=tag_of)
def test_tags_name_aggregate_fact_and_version(message: type[Message]) -> None:
    assert TAG.fullmatch(tag_of(message))


@pytest.mark.parametrize("message", MESSAGES, ids=tag_of)
def test_the_committed_schema_is_the_schema(message: type[Message]) -> None:
    assert (SCHEMAS / f"{tag_of(message)}.json").read_bytes() == schema_of(message), "run `make schemas`"


def test_an_unknown_type_is_said_to_be_unknown() -> None:
    assert decode("call.ended.v9", b"{}") == UnknownMessage("call.ended.v9")


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"type":"call.ended.v1"}', b"\xff"])
def test_damaged_bytes_are_said_to_be_malformed(data: bytes) -> None:
    with pytest.raises(MalformedMessage):
        decode("call.ended.v1", data)


@pytest.mark.parametrize("e164", ["37061234567@evil.example", "1&2", "", "12", "1" * 16, "+370612345", "١٢٣"])
def test_a_dial_command_carries_digits_only(e164: str) -> None:
    golden = msgspec.json.decode((GOLDEN / "number.dial.v1.json").read_bytes())
    with pytest.raises(MalformedMessage, match="e164"):
        decode("number.dial.v1", msgspec.json.encode(golden | {"e164": e164}))


@pytest.mark.parametrize("field", ["e164", "caller_id", "endpoint", "pool", "account_code"])
def test_no_line_break_slips_in_at_the_end(field: str) -> None:
    golden = msgspec.json.decode((GOLDEN / "number.dial.v1.json").read_bytes())
    with pytest.raises(MalformedMessage, match=field):
        decode("number.dial.v1", msgspec.json.encode(golden | {field: golden[field] + "\n"}))
