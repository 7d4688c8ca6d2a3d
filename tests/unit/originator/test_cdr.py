"""What Asterisk wrote down of a call, and how far back that is looked for."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from evendial_contracts.calls import Disposition
from evendial_originator import cdr_file
from evendial_originator.cdr_file import CdrFile
from evendial_originator.core.cdr import merged, record_of
from evendial_originator.core.facts import Recorded

from tests.unit.originator.samples import CHANNEL, SENT, after

pytestmark = pytest.mark.unit

OTHER = "ed-" + "f" * 32


def line(
    channel: str = CHANNEL,
    answer: datetime | None = None,
    end: datetime = SENT,
    disposition: str = "ANSWERED",
) -> str:
    """As cdr_custom writes it."""
    answered = f"{answer.timestamp():.6f}" if answer else "0.000000"
    times = f'"{SENT.timestamp():.6f}","{answered}","{end.timestamp():.6f}"'
    return f'"{channel}","acme",{times},"5","{disposition}"'


@pytest.mark.parametrize(
    ("word", "disposition"),
    [
        ("ANSWERED", Disposition.ANSWERED),
        ("BUSY", Disposition.BUSY),
        ("NO ANSWER", Disposition.NO_ANSWER),
        ("FAILED", Disposition.FAILED_SYSTEM),
        ("CONGESTION", Disposition.CONGESTION),
    ],
)
def test_a_record_tells_how_a_call_ended(word: str, disposition: Disposition) -> None:
    answer = after(3) if word == "ANSWERED" else None
    assert record_of(line(answer=answer, end=after(8), disposition=word)) == Recorded(
        channel_id=CHANNEL, at=after(8), disposition=disposition, started_at=SENT, answered_at=answer
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        line()[:-20],
        line(channel="1763900000.12"),
        line(disposition="WHATEVER"),
        line().replace(f"{SENT.timestamp():.6f}", "soon"),
        line(end=datetime.fromtimestamp(0, UTC)),
        '"' + "," * 6,
    ],
)
def test_what_is_no_whole_record_of_ours_is_passed_over(text: str) -> None:
    assert record_of(text) is None


def test_an_answer_in_any_record_of_a_channel_is_an_answer() -> None:
    records = [
        record_of(line(end=after(9), disposition="BUSY")),
        record_of(line(answer=after(2), end=after(8))),
    ]
    [one] = merged([each for each in records if each]).values()
    assert (one.disposition, one.answered_at, one.at) == (Disposition.ANSWERED, after(2), after(9))


class TestFile:
    async def test_no_file_is_no_record(self, tmp_path: Path) -> None:
        assert await CdrFile(tmp_path / "none.csv").find({CHANNEL}, SENT) == {}

    async def test_a_record_is_found_among_others_wherever_blocks_are_cut(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "cdr.csv"
        lines = [line(OTHER), line(answer=after(1), end=after(2)), *[line(OTHER)] * 40]
        path.write_text("\n".join([*lines, line()[:-3]]))
        for block in range(150, 420, 7):
            monkeypatch.setattr(cdr_file, "BLOCK", block)
            found = await CdrFile(path).find({CHANNEL}, SENT)
            assert found[CHANNEL].answered_at == after(1), block

    async def test_only_what_was_asked_for_is_returned(self, tmp_path: Path) -> None:
        path = tmp_path / "cdr.csv"
        path.write_text(f"{line()}\n{line(OTHER)}\n")
        assert list(await CdrFile(path).find({OTHER}, SENT)) == [OTHER]

    async def test_it_is_read_no_further_back_than_the_call_began(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "cdr.csv"
        hour_ago = SENT - timedelta(hours=1)
        path.write_text(f"{line(end=SENT)}\n" + f"{line(OTHER, end=hour_ago)}\n" * 100)
        monkeypatch.setattr(cdr_file, "BLOCK", 1000)
        assert await CdrFile(path).find({CHANNEL}, SENT) == {}
        assert CHANNEL in await CdrFile(path).find({CHANNEL}, hour_ago)

    async def test_it_is_read_no_further_than_its_bound(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "cdr.csv"
        path.write_text(f"{line()}\n" + f"{line(OTHER)}\n" * 100)
        monkeypatch.setattr(cdr_file, "BLOCK", 1000)
        monkeypatch.setattr(cdr_file, "MOST", 5000)
        assert await CdrFile(path).find({CHANNEL}, SENT) == {}

    async def test_a_file_that_was_rotated_is_read_too(self, tmp_path: Path) -> None:
        (tmp_path / "cdr.csv.1").write_text(f"{line()}\n")
        (tmp_path / "cdr.csv").write_text(f"{line(OTHER)}\n")
        assert (await CdrFile(tmp_path / "cdr.csv").find({CHANNEL}, SENT)).keys() == {CHANNEL}
