import pytest
from evendial_originator.core.ami_events import UnreadableEvent, fact_of, sighting_of
from evendial_originator.core.facts import (
    Answered,
    CallFact,
    ChannelCreated,
    DialEnded,
    HungUp,
    NotAnswered,
    Phase,
    Progress,
    Ringing,
    Served,
)

from tests.unit.originator.samples import CHANNEL, SENT

pytestmark = pytest.mark.unit


def event(name: str, **fields: str) -> dict[str, str]:
    return {"event": name, **fields}


@pytest.mark.parametrize(
    ("given", "fact"),
    [
        (event("Newchannel", uniqueid=CHANNEL), ChannelCreated(channel_id=CHANNEL, at=SENT)),
        (
            event("DialState", destuniqueid=CHANNEL, dialstatus="RINGING"),
            Ringing(channel_id=CHANNEL, at=SENT),
        ),
        (
            event("Newstate", uniqueid=CHANNEL, channelstatedesc="Ringing"),
            Ringing(channel_id=CHANNEL, at=SENT),
        ),
        (
            event("DialState", destuniqueid=CHANNEL, dialstatus="PROGRESS"),
            Progress(channel_id=CHANNEL, at=SENT),
        ),
        (event("DialState", destuniqueid=CHANNEL, dialstatus="PROCEEDING"), None),
        (event("Newstate", uniqueid=CHANNEL, channelstatedesc="Up"), None),
        (event("DialEnd", destuniqueid=CHANNEL, dialstatus="ANSWER"), Answered(channel_id=CHANNEL, at=SENT)),
        (
            event("DialEnd", destuniqueid=CHANNEL, dialstatus="BUSY"),
            DialEnded(channel_id=CHANNEL, at=SENT, status="BUSY"),
        ),
        (
            event("OriginateResponse", uniqueid=CHANNEL, actionid=CHANNEL, response="Success", reason="4"),
            Answered(channel_id=CHANNEL, at=SENT),
        ),
        (
            event("OriginateResponse", uniqueid=CHANNEL, actionid=CHANNEL, response="Failure", reason="3"),
            NotAnswered(channel_id=CHANNEL, at=SENT, reason=3),
        ),
        (
            event("Hangup", uniqueid=CHANNEL, cause="17", channelstatedesc="Ringing"),
            HungUp(channel_id=CHANNEL, at=SENT, cause=17, phase=Phase.RINGING),
        ),
        (
            event("Hangup", uniqueid=CHANNEL, cause="0", channelstatedesc="Down"),
            HungUp(channel_id=CHANNEL, at=SENT, cause=0, phase=Phase.DOWN),
        ),
        (
            event("UserEvent", uniqueid=CHANNEL, userevent="EvendialServing"),
            Served(channel_id=CHANNEL, at=SENT),
        ),
        (event("UserEvent", uniqueid=CHANNEL, userevent="EvendialAgiFailed"), None),
        (
            event("Hangup", uniqueid=CHANNEL, cause="127", channelstatedesc="Down", techcause="607"),
            HungUp(channel_id=CHANNEL, at=SENT, cause=127, phase=Phase.DOWN, sip_code=607),
        ),
    ],
)
def test_events_of_our_channels_are_facts(given: dict[str, str], fact: CallFact | None) -> None:
    assert fact_of(given, SENT) == fact


@pytest.mark.parametrize(
    "given",
    [
        event("Newchannel", uniqueid="1763900000.17"),
        event("Hangup", uniqueid=CHANNEL + ";2", cause="17"),
        event("Hangup"),
        event("UserEvent", uniqueid=CHANNEL),
        event("DialBegin", destuniqueid=CHANNEL),
        {},
    ],
)
def test_everything_else_is_passed_over(given: dict[str, str]) -> None:
    assert fact_of(given, SENT) is None


def test_an_answer_to_somebody_elses_originate_says_nothing_about_our_live_channel() -> None:
    stranger = event("OriginateResponse", uniqueid=CHANNEL, actionid="x-1", response="Failure", reason="0")
    assert fact_of(stranger, SENT) is None


@pytest.mark.parametrize("cause", [{}, {"cause": ""}, {"cause": "busy"}])
def test_an_event_without_what_its_kind_has_is_named(cause: dict[str, str]) -> None:
    with pytest.raises(UnreadableEvent, match="Hangup without a number in cause"):
        fact_of(event("Hangup", uniqueid=CHANNEL, **cause), SENT)


def test_a_listed_channel_of_ours_is_a_sighting() -> None:
    shown = event("CoreShowChannel", uniqueid=CHANNEL, channelstatedesc="Up")
    sighting = sighting_of(shown, SENT)
    assert sighting is not None
    assert (sighting.channel_id, sighting.phase) == (CHANNEL, Phase.UP)
    assert sighting_of(event("CoreShowChannel", uniqueid="17.1"), SENT) is None
