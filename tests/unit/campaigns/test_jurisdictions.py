from datetime import date, time
from pathlib import Path

import pytest
from evendial_campaigns.core.jurisdictions import Jurisdictions
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.jurisdictions import jurisdictions
from evendial_campaigns.schemas.campaigns import CampaignCreate, CampaignPatch
from evendial_campaigns.views import changes_of, jurisdiction_view, rules_of
from evendial_chassis.settings import BadSettings
from evendial_contracts.windows import Window, WindowZone

pytestmark = pytest.mark.unit

OWN = """
id = "somewhere"
title = "Somewhere"
zone = "campaign"
[[versions]]
version = "1"
source = "its law, article 1"
effective_from = 2020-01-01
effective_until = 2026-10-17
[[versions.windows]]
start = 09:00:00
stop = 20:00:00
[[versions]]
version = "2"
source = "its law, article 1, as amended"
effective_from = 2026-10-18
closed_days = [2026-12-25, 2027-01-01]
[[versions.windows]]
weekdays = [1, 2, 3, 4, 5]
start = 09:00:00
stop = 20:00:00
[[versions.windows]]
weekdays = [6]
start = 12:00:00
stop = 16:00:00
"""


def from_folder(folder: Path, **files: str) -> Jurisdictions:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text)
    return jurisdictions(str(folder))


def test_the_federal_law_of_the_united_states_is_there() -> None:
    law = jurisdictions(None).by_id["us-federal"]
    assert law.zone is WindowZone.NUMBER
    assert [each.windows for each in law.versions] == [(Window(start=time(8), stop=time(21)),)]
    assert all("47 CFR 64.1200(c)(1)" in each.source for each in law.versions)


def test_a_law_of_one_s_own_is_beside_it(tmp_path: Path) -> None:
    known = from_folder(tmp_path, own=OWN)
    assert set(known.by_id) == {"us-federal", "somewhere"}
    law = known.by_id["somewhere"]
    assert (law.zone, law.title) == (WindowZone.CAMPAIGN, "Somewhere")
    before, after = law.versions
    assert (before.effective_until, after.effective_from) == (date(2026, 10, 17), date(2026, 10, 18))
    closed = (date(2026, 12, 25), date(2027, 1, 1))
    assert after.windows[1] == Window(start=time(12), stop=time(16), weekdays=(6,), closed_days=closed)
    assert jurisdiction_view(law).versions[1].windows[1].start == "12:00"


def test_it_may_stand_in_place_of_a_shipped_one(tmp_path: Path) -> None:
    known = from_folder(tmp_path, own=OWN.replace('"somewhere"', '"us-federal"'))
    assert known.by_id["us-federal"].title == "Somewhere"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (OWN.replace('title = "Somewhere"', ""), "title"),
        (OWN.replace('"somewhere"', '"Some where"'), r"\$\.id"),
        (OWN.replace('zone = "campaign"', 'zone = "mine"'), r"\$\.zone"),
        (OWN.replace("start = 12:00:00", "start = 25:00:00"), "line"),
        (OWN.replace("start = 12:00:00", 'begin = "noon"'), "begin"),
        (OWN.replace("[6]", "[8]"), r"versions\[1\]\.windows\[1\]\.weekdays"),
        (OWN.replace("2026-10-18", "2026-10-17"), r"versions\[1\]\.effective_from"),
        (OWN.replace("effective_until = 2026-10-17", ""), r"versions\[1\]\.effective_from"),
        (OWN.replace("2026-10-17", "2019-10-17"), r"versions\[0\]\.effective_until"),
        (OWN.replace('version = "2"', 'version = "1"'), r"versions\[0\]\.version"),
        ('id = "x"\ntitle = "X"\nversions = []', "versions"),
        ("no toml", "line"),
    ],
)
def test_what_is_wrong_is_named_with_its_file_and_field(tmp_path: Path, wrong: str, said: str) -> None:
    with pytest.raises(BadSettings, match=rf"own\.toml: .*{said}"):
        from_folder(tmp_path, own=wrong)


def test_two_files_of_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"two\.toml: id: .* one\.toml"):
        from_folder(tmp_path, one=OWN, two=OWN)


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="JURISDICTION_FOLDER"):
        jurisdictions(str(tmp_path / "none"))


def test_the_law_itself_goes_into_the_rules_and_not_its_name(tmp_path: Path) -> None:
    known = from_folder(tmp_path, own=OWN)
    rules = rules_of(CampaignCreate(name="spring", jurisdiction="somewhere"), known)
    assert rules.jurisdiction == known.by_id["somewhere"]
    assert changes_of(CampaignPatch(jurisdiction=None), known).applied_to(rules).jurisdiction is None
    assert changes_of(CampaignPatch(), known).applied_to(rules).jurisdiction == rules.jurisdiction
    with pytest.raises(Rejected, match="somewhere, us-federal") as refused:
        rules_of(CampaignCreate(name="spring", jurisdiction="nowhere"), known)
    assert refused.value.field == "jurisdiction"
