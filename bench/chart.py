"""A chart of slot errors as SVG: one dot a call, one panel a run, the same scale for all."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from bench.report import Measure

IMAGE = Path(__file__).parents[1] / "docs" / "images" / "slots.svg"

WIDTH, PANEL, LEFT, TOP = 860, 120, 60, 34
STYLE = """text { font: 12px sans-serif; fill: #555 } .title { font-weight: bold }
line { stroke: #bbb } .slot { stroke: #2a7 } circle { fill: #36c; fill-opacity: .55 }
@media (prefers-color-scheme: dark) { text { fill: #bbb } line { stroke: #555 } circle { fill: #8af } }"""


def write(measures: Sequence[Measure]) -> None:
    """Replaces docs/images/slots.svg; the dots stand in the order of the slots."""
    scale_ms = max(25.0, *(max(measure.values_ms) for measure in measures))
    panels = "".join(_panel(n, measure, scale_ms) for n, measure in enumerate(measures))
    height = len(measures) * (PANEL + TOP) + 10
    IMAGE.parent.mkdir(exist_ok=True)
    IMAGE.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
        f"<title>Slot error of each call</title><style>{STYLE}</style>{panels}</svg>\n"
    )


def _panel(position: int, measure: Measure, scale_ms: float) -> str:
    top = position * (PANEL + TOP) + TOP
    step = (WIDTH - LEFT - 10) / max(len(measure.values_ms), 1)
    dots = "".join(
        f'<circle cx="{LEFT + n * step:.1f}" cy="{top + PANEL * (1 - value / scale_ms):.1f}" r="2"/>'
        for n, value in enumerate(measure.values_ms)
    )
    title = f"{measure.name}: {measure.run}, {len(measure.values_ms)} calls"
    return (
        f'<text class="title" x="{LEFT}" y="{top - 12}">{escape(title)}</text>'
        f'<text x="6" y="{top + PANEL}">on slot</text><text x="6" y="{top + 10}">+{scale_ms:.0f} ms</text>'
        f'<line class="slot" x1="{LEFT}" x2="{WIDTH - 10}" y1="{top + PANEL}" y2="{top + PANEL}"/>'
        f'<line x1="{LEFT}" x2="{WIDTH - 10}" y1="{top}" y2="{top}"/>{dots}'
    )
