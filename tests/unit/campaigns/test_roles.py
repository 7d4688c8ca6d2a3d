"""What roles and scopes allow, and what may be changed about a user."""

from uuid import UUID

import pytest
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.core.roles import Role, Scope, acting_role, check_scopes, granted, may, scopes_of
from evendial_campaigns.core.user_change import Standing, UserChange, check_change, check_user_name

pytestmark = pytest.mark.unit

READ, WRITE, ADMIN = Scope
ME, OTHER = UUID(int=1), UUID(int=2)
AN_ADMIN = Standing(user_id=OTHER, role=Role.ADMIN, disabled=False)
DEMOTION, DISABLING = UserChange(role=Role.USER), UserChange(disabled=True)


def test_a_key_may_never_more_than_its_owner() -> None:
    assert granted(Role.USER, ["read", "write", "admin"]) == {READ, WRITE}
    assert granted(Role.ADMIN, ["read", "admin"]) == {READ, ADMIN}


def test_an_admins_key_without_that_scope_is_a_users() -> None:
    assert acting_role(granted(Role.ADMIN, ["read", "write"])) is Role.USER
    assert acting_role(granted(Role.ADMIN, ["read", "admin"])) is Role.ADMIN


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", ""])
def test_only_write_changes_something(method: str) -> None:
    assert not may(method, frozenset({READ, ADMIN}))
    assert may(method, frozenset({WRITE}))
    assert may("GET", frozenset({READ}))


@pytest.mark.parametrize(
    ("wanted", "owner", "asking", "reason"),
    [
        ({ADMIN}, Role.ADMIN, scopes_of(Role.ADMIN), "must hold read or write"),
        ({READ, ADMIN}, Role.USER, scopes_of(Role.ADMIN), "must not be more than read and write here"),
        ({READ, ADMIN}, Role.ADMIN, scopes_of(Role.USER), "must not be more than read and write here"),
        ({WRITE}, Role.ADMIN, frozenset({READ}), "must not be more than read here"),
    ],
)
def test_more_scopes_than_one_has_are_refused(
    wanted: set[Scope], owner: Role, asking: frozenset[Scope], reason: str
) -> None:
    with pytest.raises(Rejected) as refused:
        check_scopes(frozenset(wanted), owner, asking)
    assert (refused.value.field, refused.value.detail) == ("scopes", reason)


def test_what_one_has_oneself_can_be_given() -> None:
    check_scopes(frozenset({READ}), Role.USER, scopes_of(Role.USER))
    check_scopes(frozenset(Scope), Role.ADMIN, scopes_of(Role.ADMIN))


@pytest.mark.parametrize("change", [DEMOTION, DISABLING])
def test_nobody_takes_the_admins_role_from_themselves(change: UserChange) -> None:
    with pytest.raises(Rejected) as refused:
        check_change(AN_ADMIN, change, by=OTHER, other_admins=3)
    assert refused.value.slug == "own_admin_role"


@pytest.mark.parametrize("change", [DEMOTION, DISABLING])
def test_the_last_admin_stays(change: UserChange) -> None:
    with pytest.raises(Rejected) as refused:
        check_change(AN_ADMIN, change, by=ME, other_admins=0)
    assert refused.value.slug == "last_admin"
    check_change(AN_ADMIN, change, by=ME, other_admins=1)


def test_other_changes_of_the_last_admin_are_fine() -> None:
    check_change(AN_ADMIN, UserChange(name="mira", password="hash", disabled=False), OTHER, other_admins=0)


@pytest.mark.parametrize("change", [DEMOTION, DISABLING])
def test_a_disabled_admin_or_a_user_may_become_less(change: UserChange) -> None:
    for target in (
        Standing(user_id=OTHER, role=Role.ADMIN, disabled=True),
        Standing(user_id=OTHER, role=Role.USER, disabled=False),
    ):
        check_change(target, change, by=ME, other_admins=0)


@pytest.mark.parametrize("name", ["", " ", " mira", "mira ", "mi\nra", "x" * 201, "mira\u200b", "a\u2028b"])
def test_a_name_that_cannot_be_told_from_others_is_refused(name: str) -> None:
    with pytest.raises(Rejected) as refused:
        check_user_name(name)
    assert refused.value.field == "name"


@pytest.mark.parametrize("name", ["mira", "Mira K.", "'; drop table person --", "ミラ", "😀"])
def test_any_other_name_is_fine(name: str) -> None:
    check_user_name(name)
