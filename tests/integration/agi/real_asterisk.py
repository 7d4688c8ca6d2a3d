"""The real Asterisk: originates to the local carrier, whose number picks the callee."""

from uuid import uuid4

from deploy.local.ami import AmiSession, Message
from deploy.local.asterisk import AsteriskInstance
from tests.integration.agi.line import Callee, Ended

CONTEXT = "evendial"


class RealAsterisk:
    """Its dialplan is the one that operators get (deploy/asterisk)."""

    def __init__(self, dialer: AsteriskInstance) -> None:
        self._dialer = dialer

    async def call(self, token: str, callee: Callee) -> Ended:
        """Dials, and returns when the channel is gone."""
        session = await AmiSession.open(self._dialer.ami)
        try:
            return await self._follow(session, _originate(session, token, callee))
        finally:
            await session.close()

    async def _follow(self, session: AmiSession, channel_id: str) -> Ended:
        marked = True
        while True:
            event = await session.receive(lambda m: m.get("Uniqueid") == channel_id, timeout=20)
            marked = marked and event.get("UserEvent") != "EvendialAgiFailed"
            if event["Event"] == "Hangup":
                return Ended(marked=marked, context=_other_context(event))


def _originate(session: AmiSession, token: str, callee: Callee) -> str:
    channel_id = str(uuid4())
    session.send(
        "Originate",
        Channel=f"PJSIP/{callee.number}@carrier",
        Context=CONTEXT,
        Exten="s",
        Priority="1",
        Async="true",
        ActionID=channel_id,
        ChannelId=channel_id,
        Variable=f"EVENDIAL_CALL={token}",
    )
    return channel_id


def _other_context(hangup: Message) -> str | None:
    return hangup["Context"] if hangup["Context"] != CONTEXT else None
