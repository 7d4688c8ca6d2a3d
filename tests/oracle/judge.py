"""Reads a log and looks at every rule. It knows messages and rules, and nothing of the scheduler."""

from collections.abc import Iterator

from tests.oracle.findings import Findings
from tests.oracle.history import Books, History
from tests.oracle.log import Log
from tests.oracle.numbers import Lists
from tests.oracle.pace import judge_pace
from tests.oracle.shares import judge_shares
from tests.oracle.work import Work


def judge(log: Log) -> Findings:
    """All that is to be said of it."""
    findings, history, books = Findings(), History(log), Books()
    judge_pace(history, findings)
    lists = Lists(findings)
    work = Work(history, books, lists, findings)
    turns = _turns(log)
    turn_us, present = next(turns)
    for at_us, messages in log.together():
        while turn_us <= at_us:
            work.come_or_go(turn_us, present)
            turn_us, present = next(turns)
        lists.heard_together(messages)
        for message in messages:
            work.before(at_us, message)
            books.hear(message)
            lists.hear(at_us, message, books)
            work.after(at_us, message)
    while turn_us < log.ends_us:
        work.come_or_go(turn_us, present)
        turn_us, present = next(turns)
    work.over(log.ends_us)
    judge_shares(history, work.spans, findings)
    lists.over(log.ends_us)
    return findings


def _turns(log: Log) -> Iterator[tuple[int, bool]]:
    """When the scheduler goes and comes."""
    for from_us, until_us in log.away:
        yield from_us, False
        yield until_us, True
    yield 10**18, False
