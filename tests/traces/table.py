"""The truth table for people: docs/outcomes.md, made of the rows and what was recorded of them."""

from collections.abc import Iterator
from pathlib import Path

from tests.traces.row import Row
from tests.traces.rows import ROWS
from tests.traces.trace import BOOTED_ANEW, LINK_LOST, Said, fields, path_of, read

PAGE = Path(__file__).parents[2] / "docs/outcomes.md"
BEGIN, END = "<!-- made by python -m tests.traces -->\n", "<!-- end -->\n"


def refresh() -> None:
    """Writes the table into the page anew."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text(before + BEGIN + table() + END + rest.partition(END)[2])


def table() -> str:
    """One line for each row."""
    lines = ["| the far end | Asterisk 22 says | Asterisk 16 says | we say |", "|---|---|---|---|"]
    for row in ROWS:
        said = (", ".join(_told(row, major)) for major in (22, 16))
        lines.append(f"| {row.story} | {' | '.join(said)} | {_verdict(row)} |")
    return "\n".join(lines) + "\n"


def _verdict(row: Row) -> str:
    newest, oldest = (row.says_on(major) for major in (22, 16))
    return f"`{newest}`" if newest is oldest else f"`{newest}`; on 16 `{oldest}`"


def _told(row: Row, major: int) -> Iterator[str]:
    """The facts among the messages, each once, in their order."""
    told = [word for said in read(path_of(major, row.name)) if (word := _word(said))]
    return iter(dict.fromkeys(told))


def _word(said: Said) -> str | None:
    if said.text in (LINK_LOST, BOOTED_ANEW):
        return said.text
    message = fields(said.text)
    match message.get("event"):
        case None:
            refused = message["response"] == "Error"
            return f"Error: {message['message'].rstrip('.')}" if refused else None
        case "DialState" | "DialEnd":
            return message["dialstatus"]
        case "OriginateResponse":
            return f"{message['response']} {message['reason']}"
        case "Hangup":
            code = f" (SIP {message['techcause']})" if message.get("techcause") else ""
            return f"Hangup {message['cause']}{code}"
        case _:
            return None
