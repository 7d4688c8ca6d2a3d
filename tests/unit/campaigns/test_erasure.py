"""Where a number stands, and where it only seems to."""

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from evendial_campaigns.core.erasure import Erasing, without
from evendial_campaigns.core.person import person_of
from evendial_contracts.numbers import ListedNumber, NumbersChunk

pytestmark = pytest.mark.unit

OWNER = UUID(int=7)


def erasing(e164: int = 4915550000001, national: str = "15550000001", owner: UUID | None = None) -> Erasing:
    return Erasing(
        erasure_id=UUID(int=1),
        owner_id=owner,
        created_by=OWNER,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        e164=e164,
        national=national,
    )


@pytest.mark.parametrize(
    "message",
    [b'"4915550000001"', b'{"e164":"4915550000001","owner_id":"x"}', b"4915550000001", b"+4915550000001\n"],
)
def test_it_stands_in_a_message(message: bytes) -> None:
    assert erasing().stands_in(message)


@pytest.mark.parametrize(
    "message", [b"", b'"49155500000011"', b'"14915550000001"', b'"491555000000"', b"49 1555"]
)
def test_a_longer_number_is_another_one(message: bytes) -> None:
    assert not erasing().stands_in(message)


def test_a_longer_number_does_not_hide_it() -> None:
    assert erasing().stands_in(b"49155500000011,4915550000001")


def test_a_user_erases_in_messages_about_them() -> None:
    theirs = f'{{"owner_id":"{OWNER}","e164":"4915550000001"}}'.encode()
    assert erasing(owner=OWNER).stands_in(theirs)
    assert not erasing(owner=UUID(int=8)).stands_in(theirs)


@pytest.mark.parametrize(
    "digits", ["4915550000001", "004915550000001", "49015550000001", "015550000001", "15550000001"]
)
def test_the_forms_in_which_it_is_written(digits: str) -> None:
    assert re.search(erasing().written, digits)


@pytest.mark.parametrize("digits", ["", "5550000001", "115550000001234", "4415550000001", "49155500000011"])
def test_other_digits_are_not_it(digits: str) -> None:
    assert not re.search(erasing().written, digits)


def test_without_a_known_country_only_the_whole_number_counts() -> None:
    unknown = erasing(9990001112223, "")
    assert re.search(unknown.written, "009990001112223")
    assert not re.search(unknown.written, "0001112223")


def test_a_slice_is_the_same_but_for_who_is_gone() -> None:
    chunk = NumbersChunk(
        campaign_id=UUID(int=2),
        owner_id=OWNER,
        import_id=UUID(int=3),
        chunk_no=4,
        numbers=(ListedNumber(1, "4915550000001", 2, "ref"), ListedNumber(2, "4915550000002", 0, "b")),
    )
    left = without(chunk, [erasing()])
    assert (left.import_id, left.chunk_no) == (UUID(int=3), 4)
    assert left.numbers == (
        ListedNumber(1, "", 2, None, deleted=True),
        ListedNumber(2, "4915550000002", 0, "b"),
    )


def test_a_person_is_another_one_for_each_owner_and_key() -> None:
    everybody = {
        person_of(key, owner, 4915550000001)
        for key in (b"k" * 32, b"l" * 32)
        for owner in (None, OWNER, UUID(int=8))
    }
    assert len(everybody) == 6
    assert all(len(each) == 32 for each in everybody)
