import msgspec
import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import NumberDialVoided, VoidReason
from evendial_contracts.message import AttemptFact
from evendial_contracts.numbers import NumberFailed, NumberReleased, NumberWaitingRetry
from evendial_scheduler.core.facts import fact_after, fact_id
from evendial_scheduler.core.retry import Standing
from evendial_scheduler.core.state import State

from tests.unit.scheduler.makers import NOON, ended, seconds

pytestmark = pytest.mark.unit

BUSY = ended(Disposition.BUSY)
ATTEMPT = {name: getattr(BUSY, name) for name in AttemptFact.__struct_fields__}


def standing(state: State) -> Standing:
    return Standing(
        state=state, attempts=1, system_failures=0, failing_since=None, due_at=NOON + seconds(320)
    )


def test_a_number_that_waits_says_until_when_and_why() -> None:
    assert fact_after(BUSY, standing(State.WAITING_RETRY)) == NumberWaitingRetry(
        **ATTEMPT, disposition=Disposition.BUSY, retry_at=NOON + seconds(320)
    )


def test_a_number_that_failed_says_of_what() -> None:
    assert fact_after(BUSY, standing(State.FAILED)) == NumberFailed(**ATTEMPT, disposition=Disposition.BUSY)


def test_a_voided_command_releases_its_number() -> None:
    voided = NumberDialVoided(**ATTEMPT, reason=VoidReason.STOPPED)
    assert fact_after(voided, standing(State.FREE)) == NumberReleased(**ATTEMPT, reason=VoidReason.STOPPED)


def test_a_number_whose_attempt_another_command_has_is_said_to_be_unknown() -> None:
    voided = NumberDialVoided(**ATTEMPT, reason=VoidReason.ATTEMPT_HELD)
    said = NumberFailed(**ATTEMPT, disposition=Disposition.UNKNOWN)
    assert fact_after(voided, standing(State.UNKNOWN)) == said


@pytest.mark.parametrize("state", [State.COMPLETED, State.UNKNOWN])
def test_where_the_call_itself_says_all_nothing_is_added(state: State) -> None:
    assert fact_after(BUSY, standing(state)) is None


def test_the_ids_of_facts_about_one_command_differ_and_stay() -> None:
    waiting, failed = (fact_after(BUSY, standing(s)) for s in (State.WAITING_RETRY, State.FAILED))
    assert waiting and failed
    assert fact_id(waiting) == fact_id(msgspec.structs.replace(waiting)) != fact_id(failed)
