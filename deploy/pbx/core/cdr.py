"""What Asterisk itself writes down of a channel that has ended."""

from typing import Final

from deploy.pbx.core.effects import Cdr
from deploy.pbx.core.sip import dial_status_of
from deploy.pbx.core.state import Channel, Phase

_DISPOSITIONS: Final = {"BUSY": "BUSY", "CONGESTION": "CONGESTION", "CHANUNAVAIL": "FAILED"}
"""By the end of the dialling (main/cdr.c, dial_status_to_disposition); anything else is NO ANSWER."""


def cdr_of(channel: Channel, at: float) -> Cdr:
    """Its record. `unanswered` and `congestion` are on, as `deploy/asterisk` asks for."""
    answered = channel.phase is Phase.UP
    told = _DISPOSITIONS.get(dial_status_of(channel.cause), "NO ANSWER")
    return Cdr(
        unique_id=channel.id,
        account=channel.account,
        started_at=channel.created_at,
        answered_at=channel.leg.answered_at if channel.leg and answered else None,
        ended_at=at,
        disposition="ANSWERED" if answered else told,
    )
