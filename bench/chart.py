"""Charts as SVG, for both colour schemes: slot errors, calls in short windows, calls around a kill."""

import math
from collections.abc import Sequence
from html import escape
from pathlib import Path

from bench.report import Measure

IMAGES = Path(__file__).parents[1] / "docs" / "images"

WIDTH, PANEL, LEFT, TOP = 860, 120, 70, 34
STYLE = """text { font: 12px sans-serif; fill: #555 } .title { font-weight: bold }
line { stroke: #bbb } .slot { stroke: #2a7 } .mark { stroke: #c33 }
circle { fill: #36c; fill-opacity: .55 } rect { fill: #36c }
@media (prefers-color-scheme: dark) { text { fill: #bbb } line { stroke: #555 }
circle, rect { fill: #8af } }"""

LARGEST_MS = 1000.0


def slot_errors(measures: Sequence[Measure]) -> None:
    """docs/images/slots.svg: a dot a call in the order of the slots, a panel a run, one scale for all.

    The scale is logarithmic on both sides of the slot: 1 ms, 10 ms, 100 ms, 1 s.
    """
    write("slots.svg", "Slot error of each call", [_errors(measure) for measure in measures])


def bars(
    title: str,
    counts: Sequence[float],
    *,
    most: float,
    planned: float | None = None,
    marks: Sequence[float] = (),
) -> str:
    """A panel of bars on the scale of 0 to `most`, with a line at what was planned, if that is one number.

    `marks` are places among the bars, from 0 to 1.
    """
    width = WIDTH - LEFT - 10
    step = width / max(len(counts), 1)
    drawn = "".join(
        f'<rect x="{LEFT + n * step:.1f}" y="{PANEL * (1 - min(count / most, 1)):.1f}" '
        f'width="{max(step - 1, 0.6):.1f}" height="{PANEL * min(count / most, 1):.1f}"/>'
        for n, count in enumerate(counts)
        if count
    )
    drawn += "".join(
        f'<line class="mark" x1="{LEFT + at * width:.1f}" x2="{LEFT + at * width:.1f}" y1="0" y2="{PANEL}"/>'
        for at in marks
    )
    lines = [] if planned is None else [_line(PANEL * (1 - planned / most), "slot")]
    return _panel(title, [("0", PANEL), (f"{most:g}", 10)], [*lines, drawn])


def write(name: str, title: str, panels: Sequence[str]) -> None:
    """Replaces docs/images/`name` by these panels, one below the other."""
    height = len(panels) * (PANEL + TOP) + 10
    placed = "".join(
        f'<g transform="translate(0 {n * (PANEL + TOP) + TOP})">{panel}</g>' for n, panel in enumerate(panels)
    )
    IMAGES.mkdir(exist_ok=True)
    (IMAGES / name).write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>{placed}</svg>\n"
    )


def _errors(measure: Measure) -> str:
    step = (WIDTH - LEFT - 10) / max(len(measure.values_ms), 1)
    dots = "".join(
        f'<circle cx="{LEFT + n * step:.1f}" cy="{_height(value):.1f}" r="1.6"/>'
        for n, value in enumerate(measure.values_ms)
    )
    steps: tuple[tuple[str, float], ...] = (("+1 s", 1000), ("+10 ms", 10), ("on slot", 0), ("-1 s", -1000))
    lines = [_line(_height(value), "" if value else "slot") for _, value in steps]
    title = f"{measure.name}: {measure.run}, {len(measure.values_ms)} calls"
    return _panel(title, [(label, _height(value) + 4) for label, value in steps], [*lines, dots])


def _height(error_ms: float) -> float:
    """Zero is in the middle; each factor of ten has the same height."""
    share = math.log10(1 + min(abs(error_ms), LARGEST_MS)) / math.log10(1 + LARGEST_MS)
    return PANEL / 2 * (1 - math.copysign(share, error_ms))


def _panel(title: str, labels: Sequence[tuple[str, float]], drawn: Sequence[str]) -> str:
    told = "".join(f'<text x="6" y="{y:.0f}">{escape(label)}</text>' for label, y in labels)
    return f'<text class="title" x="{LEFT}" y="-12">{escape(title)}</text>{told}{"".join(drawn)}'


def _line(y: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{LEFT}" x2="{WIDTH - 10}" y1="{y:.1f}" y2="{y:.1f}"/>'
