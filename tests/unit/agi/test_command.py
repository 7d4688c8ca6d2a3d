import re

import pytest
from evendial_agi.core.command import MAX_LINE_BYTES, UnsafeArgument, dialplan_exists, encode
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.unit

CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]


def split_like_asterisk(line: bytes) -> list[str]:
    """Words as res_agi.c cuts them: blanks split, quotes join, a backslash takes what follows."""
    words: list[str] = []
    word: str | None = None
    quoted = escaped = False
    for character in line.decode():
        if escaped:
            word, escaped = (word or "") + character, False
        elif character == "\\":
            escaped, word = True, word or ""
        elif character == '"':
            quoted, word = not quoted, word or ""
        elif character in " \t" and not quoted:
            words, word = [*words, word] if word is not None else words, None
        else:
            word = (word or "") + character
    return [*words, word] if word is not None else words


def test_a_command_is_one_line_of_quoted_words() -> None:
    assert encode("STREAM FILE", "prompts/a", "") == b'STREAM FILE "prompts/a" ""\n'
    assert encode("WAIT FOR DIGIT", 1500) == b'WAIT FOR DIGIT "1500"\n'
    assert encode("CHANNEL STATUS") == b"CHANNEL STATUS\n"


@pytest.mark.parametrize("control", CONTROLS, ids=lambda text: f"U+{ord(text):04X}")
def test_a_control_character_is_refused(control: str) -> None:
    with pytest.raises(UnsafeArgument, match="argument 2"):
        encode("SET VARIABLE", "NAME", f"before{control}after")


@pytest.mark.parametrize("text", ["\u2028", "\u2029", "\ud800"])
def test_line_separators_and_half_pairs_are_refused(text: str) -> None:
    with pytest.raises(UnsafeArgument):
        encode("SET VARIABLE", "NAME", text)


def test_a_refusal_does_not_quote_the_text() -> None:
    with pytest.raises(UnsafeArgument) as refusal:
        encode("SET VARIABLE", "NAME", "37060012345\n")
    assert "37060012345" not in str(refusal.value)


def test_a_line_that_asterisk_would_cut_is_refused() -> None:
    assert encode("SET VARIABLE", "V", "x" * (MAX_LINE_BYTES - 20))
    with pytest.raises(UnsafeArgument, match="bytes"):
        encode("SET VARIABLE", "V", "ż" * (MAX_LINE_BYTES // 2))


@given(st.lists(st.text(max_size=100), max_size=4))
def test_whatever_the_text_one_line_with_the_same_words_leaves_or_nothing(arguments: list[str]) -> None:
    try:
        line = encode("SET VARIABLE", *arguments)
    except UnsafeArgument:
        assert any(re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", text) for text in arguments)
        return
    assert line.endswith(b"\n")
    assert not re.search(rb"[\x00-\x1f\x7f]", line[:-1])
    assert split_like_asterisk(line[:-1]) == ["SET", "VARIABLE", *arguments]


@given(st.text(max_size=60))
def test_an_expression_holds_only_plain_names(context: str) -> None:
    try:
        expression = dialplan_exists(context, "s", 1)
    except UnsafeArgument:
        assert not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", context)
        return
    assert re.fullmatch(r"\$\{DIALPLAN_EXISTS\([A-Za-z0-9_-]+,s,1\)\}", expression)


@pytest.mark.parametrize("context", ["", "a,b", "a)}${SHELL(id)", "a b", "a}", "${X}", "ą", "menu\n"])
def test_an_expression_refuses_what_has_a_meaning_in_it(context: str) -> None:
    with pytest.raises(UnsafeArgument):
        dialplan_exists(context, "s", 1)
