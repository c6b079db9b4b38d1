"""What an observation would do between two readers, in words: the chance that both choose alike after it, or why none brings them together."""

from __future__ import annotations

from collections.abc import Sequence

from countermove.decision.ranking import ROUNDING
from countermove.questions.readers.crux import Agreement, ObservationPower, ReaderAssumptions
from countermove.world.certainty import WIDEST
from countermove.world.words import percent

NEVER = 0.005  # a probability that is written as 0%
LIKELY = 0.5  # probability, in the eyes of both, from which an observation brings two readers together


def chance_words(agree: Agreement) -> str:
    """A probability of choosing alike, with its range where some choices are within error; the range alone where it leaves nearly all open."""
    told = percent(min(agree.probability, 1.0))
    if agree.high - agree.low < NEVER:
        return told
    if agree.high - agree.low > WIDEST:
        return f"{percent(agree.low)} to {percent(min(agree.high, 1.0))}"
    return f"{told} ({percent(agree.low)} to {percent(min(agree.high, 1.0))} within error)"


def _both_chances(row: ObservationPower, names: tuple[str, str]) -> str:
    return " and ".join(f"{chance_words(agree)} in the eyes of {name}" for agree, name in zip(row.agree, names, strict=True))


def _never(row: ObservationPower) -> bool:
    return all(agree.high < NEVER for agree in row.agree)


def _least(row: ObservationPower) -> float:
    return min(agree.probability for agree in row.agree)


def no_observation_words(
    rows: Sequence[ObservationPower],
    knowing: ObservationPower,
    readers: tuple[ReaderAssumptions, ReaderAssumptions],
    names: tuple[str, str],
) -> str:
    """Why no observation at hand brings two readers together."""
    most = max(rows, key=_least) if rows else None
    if most is None:
        opening = "No observation is at hand."
    elif all(_never(row) for row in rows):
        opening = f"None of the {len(rows)} observations at hand brings them together, whatever it says."
    else:
        opening = (
            f"No observation at hand makes it likely that both choose alike: {most.observation} has {_both_chances(most, names)}."
        )
    held = [{theory for theory, weight in reader.weights.items() if weight > 0} for reader in readers]
    if not held[0] & held[1]:
        return f"{opening} They hold no theory in common, and no observation can change that."
    if _least(knowing) >= LIKELY - ROUNDING:
        why = ": the messages do not tell the theories apart well enough" if rows else ""
        return f"{opening} To know the true theory would do it ({_both_chances(knowing, names)}){why}."
    rest = "what they want" if held[0] == held[1] else "what they want, or over theories that one of them rules out"
    if _never(knowing):
        return f"{opening} To know the true theory would not do it either: they part over {rest}."
    chances = _both_chances(knowing, names)
    return (
        f"{opening} If the true theory were known they would, with probability {chances}; in the other cases they part over {rest}."
    )


def observation_words(chosen: ObservationPower, count: int, names: tuple[str, str]) -> str:
    """What the chosen observation would do."""
    cheapest = "" if count == 1 else f", the cheapest of {count} observations"
    opening = f"After {chosen.observation} ({chosen.cost:g} months of waiting{cheapest})"
    return f"{opening} both would choose alike with probability {_both_chances(chosen, names)}."
