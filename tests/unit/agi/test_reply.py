from contextlib import suppress

import pytest
from evendial_agi.core.reply import Garbled, Reply, closes_block, opens_block, parse
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("200 result=0", Reply(code=200, result=0)),
        ("200 result=-1 endpos=16160", Reply(code=200, result=-1, data="endpos=16160")),
        ("200 result=49", Reply(code=200, result=49)),
        ("200 result=1 (a b)", Reply(code=200, result=1, data="(a b)")),
        ("100 result=0 Trying...", Reply(code=100, data="result=0 Trying...")),
        ("510 Invalid or unknown command", Reply(code=510, data="Invalid or unknown command")),
        (
            "511 Command Not Permitted on a dead channel or intercept routine",
            Reply(code=511, data="Command Not Permitted on a dead channel or intercept routine"),
        ),
        ("520 End of proper usage.", Reply(code=520, data="End of proper usage.")),
        ("520-Invalid command syntax.", Reply(code=520, data="Invalid command syntax.")),
    ],
)
def test_an_answer_of_asterisk_is_read(line: str, reply: Reply) -> None:
    assert parse(line) == reply


@pytest.mark.parametrize(
    ("data", "value"), [("(a b)", "a b"), ("()", ""), ("((x))", "(x)"), ("", None), ("endpos=1", None)]
)
def test_a_variable_is_what_stands_in_brackets(data: str, value: str | None) -> None:
    assert Reply(code=200, result=1, data=data).value == value


@pytest.mark.parametrize(
    "line", ["", "HANGUP", "20", "200", "200 ", "200 result=", "200 result=x", "2000 result=1", "200result=1"]
)
def test_anything_else_is_garbled(line: str) -> None:
    with pytest.raises(Garbled):
        parse(line)


@given(st.text())
def test_no_text_makes_the_parser_fail_otherwise(line: str) -> None:
    with suppress(Garbled):
        assert 0 <= parse(line).code <= 999


def test_a_usage_block_is_known_by_its_ends() -> None:
    assert opens_block("520-Invalid command syntax.  Proper usage follows:")
    assert not opens_block("520 End of proper usage.")
    assert closes_block("520 End of proper usage.")
    assert not closes_block("Sets a variable to the current channel.")
