"""Random histories of facts about a few numbers, contradictory ones among them, for folds to agree on."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from evendial_contracts.actions import SequenceEnded, SequenceResult
from evendial_contracts.calls import CallAnswered, CallEnded, CallOriginated, Disposition
from evendial_contracts.dialing import NumberDialVoided, VoidReason
from evendial_contracts.message import Message
from evendial_contracts.numbers import (
    NumberFailed,
    NumberReleased,
    NumberScheduled,
    NumberSuppressed,
    NumberWaitingRetry,
)
from hypothesis import strategies as st

CAMPAIGN = UUID(int=1)
OWNER = UUID(int=2)
SLOT = datetime(2026, 5, 1, 9, tzinfo=UTC)
NUMBERS = range(1, 5)
REMOVED, GONE = 3, 4
"""One of the numbers was removed, and of one there is no row."""

_instants = st.integers(0, 3).map(lambda n: SLOT + timedelta(microseconds=n * 500_001))
_dispositions = st.sampled_from(Disposition)


@st.composite
def facts(draw: st.DrawFn) -> Message:
    """One fact; few ids, so that many facts are about the same call."""
    number_id, generation, attempt_no = draw(st.sampled_from(NUMBERS)), draw(st.integers(0, 1)), draw(_few)
    common: dict[str, Any] = {"campaign_id": CAMPAIGN, "owner_id": OWNER}
    command_id = UUID(int=number_id * 100 + generation * 10 + attempt_no)
    if draw(st.integers(0, 7)) == 0:
        result, done = draw(st.sampled_from(SequenceResult)), draw(_few)
        return SequenceEnded(
            **common,
            command_id=command_id,
            sequence_version=1,
            result=result,
            actions_done=done,
            actions_total=3,
        )
    attempt = common | {
        "command_id": command_id,
        "number_id": number_id,
        "generation": generation,
        "attempt_no": attempt_no,
        "slot_at": draw(_instants),
        "reference": draw(st.sampled_from([None, "a", "B", "ä", "😀", "a\\b\tc\n"])),
    }
    kind, more = draw(st.sampled_from(_KINDS))
    fact: Message = kind(**attempt, **{name: draw(value) for name, value in more.items()})
    return fact


_few = st.integers(1, 2)
_KINDS: list[tuple[type[Message], dict[str, st.SearchStrategy[Any]]]] = [
    (NumberScheduled, {}),
    (NumberWaitingRetry, {"disposition": _dispositions, "retry_at": _instants}),
    (NumberFailed, {"disposition": _dispositions}),
    (NumberReleased, {"reason": st.sampled_from(VoidReason), "not_before": st.none() | _instants}),
    (NumberSuppressed, {"suppression_id": st.none() | st.uuids()}),
    (NumberDialVoided, {"reason": st.sampled_from(VoidReason)}),
    (CallOriginated, {"originated_at": _instants}),
    (CallAnswered, {"answered_at": _instants}),
    (
        CallEnded,
        {
            "disposition": _dispositions,
            "hangup_cause": st.none() | st.integers(16, 18),
            "originated_at": st.none() | _instants,
            "started_at": st.none() | _instants,
            "answered_at": st.none() | _instants,
            "ended_at": _instants,
            "billed_s": st.integers(0, 2),
            "account_code": st.sampled_from(["acc1", "ACC-1"]),
            "device_id": st.sampled_from([UUID(int=5), UUID(int=2**100)]),
            "trunk_id": st.just(UUID(int=6)),
        },
    ),
]
