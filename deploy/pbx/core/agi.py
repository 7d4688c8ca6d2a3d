"""FastAGI on one channel: what Asterisk answers to each command, and what a hangup does to it (res_agi.c)."""

import shlex
from typing import Final

from msgspec.structs import replace

from deploy.pbx.core.dialplan import finish, go_on
from deploy.pbx.core.effects import AgiClose, AgiSay, Effect, Event, Turn
from deploy.pbx.core.events import user_event
from deploy.pbx.core.state import Agi, Channel, Pbx, Place, Running, with_channel

SAMPLES_PER_S: Final = 8000
HANGUP_LINE_AFTER_S: Final = 0.04
"""The HANGUP line follows the answer of an interrupted command by so much."""

DEAD: Final = "511 Command Not Permitted on a dead channel or intercept routine"
UNKNOWN: Final = "510 Invalid or unknown command"
USAGE: Final = "520-Invalid command syntax.  Proper usage follows:\nSee the manual.\n520 End of proper usage."

_ON_DEAD_CHANNELS: Final = ("SET VARIABLE", "GET VARIABLE", "GET FULL VARIABLE", "VERBOSE", "EXEC", "NOOP")


def sound_of(line: str) -> str | None:
    """The sound that a command is to play: whoever calls `said` looks up how long it is."""
    words = _words(line)
    return words[2] if _is(words, "STREAM FILE", 2) else None


def said(pbx: Pbx, channel: Channel, line: str, at: float, sound_s: float | None = None) -> Turn:
    """The agi service sends a command. `sound_s` is how long its `sound_of` is, None when there is none."""
    channel, interrupted = _interrupted(channel, at)
    words = _words(line)
    if channel.gone and not any(_is(words, verb) for verb in _ON_DEAD_CHANNELS):
        return with_channel(pbx, channel), (*interrupted, AgiSay(channel.id, DEAD))
    channel, effects = _perform(channel, words, at, sound_s)
    return with_channel(pbx, channel), (*interrupted, *effects)


def closed(pbx: Pbx, channel: Channel, at: float) -> Turn:
    """The agi service has ended the connection: the dialplan goes on, or a channel that is gone ends."""
    channel, _ = _interrupted(channel, at)
    if channel.gone:
        return finish(pbx, channel, at, "HANGUP")
    return go_on(pbx, channel, at, "SUCCESS")


def unreachable(pbx: Pbx, channel: Channel, at: float) -> Turn:
    """No connection to the agi service."""
    if channel.gone:
        return finish(pbx, channel, at, "HANGUP")
    return go_on(pbx, channel, at, "FAILURE")


def pressed(pbx: Pbx, channel: Channel, key: str) -> Turn:
    """The callee has pressed a key: it ends a WAIT FOR DIGIT, and is lost on anything else."""
    running = channel.agi.running if channel.agi else None
    if running is None or running.plays:
        return pbx, ()
    told = AgiSay(channel.id, f"200 result={ord(key)}")
    return with_channel(pbx, _with(channel, running=None)), (told,)


def command_over(pbx: Pbx, channel: Channel, at: float) -> Turn:
    """A command has come to its end by itself."""
    running = _running(channel)
    channel = _heard(_with(channel, running=None), running, at)
    samples = round((running.ends_at - running.began_at) * SAMPLES_PER_S)
    answer = f"200 result=0 endpos={samples}" if running.plays else "200 result=0"
    return with_channel(pbx, channel), (AgiSay(channel.id, answer),)


def hangup_told(pbx: Pbx, channel: Channel, at: float) -> Turn:
    """FastAGI's form of SIGHUP: a line out of turn. With AGIEXITONHANGUP=yes Asterisk then leaves AGI()."""
    pbx, effects = finish(pbx, channel, at, "HANGUP")
    return pbx, (AgiSay(channel.id, "HANGUP"), AgiClose(channel.id), *effects)


def hung_up(pbx: Pbx, channel: Channel, at: float, cause: int) -> Turn:
    """One side ends an answered call. AMI tells of its end once its AGI session is over."""
    if channel.gone:
        return pbx, ()
    channel = replace(channel, cause=cause, gone=True, due_at=None, ends_at=None)
    pbx = with_channel(pbx, channel)
    if channel.agi is None:
        return finish(pbx, channel, at, "")
    channel, effects = _cut_off(channel, at)
    return with_channel(pbx, channel), effects


def _cut_off(channel: Channel, at: float) -> tuple[Channel, tuple[Effect, ...]]:
    if channel.agi is None or channel.agi.running is None:
        return _with(channel, tell_hangup_at=at), ()
    running = channel.agi.running
    channel = _heard(channel, running, at)
    samples = round((at - running.began_at) * SAMPLES_PER_S)
    answer = f"200 result=-1 endpos={samples}" if running.plays else "200 result=-1"
    channel = _with(channel, running=None, tell_hangup_at=at + HANGUP_LINE_AFTER_S)
    return channel, (AgiSay(channel.id, answer),)


def _interrupted(channel: Channel, at: float) -> tuple[Channel, tuple[Effect, ...]]:
    """A command that comes before the one before it has ended: that one's answer is 1, or none at all."""
    running = channel.agi.running if channel.agi else None
    if running is None:
        return channel, ()
    channel = _heard(_with(channel, running=None), running, at)
    return channel, () if running.plays else (AgiSay(channel.id, "200 result=1"),)


def _perform(  # noqa: C901 - one arm per command
    channel: Channel, words: list[str], at: float, sound_s: float | None
) -> tuple[Channel, tuple[Effect, ...]]:
    match [*(word.upper() for word in words[:3]), ""][:3]:
        case ["STREAM", "FILE", _] if len(words) >= 4:
            if sound_s is None:
                return _answered(channel, "200 result=-1 endpos=0")
            return _with(channel, running=Running(plays=True, began_at=at, ends_at=at + sound_s)), ()
        case ["WAIT", "FOR", "DIGIT"] if len(words) == 4 and words[3].isdigit():
            ends_at = at + int(words[3]) / 1000
            return _with(channel, running=Running(plays=False, began_at=at, ends_at=ends_at)), ()
        case ["CHANNEL", "STATUS", _]:
            return _answered(channel, "200 result=6")
        case ["HANGUP", *_]:
            channel = replace(channel, gone=True, cause=0, ends_at=None)
            channel = _with(channel, tell_hangup_at=at + HANGUP_LINE_AFTER_S)
            return _answered(channel, "200 result=1")
        case ["SET", what, _] if len(words) >= 3:
            return _set(channel, what, words[2:])
        case ["GET", "VARIABLE", _] if len(words) == 3:
            return _answered(channel, _valued(channel.variables.get(words[2])))
        case ["GET", "FULL", "VARIABLE"] if len(words) == 4:
            return _answered(channel, _valued(_evaluated(channel, words[3])))
        case ["EXEC", _, _] if len(words) >= 2:
            return _execute(channel, words[1], words[2] if len(words) > 2 else "")
        case ["NOOP" | "ANSWER", *_]:
            return _answered(channel, "200 result=0")
        case ["VERBOSE", *_] if len(words) >= 2:
            return _answered(channel, "200 result=1")
        case ["STREAM" | "WAIT" | "SET" | "GET" | "EXEC" | "VERBOSE", *_]:
            return _answered(channel, USAGE)
        case _:
            return _answered(channel, UNKNOWN)


def _set(channel: Channel, what: str, values: list[str]) -> tuple[Channel, tuple[Effect, ...]]:
    place = channel.place
    match what:
        case "VARIABLE" if len(values) == 2:
            variables = {**channel.variables, values[0]: values[1]}
            return _answered(replace(channel, variables=variables), "200 result=1")
        case "CONTEXT":
            place = Place(values[0], place.extension, place.priority)
        case "EXTENSION":
            place = Place(place.context, values[0], place.priority)
        case "PRIORITY" if values[0].isdigit():
            place = Place(place.context, place.extension, int(values[0]))
        case _:
            return _answered(channel, USAGE)
    return _answered(replace(channel, place=place), "200 result=0")


def _execute(channel: Channel, application: str, data: str) -> tuple[Channel, tuple[Effect, ...]]:
    told: tuple[Event, ...] = ()
    match application.lower():
        case "userevent":
            told = (user_event(channel, data),)
        case "noop":
            pass
        case _:
            return _answered(channel, "200 result=-2")
    channel, answer = _answered(channel, "200 result=0")
    return channel, (*told, *answer)


def _evaluated(channel: Channel, expression: str) -> str | None:
    inside = expression.removeprefix("${").removesuffix("}")
    if inside.startswith("DIALPLAN_EXISTS("):
        known = inside in ("DIALPLAN_EXISTS(ivr-demo,s,1)", "DIALPLAN_EXISTS(evendial,s,1)")
        return str(int(known))
    return channel.variables.get(inside)


def _valued(value: str | None) -> str:
    return "200 result=0" if value is None else f"200 result=1 ({value})"


def _answered(channel: Channel, text: str) -> tuple[Channel, tuple[Effect, ...]]:
    return channel, (AgiSay(channel.id, text),)


def _with(channel: Channel, **changes: object) -> Channel:
    return replace(channel, agi=replace(channel.agi or Agi(), **changes))


def _running(channel: Channel) -> Running:
    assert channel.agi is not None and channel.agi.running is not None
    return channel.agi.running


def _heard(channel: Channel, running: Running, at: float) -> Channel:
    if channel.leg is None or not running.plays:
        return channel
    seconds = min(at, running.ends_at) - running.began_at
    return replace(channel, leg=replace(channel.leg, heard_s=channel.leg.heard_s + seconds))


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def _is(words: list[str], verb: str, arguments: int = 0) -> bool:
    count = len(verb.split())
    return " ".join(words[:count]).upper() == verb and len(words) >= count + arguments
