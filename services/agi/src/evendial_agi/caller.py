"""One answered call, from its admission to its end."""

import logging
import time
from datetime import UTC, datetime
from uuid import UUID

from evendial_chassis.metrics import Counter
from evendial_contracts.actions import Action, ActionCompleted, SequenceEnded, SequenceResult
from evendial_contracts.call_token import CallToken

from evendial_agi.admission import Admission, Admitted, NotAdmitted
from evendial_agi.channel import Channel, ChannelGone, Disconnected, HungUp, Refused
from evendial_agi.core.header import Header
from evendial_agi.core.sequence import Progress, begin, evolve
from evendial_agi.performer import Performer
from evendial_agi.reporter import Reporter

logger = logging.getLogger(__name__)

calls_refused = Counter("evendial_agi_calls_refused", "Calls not served, by reason.", ["reason"])
sequences_ended = Counter("evendial_agi_sequences_ended", "Sequences ended, by result.", ["result"])

DONE_MARKER = "EVENDIAL_DONE"
"""The dialplan looks at this variable: AGISTATUS is SUCCESS even when we died in the middle of a call."""


SERVED_MARKER = "EVENDIAL_SERVED"
SERVING = "EvendialServing"
"""Variable and UserEvent that tell the originator, through Asterisk alone, that the call is served."""


class Caller:
    """Serves calls: runs the sequence of each and reports it."""

    def __init__(self, admission: Admission, performer: Performer, reporter: Reporter) -> None:
        self._admission = admission
        self._performer = performer
        self._reporter = reporter

    async def serve(self, header: Header, channel: Channel) -> None:
        """One call. When it ends without the done marker, the dialplan takes it from here."""
        try:
            admitted = await self._admission.admit(header)
        except NotAdmitted as refusal:
            calls_refused.labels(str(refusal)).inc()
            logger.warning("call refused", extra={"action": "call_refused", "reason": str(refusal)})
            return
        if admitted.owner_id is None:
            logger.error("campaign unknown", extra=_said(admitted.token, "campaign_unknown"))
            await _leave(channel, SequenceResult.CONFIG_ERROR)
            return
        await self._run(channel, admitted, admitted.owner_id)

    async def _run(self, channel: Channel, admitted: Admitted, owner_id: UUID) -> None:
        progress = begin(admitted.actions)
        result = SequenceResult.INTERRUPTED
        try:
            await _report_serving(channel)
            while (action := progress.due) is not None:
                progress = await self._step(channel, admitted.token, owner_id, progress, action)
            assert progress.ended is not None
            result = progress.ended
            await _leave(channel, result)
        except Disconnected as error:
            logger.warning("call lost", extra=_said(admitted.token, "call_lost") | {"reason": str(error)})
        finally:
            self._end(admitted.token, owner_id, progress, result)

    async def _step(
        self, channel: Channel, token: CallToken, owner_id: UUID, progress: Progress, action: Action
    ) -> Progress:
        started_at, started = datetime.now(UTC), time.monotonic()
        result = await self._performer.perform(channel, owner_id, action)
        completed = ActionCompleted(
            campaign_id=token.campaign_id,
            owner_id=owner_id,
            command_id=token.command_id,
            sequence_version=token.sequence_version,
            index=progress.done,
            kind=_kind(action),
            result=result,
            started_at=started_at,
            duration_ms=round((time.monotonic() - started) * 1000),
        )
        self._reporter.report(completed)
        return evolve(progress, result)

    def _end(self, token: CallToken, owner_id: UUID, progress: Progress, result: SequenceResult) -> None:
        sequences_ended.labels(result).inc()
        logger.info("sequence ended", extra=_said(token, "sequence_ended") | {"result": result.value})
        ended = SequenceEnded(
            campaign_id=token.campaign_id,
            owner_id=owner_id,
            command_id=token.command_id,
            sequence_version=token.sequence_version,
            result=result,
            actions_done=progress.done,
            actions_total=len(progress.actions),
        )
        self._reporter.report(ended)


async def _report_serving(channel: Channel) -> None:
    """Before the first action: an originator that hears nothing within 3 s of the answer hangs up."""
    try:
        await channel.set_variable(SERVED_MARKER, "1")
        await channel.run_application("UserEvent", SERVING)
    except HungUp:
        return
    except Refused as error:
        logger.warning("report refused", extra={"action": "report_refused", "reason": str(error)})


async def _leave(channel: Channel, result: SequenceResult) -> None:
    """Sets the done marker, then ends the call, unless it goes on in the dialplan or is over."""
    if channel.hung_up:
        return
    try:
        await channel.set_variable(DONE_MARKER, "1")
        if result is not SequenceResult.HANDED_OVER and not channel.hung_up:
            await channel.hang_up()
    except (ChannelGone, Refused) as error:
        logger.info("left a call that was over", extra={"action": "leave_failed", "reason": str(error)})


def _kind(action: Action) -> str:
    kind = action.__struct_config__.tag
    assert isinstance(kind, str)
    return kind


def _said(token: CallToken, action: str) -> dict[str, object]:
    return {"action": action, "command_id": token.command_id, "campaign_id": token.campaign_id}
