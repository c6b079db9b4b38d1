"""The parameter table of the world: every number of the mechanisms, with its prior, unit, bounds and source.

Sources are keys of `countermove.scenario`'s default sources or the word judgement. Values follow docs/explanation/model.md.
"""

from __future__ import annotations

import math

from countermove.dynamics.entries import ANY, CALIBRATED, INF, POSITIVE, RECORD, SHARE, P, prior
from countermove.dynamics.table_minds import MINDS
from countermove.world.prior import Parameter

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
        prior("fixed", 0.0306, unit="ratio", source=CALIBRATED),
        "Intensity of positional war",
        POSITIVE,
    ),
    P("attrition.intensity-truce", prior("fixed", 0.0097, unit="ratio", source=CALIBRATED), "Intensity under a truce", POSITIVE),
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
    P(
        "attrition.exposure",
        prior("beta", 2, 3, unit="share"),
        "Share of a patron's dead that falls to weapons against armour",
        SHARE,
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
        prior("normal", math.log(0.0165), 0.4, unit="log per month"),
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
    P("truces.onset-base", prior("normal", -0.3, 0.3, unit="log per month", source=RECORD), "Log hazard of a truce", ANY),
    P("truces.onset-deaths", prior("normal", 0.2, 0.1, unit="per log"), "How deaths press for a truce", ANY),
    P("truces.onset-balance", prior("halfnormal", 0.3, unit="per log ratio"), "How imbalance hinders a truce", POSITIVE),
    P("truces.onset-talks", prior("normal", 1, 0.4, unit="per unit"), "How talks help a truce", ANY),
    P(
        "truces.break-base",
        prior("normal", math.log(0.65), 0.25, unit="log per month", source=RECORD),
        "Log hazard of breakdown",
        ANY,
    ),
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
    P("truces.collapse-force", prior("fixed", 1, unit="thousand"), "Effective strength below which a side collapses", POSITIVE),
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
        prior("lognormal", 6, 0.5, unit="months", low=1),
        "How long the side's stocks last once its patrons give less: time constant",
        (1, INF),
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
    P(
        "alliance.brigade-cost",
        prior("lognormal", 10, 0.7, unit="million USD per month"),
        "What a brigade on the alliance's flank costs the owner",
        POSITIVE,
    ),
    P("alliance.readiness", prior("uniform", 0, 7, unit="brigades"), "Brigades that the alliance has ready", POSITIVE),
)
PARAMETERS: tuple[Parameter, ...] = _MECHANISMS + MINDS + _ACTORS
