"""Where a number of a list stands: what may be done with it."""

from evendial_campaigns.core.progress import FINAL, NumberState
from evendial_campaigns.core.rejected import Rejected

IN_A_CALL = (NumberState.SCHEDULED, NumberState.CALLING)
"""States in which a number is in the hands of a dial command."""
AGAIN = FINAL
"""States out of which a person may have a number called once more."""


def check_reactivation(state: NumberState) -> None:
    """Raises `Rejected` unless the number has been called to the end."""
    _refuse_in_a_call(state)
    if state not in AGAIN:
        raise Rejected("still_to_call", f"The number is {_in_words(state)}: it will be called anyway.")


def check_removal(state: NumberState) -> None:
    """Raises `Rejected` while the number is in a call."""
    _refuse_in_a_call(state)


def _refuse_in_a_call(state: NumberState) -> None:
    if state in IN_A_CALL:
        raise Rejected("in_a_call", f"The number is {_in_words(state)}; try again when that has ended.")


def _in_words(state: NumberState) -> str:
    return state.value.replace("_", " ")
