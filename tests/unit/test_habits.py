"""Habits that no linter knows: the core takes time and chance as arguments, tests wait for conditions."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
CORE = sorted(ROOT.glob("services/*/src/*/core/*.py"))
VIRTUAL_TIME = ROOT / "tests" / "sim"
TESTS = sorted(
    path
    for path in ROOT.glob("tests/**/*.py")
    if path.name != "waiting.py" and not path.is_relative_to(VIRTUAL_TIME)
)
SOURCES = sorted([*ROOT.glob("services/*/src/**/*.py"), *ROOT.glob("contracts/src/**/*.py")])

CLOCK_AND_CHANCE = {"now", "utcnow", "today", "uuid1", "uuid4", "monotonic", "perf_counter"}
SLEEPS = {"sleep"}
SHELLS = {"system", "popen"}


def calls(path: Path, names: set[str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in names:
                yield f"{path.relative_to(ROOT)}:{node.lineno} {name}"


def test_there_are_cores_to_look_at() -> None:
    assert len({path.parts[-3] for path in CORE}) == 4


def test_the_core_reads_no_clock_and_draws_no_lots() -> None:
    assert [found for path in CORE for found in calls(path, CLOCK_AND_CHANCE)] == []


def test_tests_wait_for_conditions_not_for_time() -> None:
    assert [found for path in TESTS for found in calls(path, SLEEPS)] == []


def test_services_start_no_shell() -> None:
    assert [found for path in SOURCES for found in calls(path, SHELLS)] == []
    assert [path for path in SOURCES if "shell=True" in path.read_text()] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_short_enough_to_read(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 250


@pytest.mark.parametrize(
    ("foreign", "files"),
    [
        ("panoramisk", {"ami.py"}),
        ("soundfile", {"prompt_audio.py"}),
        ("phonenumbers", {"numbering_plan.py", "number_zones.py"}),
    ],
)
def test_a_foreign_thing_has_one_file_in_a_service(foreign: str, files: set[str]) -> None:
    users = {path.name for path in SOURCES if f"import {foreign}" in path.read_text()}
    users |= {path.name for path in SOURCES if f"from {foreign}" in path.read_text()}
    assert users == files
