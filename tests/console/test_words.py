"""What the console makes of numbers, lists and entries: its pure modules, asked in the browser."""

from typing import Any

import pytest
from playwright.async_api import Page

pytestmark = pytest.mark.console

ZONE = "Europe/Berlin"


async def told(page: Page, module: str, name: str, *given: Any) -> Any:
    """What a function of a module returns; null where that is undefined."""
    await page.goto("/")
    script = (
        """async ([module, name, given]) => (await import(`/console/${module}.js`))[name](...given) ?? null"""
    )
    return await page.evaluate(script, [module, name, list(given)])


@pytest.mark.parametrize(
    ("name", "beginning", "kind"),
    [
        ("a.csv", "4930140001", "text/csv"),
        ("a.txt", "+49 30 140001\n+49 30 140002", "text/plain"),
        ("a.txt", "phone;town\n4930140001;Kiel", "text/csv"),
        ("a.txt", "phone,town", "text/csv"),
        ("pasted", "+49 30 140001\tKiel", "text/csv"),
        ("a.txt", "49,30,140001", "text/csv"),
        ("a.txt", "+49 (30) 140-001", "text/plain"),
    ],
)
async def test_a_list_is_sent_as_what_it_is(page: Page, name: str, beginning: str, kind: str) -> None:
    assert await told(page, "number-words", "listKind", name, beginning) == {"type": kind}


@pytest.mark.parametrize(("name", "beginning"), [("a.XLSX", "PK"), ("a.pdf", "%PDF"), ("a.csv", " \n")])
async def test_what_is_no_list_is_not_sent(page: Page, name: str, beginning: str) -> None:
    assert (await told(page, "number-words", "listKind", name, beginning))["problem"]


async def test_a_report_is_one_sentence(page: Page) -> None:
    report = {"accepted": 1, "duplicates": 0, "rejected": 2}
    assert await told(page, "number-words", "reportWords", report) == "1 number imported, 2 lines refused"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("", False), ("+49 (30) 14", False), ("12a", True), (" + ", True), ("1234567890123456", True)],
)
async def test_only_digits_are_searched_for(page: Page, text: str, wrong: bool) -> None:
    assert bool(await told(page, "number-words", "searchProblem", text)) is wrong


async def test_values_are_read_line_by_line(page: Page) -> None:
    text = "town = Kiel\n\nnote=a=b\n"
    assert await told(page, "number-words", "valuesOf", text) == {"town": "Kiel", "note": "a=b"}


async def test_moments_in_sentences_are_those_of_the_campaign(page: Page) -> None:
    sentence = "The number is due again at 2026-11-28 23:30:05 UTC after attempt 1: busy."
    shown = await told(page, "log-words", "sentenceIn", sentence, ZONE)
    assert shown == "The number is due again at 29 Nov 2026, 00:30:05 Europe/Berlin after attempt 1: busy."


async def test_entries_are_told_by_the_days_of_the_campaign(page: Page) -> None:
    entries = [{"at": f"2026-11-28T{hour}:30:00Z"} for hour in (23, 22, 21)]
    days = await told(page, "log-words", "byDay", entries, ZONE)
    assert [(day, len(of_it)) for day, of_it in days] == [("29 Nov 2026", 1), ("28 Nov 2026", 2)]


@pytest.mark.parametrize(
    ("entry", "tone"),
    [
        ({"type": "call.ended.v1", "outcome": "answered"}, "good"),
        ({"type": "call.ended.v1", "outcome": "busy"}, "wait"),
        ({"type": "number.failed.v1", "outcome": "busy"}, "bad"),
        ({"type": "campaign.created.v1", "outcome": None}, "info"),
        ({"type": "number.scheduled.v1", "outcome": None}, None),
    ],
)
async def test_an_entry_has_the_tone_of_its_outcome(page: Page, entry: Any, tone: str | None) -> None:
    assert await told(page, "log-words", "toneOf", entry) == tone


@pytest.mark.parametrize(
    ("entry_id", "cursor"), [("7412-9", "7412-10"), ("7-9007199254740993", "7-9007199254740994"), ("x", None)]
)
async def test_a_linked_entry_is_the_first_that_is_shown(
    page: Page, entry_id: str, cursor: str | None
) -> None:
    assert await told(page, "log-words", "from", entry_id) == cursor
