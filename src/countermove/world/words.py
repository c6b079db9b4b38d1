"""Numbers as people read them: likelihood words with their number, means with their error, ranges, months.

The scale of words follows Intelligence Community Directive 203 (Analytic Standards, 2015), without its synonyms and with its gap at
the even odds closed; it is the same upwards and downwards.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from countermove.errors import MemoError
from countermove.world.certainty import ROUNDING, amount_certainty, at_most, most_of_none, range_certainty, share_range

UNKNOWN = "n/a"
NOBODY = "the rival"  # who is asked about where no patron stands on another side
# the word, and the probability up to which it holds
SCALE: tuple[tuple[str, float], ...] = (
    ("almost no chance", 0.05),
    ("very unlikely", 0.20),
    ("unlikely", 0.45),
    ("about even", 0.55),
    ("likely", 0.80),
    ("very likely", 0.95),
    ("almost certain", 1.0),
)
SHARES = ("probability", "share", "percent")
_CLOSE = 1e-6  # what single precision may add to a probability
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def likelihood_word(p: float) -> str:
    """The likelihood word for a probability; raises MemoError where `p` is none. 5% is very unlikely, 95% very likely, 45 and 55% even."""
    if math.isnan(p) or not -_CLOSE <= p <= 1 + _CLOSE:
        raise MemoError(f"{p!r} is not a probability", next="Give a number from 0 to 1")
    for place, (name, limit) in enumerate(SCALE):
        rounding = _CLOSE if limit == 1 else 0
        if p < limit or (place >= 3 and p <= limit + rounding):
            return name
    raise AssertionError(p)


def words_of(low: float, high: float) -> str:
    """The word of a range of probabilities, or the two words at its ends; empty where the range is not known or covers half of the scale."""
    if range_certainty(low, high) != "told":
        return ""
    first, last = likelihood_word(low), likelihood_word(high)
    return first if first == last else f"{first} to {last}"


def likelihood(p: float, se: float, draws: int = 0) -> str:
    """The word, or the two words between which its range leaves it open, with the number: `unlikely (32% ± 2%)`.

    Main arguments: `p`, a probability (not known: nan); `se`, its standard error (not known: nan); `draws`, how many draws of the numbers it
    was counted in (not known: 0). No word stands where the range (telling.share_range) allows none. Raises MemoError where `p` is outside 0
    to 1 or `se` is negative.
    """
    if math.isnan(p):
        return "of unknown likelihood"
    likelihood_word(p)
    if se < 0:
        raise MemoError(f"an error of {se!r} is negative", next="Give a standard error")
    return f"{words_of(*share_range(p, se, draws)) or 'of unknown likelihood'} ({counted_share(p, se, draws)})"


def counted_share(p: float, se: float, draws: int = 0) -> str:
    """A share with what is known of its error: `32% ± 2%`; `fewer than 1 in 9`, where all runs agree and the draws give the limit."""
    if p in (0.0, 1.0) and (se == 0 or not math.isfinite(se)):
        return counted_text(p, draws) if draws > 0 else f"{percent(p)}, error not known"
    return mean_error(p, se, "probability")


def lowest_highest(shares: Iterable[tuple[float, float]], draws: int = 0) -> str:
    """Of shares with their errors the lowest and the highest, as `counted_share` writes them; one where they read the same, n/a of none."""
    rows = sorted(row for row in shares if math.isfinite(row[0]))
    if not rows:
        return UNKNOWN
    first, last = (counted_share(*row, draws) for row in (rows[0], rows[-1]))
    return first if first == last else f"lowest {first}; highest {last}"


def percent(p: float, decimals: int = 0) -> str:
    """A share as a percentage: whole, since no more of it is known where no error stands with it (`mean_error` has the error's figures).

    Near 0 and 100 it has one decimal, and never is 0% or 100% what is only near.
    """
    if not math.isfinite(p):
        return UNKNOWN
    if 0 < p < 0.001:
        return "<0.1%"
    if 0.999 < p < 1:
        return ">99.9%"
    near = int(0 < abs(p) < 0.0095 or 0.9905 < p < 1)
    return true_minus(f"{100 * p:.{max(decimals, near)}f}%")


def limit(p: float) -> str:
    """What a share is at most, or at least: a limit has no error of its own, and one decimal near the ends."""
    return percent(p, int(0 < p < 0.0995 or 0.9005 < p < 1))


def number(value: float, decimals: int | None = None) -> str:
    """A number with three figures, thousands apart, and a true minus sign."""
    if not math.isfinite(value):
        return UNKNOWN
    if decimals is None:
        decimals = 0 if value == 0 else min(max(2 - math.floor(math.log10(abs(value))), 0), 4)
        text = f"{value:,.{decimals}f}"
        return true_minus(text.rstrip("0").rstrip(".") if "." in text else text)
    return true_minus(_rounded(value, decimals))


def figure(value: float, digits: int = 3) -> str:
    """A number with so many significant digits, as people write it: no exponent, no needless zeros, a hyphen for the minus sign."""
    rounded = float(f"{value:.{digits}g}")
    if rounded == 0 or not math.isfinite(rounded):
        return "0" if rounded == 0 else str(rounded)
    text = f"{rounded:,.{max(digits - 1 - math.floor(math.log10(abs(rounded))), 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def true_minus(text: str) -> str:
    """With a minus sign for a hyphen, and none before a zero."""
    zero = not any(figure in text for figure in "123456789")
    return text.removeprefix("-") if zero else text.replace("-", "\N{MINUS SIGN}")


def decimals_of(error: float, most: int = 4) -> int:
    """The one rule of rounding: decimals that leave the error one figure, or two where the first is a 1; below 0 tens, hundreds and so on."""
    if not math.isfinite(error) or error <= 0:
        return most if error == 0 else 0
    power = math.floor(math.log10(error) + 1e-12)
    leading = round(error / 10.0**power, 6)
    return min(-power + (1 if leading < 2 else 0), most)


def with_error(value: float, se: float) -> tuple[str, str]:
    """A value and its error in plain figures, with the figures that the error allows (`decimals_of`); without error with two decimals or more."""
    if not math.isfinite(se):
        return f"{value:.2f}", "unknown"
    exact = max(2, decimals_of(abs(value), most=6)) if value else 2
    decimals = decimals_of(se, most=6) if se > 0 else exact
    return _rounded(value, decimals), _rounded(se, decimals)


def _rounded(value: float, decimals: int) -> str:
    """To so many decimals; below 0 to tens, hundreds and so on."""
    return f"{value:,.{decimals}f}" if decimals >= 0 else f"{round(value, decimals):,.0f}"


def share_error(share: float, se: float) -> tuple[str, str]:
    """A share and its error in percent, with the decimals that the error allows, one at most; no error where it is not known."""
    if not math.isfinite(se):
        return percent(share), ""
    if se == 0:
        return percent(share), "0%"
    if 0 < share < 0.001 and se < 0.0005:
        return "<0.1%", "<0.1%"
    if 0.999 < share < 1 and se < 0.0005:
        return ">99.9%", "<0.1%"
    decimals = decimals_of(100 * se, most=1)
    return true_minus(f"{_rounded(100 * share, decimals)}%"), "<0.1%" if se < 0.0005 else f"{_rounded(100 * se, decimals)}%"


def counted_text(share: float, draws: int) -> str:
    """A share that was counted in so many independent draws: of none `fewer than 1 in 17`, of all `more than 16 in 17` (64 draws).

    What no run did may still happen: certainty.most_of_none says how often at most, and this says that, rounded so that it stays true.
    """
    if share <= 0:
        return rarer_than(most_of_none(draws))
    return oftener_than(1 - most_of_none(draws)) if share >= 1 - ROUNDING else percent(share)


def rarer_than(most: float) -> str:
    """Of what happened in no run, and may have this probability at most: `fewer than 1 in 2,000`, never a smaller share than `most`."""
    count = _one_in(most)
    return f"fewer than 1 in {count:,}" if count > 1 else "in none of too few runs"


def oftener_than(least: float) -> str:
    """Of what happened in every run, and may have this probability at least: `more than 1,999 in 2,000`."""
    count = _one_in(1 - least)
    return f"more than {count - 1:,} in {count:,}" if count > 1 else "in all of too few runs"


def _one_in(most: float) -> int:
    """The N of 1 in N: whole below a hundred, one figure above, rounded down."""
    count = math.floor(1 / most + ROUNDING) if most > 0 else 1
    power = 10 ** (len(str(count)) - 1)
    return count if count < 100 else count // power * power


def counted_error(share: float, se: float, draws: int) -> str:
    """A share that was counted in so many independent draws, with its error; of none and of all its limit, as `counted_text` writes it."""
    return mean_error(share, se, "share") if 0 < share < 1 - ROUNDING else counted_text(share, draws)


def mean_error(mean: float, se: float, unit: str = "") -> str:
    """`mean ± error`, with the figures that the error allows; shares in percent."""
    if not math.isfinite(mean):
        return UNKNOWN
    if unit in SHARES:
        share, error = share_error(mean, se)
        return f"{share} ± {error}" if error else f"{share}, error not known"
    if not math.isfinite(se):
        return f"{number(mean)}, error not known"
    if se == 0:
        return f"{number(mean)} ± 0"
    decimals = decimals_of(se)
    return f"{number(mean, decimals)} ± {number(se, decimals) if se >= 0.5 * 10.0**-decimals else '<0.0001'}"


def loss(amount: float, se: float, unit: str = "") -> str:
    """A loss to the best one, which cannot be below 0: with its error where it is surely above, else what it is at most."""
    if amount == se == 0:
        return percent(0.0) if unit in SHARES else "0"
    if not (math.isfinite(amount) and math.isfinite(se)) or (amount >= 0 and amount_certainty(amount, se) == "told"):
        return mean_error(amount, se, unit)
    most = at_most(amount, se)
    return f"at most {limit(most) if unit in SHARES else number(most)}"


def points(mean: float, se: float) -> str:
    """`0.31 ± 0.02 points`; `0.31 points, error not known`."""
    return f"{mean_error(mean, se)} points" if math.isfinite(se) else f"{number(mean)} points, error not known"


def share_decimals(low: float, high: float) -> int:
    """Decimals of the percentages of a share that lies in this range: one where the range is narrower than ten points."""
    return int(0 < high - low < 0.1)


def span(low: float, high: float, unit: str = "") -> str:
    """`low to high`, with the decimals that the width allows; shares in percent."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return UNKNOWN
    if unit in SHARES:
        decimals = share_decimals(low, high)
        return f"{percent(low, decimals)} to {percent(high, decimals)}"
    width = high - low
    if width <= 0:
        return f"{number(low)} to {number(high)}"
    decimals = min(max(1 - math.floor(math.log10(width)), 0), 4)
    return f"{number(low, decimals)} to {number(high, decimals)}"


def month_text(month: int) -> str:
    """A month, year * 12 + month - 1, as it is written: 2018-04."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def month_of(text: object) -> int:
    """Back from 2018-04; raises ValueError for anything else."""
    year, _, month = str(text).partition("-")
    if not 1 <= int(month) <= 12:
        raise ValueError("no month")
    return int(year) * 12 + int(month) - 1


AS_MONTH = {"json": month_text, "of_json": month_of}
"""Of a field: what stands in JSON is the month's text."""


def month(index: int) -> str:
    """A month counted as year * 12 + month - 1, in words."""
    return f"{_MONTHS[index % 12]} {index // 12}"


def listed(names: list[str] | tuple[str, ...], last: str = "and") -> str:
    """`a, b and c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def capitalized(text: str) -> str:
    """With a capital first letter; names further on keep theirs."""
    return text[:1].upper() + text[1:]


def counted(count: int, noun: str, plural: str = "") -> str:
    """`1 draw`, `2 draws`, `12,000 draws`."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def weight_text(weight: float) -> str:
    """The weight of a theory."""
    return percent(weight, int(math.isfinite(weight) and abs(100 * weight - round(100 * weight)) >= 0.05))
