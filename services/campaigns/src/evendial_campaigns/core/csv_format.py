"""How a CSV file is written: what the sender says of it, and what its beginning shows."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

import msgspec

from evendial_campaigns.core.csv_records import Records
from evendial_campaigns.core.lines import unreadable
from evendial_campaigns.core.rejected import invalid

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
VARIABLES_MAX = 50
NAME_MAX = 100
_RECORDS = 40
"""So many are looked at."""

_NUMBER_WORDS = ("phone", "mobil", "telefon", "msisdn", "e164", "handy", "rufnummer", "celular", "movil")
_NUMBER_NAMES = frozenset({"tel", "telno", "cell", "number", "nummer", "numero"})
_REFERENCE_NAMES = frozenset({"reference", "ref", "referenceid", "externalid", "externalref"})

_statement = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE).fullmatch

IsNumber = Callable[[str], bool]


class CsvOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the sender says; None is to be found out. Columns by name or by position, counted from 1."""

    delimiter: str | None = None
    header: bool | None = None
    number_column: str | None = None
    reference_column: str | None = None


class CsvFormat(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken as what. `number` and `reference` are positions counted from 0; `detected` names the
    options that the sender left open and that were found out."""

    delimiter: str
    header: bool
    columns: tuple[str, ...]
    number: int
    reference: int | None
    detected: tuple[str, ...]

    @property
    def variables(self) -> tuple[tuple[int, str], ...]:
        """The columns that are kept as row variables, with their positions."""
        taken = (self.number, self.reference)
        return tuple((at, name) for at, name in enumerate(self.columns) if at not in taken)


def stated_delimiter(line: str) -> str | None:
    """What a first line such as `sep=;` says, as Excel writes and reads it; None if it is no such line."""
    found = _statement(line)
    return found[1] if found else None


def find_format(lines: Sequence[str], options: CsvOptions, is_number: IsNumber) -> CsvFormat | None:
    """The format of a file that begins with these lines, None if no cell is filled; raises `Rejected`."""
    if options.delimiter is not None and options.delimiter not in DELIMITERS.values():
        raise unreadable(f"The first line states a delimiter that is not one of: {', '.join(DELIMITERS)}.")
    delimiter = options.delimiter or _delimiter(lines, is_number)
    records = _records(lines, delimiter)
    if not records:
        return None
    shares = _shares_of_numbers(records, is_number)
    header = _has_header(records, shares, is_number) if options.header is None else options.header
    columns = _named(records[0] if header else [""] * max(map(len, records)))
    number = _number_column(columns, shares, options.number_column, header)
    reference = _reference_column(columns, number, options.reference_column)
    found = CsvFormat(
        delimiter=delimiter,
        header=header,
        columns=columns,
        number=number,
        reference=reference,
        detected=_left_open(options, with_reference=reference is not None),
    )
    if len(found.variables) > VARIABLES_MAX:
        raise unreadable(
            f"There are {len(columns)} columns; {VARIABLES_MAX} beside the number are taken at most."
        )
    return found


def _left_open(options: CsvOptions, *, with_reference: bool) -> tuple[str, ...]:
    names = (name for name in options.__struct_fields__ if getattr(options, name) is None)
    return tuple(name for name in names if with_reference or name != "reference_column")


def _records(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    found = []
    for record in Records(delimiter).read(list(lines[:_RECORDS]), last=True):
        if isinstance(record.cells, list) and any(map(str.strip, record.cells)):
            found.append(record.cells)
    return found


def _delimiter(lines: Sequence[str], is_number: IsNumber) -> str:
    """The one that sets numbers free, and cuts most records into as many cells; else the comma."""
    return max(DELIMITERS.values(), key=lambda each: _merit(_records(lines, each), is_number))


def _merit(records: list[list[str]], is_number: IsNumber) -> tuple[float, float, int]:
    widths = Counter(len(cells) for cells in records if len(cells) > 1)
    if not widths:
        return 0.0, 0.0, 0
    width, count = widths.most_common(1)[0]
    return max(_shares_of_numbers(records, is_number)), count / len(records), width


def _shares_of_numbers(records: list[list[str]], is_number: IsNumber) -> list[float]:
    """How many of the cells of each column, the first record's left out, are phone numbers."""
    below = records[1:] or records
    shares = []
    for at in range(max(map(len, records))):
        cells = [cells[at] for cells in below if at < len(cells) and cells[at].strip()]
        shares.append(sum(map(is_number, cells)) / len(cells) if cells else 0.0)
    return shares


def _has_header(records: list[list[str]], shares: list[float], is_number: IsNumber) -> bool:
    """A first record without a phone number, above records with some or with a name for their column."""
    first = records[0]
    if any(map(is_number, first)):
        return False
    return any(map(_is_number_name, first)) or (len(records) > 1 and max(shares) > 0)


def _named(cells: Sequence[str]) -> tuple[str, ...]:
    """A name for each column: its own, or its position where it has none; each another one."""
    names: list[str] = []
    for position, cell in enumerate(cells, 1):
        name = cell.strip()
        if not name.isprintable() or len(name) > NAME_MAX:
            raise unreadable(
                f"The name of column {position} must be {NAME_MAX} printable characters at most."
            )
        name = name or f"column_{position}"
        names.append(name if name not in names else f"{name}_{position}")
    return tuple(names)


def _number_column(columns: tuple[str, ...], shares: list[float], asked: str | None, header: bool) -> int:
    if asked is not None:
        return _position(columns, asked, "number_column")
    shares = [*shares, *[0.0] * len(columns)][: len(columns)]
    names = [at for at, name in enumerate(columns) if header and _is_number_name(name)]
    candidates = [at for at in names if shares[at] > 0] or [
        at for at, share in enumerate(shares) if share > 0
    ]
    if candidates := candidates or names:
        return max(candidates, key=lambda at: (shares[at], -at))
    raise invalid("number_column", f"must be said: no column looks like phone numbers. {_there_are(columns)}")


def _reference_column(columns: tuple[str, ...], number: int, asked: str | None) -> int | None:
    if asked is not None:
        position = _position(columns, asked, "reference_column")
        if position == number:
            raise invalid("reference_column", "must be another column than that of the number")
        return position
    named = [at for at, name in enumerate(columns) if _plain(name) in _REFERENCE_NAMES and at != number]
    return named[0] if named else None


def _position(columns: tuple[str, ...], asked: str, field: str) -> int:
    if asked in columns:
        return columns.index(asked)
    if asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= len(columns):
        return int(asked) - 1
    raise invalid(field, f"must be the name or the position of a column. {_there_are(columns)}")


def _there_are(columns: tuple[str, ...]) -> str:
    return f"The columns are: {', '.join(columns)[:500]}"


def _is_number_name(name: str) -> bool:
    plain = _plain(name)
    return plain in _NUMBER_NAMES or any(word in plain for word in _NUMBER_WORDS)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()
