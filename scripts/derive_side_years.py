#!/usr/bin/env python
"""What many wars say of support by tiers: the first look again, what is censored, and the fit, as docs/explanation/many-wars.md prints it.

    .venv/bin/python scripts/derive_side_years.py                 everything; about a minute and a half of one core
    .venv/bin/python scripts/derive_side_years.py --first-look    the counts alone, at once

Both need the extra many-wars: pip install 'countermove[many-wars]'.

The data are not shipped. They are looked for in ../shared/data, where COUNTERMOVE_DATA says, or where --data says:
esd/ucdp-esd-ay-181.csv (support; Meier, Karlén, Pettersson & Croicu 2022), ucdp/BattleDeaths_v24_1_dyadic.csv (battle deaths; Davies et al.
2024), nsa/nsa_v3.4_21November2013.tsv (strength of rebels; Cunningham, Gleditsch & Salehyan 2013). The last has no key in common with the first:
rebels are matched by name and government, and where that finds none or two the strength is unknown.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from many_wars.changes import CAUSES, FACTORS, SAME, TIERS, Changes, RankedSides, changes, ranked  # noqa: E402
from many_wars.fit import Interval, TierFit, fit_tiers  # noqa: E402
from many_wars.sampling import Sampling  # noqa: E402

from countermove.errors import CountermoveError  # noqa: E402
from countermove.publishers.formats import read_published  # noqa: E402
from countermove.publishers.ucdp_support import SideYears  # noqa: E402

DATA = Path(os.environ.get("COUNTERMOVE_DATA", ROOT.parent / "shared" / "data"))
ESD = "esd/ucdp-esd-ay-181.csv"
DEATHS = "ucdp/BattleDeaths_v24_1_dyadic.csv"
STRENGTH = "nsa/nsa_v3.4_21November2013.tsv"
FILES = (ESD, DEATHS, STRENGTH)
STRENGTHS = {"much weaker": -2, "weaker": -1, "parity": 0, "stronger": 1, "much stronger": 2}

Row = dict[str, str]
Pair = tuple[int, int]


def rebels(data: Path) -> list[Row]:
    """The rows of the file on the strength of rebels."""
    with (data / STRENGTH).open(encoding="latin-1", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def deaths(data: Path) -> dict[Pair, float]:
    """(dyad, year) -> the best estimate of battle deaths."""
    table = read_published(data / DEATHS, "ucdp-battle-deaths")
    pairs = zip(table.dyad_id.tolist(), table.year.tolist(), strict=True)
    return dict(zip(pairs, table.bd_best.astype(float).tolist(), strict=True))


def strengths(rebels: Iterable[Row], table: SideYears) -> dict[Pair, float]:
    """(dyad, side) -> strength from -2 to 2, for both sides of every dyad whose rebels are found by name under one strength."""
    named: dict[str, list[Row]] = defaultdict(list)
    for rebel in rebels:
        named[rebel["side_b"].strip().lower()].append(rebel)
    found: dict[Pair, float] = {}
    for row in np.flatnonzero(table.actor_nonstate & table.civil):
        name, opponent = table.actor_name[row].strip().lower(), table.oppo_name[row]
        coded = {other["rebstrength"] for other in named[name] if other["side_a"].split()[0] in opponent}
        if len(coded) == 1 and coded <= STRENGTHS.keys():
            value, dyad = float(STRENGTHS[coded.pop()]), int(table.dyad_id[row])
            found[dyad, int(table.actor_id[row])] = value
            found[dyad, int(table.oppo_id[row])] = -value
    return found


def load(data: Path) -> tuple[RankedSides, SideYears]:
    """The side-years with deaths and strength, and the publisher's table that they came from."""
    table: SideYears = read_published(data / ESD, "ucdp-esd-side-year")
    return ranked(table, deaths=deaths(data), strength=strengths(rebels(data), table)), table


# --- the first look ---------------------------------------------------------------------------------------------------


def gained(sides: RankedSides, was: bool, now_is: bool) -> tuple[int, int]:
    """Unsupported sides whose opponent was armed last year (or not) and is now (or not): how many have a patron in the next two years."""
    at = {key: index for index, key in enumerate(sides.keys())}
    happened = cases = 0
    for (dyad, _, year), index in at.items():
        other = int(sides.opponent[index])
        before, now = at.get((dyad, other, year - 1)), at.get((dyad, other, year))
        one, two = (at.get((dyad, int(sides.side[index]), year + later)) for later in (1, 2))
        watched = before is not None and now is not None and sides.armed[before] == was and sides.armed[now] == now_is
        if not watched or sides.tier[index] > 0 or one is None or (sides.tier[one] == 0 and two is None):
            continue
        cases += 1
        happened += bool(sides.tier[one] > 0 or (two is not None and sides.tier[two] > 0))
    return happened, cases


def odds_ratio(one: Pair, other: Pair) -> str:
    """Of two shares (happened, cases), with the 90% interval under Jeffreys' priors, as if all cases were independent."""
    rng = np.random.default_rng(0)
    first, second = (rng.beta(happened + 0.5, cases - happened + 0.5, 200_000) for happened, cases in (one, other))
    return str(Interval.of(first / (1 - first) * (1 - second) / second))


def yearly(sides: RankedSides) -> tuple[int, int, int, int]:
    """Over all pairs of years: supported sides still supported, of how many; unsupported sides with a patron, of how many."""
    at = {key: index for index, key in enumerate(sides.keys())}
    pairs = [(index, at.get((dyad, side, year + 1))) for (dyad, side, year), index in at.items()]
    tiers = np.array([(sides.tier[now], sides.tier[later]) for now, later in pairs if later is not None])
    had, has = tiers[:, 0] > 0, tiers[:, 1] > 0
    return int((had & has).sum()), int(had.sum()), int((~had & has).sum()), int((~had).sum())


def first_look(sides: RankedSides, seen: Changes) -> Iterable[str]:
    """The counts of the first look, with this ranking of tiers, beside those noted then."""
    both = (seen.tier > 0) & (seen.opponent > 0)
    onset, offset = (seen.factor(name) == 1 for name in ("onset", "offset"))
    noted = {"begin": "rise 1, same 41, stop 7 of 52", "do not begin": "rise 32, stop 60 of 906", "end": "not noted"}
    yield "both sides supported; the opponent's weapons    rise same lower stop   of    first look, other ranking"
    codes = (CAUSES.index("raise"), SAME, CAUSES.index("lower"), CAUSES.index("stop"))
    for name, rows in (("begin", both & onset), ("do not begin", both & ~onset), ("end", both & offset)):
        counts = [int((seen.outcome[rows] == code).sum()) for code in codes]
        yield f"  {name:<44}" + "".join(f"{count:>6}" for count in counts) + f"{int(rows.sum()):>6}   {noted[name]}"
    yield "unsupported side has a patron within two years; the opponent's weapons"
    begin, never, end, always = (
        gained(sides, was, is_now) for was, is_now in ((False, True), (False, False), (True, False), (True, True))
    )
    noted = {"begin": "first look 9 of 32", "are not there": "first look 88 of 781", "end": "", "go on": ""}
    for name, (happened, cases) in zip(noted, (begin, never, end, always), strict=True):
        yield f"  {name:<14}{happened:>4} of {cases:<4}  {noted[name]}".rstrip()
    yield f"  odds ratio, begin against not there {odds_ratio(begin, never)}; placebo, end against go on {odds_ratio(end, always)}"
    persist, had, start, had_not = yearly(sides)
    yield f"supported, and still a year later  {persist} of {had}, {persist / had:.1%}  first look 92.6%"
    yield f"unsupported, and supported a year later  {start} of {had_not}, {start / had_not:.1%}  first look 7.7%"


# --- what is printed --------------------------------------------------------------------------------------------------


def missing(sides: RankedSides, seen: Changes, table: SideYears) -> Iterable[str]:
    """What the record does not show."""
    lost = seen.censored
    last = int(table.id.max())
    yield f"{len(table):,} rows; row numbers run to {last:,}, so {last - len(table):,} rows are not in this copy"
    yield f"{sides.between_states} between states left out; in {sides.elements} only a part of a state is named as the giver (counted as support)"
    yield f"{sides.dyad.size:,} rows of {lost.sides} sides, of which"
    yield f"  {lost.changes:>5} make a change that can be used, in {seen.wars.size} wars"
    yield f"  {lost.leaves:>5} are the side's last before the file ends: war over, gone quiet, or rows missing"
    yield f"  {lost.file_ends:>5} lie in the last year of the file"
    yield f"  {lost.gap:>5} stand before a gap"
    yield f"  {lost.enters:>5} lie in the dyad's first year: what the opponent got before is unknown"
    yield f"  {lost.opponent_missing:>5} lack a row of the opponent"
    yield f"{lost.supported_when_first_seen} of {lost.sides} sides are supported when first seen: their start was not observed"
    yield f"{lost.supported_when_last_seen} of {lost.sides} sides are supported when last seen: their stop was not observed"
    yield f"{lost.first_seen_in_first_year} sides are there in the first year of the file: how long before that is unknown"
    dead, strong = (int(np.isfinite(column).sum()) for column in (sides.deaths, sides.strength))
    yield f"battle deaths are known in {dead:,} rows (none before 1989), relative strength in {strong:,}"


def fitted(fit: TierFit) -> Iterable[str]:
    """Rates, odds, checks and diagnostics."""
    good = fit.diagnostics
    yield f"R-hat at most {good.rhat:.4f}, effective draws at least {good.ess_bulk:.0f} (tails {good.ess_tail:.0f}), {good.divergences} divergences"
    yield f"rates a year (tiers: {', '.join(f'{tier} {name}' for tier, name in enumerate(TIERS))})"
    yield f"  {'':<14}{'record':>14}   {'mean of wars':<28}{'a war not in the record':<29}{'Beta':<11}the same, a month"
    for rate in fit.rates:
        seen, beta = f"{rate.happened} of {rate.cases}", "{:.2g}, {:.2g}".format(*rate.beta)
        yield f"  {rate.name:<14}{seen:>14}   {rate.mean!s:<28}{rate.new_war!s:<29}{beta:<11}{rate.monthly}"
    yield f"odds ratios (before the record: {fit.prior})"
    yield f"  {'':<7}{'opponent armed':<32}{'no longer armed (placebo)':<32}first over second"
    for row in fit.odds:
        reaction, placebo = (
            f"{row.reaction} {row.happened}/{row.cases}",
            f"{row.placebo} {row.placebo_happened}/{row.placebo_cases}",
        )
        yield f"  {row.cause:<7}{reaction:<32}{placebo:<32}{row.net}"
    yield from (row.sentence for row in fit.odds)
    yield f"{'other factors':<18}" + "".join(f"{cause:<26}" for cause in CAUSES)
    for index, factor in enumerate(FACTORS[2:], start=2):
        yield f"  {factor:<16}" + "".join(f"{fit.factors[cause][index]!s:<26}" for cause in range(len(CAUSES)))
    yield f"  {'between wars':<16}" + "".join(f"{spread!s:<26}" for spread in fit.spread)
    yield f"  {'check':<62}observed  expected (90%)        p"
    for check in fit.checks:
        expected = f"{check.expected:.1f} ({check.low:.0f} to {check.high:.0f})"
        yield f"  {check.name:<62}{check.observed:>8}  {expected:<20}{check.p:.2f}{'  missed' if check.missed else ''}"
    yield fit.sentence


def main() -> int:
    """Print; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of the data")
    parser.add_argument("--seed", type=int, default=0, help="of the chains")
    parser.add_argument("--draws", type=int, default=Sampling().draws, help="draws of each chain")
    parser.add_argument("--first-look", action="store_true", help="the counts alone")
    options = parser.parse_args()
    absent = [name for name in FILES if not (options.data / name).is_file()]
    if absent:
        sys.stderr.write(f"not in {options.data}: {', '.join(absent)}; the data are not shipped\n")
        return 2
    try:
        sides, table = load(options.data)
        seen = changes(sides)
        sys.stdout.writelines(f"{line}\n" for line in (*first_look(sides, seen), "", *missing(sides, seen, table)))
        if not options.first_look:
            sys.stdout.flush()
            fit = fit_tiers(seen, seed=options.seed, sampling=Sampling(draws=options.draws))
            sys.stdout.writelines(f"{line}\n" for line in ("", *fitted(fit)))
    except CountermoveError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
