"""The page of the benchmarks: a section a measure, each replaced alone."""

from pathlib import Path

import pytest

from bench import report

pytestmark = pytest.mark.unit


def headings(page: Path) -> list[str]:
    return [line for line in page.read_text().splitlines() if line.startswith("## ")]


def test_a_section_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    report.write("P10: rebuild", "ten", page)
    report.write("P2: slot error", "two\n\n| a |\n|---|\n", page)
    report.write("P10: rebuild", "eleven", page)
    assert headings(page) == ["## P2: slot error", "## P10: rebuild"]
    assert "two\n\n| a |\n|---|\n" in page.read_text()
    assert "eleven" in page.read_text()
    assert "ten\n" not in page.read_text()


def test_writing_the_same_again_changes_nothing(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    for _ in range(3):
        report.write("P1: first ring", "the first ring's text", page)
    assert page.read_text().count("ring's text") == page.read_text().count("## P1") == 1
