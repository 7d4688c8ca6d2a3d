"""What real Asterisks said (`python -m tests.traces` recorded it) ends as the table says, in any order."""

from collections.abc import Iterator
from itertools import permutations

import pytest

from tests.traces.replay import end, outcome
from tests.traces.row import Row
from tests.traces.rows import ROWS
from tests.traces.table import PAGE, table
from tests.traces.trace import BOOTED_ANEW, FOLDER, LINK_LOST, Trace, path_of, read

pytestmark = pytest.mark.unit

MAJORS = (22, 16)
RECORDED = [(major, row, read(path_of(major, row.name))) for major in MAJORS for row in ROWS]
recorded = pytest.mark.parametrize(
    ("major", "row", "trace"), RECORDED, ids=[f"{major}-{row.name}" for major, row, _ in RECORDED]
)


def orders(trace: Trace) -> Iterator[Trace]:
    """Each message at each other place, the last four in every order; what the link did stays in place."""
    free = [said for said in trace if said.text not in (LINK_LOST, BOOTED_ANEW)]
    link = [said for said in trace if said.text in (LINK_LOST, BOOTED_ANEW)]
    for place, said in enumerate(free):
        others = free[:place] + free[place + 1 :]
        for to in range(len(free)):
            yield (*others[:to], said, *others[to:], *link)
    for last in permutations(free[-4:]):
        yield (*free[:-4], *last, *link)
    yield (*reversed(free), *link)


@recorded
def test_a_recorded_call_ends_as_the_table_says(major: int, row: Row, trace: Trace) -> None:
    assert end(outcome(row, trace)) in row.ends(major)


@recorded
def test_the_order_in_which_ami_says_it_does_not_matter(major: int, row: Row, trace: Trace) -> None:
    assert {end(outcome(row, order)) for order in orders(trace)} == {end(outcome(row, trace))}


@recorded
def test_what_ami_says_twice_does_not_matter(major: int, row: Row, trace: Trace) -> None:
    twice = tuple(said for said in trace for _ in range(2))
    assert end(outcome(row, twice)) == end(outcome(row, trace))


def test_no_trace_is_left_of_a_row_that_is_gone() -> None:
    kept = {(path.parent.name, path.stem) for path in FOLDER.glob("*/*.txt")}
    assert kept == {(str(major), row.name) for major in MAJORS for row in ROWS}


def test_the_documented_table_is_the_table() -> None:
    assert table() in PAGE.read_text(), "run `python -m tests.traces`"
