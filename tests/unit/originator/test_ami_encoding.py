import pytest
from evendial_originator.core.ami_encoding import Unsendable, guarded
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.unit

BREAKS = [
    "\r",
    "\n",
    "\r\n",
    "\x00",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x1e",
    "\x7f",
    "\x85",
    "\u2028",
    "\u2029",
    "\ud800",
]


@pytest.mark.parametrize("bad", BREAKS, ids=ascii)
def test_a_value_that_leaves_its_line_is_refused_by_name(bad: str) -> None:
    with pytest.raises(Unsendable, match=r"^CallerID must not hold"):
        guarded({"Action": "Originate", "CallerID": f"5551000{bad}Action: Originate"})


@pytest.mark.parametrize("name", ["", "Caller ID", "CallerID: 1\r\nX", "Caller:ID", "X" * 41, "\u0410ction"])
def test_a_name_that_is_not_a_name_is_refused(name: str) -> None:
    with pytest.raises(Unsendable, match="is not the name of an AMI field"):
        guarded({name: "1"})


def test_a_refusal_does_not_repeat_the_value() -> None:
    with pytest.raises(Unsendable) as refusal:
        guarded({"Secret": "hunter2\n"})
    assert "hunter2" not in str(refusal.value)


def test_ordinary_text_passes() -> None:
    fields = {"Action": "Login", "Secret": 'Łódź "; #&'}
    assert guarded(fields) == fields


@given(st.text())
def test_what_passes_is_one_line_of_valid_utf8(text: str) -> None:
    try:
        passed = guarded({"Secret": text})["Secret"]
    except Unsendable:
        return
    assert passed.encode().decode() == text
    assert len(passed.splitlines()) <= 1
