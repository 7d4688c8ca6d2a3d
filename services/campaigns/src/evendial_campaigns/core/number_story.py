"""Which acts on a whole list concerned one number of it: the facts of such acts do not name the numbers."""

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

import msgspec
from evendial_contracts.campaigns import NumbersImported, NumbersRedialled, NumbersRemoved
from evendial_contracts.message import Message
from evendial_contracts.numbers import NumberFailed

from evendial_campaigns.core.progress import NumberState, latest

Place = TypeVar("Place")


class Listed(msgspec.Struct, frozen=True):
    """A number as its row has it; where that is gone for good, nobody knows which list it came from."""

    number_id: int
    import_id: UUID | None
    deleted: bool


class _Story(msgspec.Struct, frozen=True):
    there: bool = False
    generation: int = 0
    failed_in: int = -1


def acts_on(number: Listed, facts: Iterable[tuple[Place, Message]]) -> list[Place]:
    """The places of the acts on many numbers that concerned this one.

    `facts` are those acts and, for this number, its failures and the acts on it alone, in the order of the
    record. A redial takes the numbers that have failed in the generation they are in; a number that is
    deleted went with the first removal that can have meant it.
    """
    concerned: list[Place] = []
    story = _Story()
    for place, fact in facts:
        if _concerns(number, story, fact):
            concerned.append(place)
            story = _after(story, fact)
        elif getattr(fact, "number_id", None) == number.number_id:
            story = _after(story, fact)
    return concerned


def _concerns(number: Listed, story: _Story, fact: Message) -> bool:
    """Whether an act on many was one on this number."""
    match fact:
        case NumbersImported():
            return fact.import_id == number.import_id
        case NumbersRedialled(number_id=None):
            return story.there and story.failed_in == story.generation
        case NumbersRemoved(number_id=None):
            return story.there and number.deleted and fact.import_id in (None, number.import_id)
        case _:
            return False


def _after(story: _Story, fact: Message) -> _Story:
    changed = msgspec.structs.replace
    match fact:
        case NumbersImported():
            return changed(story, there=True)
        case NumbersRemoved():
            return changed(story, there=False)
        case NumbersRedialled():
            return changed(story, generation=story.generation + 1)
        case NumberFailed():
            failed = latest([fact])[0].state is NumberState.FAILED
            return changed(
                story,
                generation=max(story.generation, fact.generation),
                failed_in=fact.generation if failed else story.failed_in,
            )
        case _:
            return story
