"""What it costs to solve a war backward: against its states, against its months, and the case that was asked for (issue 16) on one core and on two.

python benchmarks/solve_backward.py [--accept]   the table; kept in last.json under `solve_backward`, and drawn in docs/explanation/solve-cost.svg
python benchmarks/solve_backward.py one STATES MONTHS THREADS PRECISION SCALE   one case, as JSON

A random war of local moves: 8 x 8 moves (four fifths of them allowed), 3 types, 4 states that a month can lead to, 10 beliefs; points of a month are
normal with the deviation SCALE. A public state is a war state with a belief. Every case has a process of its own; making the game is not timed.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from bench import LAST, QUIET, child, processor

from countermove.games.backward import Effort, solve_backward
from countermove.games.stochastic import StochasticGame
from countermove.show.charts.scale import Extent, Scale
from countermove.show.charts.svg import ACCENT, RULE, dot, figure, line, words
from countermove.show.charts.svg import QUIET as GREY

MOVES, TYPES, WAYS, STEPS, BELIEFS = 8, 3, 4, 3, 10
STATES, MONTHS = (1000, 2000, 4000, 7000, 10_000), (6, 12, 24, 36, 48, 60)
FEW_MONTHS, FEW_STATES = 12, 2000
ASKED = (10_000, 60)
SECONDS, MEGABYTES = 60, 2048
HARD = (
    (1.0, 0.3, 100),
    (1.0, 1.0, 100),
    (5.0, 0.3, 100),
    (5.0, 1.0, 20),
    (20.0, 0.3, 20),
    (20.0, 1.0, 8),
)  # precision, scale, states
PICTURE = Path(__file__).parents[1] / "docs" / "explanation" / "solve-cost.svg"


def local_war(states: int, months: int, scale: float) -> StochasticGame:
    """The same war for every machine: a month leads to states that are at most 20 away."""
    random = np.random.default_rng(0)
    owner_may, rival_may = random.random((states, MOVES)) < 0.8, random.random((states, MOVES)) < 0.8
    owner_may[:, 0] = rival_may[:, 0] = True
    allowed = owner_may[:, :, None] & rival_may[:, None, :]
    away = random.integers(-20, 21, size=(1, MOVES, MOVES, WAYS))
    chances = random.random((*allowed.shape, WAYS))
    common = random.normal(size=allowed.shape)
    own = [(common + (kind + 1) / TYPES * random.normal(size=allowed.shape)) * scale * allowed for kind in range(TYPES)]
    return StochasticGame(
        owner="owner",
        rival="rival",
        owner_moves=tuple(f"a{move}" for move in range(MOVES)),
        rival_moves=tuple(f"b{move}" for move in range(MOVES)),
        types=np.arange(1, TYPES + 1) / np.arange(1, TYPES + 1).sum(),
        months=months,
        start=np.full(states, 1 / states),
        owner_may=owner_may,
        rival_may=rival_may,
        following=((np.arange(states)[:, None, None, None] + away) % states).astype(np.int32),
        chances=chances / chances.sum(axis=3, keepdims=True) * allowed[..., None],
        owner_gets=random.normal(size=allowed.shape) * scale * allowed,
        rival_gets=np.stack(own),
        owner_last=random.normal(size=states),
        rival_last=random.normal(size=(TYPES, states)),
    )


def one(states: int, months: int, threads: int, precision: float, scale: float) -> dict[str, float]:
    """One case in this process: seconds of the wall and of processors, megabytes at most, and what was not easy."""
    game = local_war(states, months, scale)
    wall, cpu = time.perf_counter(), time.process_time()
    found = solve_backward(game, precision, Effort(belief_steps=STEPS, threads=threads, half=True))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    games = found.owner_value.size * months
    rates = {name: float(getattr(found, name).sum()) / games for name in ("followed", "turned", "missed")}
    return {
        "wall": wall,
        "cpu": cpu,
        "megabytes": peak,
        "microseconds": cpu / games * 1e6,
        "residual": float(found.residual.max()),
        **rates,
    }


def asked(states: int, months: int, threads: int = 1, precision: float = 1.0, scale: float = 0.3) -> dict[str, float]:
    """One case in a process of its own, one core to a thread."""
    values = [str(value) for value in (states, months, threads, precision, scale)]
    found: dict[str, float] = child("solve_backward.py", "one", *values, OPENBLAS_NUM_THREADS="1")
    return {"states": states, "months": months, "precision": precision, "scale": scale, **found}


def measured() -> dict[str, Any]:
    """All cases."""
    return {
        "processor": processor(),
        "load": os.getloadavg()[0],
        "by states": [asked(states, FEW_MONTHS) for states in STATES],
        "by months": [asked(FEW_STATES, months) for months in MONTHS],
        "asked for": {str(threads): asked(*ASKED, threads) for threads in (1, 2)},
        "harder": [asked(states, 3, 1, precision, scale) for precision, scale, states in HARD],
    }


def shown(found: dict[str, Any]) -> str:
    """The tables, as text."""
    lines = [f"a war solved backward, {MOVES} x {MOVES} moves, {TYPES} types, {BELIEFS} beliefs a war state; {found['processor']}"]
    if found["load"] >= QUIET:
        lines.append(f"Other programs are running (load {found['load']:.1f}): look at seconds of processor.")
    for name in ("by states", "by months"):
        lines += ["", f"{'public states':>14s}{'months':>8s}{'s of processor':>16s}{'us a stage game':>17s}{'MB':>7s}"]
        for row in found[name]:
            size = f"{row['states'] * BELIEFS:>14,.0f}{row['months']:>8.0f}"
            lines.append(f"{size}{row['cpu']:>16.2f}{row['microseconds']:>17.1f}{row['megabytes']:>7.0f}")
    lines.append("")
    for threads, row in found["asked for"].items():
        good = row["wall"] <= SECONDS and row["megabytes"] <= MEGABYTES
        failed = "not reached" if found["load"] < QUIET else "not reached while other programs run: close them"
        lines += [
            f"{row['states'] * BELIEFS:,.0f} public states x {row['months']:.0f} months, threads: {threads}",
            f"  {row['wall']:.1f} s, {row['cpu']:.1f} s of processor, {row['megabytes']:.0f} MB",
            f"  asked for: {SECONDS} s, {MEGABYTES} MB: {'reached' if good else failed}",
        ]
    lines += ["", f"{'precision':>9s}{'scale':>7s}{'us a stage game':>17s}{'followed':>10s}{'turned':>9s}{'missed':>9s}"]
    for row in found["harder"]:
        rates = f"{row['followed']:>10.2%}{row['turned']:>9.2%}{row['missed']:>9.2%}"
        lines.append(f"{row['precision']:>9g}{row['scale']:>7g}{row['microseconds']:>17.1f}{rates}")
    return "\n".join(lines)


def picture(found: dict[str, Any]) -> str:
    """Seconds of processor against public states and against months, each with the line through zero and its last point."""
    panels = [
        ("public states", f"{FEW_MONTHS} months", [(row["states"] * BELIEFS, row["cpu"]) for row in found["by states"]]),
        ("months", f"{FEW_STATES * BELIEFS:,} public states", [(row["months"], row["cpu"]) for row in found["by months"]]),
    ]
    marks: list[str] = []
    for place, (name, with_what, points) in enumerate(panels):
        left = 30.0 + 230 * place
        across = Scale(Extent(0, points[-1][0] * 1.05), left, left + 180)
        up = Scale(Extent(0, max(seconds for _, seconds in points) * 1.1), 130, 20)
        marks.append(words((left - 24, 10), f"seconds of processor, {with_what}", size=9))
        for tick in up.ticks(4):
            marks += [
                line((left, up(tick)), (left + 180, up(tick)), RULE, 0.6),
                words((left - 4, up(tick) + 3), f"{tick:g}", "end", size=8),
            ]
        for tick in across.ticks(4):
            marks.append(words((across(tick), 141), f"{tick:,.0f}", "middle", size=8))
        marks.append(words((left + 180, 152), name, "end", size=8))
        marks.append(line((across(0), up(0)), (across(points[-1][0]), up(points[-1][1])), GREY, 1, "3 2"))
        marks += [dot((across(size), up(seconds)), 3, ACCENT) for size, seconds in points]
    says = "; ".join(
        f"seconds of processor by {name} ({with_what}): " + ", ".join(f"{size:,.0f}: {seconds:.1f}" for size, seconds in points)
        for name, with_what, points in panels
    )
    return figure(450, 158, says, marks) + "\n"


def keep(found: dict[str, Any], accept: bool) -> str:
    """Put the result into last.json, and draw it, where it is from the same processor as before, or there is none; why not, else."""
    last = json.loads(LAST.read_text(encoding="utf-8")) if LAST.exists() else {}
    before = last.get("solve_backward")
    if before and before["processor"] != found["processor"] and not accept:
        return f"not kept: last.json has it from another processor ({before['processor']})"
    if before and found["asked for"]["1"]["cpu"] > 1.15 * before["asked for"]["1"]["cpu"] and not accept:
        return "not kept: more than 15% slower than the last one; explain it, then --accept"
    last["solve_backward"] = found
    LAST.write_text(json.dumps(last, indent=1) + "\n", encoding="utf-8")
    PICTURE.write_text(picture(found), encoding="utf-8")
    return ""


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        states, months, threads = (int(value) for value in sys.argv[2:5])
        print(json.dumps(one(states, months, threads, *(float(value) for value in sys.argv[5:7]))))
        sys.exit()
    result = measured()
    print(shown(result))
    if why := keep(result, "--accept" in sys.argv[1:]):
        print(why)
        sys.exit(1 if "15%" in why else 0)
