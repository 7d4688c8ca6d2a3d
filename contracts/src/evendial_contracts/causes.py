"""Hangup causes: ITU-T Q.850 as Asterisk's AMI reports them (`Cause` of the Hangup event)."""

from enum import IntEnum

from evendial_contracts.calls import Disposition


class HangupCause(IntEnum):
    """The Q.850 causes that decide a disposition."""

    UNALLOCATED_NUMBER = 1
    NO_ROUTE_TO_DESTINATION = 3
    NORMAL_CLEARING = 16
    USER_BUSY = 17
    NO_USER_RESPONDING = 18
    NO_ANSWER = 19
    SUBSCRIBER_ABSENT = 20
    CALL_REJECTED = 21
    NUMBER_CHANGED = 22
    DESTINATION_OUT_OF_ORDER = 27
    INVALID_NUMBER_FORMAT = 28
    NO_CIRCUIT_AVAILABLE = 34
    NETWORK_OUT_OF_ORDER = 38
    TEMPORARY_FAILURE = 41
    SWITCHING_EQUIPMENT_CONGESTION = 42
    REQUESTED_CIRCUIT_NOT_AVAILABLE = 44
    RESOURCE_UNAVAILABLE = 47


UNANSWERED: dict[int, Disposition] = {
    HangupCause.USER_BUSY: Disposition.BUSY,
    HangupCause.NO_USER_RESPONDING: Disposition.NO_ANSWER,
    HangupCause.NO_ANSWER: Disposition.NO_ANSWER,
    HangupCause.SUBSCRIBER_ABSENT: Disposition.NO_ANSWER,
    HangupCause.UNALLOCATED_NUMBER: Disposition.INVALID_NUMBER,
    HangupCause.NUMBER_CHANGED: Disposition.INVALID_NUMBER,
    HangupCause.INVALID_NUMBER_FORMAT: Disposition.INVALID_NUMBER,
    HangupCause.CALL_REJECTED: Disposition.REJECTED,
    HangupCause.DESTINATION_OUT_OF_ORDER: Disposition.CONGESTION,
    HangupCause.NO_CIRCUIT_AVAILABLE: Disposition.CONGESTION,
    HangupCause.NETWORK_OUT_OF_ORDER: Disposition.CONGESTION,
    HangupCause.TEMPORARY_FAILURE: Disposition.CONGESTION,
    HangupCause.SWITCHING_EQUIPMENT_CONGESTION: Disposition.CONGESTION,
    HangupCause.REQUESTED_CIRCUIT_NOT_AVAILABLE: Disposition.CONGESTION,
    HangupCause.RESOURCE_UNAVAILABLE: Disposition.CONGESTION,
    HangupCause.NO_ROUTE_TO_DESTINATION: Disposition.FAILED_SYSTEM,
}
"""What a call that was never answered ended as, by its cause; any other cause is `failed_system`."""
