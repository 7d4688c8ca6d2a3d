"""What facts say in a timeline, and which acts on a whole list concerned one number."""

import re
from typing import Any
from uuid import UUID

import pytest
from evendial_campaigns.core.number_story import Listed, acts_on
from evendial_campaigns.core.timeline import actor_of, sentence
from evendial_campaigns.record import Place, place_of
from evendial_contracts.calls import Disposition
from evendial_contracts.campaigns import NumbersImported, NumbersRedialled, NumbersRemoved, RemovalReason
from evendial_contracts.claims import AttemptClaimed
from evendial_contracts.dialing import VoidReason
from evendial_contracts.message import CampaignFact, Message
from evendial_contracts.numbers import NumberReleased, NumberSuppressed

from tests.contracts.examples import EXAMPLES
from tests.unit.campaigns.given import ADMIN, CAMPAIGN, IMPORT, OWNER, created, imported
from tests.unit.campaigns.test_progress import ended, fact, failed

pytestmark = pytest.mark.unit

FACTS = [
    example
    for example in EXAMPLES
    if isinstance(example, CampaignFact) and not isinstance(example, AttemptClaimed)  # not for campaigns
]
NUMBER = Listed(1, IMPORT, deleted=False)
DELETED = Listed(1, IMPORT, deleted=True)


@pytest.mark.parametrize("example", FACTS, ids=lambda example: type(example).__name__)
def test_every_fact_has_a_sentence_of_its_own_without_digits_to_dial(example: Message) -> None:
    told = sentence(example)
    assert told.endswith(".")
    assert "no words" not in told
    assert not re.search(r"[0-9]{5}", told)


@pytest.mark.parametrize("disposition", Disposition)
def test_every_outcome_has_words(disposition: Disposition) -> None:
    assert sentence(ended(disposition)).startswith("Attempt 1 ended: ")
    assert sentence(failed(disposition)).startswith("The number will not be called again")


@pytest.mark.parametrize("reason", VoidReason)
def test_every_reason_has_words(reason: VoidReason) -> None:
    assert sentence(fact(NumberReleased, reason=reason)).startswith("The number is free again")
    assert sentence(fact(NumberSuppressed, suppression_id=None)).endswith("while it is suppressed.")


def test_acts_of_people_name_them_and_those_of_services_nobody() -> None:
    assert actor_of(created()) == OWNER
    assert actor_of(ended(Disposition.BUSY)) is None


def test_a_place_is_read_as_it_is_written() -> None:
    assert place_of(str(Place(7412, 90210))) == Place(7412, 90210)
    assert Place(2, 1) > Place(1, 9)


@pytest.mark.parametrize("text", ["", "1", "1-", "-1-1", "1-1 ", "1-01", "1-1\n", f"1-{2**63}", "9" * 40])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no place"):
        place_of(text)


def redial(number_id: int | None = None) -> NumbersRedialled:
    return NumbersRedialled(
        campaign_id=CAMPAIGN,
        owner_id=OWNER,
        redialled_by=ADMIN,
        batch_id=UUID(int=6),
        numbers=1,
        chunks=1,
        number_id=number_id,
    )


def removal(**more: Any) -> NumbersRemoved:
    fields: dict[str, Any] = {"reason": RemovalReason.DELETED, "numbers": 1, "chunks": 1} | more
    return NumbersRemoved(
        campaign_id=CAMPAIGN, owner_id=OWNER, removed_by=ADMIN, batch_id=UUID(int=6), **fields
    )


def other_list() -> NumbersImported:
    return NumbersImported(
        campaign_id=CAMPAIGN,
        owner_id=OWNER,
        import_id=UUID(int=99),
        imported_by=OWNER,
        accepted=1,
        duplicates=0,
        rejected=0,
        chunks=1,
        sha256="00",
    )


BUSY = failed(Disposition.BUSY)
BUSY_AGAIN = failed(Disposition.BUSY, generation=1)
UNKNOWN = failed(Disposition.UNKNOWN)
UNDONE = removal(reason=RemovalReason.IMPORT_UNDONE, import_id=IMPORT)
OTHER_UNDONE = removal(reason=RemovalReason.IMPORT_UNDONE, import_id=UUID(int=99))


@pytest.mark.parametrize(
    ("number", "facts", "concerned"),
    [
        (NUMBER, [other_list(), imported()], [1]),
        (NUMBER, [imported(), redial()], [0]),
        (NUMBER, [imported(), BUSY, redial(), redial()], [0, 2]),
        (NUMBER, [imported(), BUSY, redial(), BUSY_AGAIN, redial()], [0, 2, 4]),
        (NUMBER, [imported(), BUSY, redial(1), redial()], [0]),
        (NUMBER, [imported(), UNKNOWN, redial()], [0]),
        (NUMBER, [imported(), removal()], [0]),
        (DELETED, [removal(), imported(), OTHER_UNDONE, UNDONE, removal()], [1, 3]),
        (DELETED, [imported(), removal(number_id=1), removal()], [0]),
        (DELETED, [imported(), BUSY, removal(), redial()], [0, 2]),
    ],
)
def test_acts_on_the_whole_list(number: Listed, facts: list[Message], concerned: list[int]) -> None:
    assert acts_on(number, enumerate(facts)) == concerned
