"""Where a number of a list stands: what may be done with it, and why it is not being called."""

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


def reason_of(state: NumberState, disposition: str | None, reason: str | None, generation: int) -> str:
    """In one stable word why it is not being called, or is: a state, a disposition or a void reason."""
    match state:
        case NumberState.FREE:
            return reason or ("reactivated" if generation else "not_called_yet")
        case NumberState.WAITING_RETRY | NumberState.FAILED | NumberState.COMPLETED:
            return disposition or state
        case _:
            return state


def why(state: NumberState, reason: str) -> str:
    """The same for people, as a sentence."""
    match state:
        case NumberState.FREE:
            return _FREE.get(reason, "A call was ordered but not made; it will be ordered again.")
        case NumberState.WAITING_RETRY:
            return f"{_CAME_OF_IT.get(reason, 'The call has just ended')}; it will be called again."
        case NumberState.FAILED:
            return f"{_CAME_OF_IT.get(reason, 'The call failed')}; it will not be called again by itself."
        case _:
            return _WHY[state]


_FREE = {
    "not_called_yet": "It has not been called yet.",
    "reactivated": "A person asked for it to be called once more.",
    "expired": "The order to call it came too late for its moment; it will be ordered again.",
    "stopped": "The campaign was stopped before the call was made.",
    "window_closed": "The campaign's hours ended before the call was made.",
    "suppressed": "It was on the suppression list, and is not any more.",
    "in_another_call": "The same person was in another call; it will be tried again.",
    "cap": "As many calls as are allowed at once were in progress; it will be tried again.",
    "breaker": "The trunk refuses calls for now; it will be tried again.",
    "no_originator": "Nothing that could make the call was there; it will be tried again.",
    "no_agi": "No agi service was there for an answered call; it will be tried again.",
    "overloaded": "Asterisk was behind with the calls before it; it will be tried again.",
    "no_asterisk": "No Asterisk was there to make the call; it will be tried again.",
}
_CAME_OF_IT = {
    "busy": "The number was busy",
    "no_answer": "Nobody answered",
    "rejected": "The call was rejected",
    "invalid_number": "The network says that there is no such number",
    "congestion": "The trunk had no way to the number",
    "failed_system": "The call could not be set up",
}
_WHY = {
    NumberState.SCHEDULED: "Its call is about to start.",
    NumberState.CALLING: "It is in a call.",
    NumberState.COMPLETED: "The call was answered.",
    NumberState.UNKNOWN: "What came of its call is not known; so it is not called again by itself.",
    NumberState.SUPPRESSED: "It is on the suppression list.",
}
