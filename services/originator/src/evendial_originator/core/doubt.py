"""When what became of a call is not to be waited for but to be asked for."""

from datetime import datetime, timedelta

from evendial_originator.core.call import Call

HEARD_WITHIN = timedelta(seconds=6)
"""An Asterisk that is not overloaded shows a channel, or says that it failed, within milliseconds."""


def doubtful(call: Call, now: datetime) -> bool:
    """Whether facts may have been missed, or none came although the link was up."""
    return call.gap or (unheard(call) and now >= call.sent_at + HEARD_WITHIN)


def unheard(call: Call) -> bool:
    """Whether Asterisk has shown nothing of the call: that it took the originate means only queued."""
    told = call.refused_at or call.failed_at or call.answered_at or call.ended_at
    return not (told or call.exists)
