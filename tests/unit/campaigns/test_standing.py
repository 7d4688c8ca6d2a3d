import itertools

import pytest
from evendial_campaigns.core.progress import NumberState
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.core.standing import check_reactivation, check_removal, reason_of, why
from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import VoidReason

S = NumberState


@pytest.mark.parametrize("state", [S.COMPLETED, S.FAILED, S.UNKNOWN, S.SUPPRESSED])
def test_what_has_been_called_to_the_end_may_be_called_once_more(state: NumberState) -> None:
    check_reactivation(state)
    check_removal(state)


@pytest.mark.parametrize("state", [S.FREE, S.WAITING_RETRY])
def test_what_will_be_called_anyway_is_not_reactivated(state: NumberState) -> None:
    with pytest.raises(Rejected) as refusal:
        check_reactivation(state)
    assert refusal.value.slug == "still_to_call"
    check_removal(state)


@pytest.mark.parametrize("state", [S.SCHEDULED, S.CALLING])
def test_what_is_in_a_call_is_left_alone(state: NumberState) -> None:
    for check in (check_reactivation, check_removal):
        with pytest.raises(Rejected) as refusal:
            check(state)
        assert refusal.value.slug == "in_a_call"


@pytest.mark.parametrize(
    ("state", "disposition", "reason", "generation", "word"),
    [
        (S.FREE, None, None, 0, "not_called_yet"),
        (S.FREE, None, None, 2, "reactivated"),
        (S.FREE, None, VoidReason.STOPPED, 2, "stopped"),
        (S.SCHEDULED, None, None, 0, "scheduled"),
        (S.CALLING, None, None, 0, "calling"),
        (S.COMPLETED, Disposition.ANSWERED, None, 0, "answered"),
        (S.WAITING_RETRY, Disposition.BUSY, None, 0, "busy"),
        (S.WAITING_RETRY, None, None, 0, "waiting_retry"),
        (S.FAILED, Disposition.REJECTED, None, 0, "rejected"),
        (S.UNKNOWN, Disposition.UNKNOWN, None, 0, "unknown"),
    ],
)
def test_the_reason_is_one_word(
    state: NumberState, disposition: str | None, reason: str | None, generation: int, word: str
) -> None:
    assert reason_of(state, disposition, reason, generation) == word


def test_every_reason_is_a_sentence_too() -> None:
    for state, disposition, reason in itertools.product(S, [None, *Disposition], [None, *VoidReason]):
        sentence = why(state, reason_of(state, disposition, reason, 0))
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert "_" not in sentence
