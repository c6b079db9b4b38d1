"""The codes of sides and patrons: read, refused where they stand, written back, explained; no number and no hash hangs on them."""

from __future__ import annotations

import re

import pytest

from builders.places import WAR_FILE
from countermove.errors import ScenarioError
from countermove.scenario import explain, hash_of, json_schema, read_text, write
from countermove.scenario.schema import Codes

WAR = WAR_FILE.read_text(encoding="utf-8")


def with_codes(codes: str, start: str = "2018-01") -> str:
    """The war with these codes of the patron bear, and another first month."""
    text = WAR.replace("    supports: south\n", f"    supports: south\n    codes: {codes}\n", 1)
    later = int(start[:4]) - 2018
    return re.sub(r"\b(20\d\d)-(?=\d\d\b)", lambda month: f"{int(month[1]) + later}-", text)


def test_what_is_written_is_read_written_back_and_explained() -> None:
    """A war without codes is as it was; to the hash both are one war."""
    text = with_codes("{gw: 365, cow: 365, iso: RUS, ucdp-actor: 57}").replace(
        "    says: The government\n", "    codes: {iso: NO}\n"
    )
    scenario = read_text(text)
    assert scenario.patrons["bear"].codes == Codes(gw=365, cow=365, iso="RUS", ucdp_actor=57)
    assert scenario.sides["north"].codes == Codes(iso="NO"), "Norway, and no truth value"
    assert scenario.sides["south"].codes == Codes()
    assert read_text(write(scenario)) == scenario and write(read_text(write(scenario))) == write(scenario)
    assert "its codes: Gleditsch-Ward 365, Correlates of War 365, ISO 3166 RUS, UCDP actor 57" in explain(scenario)
    assert "codes" not in write(read_text(WAR)) and "codes" not in explain(read_text(WAR))
    assert hash_of(read_text(with_codes("{gw: 365}"))) == hash_of(read_text(WAR))
    assert set(json_schema()["$defs"]["shape-codes"]["properties"]) == {"gw", "cow", "iso", "ucdp-actor"}


# Where codes are right: a group has an actor id alone, and which of several states had a number is told by the first day.
@pytest.mark.parametrize(
    ("codes", "start"),
    [
        ("{ucdp-actor: 5877}", "2018-01"),
        ("{gw: 260, cow: 255, iso: DE}", "2018-01"),
        ("{gw: 678, cow: 679, iso: YEM, ucdp-actor: 123}", "2018-01"),
        ("{gw: 340, cow: 345, iso: srb, ucdp-actor: 49}", "2018-01"),
        ("{gw: 490, cow: 490, iso: ZAR, ucdp-actor: 89}", "2018-01"),
        ("{iso: SUN, gw: 365}", "1986-01"),
        ("{gw: 260, cow: 260, iso: DEU}", "1986-01"),
        ("{iso: VDR, gw: 816, cow: 816}", "1965-01"),
        ("{gw: 20, ucdp-actor: 123456}", "2018-01"),  # a government that has no dyad of its own
    ],
)
def test_codes_of_one_state_on_the_first_day(codes: str, start: str) -> None:
    """Read without a mistake."""
    assert read_text(with_codes(codes, start)).patrons["bear"].codes != Codes()


# The caret ‸ marks where the issue must point: the section, the message, the suggestion.
CASES = [
    ("{gw: ‸255}", '"255" is no Gleditsch-Ward number of a state since 1946, but the Correlates of War number of Germany', "260"),
    ("{gw: 365, cow: ‸369}", "cow 369 is not Russia", "365"),
    ("{cow: 365, iso: ‸UKR}", "iso UKR is not Russia", "RUS"),
    ("{gw: 365, ucdp-actor: ‸61}", "ucdp-actor 61 is not Russia", "57"),
    ("{gw: 20, ucdp-actor: ‸57}", "ucdp-actor 57 is not Canada", ""),
    ("{gw: 347, iso: ‸RUS}", "iso RUS is not Kosovo", ""),
    ("{iso: ‸SUN}", '"SUN" is Soviet Union (1922-12-30 to 1991-12-25), and no state on 2018-01-01', ""),
    ("{iso: ‸RSU}", '"RSU" is no ISO 3166 code of a state since 1946', "RUS"),
    ("{gw: ‸999}", '"999" is no Gleditsch-Ward number of a state since 1946', ""),
    ("{gw: ‸many}", '"many" is not a whole number', ""),
    ("{gw: ‸0}", "0 is out of range", ""),
    ("{‸gwn: 365}", '"gwn" is not a key of codes', ""),
    ("‸{}", "codes that say nothing", ""),
    ("‸365", 'codes cannot be "365"', ""),
]


@pytest.mark.parametrize(("codes", "message", "suggestion"), CASES)
def test_a_slip_is_one_mistake_at_its_place(codes: str, message: str, suggestion: str) -> None:
    """Line, column, what was meant."""
    text = with_codes(codes)
    before = text[: text.index("‸")]
    with pytest.raises(ScenarioError) as caught:
        read_text(text.replace("‸", ""))
    where = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert [(one.line, one.column, one.message, one.suggestion) for one in caught.value.issues] == [(*where, message, suggestion)]


def test_without_a_first_day_no_code_is_held_against_it() -> None:
    """A slip in the clock is one mistake; a number that no state ever had is another."""
    for codes, count in (("{gw: 365}", 1), ("{iso: SUN}", 1), ("{gw: 999}", 2)):
        with pytest.raises(ScenarioError) as caught:
            read_text(with_codes(codes).replace("start: 2018-01", "start: soon"))
        assert len(caught.value.issues) == count, codes
