"""What was recorded of real Asterisks 22 and 16 for each row of the truth table, the model says, too."""

from collections.abc import Iterable

import pytest

from deploy.pbx.core import callees
from deploy.pbx.core.ami_text import text_of
from deploy.pbx.core.callees import Act, Step
from deploy.pbx.core.effects import Effect, Event, Reply
from deploy.pbx.core.state import Carrier, Setup
from tests.traces import rows
from tests.traces.replay import shape
from tests.traces.row import Act as Ours
from tests.traces.row import Row
from tests.traces.sip_callee import HangsUp, Says
from tests.traces.trace import Said, fields, path_of, read
from tests.unit.pbx.asterisk import Desk

pytestmark = pytest.mark.unit

NOT_MODELLED = {row.name for row in rows.REDIRECTS} | {"ami-forbidden"}
"""A redirect is followed by a real dialplan, and the model has but the one AMI user."""
ROWS = [row for row in (*rows.CALLS, *rows.AMI_ERRORS) if row.name not in NOT_MODELLED]
NUMBER = "4930500000001"


def acts(row: Row) -> Iterable[Step]:
    """The row's SIP script in the words of the model."""
    for step in row.script:
        if act := _act(step):
            yield Step(step.after_s, act)


def _act(step: Says | HangsUp) -> Act | None:
    match step:
        case HangsUp():
            return callees.Leave()
        case Says(100):
            return None
        case Says(180):
            return callees.Ring()
        case Says(183):
            return callees.Progress()
        case Says(200):
            return callees.Answer()
        case Says(code, headers=headers):
            causes = [int(header.partition("cause=")[2]) for header in headers]
            return callees.Decline(code, causes[0] if causes else None)


def dialled(row: Row, major: int) -> Desk:
    """The row on the model, to its end. What the agi service did when it was recorded it does here."""
    number = f"4930{row.digits}00000001" if row.digits else NUMBER
    silent = ("deadtrunk", *(("callee",) if not row.script else ()))
    trunks = ("carrier", *(("callee",) if row.script else ()))
    setup = Setup(major=major, trunks=trunks, silent_trunks=silent)
    desk = Desk(setup, Carrier(scripts={NUMBER: tuple(acts(row))} if row.script else {}))
    wrong = {Ours.APPLICATION: {"Application": "AGI"}, Ours.NOWHERE: {"Context": "nowhere"}}
    more = wrong.get(row.act, {}) if row.act else {}
    desk.dial(number, trunk=row.trunk, Timeout=str(row.ring_timeout_s * 1000), **more)
    desk.after(0.3)
    match row.act:
        case Ours.HANG_UP:
            desk.ask("Hangup", Channel="ed-1", Cause="16")
            desk.effects = [each for each in desk.effects if not is_reply(each, "Channel Hungup")]
        case Ours.DUPLICATE:
            desk.dial(number)
            desk.after(0.1)
    if row.name == "answered-too-long":
        desk.after(1)
        desk.ask("Hangup", Channel="ed-1", Cause="16")
        desk.effects = [each for each in desk.effects if not is_reply(each, "Channel Hungup")]
    return desk.after(60)


def is_reply(effect: Effect, message: str) -> bool:
    """Whether that is the response to an action of the originator's own."""
    return isinstance(effect, Reply) and ("Message", message) in effect.fields


@pytest.mark.parametrize("major", [22, 16])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_model_says_what_was_recorded(row: Row, major: int) -> None:
    desk = dialled(row, major)
    said = [Said(0, text_of(each)) for each in desk.effects if isinstance(each, Reply | Event)]
    recorded = [each for each in read(path_of(major, row.name)) if "userevent" not in fields(each.text)]
    assert shape(row, said) == shape(row, recorded)
