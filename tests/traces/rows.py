"""The truth table's rows: what the far end does, and what we must say of it, on Asterisk 22 and on 16."""

from evendial_contracts.calls import Disposition as D

from tests.traces.row import Act, Row, carrier
from tests.traces.sip_callee import HangsUp, Says, Script

TIMED_OUT: dict[int, int | None] = {22: 19, 16: 0}
"""16 gives no cause for our own ring time-out,"""
REDIRECTED: dict[int, int | None] = {22: 23, 16: 0}
"""nor for a redirect,"""
FAR_BYE: dict[int, int | None] = {22: 0, 16: 16}
"""and takes a BYE without a `Reason` header for normal clearing,"""
NOT_TOLD = {22: D.REJECTED, 16: D.FAILED_SYSTEM}
"""and does not tell the SIP code, and these have no cause of their own."""

RINGS, ANSWERS = Says(180), Says(200)
ELSEWHERE: dict[str, Script] = {
    "7000000001": (ANSWERS, HangsUp(0.5)),
    "7000000002": (RINGS, Says(200, 2.0), HangsUp(0.5)),
    "7000000003": (RINGS,),
}
"""Where redirected calls go."""


def moved(number: str) -> Script:
    """A redirect to there."""
    return (Says(302, headers=(f"Contact: <sip:{number}@127.0.0.1>",)),)


ANSWERED = (
    Row("answered", "rings, answers, hangs up 1 s later", D.ANSWERED, FAR_BYE,
        (RINGS, Says(200, 0.4), HangsUp(1.0)), rang=True),
    Row("answered-at-once", "answers without ringing, hangs up at once", D.ANSWERED, FAR_BYE,
        (ANSWERS, HangsUp(0.05))),
    carrier("answered-1-s", "answers, hangs up 1 s later with cause 16", D.ANSWERED, 16, digits="111"),
    carrier("answered-too-long", "rings, answers, stays: we hang up", D.ANSWERED, 16, digits="12",
            rang=True, max_call_s=1),
    carrier("duplicate-id", "answers, hangs up 2 s later", D.ANSWERED, 16, digits="112", act=Act.DUPLICATE),
)  # fmt: skip

REFUSED = (
    Row("486-busy", "100, 486", D.BUSY, 17, (Says(100), Says(486))),
    Row("600-busy", "600", D.BUSY, 17, (Says(600),)),
    Row("183-then-486", "183, then 486", D.BUSY, 17, (Says(183), Says(486, 0.5))),
    Row("rings-then-603", "rings, then 603", D.REJECTED, 21, (RINGS, Says(603, 0.5)), rang=True),
    Row("603-at-once", "603", D.REJECTED, 21, (Says(603),)),
    Row("403", "403", D.REJECTED, 21, (Says(403),)),
    Row("401", "401, and the trunk has no password", D.REJECTED, 21, (Says(401),)),
    Row("607-unwanted", "607", NOT_TOLD, 127, (Says(607),)),
    Row("608-rejected", "608", NOT_TOLD, 127, (Says(608),)),
    Row("404", "404", D.INVALID_NUMBER, 1, (Says(404),)),
    Row("604", "604", D.INVALID_NUMBER, 1, (Says(604),)),
    Row("410", "410", D.INVALID_NUMBER, 22, (Says(410),)),
    Row("484", "484", D.INVALID_NUMBER, 28, (Says(484),)),
    Row("480", "480", D.NO_ANSWER, 19, (Says(480),)),
    Row("rings-then-480", "rings, then 480", D.NO_ANSWER, 19, (RINGS, Says(480, 0.5)), rang=True),
    Row("408", "408", D.NO_ANSWER, 18, (Says(408),)),
    Row("rings-then-487", "rings, then 487", D.NO_ANSWER, 127, (RINGS, Says(487, 0.5)), rang=True),
    Row("503", "503", D.CONGESTION, 34, (Says(503),)),
    Row("rings-then-503", "rings, then 503", D.CONGESTION, 34, (RINGS, Says(503, 0.5)), rang=True),
    Row("500", "500", D.CONGESTION, 38, (Says(500),)),
    Row("502", "502", D.CONGESTION, 27, (Says(502),)),
    Row("504", "504", D.FAILED_SYSTEM, 102, (Says(504),)),
    Row("488", "488", D.FAILED_SYSTEM, 58, (Says(488),)),
)

BY_CAUSE = {
    D.INVALID_NUMBER: (1, 22, 28),
    D.BUSY: (17,),
    D.NO_ANSWER: (18, 19, 20),
    D.REJECTED: (21,),
    D.CONGESTION: (27, 34, 38, 41, 42, 44, 47),
    D.FAILED_SYSTEM: (3, 58),
}
CAUSES = tuple(
    Row(f"cause-{cause}", f"480 with `Reason: Q.850;cause={cause}`", {22: D.NO_ANSWER, 16: says},
        {22: 19, 16: cause}, (Says(480, headers=(f"Reason: Q.850;cause={cause}",)),))
    for says, causes in BY_CAUSE.items()
    for cause in causes
)  # fmt: skip
"""16 believes the far end's Q.850 cause, 22 its SIP code alone."""

REDIRECTS = (
    Row("302-to-nowhere", "302 to a number that the trunk's context has not", D.FAILED_SYSTEM, REDIRECTED,
        moved("123"), or_cause=0),
    Row("302-answers", "302 to a number that answers", D.ANSWERED, REDIRECTED, moved("7000000001"),
        or_cause=0, trunk="redirecting"),
    Row("302-rings-and-answers", "302 to a number that rings for 2 s, then answers", D.ANSWERED, REDIRECTED,
        moved("7000000002"), or_cause=0, trunk="redirecting"),
    Row("302-rings-out", "302 to a number that rings: our time-out", D.NO_ANSWER, REDIRECTED,
        moved("7000000003"), or_cause=0, trunk="redirecting", ring_timeout_s=3),
)  # fmt: skip

TIME_OUTS = (
    Row("rings-out", "rings: our time-out", D.NO_ANSWER, TIMED_OUT, (RINGS,), rang=True, ring_timeout_s=1),
    Row("183-out", "183: our time-out", D.NO_ANSWER, TIMED_OUT, (Says(183),), ring_timeout_s=1),
    Row("trying-out", "100 Trying: our time-out", D.FAILED_SYSTEM, TIMED_OUT, (Says(100),), ring_timeout_s=1),
    Row("silent-out", "not a word: our time-out", D.FAILED_SYSTEM, TIMED_OUT, ring_timeout_s=1),
    Row("silent-32-s", "not a word: SIP's own time-out (timer B, 32 s)", D.FAILED_SYSTEM, 18,
        ring_timeout_s=40, slow=True),
    Row("rings-hung-up-by-us", "rings", D.NO_ANSWER, 16, (RINGS,), rang=True, act=Act.HANG_UP),
)  # fmt: skip

TRUNKS = (
    Row("dead-trunk", "nobody listens: our time-out", D.FAILED_SYSTEM, TIMED_OUT, trunk="deadtrunk",
        ring_timeout_s=1),
    Row("dead-qualified-trunk", "nobody listens, as `qualify_frequency` has found", D.FAILED_SYSTEM,
        trunk="qualified"),
    Row("unregistered-trunk", "an aor without a contact", D.FAILED_SYSTEM, trunk="unregistered"),
    Row("no-such-trunk", "an endpoint that is not configured", D.FAILED_SYSTEM, trunk="no-such-trunk"),
)  # fmt: skip

AMI_ERRORS = tuple(
    carrier(f"ami-{act.name.lower()}", "nothing", D.FAILED_SYSTEM, None, digits="20", act=act)
    for act in (Act.FORBIDDEN, Act.APPLICATION, Act.NOWHERE)
)

RESTARTS = (
    Row("killed-in-mid-ring", "rings", D.UNKNOWN, None, (RINGS,), rang=True, ring_timeout_s=60, act=Act.KILL),
    carrier("killed-in-mid-call", "rings, answers, stays", D.ANSWERED, None, digits="12", rang=True,
            act=Act.KILL),
    Row("restarted-in-mid-ring", "rings", D.NO_ANSWER, 0, (RINGS,), rang=True, ring_timeout_s=60,
        act=Act.RESTART),
    carrier("restarted-in-mid-call", "rings, answers, stays", D.ANSWERED, 0, digits="12", rang=True,
            act=Act.RESTART),
)  # fmt: skip

CALLS = (*ANSWERED, *REFUSED, *CAUSES, *REDIRECTS, *TIME_OUTS, *TRUNKS)
"""All at once on one Asterisk."""
ROWS = (*CALLS, *AMI_ERRORS, *RESTARTS)


def digits_of(row: Row) -> str:
    """The number that gets the row's behaviour."""
    return row.digits + f"{ROWS.index(row) + 1:0{10 - len(row.digits)}d}"


def scripts() -> dict[str, Script]:
    """What the SIP callee does at each of its numbers."""
    return {digits_of(row): row.script for row in ROWS} | ELSEWHERE
