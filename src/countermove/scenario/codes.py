"""The section `codes` of a side or a patron: what the field calls this actor. Checked against the table of states; runs do not use it."""

from __future__ import annotations

from datetime import date

from countermove.errors import CodeError
from countermove.scenario.node_reader import NodeReader
from countermove.scenario.schema import Codes
from countermove.scenario.tree import Entries, Node
from countermove.world.state_codes import State, System, find_state, states_with

MOST = 999_999_999
SAID: dict[System, str] = {"gw": "Gleditsch-Ward", "cow": "Correlates of War", "iso": "ISO 3166", "ucdp-actor": "UCDP actor"}


def read_codes(reader: NodeReader, node: Node | None, on: date | None) -> Codes:
    """The codes of one actor. Those of a state must be known on the day `on` (None: at any time), and all be of one state."""
    if node is None:
        return Codes()
    entries = reader.section(node, "codes")
    if isinstance(node, Entries) and not node.entries:
        reader.refuse(node, "codes that say nothing", "one or more of " + ", ".join(SAID))
    numbers: dict[str, int] = {}
    first: tuple[System, int | str, State] | None = None
    iso = ""
    for system in SAID:
        if system not in entries:
            continue
        place = entries[system]
        code: int | str = reader.text(place, "an ISO code", 8) if system == "iso" else reader.integer(place, (1, MOST), 0)
        if reader.wrong(place) or not code:
            continue
        if isinstance(code, str):
            iso = code
        else:
            numbers[system.replace("-", "_")] = code
        state = _state(reader, place, system, code, on)
        if state is not None and first is None:
            first = system, code, state
        if first is not None and not reader.wrong(place):
            _same(reader, place, system, code, first)
    return Codes(iso=iso, **numbers)


def codes_told(codes: Codes) -> list[str]:
    """The line of `explain` about them; none where there are none."""
    written = codes.model_dump(by_alias=True)
    told = ", ".join(f"{SAID[system]} {written[system]}" for system in SAID if written[system])
    return [f"  - its codes: {told}"] if told else []


def _state(reader: NodeReader, node: Node, system: System, code: int | str, on: date | None) -> State | None:
    """The state of a code; where there is none it is noted, save for an actor id, which may be that of a group."""
    if system == "ucdp-actor":
        return None
    try:
        return find_state(code, system=system, on=on)
    except CodeError as error:
        if on is not None or not states_with(code, (system,)):  # without a day nobody can say which of several was meant
            reader.refuse(node, error.what, error.expected, error.suggestion)
        return None


def _same(reader: NodeReader, node: Node, system: System, code: int | str, first: tuple[System, int | str, State]) -> None:
    """Note a code that is not one of the state that the first code names."""
    known, written, state = first
    ours, having = state.codes(system), states_with(code, (system,))
    if system == "ucdp-actor" and not ours and not having:
        return  # a government that UCDP's files have in no dyad of its own
    if state not in having:
        expected = (
            f"the {SAID[system]} code of {state.name}, which {known} {written} is" if ours else f"none: {state.name} has none"
        )
        reader.refuse(node, f"{system} {code} is not {state.name}", expected, str(ours[0]) if ours else "")
