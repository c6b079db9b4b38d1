"""A commented scaffold for a new scenario. It reads without errors as it stands: a start to be rewritten line by line."""

from __future__ import annotations

from countermove.errors import ScenarioError
from countermove.scenario.node_reader import NodeReader
from countermove.scenario.parameter_tables import theory_names, theory_says
from countermove.scenario.tree import Issues, Mark, Scalar

_TEXT = """\
# yaml-language-server: $schema=countermove.schema.json
# Rewrite this file from the top down. `countermove check` lists mistakes and doubts, `countermove explain` reads it back.
scenario: {name}
title: One line that says what this is about
clock: {{start: 2026-01, months: 36, known-until: 2025-12}}   # nothing learned after known-until counts

# A number is a value (3), text with a unit (47 million USD), {{range: [20, 80]}} (nine cases of ten lie between), or a
# distribution: normal, lognormal (median, sigma), beta, gamma, halfnormal, uniform, choice, quantiles, experts.
# Each number names a source below, or says judgement.
sources:
  yearbook: {{title: Title of a book or report, by: Its author, year: 2025}}

sides:
  government:
    says: Who this is, in a sentence
    personnel: {{range: [40, 60], unit: thousand, source: yearbook}}
    heavy: {{lognormal: [1.0, 0.3], source: judgement, note: "1 is 500 tanks with artillery"}}
  rebels:
    says: Who this is, in a sentence
    personnel: {{range: [15, 35], unit: thousand, source: judgement}}
    heavy: {{lognormal: [0.5, 0.4], source: judgement}}
    dependence: {{range: [0.1, 0.6], source: judgement, note: share of its staying power that hangs on its patrons}}
    stocks: {{range: [3, 12], unit: months, source: judgement, note: how long it goes on once they give less}}

# territory: none where no line is fought over (a guerrilla war)
territory: {{contested: The area fought over, held-by-government: {{range: [0.5, 0.8], source: judgement}}}}

patrons:
  washington:                       # the owner of the decision: its strategies are written below
    supports: government
    rung: training                  # none, political, non-lethal, training, lethal-defensive, heavy, advisers,
                                    # covert-regulars, overt-intervention, patron-war
    budget: {{value: 25, unit: million USD/month, source: judgement}}
  moscow:
    supports: rebels
    rung: advisers
    baseline: {{range: [1.8, 3.3], unit: thousand, source: judgement, note: support at the start in soldiers and their equivalents}}
    means: {{range: [10, 100], unit: thousand, source: judgement, note: the most it could give}}
    stake-ratio: {{range: [1, 8], source: judgement, note: what it has at stake against what it costs}}
    theories:                       # rival answers to: what moves this patron? Weights are prior beliefs
{theories}
third-parties:
  alliance: {{kind: alliance, theatre: border, readiness: {{uniform: [0, 7], unit: brigades, source: judgement}}}}
  envoy: {{kind: mediator}}

diplomacy:
  truces: {{state: positional, recommitted: 2025-11}}

objective:                          # without it no strategy can be called good
  of: washington
  matters: 0.1                      # a smaller difference is no difference
  values: {{settlement-by-24-months: 3, direct-war: -10, deaths: -0.5 per thousand, cost: -0.1 per 100 million USD}}

strategies:
  wait:
    says: Stay where we are.
    moves: [{{at: start, rung: training}}]
  arm:
    says: Lethal defensive weapons from the spring, kept away from the line of contact.
    moves: [{{at: 2026-04, rung: lethal-defensive, volume: 50 million USD, conditions: [not-at-contact-line], enforcement: 0.8}}]
    when:                           # in `if`, names mean what the owner observes
      - {{if: "moscow.rung >= overt-intervention", then: {{rung: heavy}}}}

contingencies:                      # what any plan of this kind has to answer; `countermove gaps` finds who does not
  rival-raises: {{if: "moscow.raises", ask: What do we do when the other patron goes further?}}
  client-asks: {{if: "government.asks", ask: How far are we willing to go?}}
  spread: {{if: "incident.border", ask: What if it spreads?}}
  no-progress: {{if: "months >= 24 and not settled", ask: "What is the aim, and when is it out of reach?"}}

claims:                             # the argument, sentence by sentence, each with a query that can be true or false
  spigot:
    by: Name of the author
    says: Whenever the rebels are losing, their patron raises its support.
    model: "P(moscow.support[+6] > moscow.support | rebels.losing) >= 0.8"
"""


def new(name: str) -> str:
    """The text of a new scenario called `name`; raises ScenarioError where that is no name."""
    reader = NodeReader(Issues())
    reader.check_name(Scalar(name, Mark(name)))
    if reader.issues.found:
        raise ScenarioError(reader.issues.found)
    theories = "".join(f"      {theory + ':':<13}{{weight: 1}}   # {theory_says(theory)}\n" for theory in theory_names())
    return _TEXT.format(name=name, theories=theories)
