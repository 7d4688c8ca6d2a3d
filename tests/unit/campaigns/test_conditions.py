"""Entity tags, cursors and names: what is taken, and what is refused."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.core.rules import check_name
from evendial_campaigns.entity_tags import etag, expected_by, is_known
from evendial_campaigns.keyset import BigInt, Instant, Keyset, Text, read_cursor

pytestmark = pytest.mark.unit


def field_of(refused: Callable[[], object]) -> str | None:
    with pytest.raises(Rejected) as refusal:
        refused()
    assert refusal.value.slug == "invalid_field"
    return refusal.value.field


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("*", None),
        (" * ", None),
        ('"3"', {3}),
        ('"3", "4"', {3, 4}),
        ('"3" ,\t"x,y" , W/"5"', {3}),
        ('W/"3"', set()),
        ('"03"', set()),
        ('"0"', {0}),
        ('"three"', set()),
        ('""', set()),
        (f'"{"9" * 40}"', set()),
    ],
)
def test_an_if_match_names_the_versions_it_allows(header: str | None, expected: set[int] | None) -> None:
    assert expected_by(header) == (None if expected is None else frozenset(expected))


@pytest.mark.parametrize(
    "header", ["", "3", "'3'", '"3', '3"', '"3" "4"', '"3",', '"a b"', '*, "3"', '"\x07"']
)
def test_what_is_no_entity_tag_is_refused(header: str) -> None:
    assert field_of(lambda: expected_by(header)) == "If-Match"
    assert field_of(lambda: is_known(3, header)) == "If-None-Match"


def test_who_has_this_version_is_told_so() -> None:
    assert etag(3) == '"3"'
    assert not is_known(3, None)
    assert is_known(3, "*")
    assert is_known(3, 'W/"3"')
    assert is_known(3, '"2", "3"')
    assert not is_known(3, '"2"')


@pytest.mark.parametrize(
    ("key", "shape"),
    [(7, BigInt), ("spring", Text), (datetime(2026, 5, 1, 12, 0, 0, 5, tzinfo=UTC), Instant)],
)
def test_a_cursor_is_read_as_it_was_written(key: object, shape: Any) -> None:
    keyset = Keyset("-name", key, 9)
    assert read_cursor(keyset.written(), "-name", shape) == keyset
    assert field_of(lambda: read_cursor(keyset.written(), "name", shape)) == "cursor"


def written(*row: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(row).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "17",
        "\xe4",
        "a" * 2000,
        "!!!!",
        written(),
        written("name"),
        written("name", None, 1),
        written("name", 7, 1),
        written("name", ["x"], 1),
        written("name", "a\0b", 1),
        written("name", "x", "1"),
        written("name", "x", 2**63),
        written("name", "x", 1.5),
        written("-name", "x", 1),
        written(["name"], "x", 1),
        base64.urlsafe_b64encode(b"[" * 1000).decode(),
        base64.urlsafe_b64encode(b'["name","\xff",1]').decode(),
    ],
)
def test_a_cursor_that_is_not_ours_is_refused(cursor: str) -> None:
    assert field_of(lambda: read_cursor(cursor, "name", Text)) == "cursor"


def test_a_key_of_another_kind_is_refused() -> None:
    for key in ("2026-13-01T00:00:00Z", "2026-05-01T00:00:00", 5, "soon"):
        cursor = Keyset("updated", key, 1).written()
        assert field_of(partial(read_cursor, cursor, "updated", Instant)) == "cursor"
    for key in ("5", 2**63, True):
        cursor = Keyset("created", key, 1).written()
        assert field_of(partial(read_cursor, cursor, "created", BigInt)) == "cursor"


@pytest.mark.parametrize(
    "name",
    [
        "spring",
        "x" * 200,
        "Früh­jahr",
        "весна",
        "می‌خواهم",
        "👨‍👩‍👧 spring 🎉",
        "𠜎",
        "\U0001fae8",
        "\u0378",
        "'; drop table campaign; --",
        "a b",
    ],
)
def test_a_name_may_be_of_any_script(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "\u200b\u00a0",
        "x" * 201,
        "a\nb",
        "a\x00b",
        "a\x7fb",
        "a\x85b",
        "a\u2028b",
        "a\ud800b",
        "a\u202eb",
        "a\u2066b",
    ],
)
def test_a_name_is_one_line_that_reads_as_it_stands(name: str) -> None:
    assert field_of(lambda: check_name(name)) == "name"
