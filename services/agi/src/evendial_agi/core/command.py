"""AGI commands as lines on the wire, so that an argument can never become a second command.

Rules of Asterisk's `res/res_agi.c`: words are split at blanks, double quotes keep blanks together, a
backslash takes the next character as it is, and a newline ends the command.
"""

import re
import unicodedata

MAX_LINE_BYTES = 2000
"""Below Asterisk's own buffer for one command (2048 bytes)."""


_DIALPLAN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,78}")


class UnsafeArgument(ValueError):
    """An argument would break out of its place on the wire; the message gives its position, not its text."""


def encode(verb: str, *arguments: str | int) -> bytes:
    """One command as one line. `verb` is a constant such as `STREAM FILE`; every argument is quoted.

    Raises UnsafeArgument for control characters, what UTF-8 cannot carry, and a line that is too long.
    """
    quoted = [_quote(position, str(argument)) for position, argument in enumerate(arguments, start=1)]
    line = " ".join([verb, *quoted]).encode() + b"\n"
    if len(line) > MAX_LINE_BYTES:
        raise UnsafeArgument(f"{verb}: {len(line)} bytes, at most {MAX_LINE_BYTES} fit into one command")
    return line


def dialplan_exists(context: str, extension: str, priority: int) -> str:
    """The expression that is 1 where the dialplan has that place, 0 where not. Raises UnsafeArgument.

    Asterisk evaluates it, so the names may hold nothing that has a meaning in an expression.
    """
    if not (_DIALPLAN_NAME.fullmatch(context) and _DIALPLAN_NAME.fullmatch(extension)):
        raise UnsafeArgument("a context or extension is not a plain name")
    return f"${{DIALPLAN_EXISTS({context},{extension},{priority})}}"


def _quote(position: int, text: str) -> str:
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in text):
        raise UnsafeArgument(f"argument {position} holds a control character or half a surrogate pair")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
