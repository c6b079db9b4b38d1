"""Numbers as people write them, read into priors: a value, a range, quantiles, a distribution by name, or several experts."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, cast

from countermove.errors import UnitError
from countermove.scenario.distributions import NEGLIGIBLE, from_range, mass_inside, mass_outside
from countermove.scenario.keys import DISTRIBUTION, DISTRIBUTIONS, NUMBER_OPTIONS
from countermove.scenario.node_reader import LIKE_A_NUMBER, NodeReader, listed
from countermove.scenario.tree import Entries, Issues, Items, Mark, Node, Scalar
from countermove.spelling import closest
from countermove.units import factor
from countermove.world.prior import Kind, Parameter, Prior

MOST_SHAPE = 1e7  # beyond it a distribution is a number


class NumberReader(NodeReader):
    """Reads numbers; remembers which sources were used and which numbers have none."""

    def __init__(self, issues: Issues) -> None:
        """`sources` is filled once the file's own section has been read."""
        super().__init__(issues)
        self.sources: set[str] = set()
        self.used: set[str] = set()
        self.unsourced: list[tuple[Mark, str]] = []

    def prior(self, node: Node | None, parameter: Parameter, default: Prior | None = None) -> Prior:
        """The prior written at `node` in the parameter's unit, checked against its bounds; `default` where nothing is written."""
        fallback = parameter.prior if default is None else default
        if node is None:
            return fallback
        before = len(self.issues.found)
        prior = self._prior(node, parameter, None)
        if prior is None or len(self.issues.found) > before:
            return fallback
        return prior

    def _prior(self, node: Node, parameter: Parameter, outer: dict[str, Node] | None) -> Prior | None:
        unit = parameter.prior.unit
        if isinstance(node, Scalar):
            return self._bare(node, parameter, outer)
        if isinstance(node, Items):
            self.refuse(node, "a number cannot be a list", "a number, or a distribution such as {range: [20, 80]}")
            return None
        kind = self._kind(node)
        if kind is None:
            return None
        options: dict[str, Node] = dict(outer or {})
        for key, value in node.entries:
            if key.text in NUMBER_OPTIONS:
                options[key.text] = value
        scale = self._scale(options.get("unit"), unit)
        body = node.get(kind)
        if scale is None or body is None:
            return None
        if kind == "experts":
            return self._experts(body, node, parameter, options, outer)
        distribution = self._made(kind, body, scale, parameter)
        if distribution is None:
            return None
        prior = self._finished(distribution, node, options, scale, parameter)
        return prior if prior is not None and self._fits(prior, node, parameter) else None

    def _bare(self, node: Scalar, parameter: Parameter, outer: dict[str, Node] | None) -> Prior | None:
        scale = self._scale(outer.get("unit") if outer else None, parameter.prior.unit)
        if scale is None:
            return None
        if LIKE_A_NUMBER.match(node.text) is None:
            self.not_a_number(node, "a number, or a distribution such as {range: [20, 80]}", True)
            return None
        value = self._amount(node, parameter.prior.unit, scale, True)
        if value is None:
            return None
        source = self._source(outer.get("source") if outer else None, node, parameter)
        prior = Prior("fixed", (value,), parameter.prior.unit, source)
        return prior if self._fits(prior, node, parameter) else None

    def _kind(self, node: Entries) -> str | None:
        kinds = [key for key, _ in node.entries if key.text in DISTRIBUTIONS]
        known = (*DISTRIBUTIONS, *NUMBER_OPTIONS)
        unknown = [key for key, _ in node.entries if key.text not in known]
        if len(kinds) > 1:
            self.refuse(kinds[1], f'"{kinds[0].text}" and "{kinds[1].text}" for one number', "one distribution")
            return None
        for key in unknown:
            wanted = NUMBER_OPTIONS if kinds else known
            self.refuse(key, f'"{key.text}" is not a key of a number', listed(wanted, 24), closest(key.text, wanted))
        if unknown:
            return None
        if not kinds:
            self.refuse(node, "a number without a value", listed(DISTRIBUTIONS, 24))
            return None
        return kinds[0].text

    def _scale(self, unit: Node | None, wanted: str) -> float | None:
        if unit is None:
            return 1.0
        written = self.text(unit, "a unit", 80)
        if not written:
            return None
        try:
            return factor(written, wanted)
        except UnitError as error:
            self.refuse(unit, error.what, wanted or "no unit", error.next)
            return None

    def _amount(self, node: Node, unit: str, scale: float, several: bool = False) -> float | None:
        """One number: text with a unit of its own is converted from that, a bare number from the unit beside it."""
        value = self.quantity(node, unit, several)
        return value * scale if value is not None and isinstance(node, Scalar) and self.finite(node.text) is not None else value

    # --- the distributions --------------------------------------------------------------------------------------------

    def _made(self, kind: str, body: Node, scale: float, parameter: Parameter) -> Prior | None:
        unit = parameter.prior.unit
        if kind == "value":
            value = self._amount(body, unit, scale)
            return None if value is None else Prior("fixed", (value,), unit)
        if kind == "quantiles":
            return self._quantiles(body, scale, unit)
        values = self._list(body, kind, unit, scale)
        if values is None:
            return None
        if kind == "range":
            return self._range(body, values, parameter)
        if kind == "choice":
            return Prior("choice", tuple(values), unit)
        if kind == "dirichlet":
            return self._dirichlet(body, values, parameter)
        for place in DISTRIBUTION[kind].above_0:
            most = MOST_SHAPE if kind == "beta" or (kind == "gamma" and place == 0) else math.inf
            if not 0 < values[place] < most:
                found = f"the {DISTRIBUTION[kind].args[place]} of a {kind} is {values[place]:g}"
                self.refuse(self._at(body, place), found, "a number above 0" if values[place] <= 0 else f"at most {most:g}")
                return None
        if kind == "uniform" and values[0] >= values[1]:
            self.refuse(body, f"a uniform from {values[0]:g} to {values[1]:g}", "the lower end first, then the higher")
            return None
        if kind == "beta" and scale != 1:
            self.refuse(body, "a beta is a share from 0 to 1 and cannot be in another unit", "no unit, or another distribution")
            return None
        return Prior(cast(Kind, kind), tuple(values), unit)

    @staticmethod
    def _at(body: Node, place: int) -> Node:
        return body.items[place] if isinstance(body, Items) else body

    def _list(self, body: Node, kind: str, unit: str, scale: float) -> list[float] | None:
        wanted, converted = DISTRIBUTION[kind].args, DISTRIBUTION[kind].in_unit
        shape = f"[{', '.join(wanted)}]" if wanted else "a list of numbers"
        if isinstance(body, Scalar) and len(wanted) == 1:
            value = self._amount(body, unit, scale)
            return None if value is None else [value]
        if not isinstance(body, Items):
            self.refuse(body, f"{kind} cannot be {self.described(body)}", shape)
            return None
        if (wanted and len(body.items) != len(wanted)) or (not wanted and not 2 <= len(body.items) <= 100):
            cut = "; no comma inside a number" if body.cut else ""
            self.refuse(body, f"{kind} with {len(body.items)} number{'' if len(body.items) == 1 else 's'}", shape + cut)
            return None
        values = [
            self._amount(item, unit, scale) if converted is None or place in converted else self.quantity(item, "")
            for place, item in enumerate(body.items)
        ]
        return None if any(value is None for value in values) else [value for value in values if value is not None]

    def _range(self, body: Node, values: list[float], parameter: Parameter) -> Prior | None:
        low, high = values
        if low >= high:
            self.refuse(body, f"a range from {low:g} to {high:g}", "the lower end first, then the higher")
            return None
        floor, ceiling = parameter.support
        if not floor <= low < high <= ceiling:
            self.refuse(body, f"a range from {low:g} to {high:g}", self.between(parameter.support, parameter.prior.unit))
            return None
        distribution = from_range(low, high, parameter.support)
        if distribution is None:
            edge = "0 and 1" if ceiling <= 1 else "0"
            self.refuse(
                body, f"a 90% range from {low:g} to {high:g}", f"ends away from {edge}: 5% lies beyond each; or use uniform"
            )
            return None
        kind, args = distribution
        prior = Prior(cast(Kind, kind), args, parameter.prior.unit)
        under, over = mass_outside(prior, floor, ceiling)
        cut_low = floor if under > NEGLIGIBLE and math.isfinite(floor) else None
        return replace(prior, low=cut_low, high=ceiling if over > NEGLIGIBLE and math.isfinite(ceiling) else None)

    def _dirichlet(self, body: Node, values: list[float], parameter: Parameter) -> Prior | None:
        if parameter.prior.kind != "dirichlet":
            self.refuse(body, f"{parameter.name} is one number, and a dirichlet is several", listed(DISTRIBUTIONS[:-2], 24))
            return None
        if len(values) != len(parameter.prior.args) or not 0 < min(values) <= max(values) < MOST_SHAPE:
            self.refuse(body, "dirichlet with other concentrations", f"{len(parameter.prior.args)} numbers above 0")
            return None
        return Prior("dirichlet", tuple(values), parameter.prior.unit)

    def _quantiles(self, body: Node, scale: float, unit: str) -> Prior | None:
        if not isinstance(body, Entries) or not 2 <= len(body.entries) <= 99:
            found = f"{len(body.entries)} of them" if isinstance(body, Entries) else self.described(body)
            self.refuse(body, f"quantiles cannot be {found}", "two or more, such as {5: 20, 50: 40, 95: 90}")
            return None
        args: list[float] = []
        for key, node in body.entries:
            percent = self.finite(key.text)
            value = self._amount(node, unit, scale)
            if percent is None or not 0 < percent < 100:
                self.refuse(key, f'"{key.text}" is not a percentage', "a number between 0 and 100")
                return None
            if value is None:
                return None
            if args and (percent / 100 <= args[-2] or value <= args[-1]):
                self.refuse(
                    key, f"the quantile {key.text}: {value:g} does not increase", "percentages and values that both increase"
                )
                return None
            args += [percent / 100, value]
        if args[-2] <= 0.01:  # nobody knows the lowest hundredth alone: 0.95 was meant as a share
            shares = ", ".join(key.text for key, _ in body.entries)
            self.refuse(body.entries[0][0], f"quantiles of {shares} percent", "percentages, not shares: {5: 20, 50: 40, 95: 90}")
            return None
        return Prior("quantiles", tuple(args), unit)

    def _experts(
        self, body: Node, node: Node, parameter: Parameter, options: dict[str, Node], outer: dict[str, Node] | None
    ) -> Prior | None:
        if outer is not None:
            self.refuse(node, "experts inside experts", "one level of experts")
            return None
        entries = self.named(body, "experts", 50)
        if len(entries) < 2:
            self.refuse(body, f"{len(entries)} expert{'' if len(entries) == 1 else 's'}", "two or more names, each with its number")
            return None
        for option in ("low", "high", "above"):
            if option in options:
                self.refuse(options[option], f'"{option}" beside experts', f'"{option}" inside each expert\'s answer')
                return None
        passed = {key: value for key, value in options.items() if key in ("unit", "source")}
        answers = tuple((key.text, self._prior(answer, parameter, passed)) for key, answer in entries)
        if any(answer is None for _, answer in answers):
            return None
        # the experts' own sources are kept beside their answers
        source = self._source(options.get("source"), None, parameter)
        note = self.text(options["note"], "a note") if "note" in options else ""
        whole = tuple((name, answer) for name, answer in answers if answer is not None)
        borrowed = self.boolean(options["borrowed"]) if "borrowed" in options else False
        return Prior("experts", (), parameter.prior.unit, source, note, experts=whole, borrowed=borrowed)

    # --- options ------------------------------------------------------------------------------------------------------

    def _finished(self, prior: Prior, node: Entries, options: dict[str, Node], scale: float, parameter: Parameter) -> Prior | None:
        """The prior with its source, note and limits."""
        changes: dict[str, Any] = {"source": self._source(options.get("source"), node, parameter)}
        if "note" in options:
            changes["note"] = self.text(options["note"], "a note")
        for end in ("low", "high"):
            if end in options:
                value = self._amount(options[end], parameter.prior.unit, scale)
                if value is None:
                    return None
                changes[end] = value
        if "above" in options:
            self.word(options["above"], ("start",), "above", "start")
            changes["above"] = "start"
        if "borrowed" in options:
            changes["borrowed"] = self.boolean(options["borrowed"])
        done = replace(prior, **changes)
        if done.low is not None and done.high is not None and done.low >= done.high:
            self.refuse(options.get("low", node), f"low {done.low:g} is not under high {done.high:g}", "low under high")
            return None
        if mass_inside(done) < NEGLIGIBLE:
            self.refuse(
                options.get("low", options.get("high", node)), "low and high leave nothing of the distribution", "limits inside it"
            )
            return None
        return done

    def _source(self, node: Node | None, number: Node | None, parameter: Parameter) -> str:
        if node is None:
            if number is not None:
                self.unsourced.append((number.mark, parameter.name))
            return "judgement"
        source = self.text(node, "a source", 200)
        if source and source not in self.sources and source != "judgement":
            known = (*sorted(self.sources), "judgement")
            message, expected = f'"{source}" is not one of the sources', "a key of sources: or the word judgement"
            self.unknown_name("sources", source, node, message, expected, closest(source, known))
            return "judgement"
        self.used.add(source)
        return source or "judgement"

    def _fits(self, prior: Prior, node: Node, parameter: Parameter) -> bool:
        """Whether the prior stays inside the parameter's bounds; notes a mistake where it does not."""
        if prior.kind == "quantiles" and any(end is not None and not math.isfinite(end) for end in (prior.low, prior.high)):
            return False
        if parameter.prior.kind == "dirichlet" and prior.kind != "dirichlet":
            size = len(parameter.prior.args)
            self.refuse(node, f"{parameter.name} is {size} numbers that sum to 1", f"dirichlet: [{', '.join(['…'] * size)}]")
            return False
        if prior.above is not None:
            return True  # measured from the start: the bounds hold for the sum, which is known only in the run
        low, high = parameter.support
        under, over = mass_outside(prior, low, high)
        if under <= NEGLIGIBLE and over <= NEGLIGIBLE:
            return True
        bounds = self.between(parameter.support, parameter.prior.unit)
        if prior.kind == "fixed":
            self.refuse(node, f"{prior.args[0]:g} is out of range", bounds)
        elif prior.kind in ("choice", "quantiles", "uniform"):
            self.refuse(node, f"this {prior.kind} goes out of range", bounds)
        else:
            limits = [f"low: {low:g}"] * (under > NEGLIGIBLE) + [f"high: {high:g}"] * (over > NEGLIGIBLE)
            self.refuse(
                node, f"this {prior.kind} puts {under + over:.2g} of its mass out of range", f"{bounds}; add {', '.join(limits)}"
            )
        return False
