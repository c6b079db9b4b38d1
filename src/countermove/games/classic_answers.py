"""What the classics come to in closed form. Nothing here is used to solve a game: games are solved, and then compared with this."""

from __future__ import annotations

import math


def bargaining_war(cost: float, highest: float) -> float:
    """Probability of war after the best demand, p + (highest - cost)/2: (1 - cost/highest)/2 (Fearon 1995, "Rationalist explanations for war").

    War costs the one who demands `cost`, the other an amount that only it knows, uniform on [0, highest], highest >= cost; the prize is 1.
    """
    return (1 - cost / highest) / 2


def bargaining_demand(prospect: float, cost: float, highest: float) -> float:
    """The best demand in the same game, where the one who demands would win with probability `prospect`."""
    return prospect + (highest - cost) / 2


def audience_bound(lowest: float) -> float:
    """Audience cost at which both sides are bound, war being worth uniformly -lowest to 0 to each: (-1 + sqrt(1 + 4 lowest))/2.

    Fearon 1994, "Domestic political audiences and the escalation of international disputes"; the prize is 1.
    """
    return (-1 + math.sqrt(1 + 4 * lowest)) / 2


def audience_war(lowest: float) -> float:
    """Probability of war in the same game: both would rather fight than bear the bound, (bound/lowest)^2; lowest 2 gives 1/4."""
    return (audience_bound(lowest) / lowest) ** 2


def attrition_survival(rate: float, time: float) -> float:
    """Share of a side that is still in at `time`, its prize drawn from Exp(rate), waiting at unit cost: exp(-sqrt(2 rate time)).

    Standard (Bishop, Cannings & Maynard Smith 1978): a prize v quits at rate v^2/2, Exp's hazard being constant.
    """
    return math.exp(-math.sqrt(2 * rate * time))


def attrition_length(rate: float) -> float:
    """Expected time until the first of two quits in the same game: 1/(4 rate)."""
    return 1 / (4 * rate)


def contest_efforts(first: float, second: float, decisiveness: float = 1.0) -> tuple[float, float]:
    """Efforts of two sponsors in Tullock's contest for prizes `first` and `second` (over cost), in pure equilibrium.

    r v (v w)^r/(v^r + w^r)^2 and the same with w for v; there where r <= 1 + (min/max)^r (Tullock 1980; Nti 1999).
    """
    r = decisiveness
    share = r * (first * second) ** r / (first**r + second**r) ** 2
    return first * share, second * share


def contest_odds(first: float, second: float, decisiveness: float = 1.0) -> float:
    """The first's probability of winning in the same contest: v^r/(v^r + w^r)."""
    return first**decisiveness / (first**decisiveness + second**decisiveness)


def leader_effort(first: float, second: float) -> float:
    """Effort of the first if it is seen to move first, r = 1: v^2/(4 w) (Dixit 1987, "Strategic behavior in contests"); there where v <= 2 w."""
    return first * first / (4 * second)


def follower_effort(second: float, seen: float) -> float:
    """Best reply to an effort seen, r = 1: sqrt(w x) - x, not below 0; its slope at the contest's equilibrium is (w - v)/(2 v) (Dixit 1987)."""
    return max(0.0, math.sqrt(second * seen) - seen)


def after_gift(client: float, rival: float, gift: float) -> tuple[float, float]:
    """Client and gift together, and the rival's effort, r = 1: the gift changes nothing up to the client's own effort (derived)."""
    total = max(contest_efforts(client, rival)[0], gift)
    return total, follower_effort(rival, total)


def armed_rest(own: tuple[float, float], fatigue: tuple[float, float], grievance: tuple[float, float]) -> tuple[float, float]:
    """Where x' = a y - m x + g and y' = b x - n y + h rest, m n > a b (Richardson 1960): the Nash equilibrium of its quadratic stage."""
    (a, b), (m, n), (g, h) = own, fatigue, grievance
    return (n * g + a * h) / (m * n - a * b), (m * h + b * g) / (m * n - a * b)


def smallest_threat(stake: float, harm: float, slip: float) -> float:
    """The smallest risk of disaster that makes the other give up a stake, if a share `slip` of it is run even when it does: c/(D (1 - s) + s c).

    Schelling 1960, chapter 8, "The threat that leaves something to chance"; derived from comparing s r (-D) + (1 - s r)(-c) with r (-D).
    """
    return stake / (harm * (1 - slip) + slip * stake)


def threat_worth(stake: float, harm: float, slip: float) -> float:
    """What that smallest threat is worth to the one who makes it, for whom the prize is 1 and disaster -1: 1 - 2 slip r."""
    return 1 - 2 * slip * smallest_threat(stake, harm, slip)


def first_concession(
    demands: tuple[float, float], rates: tuple[float, float], stubborn: tuple[float, float]
) -> tuple[float, float]:
    """Probabilities, stubborn types included, that each concedes at time 0; one of them is 0 (Abreu & Gul 2000, "Bargaining and reputation").

    i concedes at rate l_i = r_j (1 - demand_i)/(demand_1 + demand_2 - 1); the weaker, of the larger -log z_i/l_i, first with probability
    1 - z_i z_j^(-l_i/l_j).
    """
    over = demands[0] + demands[1] - 1
    speed = (rates[1] * (1 - demands[0]) / over, rates[0] * (1 - demands[1]) / over)
    first = 1 - stubborn[0] * stubborn[1] ** (-speed[0] / speed[1])
    second = 1 - stubborn[1] * stubborn[0] ** (-speed[1] / speed[0])
    return max(first, 0.0), max(second, 0.0)


def weak_fights(tough: float, entry: float, left: int) -> float:
    """Probability that a weak chain store fights an entry with `left` markets to come, this one too, if it is thought tough with `tough`.

    Kreps & Wilson 1982, "Reputation and imperfect information", section 3: 1 if tough >= b^(left - 1), else (1 - b^(left-1)) p/((1 - p) b^(left-1)).
    """
    bound = entry ** (left - 1)
    return 1.0 if tough >= bound else (1 - bound) * tough / ((1 - tough) * bound)


def stays_out(tough: float, entry: float, left: int, market: float) -> float:
    """Probability that the entrant stays out there: 1 above b^left, 0 below, 1/a at it (Kreps & Wilson 1982); a market alone is worth a."""
    bound = entry**left
    if math.isclose(tough, bound, rel_tol=1e-12):
        return 1 / market
    return float(tough > bound)
