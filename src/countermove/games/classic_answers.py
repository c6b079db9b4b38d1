"""What the classics come to in closed form. Nothing here is used to solve a game: games are solved, and then compared with this."""

from __future__ import annotations

import math


def bargaining_war(cost: float, highest: float) -> float:
    """Probability of war after the best demand, p + (highest - cost)/2: (1 - cost/highest)/2 (Fearon 1995).

    "Rationalist explanations for war", International Organization 49, 379-414.
    War costs the one who demands `cost`, the other an amount that only it knows, uniform on [0, highest], highest >= cost; the prize is 1.
    """
    return (1 - cost / highest) / 2


def bargaining_demand(prospect: float, cost: float, highest: float) -> float:
    """The best demand in the same game, where the one who demands would win with probability `prospect`."""
    return prospect + (highest - cost) / 2


def audience_bound(lowest: float) -> float:
    """Audience cost at which both sides are bound, war being worth uniformly -lowest to 0 to each: (-1 + sqrt(1 + 4 lowest))/2.

    Fearon 1994, "Domestic political audiences and the escalation of international disputes", American Political Science Review 88, 577-592;
    the prize is 1.
    """
    return (-1 + math.sqrt(1 + 4 * lowest)) / 2


def audience_war(lowest: float) -> float:
    """Probability of war in the same game: both would rather fight than bear the bound, (bound/lowest)^2; lowest 2 gives 1/4."""
    return (audience_bound(lowest) / lowest) ** 2


def attrition_survival(rate: float, time: float) -> float:
    """Share of a side that is still in at `time`, its prize drawn from Exp(rate), waiting at unit cost: exp(-sqrt(2 rate time)).

    Bishop, Cannings & Maynard Smith 1978, "The war of attrition with random rewards", Journal of Theoretical Biology 74, 377-388: a prize v
    quits at rate v^2/2, Exp's hazard being constant.
    """
    return math.exp(-math.sqrt(2 * rate * time))


def attrition_length(rate: float) -> float:
    """Expected time until the first of two quits in the same game: 1/(4 rate)."""
    return 1 / (4 * rate)


def attrition_length_in_cells(rate: float, reach: float, cells: int) -> float:
    """The same in the game of `classic_crises.attrition` with as many steps of `attrition_moments` as cells of prizes (derived).

    Cell k leaves at moment k, m[k] = rate width^2 (k + 1/2)^2/2: with q = 1 - exp(-rate width) of those who are left leaving at k, staying on
    a step longer pays from the prize (1/q - 1/2)(m[k+1] - m[k]) = (k + 1) width (1 + (rate width)^2/12 - ...) on, which lies between the means
    of cells k and k + 1 where (k + 1)(rate width)^2 is below 5. The last cell has no end: of it the share step/(prize + step/2) leaves at the
    last moment but one, and the rest waits for the end.
    """
    width = reach / cells
    moments = [rate * (width * (k + 0.5)) ** 2 / 2 for k in range(cells + 1)]
    step = moments[-1] - moments[-2]
    stay = [math.exp(-rate * width * k) for k in range(cells)]  # before moment k
    stay.append(stay[-1] * (1 - step / (width * (cells - 1) + 1 / rate + step / 2)))
    return math.fsum((stay[k] ** 2 - stay[k + 1] ** 2) * moments[k] for k in range(cells)) + stay[-1] ** 2 * moments[-1]


def contest_efforts(first: float, second: float, decisiveness: float = 1.0) -> tuple[float, float]:
    """Efforts of two sponsors in Tullock's contest for prizes `first` and `second` (over cost), in pure equilibrium.

    r v (v w)^r/(v^r + w^r)^2 and the same with w for v; there where r <= 1 + (min/max)^r (Tullock 1980;
    Nti 1999, "Rent-seeking with asymmetric valuations").
    """
    r = decisiveness
    share = r * (first * second) ** r / (first**r + second**r) ** 2
    return first * share, second * share


def contest_odds(first: float, second: float, decisiveness: float = 1.0) -> float:
    """The first's probability of winning in the same contest: v^r/(v^r + w^r)."""
    return first**decisiveness / (first**decisiveness + second**decisiveness)


def leader_effort(first: float, second: float) -> float:
    """Effort of the first if it is seen to move first, r = 1: v^2/(4 w); there where v <= 2 w.

    Dixit 1987, "Strategic behavior in contests", American Economic Review 77, 891-898.
    """
    return first * first / (4 * second)


def follower_effort(second: float, seen: float) -> float:
    """Best reply to an effort seen, r = 1: sqrt(w x) - x, not below 0."""
    return max(0.0, math.sqrt(second * seen) - seen)


def answer_offset(first: float, second: float, decisiveness: float = 1.0) -> float:
    """The second's best reply around the contest's equilibrium, in logs: r d/(1 + r d) of an increase, d = p2 - p1 (after Dixit 1987).

    In efforts w/v times that, as they are in that ratio: (w - v)/(2 v) at r = 1.
    """
    lead = decisiveness * (1 - 2 * contest_odds(first, second, decisiveness))
    return lead / (1 + lead)


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


def concession_rates(demands: tuple[float, float], rates: tuple[float, float]) -> tuple[float, float]:
    """How fast each concedes, stubborn types counted: r_j (1 - demand_i)/(demand_1 + demand_2 - 1), which keeps the other indifferent.

    Abreu & Gul 2000, "Bargaining and reputation", Econometrica 68, 85-117.
    """
    over = demands[0] + demands[1] - 1
    return rates[1] * (1 - demands[0]) / over, rates[0] * (1 - demands[1]) / over


def first_concession(
    demands: tuple[float, float], rates: tuple[float, float], stubborn: tuple[float, float]
) -> tuple[float, float]:
    """Probabilities, stubborn types included, that each concedes at time 0; one of them is 0 (Abreu & Gul 2000).

    With the rates l of `concession_rates`, the weaker, of the larger -log z_i/l_i, first with probability 1 - z_i z_j^(-l_i/l_j).
    """
    speed = concession_rates(demands, rates)
    first = 1 - stubborn[0] * stubborn[1] ** (-speed[0] / speed[1])
    second = 1 - stubborn[1] * stubborn[0] ** (-speed[1] / speed[0])
    return max(first, 0.0), max(second, 0.0)


def first_concession_in_turns(demands: tuple[float, float], rate: float, stubborn: tuple[float, float], step: float) -> float:
    """The same of the first, if it is the weaker, where they are asked in turn, the first at time 0 and then one each `step` (derived).

    Whoever concedes at its turn is indifferent to conceding at its next, two steps on: 1 - b = d h a + d^2 (1 - h)(1 - b), d = exp(-rate step),
    for its own demand a and the other's b. So the other concedes there with h = (1 - b)(1 - d^2)/(d (a - d (1 - b))). The second, which
    does not concede before its first turn, has none but stubborn types after n turns, the first n with (1 - h_2)^n <= z_2; the first has its
    last turn before that and n - 1 turns with h_1 behind the first, so that z_1 = (1 - F)(1 - h_1)^(n - 1).
    """
    d = math.exp(-rate * step)
    h = [(1 - own) * (1 - d * d) / (d * (other - d * (1 - own))) for own, other in (demands, demands[::-1])]
    turns = math.ceil(math.log(stubborn[1]) / math.log(1 - h[1]))
    return 1 - stubborn[0] * (1 - h[0]) ** (1 - turns)


def weak_fights(tough: float, entry: float, left: int) -> float:
    """Probability that a weak chain store fights an entry with `left` markets to come, this one too, if it is thought tough with `tough`.

    Kreps & Wilson 1982, "Reputation and imperfect information", Journal of Economic Theory 27, 253-279: 1 if tough >= b^(left - 1), else
    (1 - b^(left-1)) p/((1 - p) b^(left-1)).
    """
    bound = entry ** (left - 1)
    return 1.0 if tough >= bound else (1 - bound) * tough / ((1 - tough) * bound)


def stays_out(tough: float, entry: float, left: int, market: float) -> float:
    """Probability that the entrant stays out there: 1 above b^left, 0 below, 1/a at it (Kreps & Wilson 1982); a market alone is worth a."""
    bound = entry**left
    if math.isclose(tough, bound, rel_tol=1e-12):
        return 1 / market
    return float(tough > bound)
