import pytest
from evendial_campaigns.core.progress import NumberState
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.core.standing import check_reactivation, check_removal

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
