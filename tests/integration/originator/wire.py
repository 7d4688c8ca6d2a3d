"""What the scripted Asterisk saw of a command, and says of its call."""

from evendial_contracts.dialing import DialNumber
from evendial_originator.core.originate import channel_id

from tests.integration.originator.ami_peer import Action, AmiPeer
from tests.waiting import until


def channel(command: DialNumber) -> str:
    """The id of its channel."""
    return channel_id(command.command_id)


def originates(peer: AmiPeer, command: DialNumber) -> list[Action]:
    """The originates of that command that reached Asterisk."""
    return [each for each in peer.sent("Originate") if each["ChannelId"] == channel(command)]


async def sent(peer: AmiPeer, command: DialNumber) -> Action:
    """Its originate, once it has arrived."""
    return (await until(lambda: originates(peer, command)))[0]


def creates(peer: AmiPeer, command: DialNumber) -> None:
    """Asterisk has made its channel."""
    peer.event("Newchannel", Uniqueid=channel(command), ChannelStateDesc="Down")


def answers(peer: AmiPeer, command: DialNumber) -> None:
    """The callee has answered."""
    id = channel(command)
    peer.event("OriginateResponse", ActionID=id, Uniqueid=id, Response="Success", Reason="4")


def serves(peer: AmiPeer, command: DialNumber) -> None:
    """An agi service has begun with its actions."""
    peer.event("UserEvent", UserEvent="EvendialServing", Uniqueid=channel(command))


def fails(peer: AmiPeer, command: DialNumber, reason: int = 0) -> None:
    """The originate has failed."""
    id = channel(command)
    peer.event("OriginateResponse", ActionID=id, Uniqueid=id, Response="Failure", Reason=str(reason))


def hangs_up(peer: AmiPeer, command: DialNumber, cause: int, state: str = "Down") -> None:
    """Its channel is gone."""
    peer.event("Hangup", Uniqueid=channel(command), Cause=str(cause), ChannelStateDesc=state)
