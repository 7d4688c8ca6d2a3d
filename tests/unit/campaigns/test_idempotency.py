"""What a repeat under an Idempotency-Key gets."""

import pytest
from evendial_campaigns.core.idempotency import Answer, Known, check_key, repeat
from evendial_campaigns.core.rejected import Rejected

pytestmark = pytest.mark.unit

BODY, OTHER = b"the hash of a body", b"the hash of another"
ANSWER = Answer(status=201, headers=(("etag", '"1"'),), body=b"{}")


def known(fingerprint: bytes | None = BODY, answer: Answer | None = None, *, done: bool = True) -> Known:
    return Known(fingerprint=fingerprint, done=done, answer=answer)


def test_the_same_request_gets_the_same_answer() -> None:
    assert repeat(known(answer=ANSWER), BODY) == ANSWER


@pytest.mark.parametrize("earlier", [known(answer=ANSWER), known(done=False)])
def test_another_request_is_refused_whether_the_first_was_answered_or_not(earlier: Known) -> None:
    with pytest.raises(Rejected) as refused:
        repeat(earlier, OTHER)
    assert refused.value.slug == "idempotency_key_reused"


def test_what_was_cut_off_is_carried_out_again() -> None:
    assert repeat(known(done=False), BODY) is None


def test_a_body_that_was_never_read_to_its_end_may_be_any() -> None:
    assert repeat(known(None, done=False), OTHER) is None


def test_a_secret_is_answered_once() -> None:
    with pytest.raises(Rejected) as refused:
        repeat(known(None), None)
    assert refused.value.slug == "already_done"
    assert "used before" in refused.value.detail
    assert "take a new key" in refused.value.detail


def test_the_key_of_a_secret_is_no_other_requests() -> None:
    with pytest.raises(Rejected) as refused:
        repeat(known(None), BODY)
    assert refused.value.slug == "idempotency_key_reused"
    with pytest.raises(Rejected) as refused:
        repeat(known(answer=ANSWER), None)
    assert refused.value.slug == "idempotency_key_reused"


@pytest.mark.parametrize("key", ["x", "x" * 255, "!~ ", "8e03978e-40d5-43e8-bc93-6894a57f9324"])
def test_a_key_is_printable(key: str) -> None:
    assert check_key([key]) == key


@pytest.mark.parametrize("values", [[""], ["x" * 256], ["\x00"], ["\x1f"], ["\x7f"], ["é"], ["a", "b"]])
def test_anything_else_is_no_key(values: list[str]) -> None:
    with pytest.raises(Rejected) as refused:
        check_key(values)
    assert refused.value.field == "Idempotency-Key"
