"""An expression as an English clause, for people who read a scenario aloud."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from countermove.world.expression import COMPARISONS, Apply, Constant, Expression, Name, Query, number, text
from countermove.world.observable import OBSERVABLE

_COMPARED = {"<": "is below", "<=": "is at most", ">": "is above", ">=": "is at least", "==": "is", "!=": "is not"}


def clause(tree: Expression, rungs: Mapping[str, int], actor: Callable[[str], str] = str) -> str:
    """A condition in English; `rungs` gives the names of rungs by which their numbers are explained, `actor` what people call an actor by its key."""
    return _Speaker({place: name for name, place in rungs.items()}, actor).clause(tree, True)


class _Speaker:
    """Turns trees into clauses."""

    def __init__(self, rungs: Mapping[int, str], actor: Callable[[str], str]) -> None:
        self.rungs, self.actor = rungs, actor

    def clause(self, tree: Expression, positive: bool) -> str:
        if isinstance(tree, Constant):
            return "always" if (tree.value != 0) == positive else "never"
        if isinstance(tree, Name):
            pair = OBSERVABLE[tree.what].clauses
            where = self.actor(tree.of) if tree.of else "the world"
            if tree.what == "incident":
                where = f"in {where}" if tree.of else "beyond the theatre"
            return pair[0 if positive else 1].format(where) + _when(tree.shift)
        if isinstance(tree, Query):
            return self.quantity(tree)
        if tree.op == "not":
            return self.clause(tree.args[0], not positive)
        if tree.op in ("and", "or") and positive:
            joined = f", {tree.op} " if any(self._joins(arg) for arg in tree.args) else f" {tree.op} "
            return joined.join(self.clause(arg, True) for arg in tree.args)
        if tree.op == "within":
            span = tree.args[1]
            months = int(span.value) if isinstance(span, Constant) else 0
            inner = self.clause(tree.args[0], True)
            return f"within {months} months {inner}" if positive else f"it is not so that within {months} months {inner}"
        if tree.op in COMPARISONS and positive:
            return f"{self.quantity(tree.args[0])} {_COMPARED[tree.op]} {self.quantity(tree.args[1], self._of_rung(tree))}"
        return f"it is not so that {self.clause(tree, True)}"

    @staticmethod
    def _joins(tree: Expression) -> bool:
        return isinstance(tree, Apply) and tree.op in ("and", "or")

    @staticmethod
    def _of_rung(tree: Apply) -> bool:
        return any(isinstance(arg, Name) and arg.what == "rung" for arg in tree.args)

    def quantity(self, tree: Expression, rung: bool = False) -> str:
        if isinstance(tree, Constant):
            name = self.rungs.get(int(tree.value)) if rung and tree.value == int(tree.value) else None
            return f"{number(tree.value)} ({name})" if name else number(tree.value)
        if isinstance(tree, Name):
            if tree.what == "months":
                return "the number of months since the start" + _when(tree.shift)
            if tree.type != "number":
                return self.clause(tree, True)
            doc = OBSERVABLE[tree.what].doc
            return (f"{self.actor(tree.of)}'s {tree.what}" if tree.of else f"the {doc[0].lower()}{doc[1:]}") + _when(tree.shift)
        if isinstance(tree, Query):
            return self.statistic(tree)
        return text(tree)

    def statistic(self, tree: Query) -> str:
        given = "" if tree.given is None else self.clause(tree.given, True)
        inner = [self.clause(arg, True) if arg.type != "number" else self.quantity(arg) for arg in tree.args]
        if tree.op == "share":
            return f"the share, among the episodes in which {given}, of those in which {inner[0]}"
        if tree.op == "P":
            return f"the probability that {inner[0]}" + (f", where {given}," if given else "")
        if tree.op == "slope":
            return f"the slope of ({inner[0]}) on ({inner[1]})" + (f", where {given}," if given else "")
        return f"the mean of ({inner[0]})" + (f", where {given}," if given else "")


def _when(shift: int) -> str:
    if shift == 0:
        return ""
    if shift == -1:
        return " a month before"
    return f" {-shift} months before" if shift < 0 else f" {shift} month{'s' * (shift > 1)} later"
