"""The bargain's closed forms and laws, by the engine and by the reference: Fearon, Powell, convergence, pain, the spigot, the veto.

Every number is that of whole months of both programs (parley.py), unless a law is asked of tables drawn at random.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from countermove.dynamics import bargain as engine
from countermove.verify.bargain_war import BOTH, SIGNS, BargainWar, FirstDay, Values, bargain_war
from countermove.verify.line import Line, near, none
from countermove.verify.numpy_model import bargain as reference
from countermove.verify.small_war import small_war

FEARON = "Fearon 1995, in closed form"
POWELL = "Powell 2006, in closed form"
LEARNING = "derived; optimism om/(1 + learning x months of full fighting)"
PAIN = "derived; kappa of model.md section 9"
SPIGOT = "derived; what a patron is sure to send is as good as sent"
VETO = "Cunningham 2006: whoever can say no narrows what can be agreed"
RANDOM = 4096
CLOSE = 1e-5  # absolute, in shares of the ground, of single precision


def worst(known: float, got: np.ndarray) -> float:
    """The one of the numbers that is farthest from the known one."""
    return float(got[np.abs(got - known).argmax()])


def expit(x: np.ndarray) -> np.ndarray:
    """The share that log odds stand for."""
    return 1 / (1 + np.exp(-x))


FIGHT: Values = {"attrition.intensity-positional": 0.2, "attrition.lethality": np.array([[0.01], [0.0]]) + np.zeros((2, 64))}
"""Only the other side's men die."""


def _costly(at: BargainWar, deaths: np.ndarray, cost: float) -> BargainWar:
    """The table at which the other client's dead of the month cost it `cost`, and the owner's client, who has none, .03."""
    doublings = (cost / 0.1 - 0.3) / 0.5
    return at.with_({"bargain.client-dead": deaths / (2**doublings - 1)})


def fearon() -> list[Line]:
    """Checks 1 and 4: with neither optimism nor fear there is room as wide as the costs, and pain buys half of itself."""
    at = bargain_war("inertia").with_({**FIGHT, "bargain.cost": 0.1, "bargain.client-dead": np.full(64, 100.0)})
    out: list[Line] = []
    for who, play in BOTH:
        deaths = play(at).deaths
        five, seven = (play(_costly(at, deaths, cost)) for cost in (0.05, 0.07))
        expected = expit(at.odds + at.reach * five.balance)
        source = f"{FEARON}; {who}"
        out += [
            near("bargain: room at costs of .03 and .05, no optimism, no fear", 0.08, worst(0.08, five.margin), CLOSE, source),
            near("bargain: terms above what both expect, (.05 - .03)/2", 0.01, worst(0.01, five.terms - expected), CLOSE, source),
            near("pain: .02 more for the rival is room", 0.02, worst(0.02, seven.margin - five.margin), CLOSE, source),
            near("pain: .02 more for the rival is ground", 0.01, worst(0.01, seven.terms - five.terms), CLOSE, source),
        ]
    return out


def powell() -> list[Line]:
    """Check 2: a shift of .16 against costs of .08 bars the way until half of it is guaranteed."""
    at = bargain_war("inertia", 15.0).with_({"bargain.cost": 0.04 / 0.3, "patron.stake-ratio": 1.0, "bargain.tremble": 1e-6})
    force = at.number("side.personnel")[1] + 15
    out: list[Line] = []
    for (who, play), (_, signs) in zip(BOTH, SIGNS, strict=True):
        share = expit(at.odds + at.reach * play(at).balance)
        shift = (np.log(share / (1 - share)) - np.log((share - 0.16) / (1 - share + 0.16))) / at.reach
        reserve = force * np.expm1(shift)
        afraid = at.with_({"bargain.reserve": np.stack([0 * reserve, reserve])})

        def pledged(guarantee: float, afraid: BargainWar = afraid) -> BargainWar:
            return afraid.with_({"opening.peacekeeping-offered": 10 * guarantee / (1 - guarantee)})

        source = f"{POWELL}; {who}"
        signed = [float(signs(pledged(g)).mean()) for g in (0.49, 0.51)]
        out += [
            near(
                "commitment: room at guarantees of 1/2, shift .16, costs .08",
                0.0,
                worst(0.0, play(pledged(0.5)).margin),
                CLOSE,
                source,
            ),
            none("commitment: wars settled at guarantees of .49", signed[0], source),
            near("commitment: wars settled at guarantees of .51", 1.0, signed[1], 0.0, source),
            near("commitment: room at perfect guarantees", 0.08, worst(0.08, play(pledged(1 - 1e-9)).margin), CLOSE, source),
        ]
    return out


def overlap(at: BargainWar, balance: np.ndarray, optimism: float, learning: float) -> np.ndarray:
    """Months of full fighting after which the camps' terms first overlap [n].

    Camps that see the balance A (b + om) and A (b - om) apart expect shares sinh y/(cosh a + cosh y) apart, y = A om and a the log odds
    that both would expect; that is the sum of costs K for e^y = (K cosh a + sqrt(K^2 cosh^2 a + 1 - K^2))/(1 - K).
    """
    costs = 2 * 0.3 * at.number("bargain.cost")
    wide = costs * np.cosh(at.odds + at.reach * balance)
    least = np.log((wide + np.sqrt(wide**2 + 1 - costs**2)) / (1 - costs)) / at.reach
    return (optimism / least - 1) / learning


def convergence() -> list[Line]:
    """Check 3: fighting teaches, and room appears in the month of the closed form."""
    optimism, learning, pace = 1.0, 0.5, 0.2
    sure: Values = {"bargain.optimism-client": optimism, "bargain.learning": learning}
    at = bargain_war("inertia").with_({**sure, "attrition.intensity-positional": pace, "attrition.lethality": 0.0})
    out: list[Line] = []
    for who, play in BOTH:
        months = overlap(at, play(at).balance, optimism, learning)
        before, then, after = (play(at, day=FirstDay(learnt=months * share - pace)).margin for share in (0.99, 1.0, 1.01))
        source = f"{LEARNING}; {who}"
        out += [
            near("convergence: room in the month of the closed form", 0.0, worst(0.0, then), CLOSE, source),
            none("convergence: wars with room a hundredth of the months earlier", (before > 0).sum(), source),
            none("convergence: wars without it a hundredth of the months later", (after <= 0).sum(), source),
            none("convergence: wars that were to learn nothing", (months <= pace).sum(), source),
        ]
    return out


def bereaved() -> list[Line]:
    """Check 4: a patron's dead open the way as much as his theory lets them weigh."""
    patron: Values = {
        "patron.stake-ratio": 100.0,
        "bargain.cost": 0.1,
        "bargain.weight": 0.5,
        "patron.budget": 1e9,
        "pressure.scale": 50.0,
    }
    gain = 0.5  # of pressure, on support: such a patron's pain weighs 1 + gain times twice as much
    doubled = 0.1 * 0.5 / np.sqrt(100)  # in shares of the ground, for one who says nothing of it
    out: list[Line] = []
    for who, play in BOTH:
        for theory in ("inertia", "pressure", "spigot"):
            at = bargain_war(theory, 6.0).with_({**patron, "pressure.gain": gain} if theory == "pressure" else patron)
            weight = {"inertia": 1.0, "pressure": 2 * (1 + gain), "spigot": 0.5}[theory]
            room = play(at, day=FirstDay(bereaved=50.0)).margin - play(at, day=FirstDay(bereaved=1e-6)).margin
            what = f"pain: room that a doubling of the patron's dead makes under {theory}, of what it is by its weight"
            out.append(near(what, 1.0, worst(1.0, room / (weight * doubled)), 2e-3, f"{PAIN}; {who}"))
    return out


def spigot() -> list[Line]:
    """Check 5: below his means, with the line at the start, arms buy nothing of a spigot; of inertia their whole worth."""
    even: Values = {"patron.stake-ratio": 1.0, "intervention.readiness": 1e9}  # so that x* is what both expect
    exact: Values = {**even, "spigot.line": 0.0, "spigot.delay": 0.0}
    out: list[Line] = []
    for who, play in BOTH:
        source = f"{SPIGOT}; {who}, months 1 to 6, arms for 10 million USD"
        for theory in ("spigot", "inertia"):
            at = bargain_war(theory, 6.0).with_(exact if theory == "spigot" else even)
            bare, armed = (play(at, months=6, strategy=strategy) for strategy in ("nothing", "trickle"))
            bought, worth = armed.terms - bare.terms, armed.balance - bare.balance
            if theory == "spigot":
                out.append(none("arms against a spigot: ground that they buy at the table", worst(0.0, bought), source, 1e-6))
                continue
            known = expit(np.log(bare.terms / (1 - bare.terms)) + at.reach * worth) - bare.terms
            out += [
                none("arms against inertia: ground beyond their whole worth", worst(0.0, bought - known), source, CLOSE),
                none("arms against inertia: draws in which they buy none", (bought < 10 * CLOSE).sum(), source),
            ]
    return out


def leaving() -> list[Line]:
    """Law 7: a patron that has left has no say, and with him goes what his client owed him."""
    bare: Values = {
        "patron.stake-ratio": 100.0,
        "side.heavy": 0.0,
        "side.counter-heavy": 0.0,
        "bargain.cost": 0.03,
        "opening.held": 0.5,
    }
    at = bargain_war("inertia", 6.0).with_(bare)
    floor = 0.3 * at.number("bargain.cost")
    kept = 1 - 1 / at.number("side.stocks")[1]
    gone = FirstDay(left=True)
    out: list[Line] = []
    for who, play in BOTH:
        free, bound = (at.with_({"side.dependence": np.array([[0.0], [d]]) + np.zeros((2, 64))}) for d in (0.0, 1.0))
        beside, alone, lost = play(free), play(free, day=gone), play(bound, day=gone)
        far = play(bound.with_({"bargain.horizon": 3600.0}), day=gone)
        odds = [np.log(found.terms / (1 - found.terms)) for found in (alone, lost)]
        today = at.odds + at.reach * alone.balance
        source = f"{VETO}; {who}"
        out += [
            none(
                "veto: room with a patron of high stakes beside his client, less 1.1 of a floor",
                worst(0.0, beside.margin - 1.1 * floor),
                source,
                CLOSE,
            ),
            none("veto: room once he has left, less two floors", worst(0.0, alone.margin - 2 * floor), source, CLOSE),
            none("a patron who left, d = 0: log odds of the terms beyond today's", worst(0.0, odds[0] - today), source, CLOSE),
            near(
                "a patron who left, d = 1: what his client is expected to lose, of the log of what the stocks allow",
                1.0,
                worst(1.0, (odds[1] - odds[0]) / (at.reach * np.log(kept / 0.05))),
                1e-4,
                source,
            ),
            near("a patron who left, d = 1: ground expected in the long run", 1.0, worst(1.0, far.terms), 0.01, source),
        ]
    return out


def _numbers(rng: np.random.Generator) -> dict[str, np.ndarray]:
    fixed = {
        "territory.pace": 0.25,
        "bargain.intensity": 0.07,
        "bargain.horizon": 36.0,
        "bargain.tremble": 0.02,
        "bargain.learning": 0.5,
    }
    told = {name: np.array(value, np.float32) for name, value in fixed.items()}
    hopes = {f"bargain.optimism-{kind}": rng.uniform(0, 0.4, (2, RANDOM)).astype(np.float32) for kind in ("client", "patron")}
    return {**told, **hopes}


def _prospect(rng: np.random.Generator) -> engine.BargainFacts:
    def rows(low: float, high: float) -> np.ndarray:
        return rng.uniform(low, high, (2, RANDOM)).astype(np.float32)

    return engine.BargainFacts(
        front=rng.normal(0, 1, RANDOM).astype(np.float32),
        power=rows(20, 80),
        force=rows(10, 60),
        upkeep=rows(0.3, 1),
        learnt=rng.uniform(0, 3, RANDOM).astype(np.float32),
        own=(rows(-5, 20), rows(0.2, 1)),
        public=(rows(-5, 20), rows(0.2, 1)),
        reserve=rows(0, 12),
        pains=(rows(0, 0.1), rows(0, 0.1)),
        seated=(np.ones((2, RANDOM), np.float32), (rows(0, 1) < 0.8).astype(np.float32)),
        guarantees=rng.uniform(0, 1, RANDOM).astype(np.float32),
    )


def _turned(seen: engine.BargainFacts) -> engine.BargainFacts:
    def back(pair: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        return pair[0][::-1], pair[1][::-1]

    rows = {name: getattr(seen, name)[::-1] for name in ("power", "force", "upkeep", "reserve")}
    pairs = {name: back(getattr(seen, name)) for name in ("own", "public", "pains", "seated")}
    return seen._replace(front=-seen.front, **rows, **pairs)


def _parties(rng: np.random.Generator) -> reference.NegotiatingParties:
    there = rng.uniform(size=(5, RANDOM)) < 0.8
    there[:2] = True
    own = np.array([True, False, True, False, False])
    share, cost, fear = (rng.uniform(low, high, (5, RANDOM)) for low, high in ((0.2, 0.8), (0.0, 0.1), (0.0, 0.2)))
    return reference.NegotiatingParties(own, there, share, cost, fear)


def laws() -> list[Line]:
    """Laws 6 and 7 on random tables: the camps exchanged see the mirror image, and a patron at the table only takes room away."""
    rng = np.random.default_rng(2006)
    cast = small_war(("inertia",), ("nothing",), 16, 1).program.cast
    p, seen, signed = _numbers(rng), _prospect(rng), rng.uniform(0.3, 0.7, RANDOM).astype(np.float32)
    pledged = rng.uniform(0, 1, RANDOM).astype(np.float32)
    whole = engine.terms(cast, p, seen, signed, pledged)
    swapped = {name: value[::-1] if value.ndim == 2 else value for name, value in p.items()}
    image = engine.terms(cast, swapped, _turned(seen), 1 - signed, pledged)
    apart = np.abs(np.stack([image.low - (1 - whole.high), image.high - (1 - whole.low), image.spoilers - whole.spoilers]))
    parties, promised = _parties(rng), rng.uniform(size=RANDOM)
    low, high = reference.zone(parties, promised)
    left, right = reference.zone(replace(parties, own=~parties.own, share=1 - parties.share), promised)
    out = [
        none("relabelling: terms and spoilers that differ (engine)", apart.max(), f"{FEARON}; {RANDOM:,} random tables", 1e-4),
        none("relabelling: terms that differ (reference)", np.abs([left - (1 - high), right - (1 - low)]).max(), FEARON, 1e-12),
    ]
    narrower = less = 0
    for patron in range(2):
        seats = seen.seated[1].copy()
        seats[patron] = 0
        free = engine.terms(cast, p, seen._replace(seated=(seen.seated[0], seats)), signed, pledged)
        gain = np.asarray(free.high - free.low) - np.asarray(whole.high - whole.low)
        narrower, less = narrower + int((gain > 0).sum()), less + int((gain < 0).sum())
    out += [
        none("veto: tables with less room once a patron is gone (engine)", less, VETO),
        none("veto: patrons whose leaving made room, none (engine)", narrower == 0, VETO),
    ]
    narrower = less = 0
    for patron in (2, 3, 4):
        there = parties.present.copy()
        there[patron] = False
        left, right = reference.zone(replace(parties, present=there), promised)
        gain = (right - left) - (high - low)
        narrower, less = narrower + int((gain > 0).sum()), less + int((gain < 0).sum())
    return [
        *out,
        none("veto: tables with less room once a patron is gone (reference)", less, VETO),
        none("veto: patrons whose leaving made room, none (reference)", narrower == 0, VETO),
    ]
