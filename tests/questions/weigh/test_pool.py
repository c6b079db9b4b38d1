"""Many wars as one body of evidence."""

from __future__ import annotations

import json

import pytest

from builders.weighing import war_read
from countermove.cli.weigh import show_pool
from countermove.questions.weigh import pool as pooling
from countermove.questions.weigh.ensemble import TrainingEffort
from countermove.questions.weigh.finding import Pool, WarWeights
from countermove.questions.weigh.pool import combined_weights, pool, pool_sentences, records_at_hand
from countermove.world.titles import UNTITLED


def war(record: str, spigot: float, *, known: bool = True) -> WarWeights:
    """A war that knows two theories."""
    return war_read(record, {"spigot": spigot, "inertia": 1 - spigot}, known=known)


REFUSED = war_read("odd", {}, beyond=0.0002)


def test_evidence_adds_up() -> None:
    """2:1 and 2:1 make 4:1; 2:1 and 1:2 nothing; no war, no weights."""
    two = [war("one", 2 / 3), war("two", 2 / 3)]
    assert combined_weights(two)["spigot"] == pytest.approx(0.8)
    assert combined_weights([war("one", 2 / 3), war("two", 1 / 3)])["spigot"] == pytest.approx(0.5)
    assert combined_weights([]) == {}
    assert sum(combined_weights([war("one", 1.0), war("two", 0.0)]).values()) == pytest.approx(1)


def test_what_is_said_of_them() -> None:
    """Which are refused, whether it hangs on one of them, and what pooling takes for granted."""
    wars = [war("one", 0.9), war("two", 0.2)]
    without = {"one": combined_weights(wars[1:]), "two": combined_weights(wars[:1])}
    said = " ".join(pool_sentences((*wars, REFUSED), wars, wars[:1], without, UNTITLED))
    assert "2 of 3 wars can be read; odd lie outside what the theories make." in said
    assert "favour “Spigot” (90%); with hindsight “Spigot” (69%)" in said
    assert "It hangs on single wars: leaving one out, the leader is “Inertia” and “Spigot”." in said
    assert "one theory moves the patrons of all wars" in said


def test_it_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Every war with how well it could tell, refusals as such, hindsight with a star."""
    wars = (war("one", 0.9), war("two", 0.2, known=False), REFUSED)
    found = Pool(
        wars, combined_weights(wars[:1]), combined_weights(wars[:2]), {"one": combined_weights(wars[1:2])}, ("A sentence.",), 1.0
    )
    show_pool(found)
    answer = capsys.readouterr().out
    assert "A sentence." in answer and "[2] two" in answer and "[2] *" in answer and "refused" in answer and "without one" in answer
    assert json.loads(json.dumps(found.to_json()))["wars"][2]["refused"] is True


def test_every_record_that_ships_can_be_weighed() -> None:
    """Six wars, each with the replay that starts where it starts."""
    names = [record.name for record in records_at_hand()]
    assert {"donbas-2014-2017", "afghanistan-1979-1989", "ukraine-2022-2024", "vietnam-1964-1973"} <= set(names)


@pytest.mark.slow
def test_the_wars_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of them, end to end: a war that was not yet known at the decision is hindsight, and both codings are read."""
    two = [record for record in records_at_hand() if record.name in ("donbas-2014-2017", "ukraine-2022-2024")]
    monkeypatch.setattr(pooling, "records_at_hand", lambda: two)
    found = pool(2017 * 12 + 11, effort=TrainingEffort(4096, 1))
    by_name = {row.record: row for row in found.wars}
    assert by_name["donbas-2014-2017"].known and not by_name["ukraine-2022-2024"].known
    assert {row.coding for row in found.wars if row.record == "donbas-2014-2017"} >= {"default", "debaltseve: opportunism"}
    for weights in (found.known, found.hindsight, *found.without.values()):
        assert not weights or sum(weights.values()) == pytest.approx(1)
