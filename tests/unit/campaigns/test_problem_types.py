"""Every problem `type` that the code can give has its meaning, and its row in docs/http-api.md."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from evendial_campaigns import problems
from evendial_campaigns.problem_meanings import MEANINGS
from evendial_campaigns.problems import status_of

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
SOURCES = ROOT / "services/campaigns/src/evendial_campaigns"
ROW = re.compile(r"^\| (\d{3}) \| `([a-z_]+)` \| (.+) \|$", re.MULTILINE)


def refused() -> Iterator[object]:
    """The slugs of `Rejected("…")`, and those that routes declare."""
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Name(id="Rejected"), args=[ast.Constant(value=str(slug)), *_]):
                    yield slug
                case ast.Dict(keys=keys, values=values):
                    yield from declared(keys, values)


def declared(keys: list[ast.expr | None], values: list[ast.expr]) -> Iterator[object]:
    for key, value in zip(keys, values, strict=True):
        if isinstance(key, ast.Constant) and key.value == "problems":
            yield from (each.value for each in ast.walk(value) if isinstance(each, ast.Constant))


def test_every_refusal_has_its_meaning() -> None:
    known = {*refused(), *problems.TYPES.values(), *problems.STATUS_OF_REJECTED}
    assert {"not_ready", "not_found", "import_running"} <= known
    assert known - set(MEANINGS) == set(), "say what it means in problem_meanings.py"


def test_the_page_lists_every_type_with_its_status_and_meaning() -> None:
    rows = ROW.findall((ROOT / "docs/http-api.md").read_text())
    assert {slug: (int(status), meaning) for status, slug, meaning in rows} == {
        slug: (int(status_of(slug)), meaning) for slug, meaning in MEANINGS.items()
    }


def test_no_meaning_is_left_without_a_refusal() -> None:
    text = "".join(path.read_text() for path in SOURCES.rglob("*.py") if path.name != "problem_meanings.py")
    assert [slug for slug in MEANINGS if f'"{slug}"' not in text] == []
