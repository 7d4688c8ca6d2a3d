"""Putting away, taking out, deleting, copying, and the limits of an owner."""

from typing import Any
from uuid import UUID

import msgspec
import pytest
from evendial_campaigns.core.commands import (
    Activate,
    Archive,
    CampaignCommand,
    ChangeRules,
    Create,
    Delete,
    Finish,
    RecordImport,
    RecordRedial,
    RecordRemoval,
    Restore,
    SetSequence,
    Stop,
)
from evendial_campaigns.core.life import COPY, copy_of
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.core.rules_change import RulesChange
from evendial_campaigns.core.versions import check_version
from evendial_contracts.actions import Ivr, Wait
from evendial_contracts.campaigns import (
    CampaignArchived,
    CampaignCreated,
    CampaignDeleted,
    CampaignExhausted,
    CampaignFinished,
    CampaignRestored,
    CampaignRulesChanged,
    NumbersRemoved,
    RemovalReason,
    SequenceChanged,
)
from evendial_contracts.message import CampaignFact
from evendial_contracts.resources import LimitsDefined

from tests.unit.campaigns.given import (
    A_DEVICE,
    ADMIN,
    AN_ADMIN,
    CAMPAIGN,
    FACTS,
    IMPORT,
    IVR,
    OWNER,
    READY,
    RULES,
    RUNNING,
    USER,
    Given,
    activated,
    created,
    sequenced,
    stopped,
)

pytestmark = pytest.mark.unit

REPLACE = msgspec.structs.replace
COPIED = UUID(int=11)

ARCHIVED = CampaignArchived(campaign_id=CAMPAIGN, owner_id=OWNER, archived_by=OWNER)
RESTORED = CampaignRestored(campaign_id=CAMPAIGN, owner_id=OWNER, restored_by=OWNER)
DELETED = CampaignDeleted(campaign_id=CAMPAIGN, owner_id=OWNER, deleted_by=OWNER)

EDITS: list[CampaignCommand] = [
    ChangeRules(by=USER, changes=RulesChange(name="autumn")),
    ChangeRules(by=USER, changes=RulesChange()),
    SetSequence(by=USER, actions=(Wait(seconds=2),)),
    Activate(by=USER),
    RecordImport(by=USER, import_id=IMPORT, accepted=1, duplicates=0, rejected=0, chunks=1, sha256="00"),
    RecordRedial(by=USER, batch_id=IMPORT, numbers=1, chunks=1),
    RecordRemoval(by=USER, batch_id=IMPORT, reason=RemovalReason.DELETED, numbers=1, chunks=1),
]


def limits(**most: Any) -> LimitsDefined:
    return LimitsDefined(owner_id=OWNER, revision=1, **most)


def test_the_version_counts_the_facts_that_were_decided() -> None:
    assert Given(created()).state.version == 1
    assert Given(*RUNNING, stopped(), ARCHIVED).state.version == 6
    heard = CampaignExhausted(campaign_id=CAMPAIGN, owner_id=OWNER, epoch=1)
    assert Given(created(), heard).state.version == 1


def test_an_edit_is_made_at_an_expected_version_only() -> None:
    check_version(3, None)
    check_version(3, frozenset({2, 3}))
    for expected in (frozenset({2}), frozenset[int]()):
        with pytest.raises(Rejected) as refusal:
            check_version(3, expected)
        assert (refusal.value.slug, refusal.value.version) == ("version_mismatch", 3)
        assert "version 3" in refusal.value.detail


def test_a_campaign_is_archived_and_restored_once() -> None:
    Given(*READY).when(Archive(by=USER)).then(ARCHIVED)
    Given(*READY, ARCHIVED).when(Archive(by=USER)).then()
    Given(*READY, ARCHIVED).when(Restore(by=USER)).then(RESTORED)
    Given(*READY).when(Restore(by=USER)).then()
    assert not Given(*READY, ARCHIVED, RESTORED).state.archived


@pytest.mark.parametrize("command", [Archive(by=USER), Delete(by=USER)])
def test_an_active_campaign_is_neither_archived_nor_deleted(command: CampaignCommand) -> None:
    Given(*RUNNING).when(command).then_rejected("campaign_active")
    assert Given(*RUNNING, stopped()).when(command)


@pytest.mark.parametrize("command", EDITS, ids=lambda each: type(each).__name__)
def test_an_archived_campaign_is_left_as_it_is(command: CampaignCommand) -> None:
    Given(*READY, ARCHIVED).when(command).then_rejected("archived")


def test_an_archived_campaign_may_be_stopped_finished_and_deleted() -> None:
    put_away = (*READY, ARCHIVED)
    Given(*put_away).when(Stop(by=USER)).then()
    Given(*put_away).when(Finish(epoch=0)).then()
    Given(*put_away).when(Delete(by=USER)).then(DELETED)


def test_a_person_is_erased_from_an_archived_campaign_too() -> None:
    erase = RecordRemoval(by=AN_ADMIN, batch_id=IMPORT, reason=RemovalReason.ERASED, numbers=1, chunks=1)
    Given(*READY, ARCHIVED).when(erase).then(
        NumbersRemoved(
            campaign_id=CAMPAIGN,
            owner_id=OWNER,
            batch_id=IMPORT,
            removed_by=ADMIN,
            reason=RemovalReason.ERASED,
            numbers=1,
            chunks=1,
        )
    )


def test_what_was_dialled_cannot_be_deleted() -> None:
    dialled = REPLACE(FACTS, dialled=True)
    Given(*RUNNING, stopped()).when(Delete(by=USER), dialled).then_rejected("was_dialled")
    Given(*RUNNING, stopped()).when(Delete(by=USER)).then(DELETED)


@pytest.mark.parametrize(
    "command", [*EDITS, Delete(by=USER), Archive(by=USER), Restore(by=USER), Stop(by=USER), Finish(epoch=0)]
)
def test_a_deleted_campaign_is_not_there(command: CampaignCommand) -> None:
    Given(created(), DELETED).when(command).then_rejected("not_found")


def test_a_deleted_campaign_is_not_made_again_by_the_same_command() -> None:
    again = Create(campaign_id=CAMPAIGN, by=USER, rules=RULES)
    Given(created(), DELETED).when(again).then_rejected("not_found")


def test_an_admin_makes_a_campaign_for_a_user() -> None:
    made = Create(campaign_id=CAMPAIGN, by=AN_ADMIN, rules=RULES, owner_id=OWNER)
    Given().when(made).then(
        CampaignCreated(campaign_id=CAMPAIGN, owner_id=OWNER, created_by=ADMIN, rules=RULES)
    )


def copied(**changes: object) -> CampaignCreated:
    rules = REPLACE(RULES, **{"name": f"spring{COPY}"} | changes)
    return CampaignCreated(
        campaign_id=COPIED, owner_id=OWNER, created_by=OWNER, rules=rules, cloned_from=CAMPAIGN
    )


def first_sequence() -> SequenceChanged:
    return REPLACE(sequenced(1), campaign_id=COPIED)


def test_a_copy_has_the_rules_and_the_actions_and_no_numbers() -> None:
    original = Given(*RUNNING).state
    Given().when(copy_of(original, COPIED, USER, None)).then(copied(), first_sequence())
    Given().when(copy_of(original, COPIED, USER, "autumn")).then(copied(name="autumn"), first_sequence())
    copy = Given(copied(), first_sequence()).state
    assert (copy.numbers, copy.actions, copy.epoch) == (0, original.actions, 0)


def test_a_copy_of_a_long_name_is_no_longer_than_a_name_may_be() -> None:
    long = Given(created(REPLACE(RULES, name="n" * 200))).state
    assert len(copy_of(long, COPIED, USER, None).rules.name) == 200
    Given().when(copy_of(long, COPIED, USER, "")).then_rejected("invalid_field", field="name")


def test_a_copy_leaves_out_what_is_gone() -> None:
    shown = REPLACE(RULES, caller_id="15550001111")
    command = copy_of(Given(created(shown)).state, COPIED, USER, None)
    for gone in (None, REPLACE(A_DEVICE, deleted=True)):
        Given().when(command, REPLACE(FACTS, device=gone)).then(copied(device_id=None, caller_id=None))
    fewer = REPLACE(FACTS, device=REPLACE(A_DEVICE, caller_ids=()))
    Given().when(command, fewer).then(copied(caller_id=None))
    Given().when(command).then(copied(caller_id="15550001111"))


def test_a_sequence_with_an_ivr_is_copied_by_an_admin_alone() -> None:
    menu = REPLACE(sequenced(1), actions=(Ivr(ivr_id=IVR, context="menu"),))
    original = Given(created(), menu).state
    Given().when(copy_of(original, COPIED, USER, None)).then_rejected("ivr_is_the_admins")
    Given().when(copy_of(original, COPIED, AN_ADMIN, None)).then(
        REPLACE(copied(), created_by=ADMIN),
        REPLACE(first_sequence(), changed_by=ADMIN, actions=menu.actions),
    )
    gone = REPLACE(FACTS, ivrs=frozenset())
    Given().when(copy_of(original, COPIED, AN_ADMIN, None), gone).then_rejected("invalid_field")


def test_an_ivr_that_is_gone_cannot_be_put_into_a_sequence() -> None:
    set_menu = SetSequence(by=AN_ADMIN, actions=(Wait(seconds=1), Ivr(ivr_id=UUID(int=77), context="menu")))
    Given(created()).when(set_menu).then_rejected("invalid_field", field="actions[1].ivr_id")


@pytest.mark.parametrize(
    ("facts", "command"), [((), Create(campaign_id=CAMPAIGN, by=USER, rules=RULES)), ((), None)]
)
def test_the_number_of_campaigns_is_limited(
    facts: tuple[CampaignFact, ...], command: CampaignCommand | None
) -> None:
    making = command or copy_of(Given(created()).state, COPIED, USER, None)
    full = REPLACE(FACTS, limits=limits(max_campaigns=2), campaigns=2)
    words = "The limit is 2 campaigns, and there are 2; archive or delete one first."
    Given(*facts).when(making, full).then_rejected("limit_reached", detail=words)
    for room in (REPLACE(full, campaigns=1), REPLACE(full, limits=limits())):
        assert Given(*facts).when(making, room)


def test_restoring_counts_as_one_campaign_more() -> None:
    full = REPLACE(FACTS, limits=limits(max_campaigns=2), campaigns=2)
    Given(*READY, ARCHIVED).when(Restore(by=USER), full).then_rejected("limit_reached")
    Given(*READY).when(Restore(by=USER), full).then()
    Given(*READY, ARCHIVED).when(Restore(by=USER), REPLACE(full, campaigns=1)).then(RESTORED)


def test_the_calls_per_minute_of_an_owner_are_limited() -> None:
    full = REPLACE(FACTS, limits=limits(calls_per_minute=100), calls_per_minute=91)
    words = (
        "The limit is 100 calls per minute; the other active campaigns take 91 and this one would take 10."
    )
    Given(*READY).when(Activate(by=USER), full).then_rejected("limit_reached", detail=words)
    Given(*READY).when(Activate(by=USER), REPLACE(full, calls_per_minute=90)).then(activated())
    Given(*RUNNING).when(Activate(by=USER), full).then()


def rate(calls_per_minute: int) -> ChangeRules:
    return ChangeRules(by=USER, changes=RulesChange(calls_per_minute=calls_per_minute))


def rate_changed(calls_per_minute: int) -> CampaignRulesChanged:
    rules = REPLACE(RULES, calls_per_minute=calls_per_minute)
    return CampaignRulesChanged(
        campaign_id=CAMPAIGN, owner_id=OWNER, changed_by=OWNER, revision=1, rules=rules
    )


def test_an_active_campaign_gets_no_faster_than_the_limit() -> None:
    full = REPLACE(FACTS, limits=limits(calls_per_minute=100), calls_per_minute=91)
    Given(*RUNNING).when(rate(11), full).then_rejected("limit_reached")
    Given(*RUNNING).when(rate(9), full).then(rate_changed(9))
    Given(*READY).when(rate(11), full).then(rate_changed(11))
    overdrawn = REPLACE(full, calls_per_minute=200)
    Given(*RUNNING).when(rate(9), overdrawn).then(rate_changed(9))


def test_a_caller_id_that_the_device_has_no_longer_keeps_it_from_dialling() -> None:
    shown = created(REPLACE(RULES, caller_id="15550001111"))
    fewer = REPLACE(FACTS, device=REPLACE(A_DEVICE, caller_ids=("15550009999",)))
    ready = (shown, *READY[1:])
    Given(*ready).when(Activate(by=USER), fewer).then_rejected("not_ready", missing=("caller_id",))
    Given(*ready).when(Activate(by=USER)).then(activated())


def test_a_campaign_whose_device_is_gone_can_still_be_renamed() -> None:
    gone = REPLACE(FACTS, device=None)
    renamed = REPLACE(RULES, name="autumn")
    Given(created()).when(ChangeRules(by=USER, changes=RulesChange(name="autumn")), gone).then(
        CampaignRulesChanged(
            campaign_id=CAMPAIGN, owner_id=OWNER, changed_by=OWNER, revision=1, rules=renamed
        )
    )


def test_a_stop_may_hang_up_calls_at_once_or_once_more_later_but_not_twice() -> None:
    hang_up = Stop(by=USER, hang_up=True)
    Given(*RUNNING).when(hang_up).then(stopped(hang_up=True))
    Given(*RUNNING, stopped()).when(hang_up).then(stopped(3, hang_up=True))
    Given(*RUNNING, stopped(hang_up=True)).when(hang_up).then()
    Given(*RUNNING, stopped()).when(Stop(by=USER)).then()
    finished = CampaignFinished(campaign_id=CAMPAIGN, owner_id=OWNER, epoch=2)
    Given(*READY).when(hang_up).then()
    Given(*RUNNING, finished).when(hang_up).then()
    again = (*RUNNING, stopped(hang_up=True), activated(3), stopped(4))
    Given(*again).when(hang_up).then(stopped(5, hang_up=True))
