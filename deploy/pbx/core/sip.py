"""What Asterisk makes of the SIP status of a declined call (chan_pjsip.c, hangup_sip2cause)."""

from typing import Final

INTERWORKING: Final = 127
"""For a status that has no Q.850 cause of its own."""

_CAUSES: Final = {
    **dict.fromkeys((401, 402, 403, 407, 603), 21),
    **dict.fromkeys((404, 485, 604), 1),
    **dict.fromkeys((486, 600), 17),
    **dict.fromkeys((488, 606), 58),
    408: 18,
    409: 41,
    410: 22,
    480: 19,
    484: 28,
    500: 38,
    501: 29,
    502: 27,
    503: 34,
    504: 102,
}
_DIAL_STATUS: Final = {17: "BUSY", 34: "CONGESTION", 3: "CHANUNAVAIL", 20: "CHANUNAVAIL"}


def cause_of(status: int) -> int:
    """The Q.850 cause."""
    return _CAUSES.get(status, INTERWORKING)


def dial_status_of(cause: int) -> str:
    """What DialEnd says of a call that was declined with that cause."""
    return _DIAL_STATUS.get(cause, "NOANSWER")
