"""What the live view makes of a campaign's pace and its facts: its pure modules, asked in the browser."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Page

from tests.console.test_words import told

pytestmark = pytest.mark.console

NOW = datetime(2026, 11, 28, 12, 0, 0, 500_000, tzinfo=UTC)
SCALE = {"step_s": 2, "steps": 5, "row_s": 5, "rate": 10}


def at(ago_s: float) -> str:
    return (NOW - timedelta(seconds=ago_s)).isoformat()


def fact(kind: str, command: str, ago_s: float, **data: Any) -> dict[str, Any]:
    more = {"outcome": data.pop("outcome", None)}
    return {"type": f"{kind}.v1", "command_id": command, "slot_at": at(ago_s), "data": data, **more}


def scheduled(command: str, ago_s: float) -> dict[str, Any]:
    return fact("number.scheduled", command, ago_s)


def originated(command: str, ago_s: float, late_s: float = 0) -> dict[str, Any]:
    return fact("call.originated", command, ago_s, originated_at=at(ago_s - late_s))


def ended(command: str, ago_s: float, outcome: str, late_s: float = 0) -> dict[str, Any]:
    return fact("call.ended", command, ago_s, outcome=outcome, started_at=at(ago_s - late_s))


async def model(page: Page, facts: list[Any], pace: dict[str, Any] | None = None) -> Any:
    """Intervals (planned, placed, voided), tones by command, and how punctual the calls were."""
    await page.goto("/")
    script = """async ([scale, pace, facts, now]) => {
        const {liveModel, punctuality, rowsOf} = await import("/console/live-model.js");
        const model = liveModel(scale, pace);
        for (const fact of facts) model.take(fact);
        const [, planned, placed, voided] = model.read(now);
        const tones = Object.fromEntries([...model.slots].map(({id, tone}) => [id, tone]));
        const rows = rowsOf(model.slots, {row_s: scale.row_s, rows: 2, now});
        return {planned, placed, voided, tones, rows, punctuality: punctuality(model.slots)};
    }"""
    given = [SCALE, pace or {"intervals": [], "slots": []}, facts, NOW.timestamp() * 1000]
    return await page.evaluate(script, given)


async def test_slots_and_calls_are_counted_by_interval(page: Page) -> None:
    facts = [
        scheduled("a", 8),
        originated("a", 8),
        scheduled("b", 1),
        fact("number.dial_voided", "b", 1),
        scheduled("c", 0.1),
    ]
    found = await model(page, facts)
    assert found["planned"] == [1, 0, 0, 1, 1]
    assert found["placed"] == [1, 0, 0, 0, 0]
    assert found["voided"] == [0, 0, 0, 1, 0]
    assert found["tones"] == {"a": "calling", "b": "void", "c": "planned"}


async def test_facts_that_come_twice_or_in_another_order_count_once(page: Page) -> None:
    facts = [ended("a", 1, "busy"), originated("a", 1), scheduled("a", 1), originated("a", 1)]
    found = await model(page, facts + facts)
    assert (found["planned"], found["placed"]) == ([0, 0, 0, 1, 0], [0, 0, 0, 1, 0])
    assert found["tones"] == {"a": "wait"}


async def test_what_is_known_from_before_is_not_counted_again(page: Page) -> None:
    slot = {
        "command_id": "a",
        "slot_at": at(1),
        "placed_at": at(1),
        "answered_at": None,
        "disposition": None,
        "void": None,
    }
    interval = {"begins_at": at(2.5), "slots": 1, "placed": 1, "voided": 0}
    found = await model(page, [ended("a", 1, "answered")], {"intervals": [interval], "slots": [slot]})
    assert (found["planned"], found["placed"]) == ([0, 0, 0, 1, 0], [0, 0, 0, 1, 0])
    assert found["tones"] == {"a": "good"}


async def test_rows_begin_at_whole_multiples_and_hold_the_dots_of_their_time(page: Page) -> None:
    newest, older = (await model(page, [originated("a", 3, late_s=0.5), scheduled("b", 0)]))["rows"]
    assert newest["dots"] == [{"slot": 0.1, "placed": None, "tone": "planned"}]
    assert older["dots"] == [{"slot": 0.5, "placed": 0.6, "tone": "calling"}]


async def test_how_punctual_calls_are(page: Page) -> None:
    facts = [originated(str(n), 8 - n / 20, late_s=n / 1000) for n in range(100)]
    assert (await model(page, facts))["punctuality"] == {"calls": 100, "half_ms": 50, "most_ms": 95}


async def test_the_space_is_fixed_and_what_is_too_old_does_not_come_back(page: Page) -> None:
    facts = [scheduled(str(n), 8 - n / 1000) for n in range(3000)]
    found = await model(page, [*facts, ended("0", 8, "busy")])
    assert len(found["tones"]) == 2000
    assert "0" not in found["tones"]
    assert sum(found["planned"]) == 3000


@pytest.mark.parametrize(
    ("per_minute", "step_s", "row_s"), [(1, 300, 600), (10, 30, 120), (240, 5, 5), (3000, 2, 1)]
)
async def test_more_of_the_past_is_shown_where_less_happens(
    page: Page, per_minute: int, step_s: int, row_s: int
) -> None:
    scale = await told(page, "live-scale", "scaleOf", per_minute)
    assert (scale["step_s"], scale["row_s"]) == (step_s, row_s)


async def said(page: Page, *given: tuple[str, str, float]) -> list[str]:
    """What is read out of (key, text, seconds), one after the other."""
    await page.goto("/")
    script = """async (given) => {
        const {nextSaid} = await import("/console/live-words.js");
        let said = null;
        return given.map(([key, text, now]) => (said = nextSaid(said, {key, text, now: now * 1000})).text);
    }"""
    return list(await page.evaluate(script, list(given)))


async def test_figures_are_read_out_now_and_then_and_what_matters_at_once(page: Page) -> None:
    assert await said(page, ("on", "1", 0), ("on", "2", 1), ("on", "3", 14.9), ("on", "4", 15)) == [
        "1",
        "1",
        "1",
        "4",
    ]
    assert await said(page, ("on", "1", 0), ("off", "2", 0.5), ("off", "3", 1)) == ["1", "2", "2"]


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (None, "No call has begun yet."),
        ({"calls": 1, "half_ms": 3, "most_ms": 3}, "The last call began within 3 ms of its slot."),
        ({"calls": 5, "half_ms": 3, "most_ms": 9}, "The last 5 calls began within 9 ms of their slots."),
        (
            {"calls": 200, "half_ms": 4, "most_ms": 12},
            "Half of the last 200 calls began within 4 ms of their slots, 95 % within 12 ms.",
        ),
    ],
)
async def test_punctuality_is_a_sentence(page: Page, found: Any, words: str) -> None:
    assert await told(page, "live-words", "punctualityWords", found) == words
