"""The parameter table of the world: every number of the mechanisms, with its prior, unit, bounds and source.

Sources are keys of `countermove.scenario`'s default sources or the word judgement. Values follow docs/explanation/model.md.
"""

from __future__ import annotations

import math

from countermove.world.prior import Kind, Parameter, Prior

INF = math.inf
POSITIVE = (0.0, INF)
SHARE = (0.0, 1.0)
ANY = (-INF, INF)
CALIBRATED = "calibrated to the record of July 2015 to June 2017"


def prior(
    kind: Kind, *args: float, unit: str = "", source: str = "judgement", low: float | None = None, high: float | None = None
) -> Prior:
    """A default prior of a parameter table."""
    return Prior(kind, tuple(float(a) for a in args), unit=unit, source=source, low=low, high=high)


P = Parameter
_MECHANISMS: tuple[Parameter, ...] = (
    P(
        "attrition.lethality",
        prior("lognormal", 0.009, 0.25, unit="per month", source=CALIBRATED),
        "Dead per opposing effective soldier-month at intensity 1",
        POSITIVE,
        "side",
    ),
    P(
        "attrition.intensity-high",
        prior("lognormal", 0.9, 0.55, unit="ratio", source=CALIBRATED),
        "Intensity of high-intensity fighting",
        POSITIVE,
    ),
    P(
        "attrition.intensity-positional",
        prior("fixed", 0.022, unit="ratio", source=CALIBRATED),
        "Intensity of positional war",
        POSITIVE,
    ),
    P("attrition.intensity-truce", prior("fixed", 0.007, unit="ratio", source=CALIBRATED), "Intensity under a truce", POSITIVE),
    P("attrition.heavy-quality", prior("fixed", 0.6, unit="ratio"), "What a unit of heavy materiel adds to quality", POSITIVE),
    P("attrition.blunting", prior("fixed", 1, unit="ratio"), "How far counter-heavy weapons blunt heavy materiel", POSITIVE),
    P(
        "attrition.counter-quality",
        prior("lognormal", 0.7, 0.5, unit="ratio"),
        "What counter-heavy weapons add against armour",
        POSITIVE,
    ),
    P("attrition.attacker-penalty", prior("fixed", 1.25, unit="ratio"), "Factor on the attacker's losses", POSITIVE),
    P(
        "attrition.patron-weight",
        prior("fixed", 1.5, unit="ratio"),
        "Worth of a patron's soldier in client soldiers",
        (0.01, 100),
        "patron",
    ),
    P("supply.diversion", prior("beta", 2, 38, unit="share"), "Share of deliveries that never reaches the client's army", SHARE),
    P("supply.heavy-wear", prior("fixed", 0.06, unit="per month"), "Heavy materiel destroyed a month at intensity 1", POSITIVE),
    P("supply.captured", prior("fixed", 0.15, unit="share"), "Share of destroyed heavy materiel that the enemy captures", SHARE),
    P(
        "supply.counter-wear",
        prior("fixed", 0.10, unit="per month"),
        "Counter-heavy materiel spent a month at intensity 1",
        POSITIVE,
    ),
    P(
        "supply.price-counter",
        prior("fixed", 47 / 0.12, unit="million USD", source="dsca-2018"),
        "Price of one unit of counter-heavy materiel",
        (1e-6, INF),
    ),
    P("supply.price-heavy", prior("fixed", 2000, unit="million USD"), "Price of one unit of heavy materiel", (1e-6, INF)),
    P(
        "supply.equivalents-heavy",
        prior("fixed", 12, unit="thousand"),
        "Soldiers that one unit of heavy materiel is worth",
        (1e-6, INF),
    ),
    P(
        "supply.equivalents-counter",
        prior("fixed", 10, unit="thousand"),
        "Soldiers that one unit of counter-heavy materiel is worth",
        (1e-6, INF),
    ),
    P(
        "territory.pace",
        prior("lognormal", 0.25, 0.3, unit="logit per month"),
        "Ground gained a month per unit of balance at intensity 1",
        POSITIVE,
    ),
    P("territory.offensive-gain", prior("fixed", 0.10, unit="logit per month"), "Ground gained by a major offensive", ANY),
    P("territory.noise", prior("fixed", 0.05, unit="logit"), "Noise of the front line at intensity 1", POSITIVE),
    P(
        "civilians.ratio",
        prior("lognormal", 0.35, 0.4, unit="ratio", source="ohchr-2017"),
        "Civilian dead per military dead",
        POSITIVE,
    ),
    P("posture.probe-base", prior("fixed", -1, unit="logit"), "Log odds that a side probes in a positional month", ANY),
    P("posture.probe-intensity", prior("fixed", 0.6, unit="ratio"), "What each probing side adds to the intensity", POSITIVE),
    P(
        "posture.offensive-base",
        prior("normal", math.log(0.02), 0.4, unit="log per month"),
        "Log hazard of a major offensive",
        ANY,
        "side",
    ),
    P(
        "posture.offensive-balance",
        prior("normal", 1.5, 0.75, unit="per log ratio", low=0),
        "How a better balance tempts to an offensive",
        POSITIVE,
        "side",
    ),
    P(
        "posture.offensive-talks",
        prior("normal", 0.5, 0.3, unit="per unit", low=0),
        "How talks restrain offensives",
        POSITIVE,
        "side",
    ),
    P("posture.culmination", prior("lognormal", 0.15, 0.3, unit="per month"), "Hazard that an offensive culminates", POSITIVE),
    P("truces.onset-base", prior("normal", -0.55, 0.3, unit="log per month"), "Log hazard of a truce", ANY),
    P("truces.onset-deaths", prior("normal", 0.2, 0.1, unit="per log"), "How deaths press for a truce", ANY),
    P("truces.onset-balance", prior("halfnormal", 0.3, unit="per log ratio"), "How imbalance hinders a truce", POSITIVE),
    P("truces.onset-talks", prior("normal", 1, 0.4, unit="per unit"), "How talks help a truce", ANY),
    P("truces.break-base", prior("normal", math.log(1.3), 0.25, unit="log per month"), "Log hazard of breakdown", ANY),
    P(
        "truces.break-aid-owner",
        prior("normal", 0, 0.5, unit="per thousand"),
        "Effect of the owner's deliveries on breakdown: the sign is open",
        ANY,
    ),
    P(
        "truces.break-aid-rival",
        prior("normal", 0, 0.5, unit="per 5 thousand"),
        "Effect of the rivals' new support on breakdown: the sign is open",
        ANY,
    ),
    P("truces.break-balance", prior("halfnormal", 0.3, unit="per log ratio"), "How imbalance breaks truces", POSITIVE),
    P("truces.break-peacekeepers", prior("halfnormal", 0.1, unit="per thousand"), "How peacekeepers hold a truce", POSITIVE),
    P("truces.break-age", prior("halfnormal", 0.5, unit="per log month"), "How truces harden with age", POSITIVE),
    P("truces.settle-base", prior("normal", -5.85, 0.7, unit="log per month"), "Log hazard of a settlement", ANY),
    P("truces.settle-talks", prior("normal", 2, 0.7, unit="per unit"), "How talks help a settlement", ANY),
    P(
        "truces.settle-patrons",
        prior("halfnormal", 0.5, unit="per patron"),
        "How each independent patron hinders a settlement",
        POSITIVE,
    ),
    P(
        "truces.settle-gap",
        prior("halfnormal", 1, unit="per log ratio"),
        "How the gap between no-defeat lines hinders a settlement",
        POSITIVE,
    ),
    P("truces.no-defeat-gap", prior("halfnormal", 0.5, unit="log ratio"), "Gap between the patrons' no-defeat lines", POSITIVE),
    P("truces.settle-positional", prior("fixed", 0.75, unit="ratio"), "Factor on settlement in positional war", POSITIVE),
    P("truces.settle-truce", prior("fixed", 1.5, unit="ratio"), "Factor on settlement under a truce", POSITIVE),
    P("truces.collapse-force", prior("fixed", 1, unit="thousand"), "Effective strength below which a side collapses", POSITIVE),
    P("diplomacy.level", prior("beta", 8, 12, unit="share"), "Level to which the diplomatic track returns", SHARE),
    P("diplomacy.exchange", prior("fixed", 0.04, unit="per month"), "Hazard of a prisoner exchange", POSITIVE),
    P(
        "diplomacy.deployment",
        prior("fixed", 0.02, unit="per month"),
        "Hazard that offered peacekeepers are deployed under a truce",
        POSITIVE,
    ),
    P(
        "pretext.support",
        prior("normal", 0, 0.5, unit="thousand"),
        "The rival's support per rung announced above 3: the sign is open",
        ANY,
    ),
    P("pretext.talks", prior("halfnormal", 0.05, unit="per rung"), "What an announced rung above 3 costs the talks", POSITIVE),
    P("requests.base", prior("fixed", 0.03, unit="per month"), "Hazard that the client asks for more", (1e-9, INF)),
    P("requests.shortfall", prior("fixed", 2, unit="per log ratio"), "How a shortfall presses the client to ask", ANY),
    P("requests.rung", prior("fixed", 0.7, unit="per rung"), "How a rival's rung above 7 presses the client to ask", ANY),
    P("requests.grant", prior("beta", 2, 4, unit="probability"), "Probability that a request is granted", SHARE, "patron"),
    P(
        "requests.step",
        prior("fixed", 0.1, unit="share"),
        "What a theory patron adds to its support on granting, share of the baseline",
        POSITIVE,
        "patron",
    ),
    P(
        "spread.clash-top",
        prior("lognormal", 0.002, 1.4, unit="per month"),
        "Hazard of a clash when both patrons stand on rung 8",
        POSITIVE,
    ),
    P("spread.x-own", prior("fixed", 0.25, unit="per rung"), "How the owner's rung raises the hazard", ANY),
    P("spread.x-rival", prior("fixed", 0.25, unit="per rung"), "How the rival's rung raises the hazard", ANY),
    P("spread.x-both", prior("fixed", 0.25, unit="per 10 rungs squared"), "How both rungs together raise the hazard", ANY),
    P("spread.war-given-clash", prior("beta", 2, 8, unit="probability"), "Probability that a clash becomes direct war", SHARE),
    P(
        "spread.incident-top",
        prior("lognormal", 0.004, 1.0, unit="per month"),
        "Hazard of an incident beyond the theatre at rung 8 and 8",
        POSITIVE,
    ),
    P("spread.incident-credibility", prior("fixed", 2, unit="per unit"), "How credibility deters an incident", ANY),
    P("spread.incident-readiness", prior("fixed", 0.7, unit="per 7 brigades"), "How readiness deters an incident", ANY),
    P("spread.credibility", prior("beta", 7, 3, unit="share"), "Credibility of the alliance", SHARE),
    P("politics.solidarity", prior("beta", 7, 3, unit="share"), "Solidarity of the allies", SHARE),
    P("will.level", prior("beta", 12, 5, unit="share"), "Level to which political will returns", (1e-6, 1.0), "patron"),
    P("will.blood", prior("lognormal", 0.02, 0.7, unit="per log"), "What its own dead cost a patron's will", POSITIVE, "patron"),
    P(
        "will.money",
        prior("lognormal", 0.01, 0.7, unit="per budget"),
        "What spending above the budget costs a patron's will",
        POSITIVE,
        "patron",
    ),
    P("will.sanctions", prior("lognormal", 0.01, 0.7, unit="per unit"), "What sanctions cost a patron's will", POSITIVE, "patron"),
    P("observation.balance-error", prior("fixed", 0.10, unit="log ratio"), "Error of an observed balance", POSITIVE),
    P("observation.shortfall-territory", prior("fixed", 0.5, unit="per logit"), "Weight of lost ground in a shortfall", ANY),
    P(
        "observation.losing",
        prior("fixed", 0.15, unit="log ratio"),
        "Change of the balance that counts as losing or winning",
        POSITIVE,
    ),
    P(
        "observation.report",
        prior("fixed", 0.9, unit="probability"),
        "Probability that covert units are reported in a month",
        SHARE,
    ),
    P("observation.false-alarm", prior("fixed", 0.03, unit="probability"), "Probability of a false report in a month", SHARE),
    P("observation.reporting-rate", prior("beta", 8, 3, unit="share"), "Share of the military dead that is reported", SHARE),
    P("observation.dispersion", prior("fixed", 3, unit="ratio"), "Negative-binomial size of reported deaths", (1e-6, INF)),
    P(
        "belief.prior",
        prior("fixed", 0.5, unit="probability"),
        "Public belief at the start that the rival answers every setback with more",
        (0.01, 0.99),
        "patron",
    ),
    P("belief.gain", prior("fixed", 0.7, unit="logit"), "What one observed rise or fall teaches", POSITIVE),
)
_ACTORS: tuple[Parameter, ...] = (
    P("side.personnel", prior("lognormal", 40, 0.3, unit="thousand"), "Combat personnel at the start", (1e-6, INF), "side"),
    P(
        "side.target",
        prior("lognormal", 40, 0.3, unit="thousand"),
        "Combat personnel towards which the side recovers",
        (1e-6, INF),
        "side",
    ),
    P("side.recovery", prior("fixed", 12, unit="month"), "Time constant of recruitment", (1, INF), "side"),
    P("side.heavy", prior("lognormal", 1, 0.3, unit="ratio"), "Heavy materiel, 1 = 500 tanks with artillery", POSITIVE, "side"),
    P(
        "side.counter-heavy",
        prior("lognormal", 0.2, 0.3, unit="ratio"),
        "Counter-heavy materiel, 1 = 300 modern launchers",
        POSITIVE,
        "side",
    ),
    P("side.slack", prior("beta", 3, 9, unit="share"), "Agency slack: how far the client evades a condition", SHARE, "side"),
    P(
        "side.dependence",
        prior("beta", 2, 6, unit="share"),
        "Share of the side's staying power (men and materiel replaced, cohesion) that hangs on its patrons",
        SHARE,
        "side",
    ),
    P(
        "side.stocks",
        prior("lognormal", 6, 0.5, unit="months"),
        "How long the side's stocks last once its patrons give less: time constant",
        (1e-6, INF),
        "side",
    ),
    P(
        "side.collapse-share",
        prior("fixed", 0.02, unit="share"),
        "Share of the contested area below which the side collapses; 0: never by ground",
        SHARE,
        "side",
    ),
    P(
        "patron.budget",
        prior("lognormal", 100, 0.5, unit="million USD per month"),
        "What the patron is used to spend a month",
        (1e-6, INF),
        "patron",
    ),
    P(
        "patron.baseline",
        prior("lognormal", 6, 0.35, unit="thousand"),
        "Support at the start, person-equivalents",
        (1e-6, INF),
        "patron",
    ),
    P(
        "patron.means",
        prior("lognormal", 100, 0.7, unit="thousand"),
        "Support the patron could give at the most, a share of its forces and budget, person-equivalents",
        (1e-6, INF),
        "patron",
    ),
    P(
        "patron.stake-ratio",
        prior("lognormal", 3, 0.8, unit="ratio"),
        "Stake-to-cost ratio against the rival's",
        (1e-6, INF),
        "patron",
    ),
    P(
        "opening.held",
        prior("beta", 50, 50, unit="share"),
        "Share of the contested area held by the owner's client",
        (0.001, 0.999),
    ),
    P("opening.peacekeeping-offered", prior("fixed", 0, unit="thousand"), "Peacekeepers on the table at the start", POSITIVE),
    P("alliance.readiness", prior("uniform", 0, 7, unit="brigades"), "Brigades that the alliance has ready", POSITIVE),
)
PARAMETERS: tuple[Parameter, ...] = _MECHANISMS + _ACTORS
MECHANISMS: tuple[str, ...] = tuple(dict.fromkeys(p.name.split(".")[0] for p in _MECHANISMS))
