"""docs/origin.md names tests and routes that exist."""

import re
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from evendial_campaigns.api.application import Parts, create_application
from evendial_campaigns.api.documented import document

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/origin.md").read_text()
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
ROUTES = sorted(set(re.findall(r"`(GET|POST|PUT|PATCH|DELETE) (/v1/[^`]*)`", PAGE)))


@pytest.fixture(scope="module")
def operations() -> set[tuple[str, str]]:
    """What the OpenAPI document knows."""
    parts = Parts(**{name: MagicMock() for name in Parts.__struct_fields__})
    built = create_application(parts, 1_000, MagicMock(), MagicMock())
    written = document(built.application)
    return {(method.upper(), path) for path, item in written["paths"].items() for method in item}


def test_there_is_a_page_to_look_at() -> None:
    assert len(TESTS) > 50
    assert len(ROUTES) > 25


@pytest.mark.parametrize(("file", "name"), TESTS, ids=lambda each: each)
def test_every_test_that_is_named_exists(file: str, name: str) -> None:
    assert re.search(rf"^(async )?def {name}\(", (ROOT / file).read_text(), re.MULTILINE)


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=lambda each: each)
def test_every_route_that_is_named_exists(operations: set[tuple[str, str]], method: str, path: str) -> None:
    assert (method, path) in operations


def test_every_line_of_the_page_is_shown_by_a_test() -> None:
    rows = [[cell.strip() for cell in row.split("|")] for row in PAGE.splitlines() if row.startswith("| ")][
        2:
    ]
    headings = [row for row in rows if not any(row[2:])]
    assert [row[1] for row in rows if row not in headings and "::" not in row[3]] == []
    assert all(row[1].startswith("**") for row in headings)
