"""A seed decides all; no two cells call the same numbers."""

from random import Random

import pytest

from tests.faults.cells import cells
from tests.faults.scene import scene

pytestmark = pytest.mark.unit


def test_the_same_seed_is_the_same_scene() -> None:
    assert scene("x", 3) == scene("x", 3)
    assert scene("x", 3) != scene("y", 3)


def test_scenes_have_no_number_in_common() -> None:
    first, second = ({*each.main, *each.stopped, *each.edged} for each in (scene("x", 0), scene("x", 1)))
    assert first & second == set()


def test_some_persons_stand_on_two_lists() -> None:
    made = scene("x", 0)
    assert len(set(made.main) & set(made.stopped)) == 6
    assert len(made.main) == len(set(made.main))


def test_cells_have_names_of_their_own_and_strike_something() -> None:
    names = [cell.name for cell in cells()]
    assert len(names) == len(set(names))
    assert all(cell.struck(Random(1)) for cell in cells())


def test_a_wire_of_the_second_of_a_pair_stays_on_its_side() -> None:
    wires = {cell.target: cell for cell in cells() if ">" in cell.target}
    struck = {wires["originator>dialer"].struck(Random(seed))[0] for seed in range(20)}
    assert struck == {"originator>dialer", "originator-2>dialer-2"}
