"""JSON lines on standard error: one decision a line, machine key `action`, phone numbers masked."""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

PHONE_NUMBER = re.compile(r"(?<![0-9A-Za-z-])\+?[0-9]{5,13}(?P<last>[0-9]{2})(?![0-9A-Za-z-])")

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


def configure(service: str, level: str = "INFO") -> None:
    """Sends every logger of this process through the one handler."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(service))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)  # what it fails at is raised to us as well


def mask(text: str) -> str:
    """Hides what looks like a phone number, except its last two digits."""
    return PHONE_NUMBER.sub(r"***\g<last>", text)


class JsonLines(logging.Formatter):
    """One record as one JSON object; what is passed as `extra` becomes fields."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """The line, without a line break."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "service": self._service,
            "logger": record.name,
            "message": mask(record.getMessage()),
        }
        line |= {name: _field(value) for name, value in record.__dict__.items() if name not in _STANDARD}
        if record.exc_info:
            line["error"] = mask(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def _field(value: Any) -> Any:
    match value:
        case bool() | int() | float() | None:
            return value
        case UUID() | datetime():
            return str(value)
        case _:
            return mask(str(value))
