from uuid import UUID

import msgspec
import pytest
from evendial_campaigns.core.commands import RecordRedial, RecordRemoval
from evendial_contracts.campaigns import NumbersRedialled, NumbersRemoved, RemovalReason

from tests.unit.campaigns.given import (
    AN_ADMIN,
    CAMPAIGN,
    OWNER,
    USER,
    Given,
    activated,
    created,
    imported,
    sequenced,
    stopped,
)

BATCH = UUID(int=44)
REMOVE = RecordRemoval(by=AN_ADMIN, batch_id=BATCH, reason=RemovalReason.DELETED, numbers=2, chunks=1)
REDIAL = RecordRedial(by=USER, batch_id=BATCH, numbers=2, chunks=1)
REMOVED = NumbersRemoved(
    campaign_id=CAMPAIGN,
    owner_id=OWNER,
    batch_id=BATCH,
    removed_by=AN_ADMIN.user_id,
    reason=RemovalReason.DELETED,
    numbers=2,
    chunks=1,
)
REDIALLED = NumbersRedialled(
    campaign_id=CAMPAIGN, owner_id=OWNER, batch_id=BATCH, redialled_by=OWNER, numbers=2, chunks=1
)
LISTED = (created(), imported(3), sequenced())


def test_a_list_is_cleared_by_a_person() -> None:
    Given(*LISTED, activated(), stopped()).when(REMOVE).then(REMOVED)


@pytest.mark.parametrize("reason", [RemovalReason.DELETED, RemovalReason.IMPORT_UNDONE])
def test_a_list_is_not_cleared_while_it_is_dialled(reason: RemovalReason) -> None:
    command = msgspec.structs.replace(REMOVE, reason=reason)
    Given(*LISTED, activated()).when(command).then_rejected("campaign_active")


def test_one_number_may_go_while_its_campaign_dials() -> None:
    one = {"numbers": 1, "number_id": 7}
    removed = msgspec.structs.replace(REMOVED, **one)
    Given(*LISTED, activated()).when(msgspec.structs.replace(REMOVE, **one)).then(removed)


def test_an_erased_person_goes_while_the_campaign_dials() -> None:
    erase = msgspec.structs.replace(REMOVE, reason=RemovalReason.ERASED)
    erased = msgspec.structs.replace(REMOVED, reason=RemovalReason.ERASED)
    Given(*LISTED, activated()).when(erase).then(erased)


def test_a_redial_is_recorded_whether_the_campaign_dials_or_not() -> None:
    Given(*LISTED, activated()).when(REDIAL).then(REDIALLED)
    Given(*LISTED, activated(), stopped()).when(REDIAL).then(REDIALLED)
