"""A scenario as canonical text: reading it back gives the same scenario, so its hash names what was written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import yaml

from countermove.scenario.ladder import STANDARD
from countermove.scenario.parameter_tables import default_prior
from countermove.scenario.schema import (
    Channel,
    Codes,
    GameTable,
    Hypothesis,
    MonthSettings,
    Opening,
    Patron,
    Phase,
    Reader,
    Rung,
    Scenario,
    Side,
    Strategy,
    ThirdParty,
    Worth,
    WrittenOrders,
    numbers_in,
)
from countermove.world.expression import number, text
from countermove.world.prior import Prior
from countermove.world.words import month_text

Plain = Any  # what YAML can hold: texts, numbers, truth values, lists and mappings of these


class _Dumper(yaml.SafeDumper):
    """Writes no anchors, and whole numbers without a point."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_float(dumper: Any, value: float) -> yaml.ScalarNode:
    written = number(value)
    if "e" in written and "." not in written:
        written = written.replace("e", ".0e")  # YAML knows 1.0e-05 as a number, and takes 1e-05 for text
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'int' if written.lstrip('-').isdigit() else 'float'}", written)


_Dumper.add_representer(float, _represent_float)


def write(scenario: Scenario) -> str:
    """Canonical YAML: what equals the tables' defaults is left out, what was borrowed is written out and marked."""
    return yaml.dump(
        as_entries(scenario), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10**6, default_flow_style=None
    )


def hash_of(scenario: Scenario) -> str:
    """SHA-256 of the canonical text, in hexadecimal; without how people play it and the actors' codes, which no number hangs on."""
    sides = {name: side.model_copy(update={"codes": Codes()}) for name, side in scenario.sides.items()}
    patrons = {name: patron.model_copy(update={"codes": Codes()}) for name, patron in scenario.patrons.items()}
    return whole_hash_of(scenario.model_copy(update={"table": GameTable(), "sides": sides, "patrons": patrons}))


def whole_hash_of(scenario: Scenario) -> str:
    """The same with how people play it and the codes."""
    return hashlib.sha256(write(scenario).encode()).hexdigest()


def as_entries(scenario: Scenario) -> dict[str, Plain]:
    """The scenario in the shape of a file."""
    clock = scenario.clock
    client = scenario.patrons[scenario.owner].supports
    return _without_empty(
        {
            "scenario": scenario.scenario,
            "title": scenario.title,
            "says": scenario.says,
            "borrowed-from": scenario.like,
            "clock": {"start": month_text(clock.start), "months": clock.months, "known-until": month_text(clock.known_until)},
            "sources": {name: _without_empty(source.model_dump(mode="json")) for name, source in scenario.sources.items()},
            **_opening(scenario.opening, client),
            "settings": _without_empty({"order": scenario.settings.order if scenario.settings != MonthSettings() else ""}),
            "sides": {name: _side(side) for name, side in scenario.sides.items()},
            "patrons": {name: _patron(patron) for name, patron in scenario.patrons.items()},
            "third-parties": {name: _party(party) for name, party in scenario.third_parties.items()},
            "parameters": _parameters(scenario.parameters),
            "objective": _objective(scenario),
            "strategies": {name: _strategy(strategy) for name, strategy in scenario.strategies.items()},
            "contingencies": {
                name: _without_empty({"title": row.title, "if": text(row.if_), "ask": row.ask})
                for name, row in scenario.contingencies.items()
            },
            "claims": {
                name: _without_empty(
                    {
                        "title": claim.title,
                        "says": claim.says,
                        "by": claim.by,
                        "on-record": claim.on_record and text(claim.on_record),
                        "model": claim.model and text(claim.model),
                    }
                )
                for name, claim in scenario.claims.items()
            },
            "readers": {name: _reader(reader) for name, reader in scenario.readers.items()},
            "record": scenario.record,
            "table": _table(scenario.table),
        }
    )


def _without_empty(entries: Mapping[str, Plain]) -> dict[str, Plain]:
    """Without what says nothing; False and 0 say something."""
    return {key: value for key, value in entries.items() if value is not None and value != "" and value != {} and value != []}


def _number(prior: Prior, parameter: str) -> Plain:
    """A prior, unless it is the table's own."""
    return None if prior == default_prior(parameter) else prior_as_written(prior)


def _numbers(actor: Side | Patron, kind: str) -> dict[str, Plain]:
    return {key: _number(getattr(actor, field), f"{kind}.{key}") for field, key in numbers_in(type(actor)).items()}


def prior_as_written(prior: Prior) -> Plain:
    """A prior in the language of the file, in its parameter's unit."""
    options = _without_empty(
        {
            "unit": prior.unit,
            "source": prior.source,
            "note": prior.note,
            "low": prior.low,
            "high": prior.high,
            "above": prior.above,
            "borrowed": True if prior.borrowed else None,
        }
    )
    if prior.kind == "experts":
        return {"experts": {name: prior_as_written(answer) for name, answer in prior.experts}, **options}
    if prior.kind == "fixed":
        return {"value": prior.args[0], **options}
    if prior.kind == "halfnormal":
        return {"halfnormal": prior.args[0], **options}
    if prior.kind == "quantiles":
        return {"quantiles": {_percent(p): q for p, q in zip(prior.args[::2], prior.args[1::2], strict=True)}, **options}
    return {prior.kind: list(prior.args), **options}


def _percent(share: float) -> float:
    """The percentage that, divided by 100, gives `share` exactly."""
    for digits in range(17):
        percent = round(share * 100, digits)
        if percent / 100 == share:
            return percent
    return share * 100


def _side(side: Side) -> dict[str, Plain]:
    return _without_empty(
        {
            "title": side.title,
            "says": side.says,
            **_numbers(side, "side"),
            "target": None if side.target == side.personnel else prior_as_written(side.target),
            "codes": _codes(side.codes),
            "fire": dict(side.fire),
        }
    )


def _patron(patron: Patron) -> dict[str, Plain]:
    usual = Patron.model_fields["mix"].get_default(call_default_factory=True)
    return _without_empty(
        {
            "supports": patron.supports,
            "title": patron.title,
            "says": patron.says,
            "ladder": _ladder(patron.ladder),
            "rung": patron.rung,
            **_numbers(patron, "patron"),
            "covert": True if patron.covert else None,
            "elections": [month_text(month) for month in patron.elections],
            "codes": _codes(patron.codes),
            "mix": None if patron.mix == usual else dict(patron.mix),
            "theories": {name: _hypothesis(hypothesis) for name, hypothesis in patron.theories.items()},
        }
    )


def _codes(codes: Codes) -> dict[str, Plain]:
    return _without_empty(codes.model_dump(by_alias=True))


def _hypothesis(hypothesis: Hypothesis) -> dict[str, Plain]:
    written = {name.split(".", 1)[1]: prior_as_written(prior) for name, prior in hypothesis.parameters.items()}
    return {"weight": hypothesis.weight, **written}


def _ladder(ladder: tuple[Rung, ...]) -> Plain:
    if ladder == STANDARD:
        return None
    if [rung.name for rung in ladder] != [rung.name for rung in STANDARD]:
        return [_rung(rung, Rung(name="", cost=-1, lag=3)) | {"name": rung.name} for rung in ladder]
    return {rung.name: _rung(rung, usual) for rung, usual in zip(ladder, STANDARD, strict=True) if rung != usual}


def _rung(rung: Rung, usual: Rung) -> dict[str, Plain]:
    written, other = rung.model_dump(by_alias=True), usual.model_dump(by_alias=True)
    return {key: value for key, value in written.items() if key != "name" and value != other[key]}


def _party(party: ThirdParty) -> dict[str, Plain]:
    readiness = None if party.readiness is None else _number(party.readiness, "alliance.readiness")
    return _without_empty({"kind": party.kind, "says": party.says, "theatre": party.theatre, "readiness": readiness})


def _opening(opening: Opening, client: str) -> dict[str, Plain]:
    held = _number(opening.held, "opening.held")
    offered = _number(opening.peacekeeping_offered, "opening.peacekeeping-offered")
    agreed, recommitted = opening.exchange_agreed, opening.recommitted
    control = opening.control if opening.control != "area" else ""
    fought_over = _without_empty({"contested": opening.contested, "control": control, f"held-by-{client}": held})
    return {
        "territory": fought_over if opening.territory else "none",
        "diplomacy": _without_empty(
            {
                "peacekeeping-offer": {"on-table": True, "size": offered} if offered else None,
                "prisoner-exchange": {"agreed": month_text(agreed)} if agreed is not None else None,
                "truces": _without_empty(
                    {
                        "state": opening.regime if opening.regime != "positional" else "",
                        "recommitted": month_text(recommitted) if recommitted is not None else "",
                    }
                ),
            }
        ),
        "sanctions": opening.sanctions or None,
        "front": None if opening.settled_front else "moving",
        "phases": [_phase(phase) for phase in opening.phases],
    }


def _phase(phase: Phase) -> dict[str, Plain]:
    return _without_empty(
        {
            "from": month_text(phase.start),
            "to": month_text(phase.end),
            "says": phase.says,
            "drift": {side: prior_as_written(prior) for side, prior in phase.drift.items()},
            "mandate": {side: prior_as_written(prior) for side, prior in phase.mandate.items()},
            "truces": None if phase.truces else False,
        }
    )


def _parameters(written: Mapping[str, Prior]) -> dict[str, Plain]:
    tree: dict[str, Plain] = {}
    for name, prior in written.items():
        mechanism, parameter = name.split(".", 1)
        tree.setdefault(mechanism, {})[parameter] = prior_as_written(prior)
    return tree


def _objective(scenario: Scenario) -> Plain:
    objective = scenario.objective
    if objective is None:
        return None
    return {
        "of": objective.of,
        "matters": objective.matters,
        "values": {name: worth(value) for name, value in objective.values.items()},
    }


def _reader(reader: Reader) -> dict[str, Plain]:
    values = {name: worth(value) for name, value in reader.values.items()}
    return _without_empty({"title": reader.title, "says": reader.says, "theories": dict(reader.theories), "values": values})


def _table(table: GameTable) -> dict[str, Plain]:
    return _without_empty(
        {
            "months": table.months,
            "minutes": None if table.minutes == GameTable().minutes else table.minutes,
            "channels": {name: _channel(one) for name, one in table.channels.items()},
            "roles": dict(table.roles),
            "injects": [_without_empty({"at": month_text(one.at), "says": one.says, "to": list(one.to)}) for one in table.injects],
            "debrief": list(table.debrief),
        }
    )


def _channel(channel: Channel) -> dict[str, Plain]:
    return _without_empty({"says": channel.says, "members": list(channel.members)})


def worth(value: Worth) -> Plain:
    """`-10`, or `-0.5 per 1000 persons`."""
    if value.per == 1:
        return value.points
    unit = "share" if value.unit == "0-1" else value.unit
    return f"{number(value.points)} per {number(value.per)} {unit}"


def _strategy(strategy: Strategy) -> dict[str, Plain]:
    return _without_empty(
        {
            "title": strategy.title,
            "says": strategy.says,
            "moves": [{"at": month_text(move.at), **orders(move.then)} for move in strategy.moves],
            "when": [{"if": text(rule.if_), "then": orders(rule.then)} for rule in strategy.when],
            "otherwise": None if strategy.otherwise is None else orders(strategy.otherwise),
            "completion": None if strategy.completion == "hold" else strategy.completion,
        }
    )


def orders(written: WrittenOrders) -> dict[str, Plain]:
    """Orders by their keys in the file; what is left as it stands is left out."""
    found = written.model_dump(by_alias=True, exclude_none=True)
    return {key: list(written.conditions or ()) if key == "conditions" else value for key, value in found.items()}
