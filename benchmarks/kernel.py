"""The ceiling in practice: donbas-2017 written by hand in C (kernel.c), compiled for this processor, beside the engine on the same uniforms.

python benchmarks/kernel.py check [DRAWS [SEED]]   every plan under every theory: do the kernel's runs end as the engine's do?
python benchmarks/kernel.py rate WORKERS           run-months per second, of every pair and of one; the last line printed is JSON
python benchmarks/kernel.py work                   floating-point operations of a run-month; the last line printed is JSON
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from countermove.behaviour.theory import RUNG_EDGES
from countermove.engine.draws import Draws, prior_draws
from countermove.engine.layout import slots
from countermove.engine.program import Program, calendar, compile_scenario
from countermove.engine.run import CHUNK, Batch, Engine, Task
from countermove.engine.simulate import outcomes
from countermove.rng.seeds import words
from countermove.scenario.read import read
from countermove.shelf import cache_folder
from countermove.world.measure import MEASURE_NAMES
from countermove.world.monthly import MONTHLY

HERE = Path(__file__).resolve().parent
SOURCES = ("kernel.c", "kernel_plans.h", "kernel_theories.h", "kernel_state.h", "kernel_lanes.h")
FLAGS = ("-O3", "-march=native", "-ffast-math", "-mprefer-vector-width=512", "-mrecip=none")
PLANS = (
    "abstain",
    "restraint",
    "javelins",
    "heavy-lethal",
    "javelins-conditions-ceiling",
    "arms-for-talks",
    "sanctions-and-brigades",
)
THEORIES = ("inertia", "pressure", "spigot", "richardson", "opportunist", "rational", "domestic", "switching")
SCENARIO, LANES, BAND_STRIDE, LUCKS = "donbas-2017", 16, 16, 16
BANDS = tuple(MONTHLY)
TOLERANCE = 1e-3  # a run has parted where a measure differs by more, relative to 1 + the engine's
NO_COMPILER = "no C compiler on the path (cc, or the one that CC names)"
ONE_PAIR = ("javelins", "spigot")  # as in ours.py


def compiler() -> str | None:
    """The C compiler of this machine, None where there is none."""
    return shutil.which(os.environ.get("CC", "cc"))


def written(text: str) -> str:
    """A name of the program as a name in C."""
    return text.replace(".", "_").replace("-", "_")


def _columns(values: dict[str, np.ndarray]) -> list[tuple[str, np.ndarray]]:
    """Each single number by its name in C: `side.heavy` of side 1 is side_heavy_1, the second mode of a row of patron 1 ..._1_1."""
    out: list[tuple[str, np.ndarray]] = []
    for name, value in values.items():
        for place in np.ndindex(value.shape[:-1]):
            out.append(("_".join([written(name), *map(str, place)]), value[place]))
    return out


def header(program: Program, draws: Draws) -> tuple[str, dict[str, np.ndarray]]:
    """kernel_numbers.h of a program: certain numbers as numbers, uncertain ones as rows; and the rows by name [draws]."""
    lines, rows = ["/* written by kernel.py */"], dict[str, np.ndarray]()
    for name, value in _columns(dict(draws.values)):
        if len(value) > 1:
            lines.append(f"#define n_{name} B->p[{len(rows)}][l]")
            rows[name] = value
        else:
            lines.append(f"#define n_{name} {float(value[0])!r}f")
    cast = program.cast
    lines += [f"enum {{ {', '.join(f'm_{written(name)}' for name in MEASURE_NAMES)} }};"]
    facts = {
        "ROWS": len(rows),
        "MEASURES": len(MEASURE_NAMES),
        "MONTHS": cast.months,
        "SLOTS": slots(cast),
        "START_RUNG": f"{cast.start_rung}.0f",
        "START_WORTH": f"{(0.0, *RUNG_EDGES)[cast.start_rung]}f",
        "START_REGIME": f"{cast.start_regime}.0f",
        "START_SANCTIONS": f"{program.scenario.opening.sanctions}f",
        "DELIVERY": program.plans[0].first_delivery,
    }
    lines += [f"#define {name} {value}" for name, value in facts.items()]
    elections = calendar(program)["election"][:, 1]
    lines.append(f"static const float ELECTIONS[] = {{{', '.join(f'{x:.1f}f' for x in elections)}}};")
    return "\n".join(lines) + "\n", rows


def built(name: str, *texts: str, sources: Sequence[str], flags: Sequence[str] = FLAGS) -> Path:
    """The shared library of C sources with a header kernel_numbers.h, compiled once for each content, compiler and processor."""
    cc = compiler()
    if cc is None:
        raise FileNotFoundError(NO_COMPILER)
    native = subprocess.run([cc, "-march=native", "-Q", "--help=target"], capture_output=True, text=True, check=False).stdout
    content = "\0".join(
        [cc, "linked by itself", *flags, native, *texts, *((HERE / source).read_text(encoding="utf-8") for source in sources)]
    )
    place = cache_folder() / "kernel" / f"{name}-{hashlib.sha256(content.encode()).hexdigest()[:16]}.so"
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as folder:
            for text in texts:
                (Path(folder) / "kernel_numbers.h").write_text(text, encoding="utf-8")
            made, out = Path(folder) / "new.o", Path(folder) / "new.so"
            # Linked by itself, without -ffast-math: else the library, once loaded, would round the denormals of the whole process to 0.
            for command in (
                [cc, *flags, "-std=gnu11", "-c", "-fPIC", "-I", folder, "-o", str(made), str(HERE / sources[0])],
                [cc, "-shared", "-o", str(out), str(made), "-lm"],
            ):
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                if done.returncode != 0:
                    sys.exit(f"kernel.py: {' '.join(command)} failed\n{done.stderr[-3000:]}")
            os.replace(out, place)
    return place


class Kernel:
    """The compiled kernel with the draws that it plays."""

    def __init__(self, program: Program, draws: Draws) -> None:
        """Compile, or take what was compiled. Refuses another war."""
        from countermove.rng import transforms

        if program.scenario.scenario != SCENARIO:
            raise ValueError(f"kernel.c is written for {SCENARIO}")
        text, rows = header(program, draws)
        self.numbers = np.ascontiguousarray(np.stack(list(rows.values())), np.float32)
        self.rows = {name: row for row, name in enumerate(rows)}
        self.months, self.seed, self.draws = program.cast.months, words(draws.seed), draws.size
        self.library = ctypes.CDLL(str(built("kernel", text, sources=SOURCES)))
        self.library.set_gamma(_pointer(np.ascontiguousarray(transforms._TABLE, np.float32)))

    def play(self, plan: str, theory: str, lucks: int, first: int, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Outcomes [M, count] and bands [T, 6, count / 16] of the runs first .. first + count, as the engine gives them."""
        outcomes = np.empty((len(MEASURE_NAMES), count), np.float32)
        bands = np.empty((self.months, len(BANDS), count // BAND_STRIDE), np.float32)
        long = ctypes.c_long
        self.library.play(
            PLANS.index(plan),
            THEORIES.index(theory),
            _pointer(self.seed),
            _pointer(self.numbers),
            long(self.draws),
            long(lucks),
            long(first),
            long(count),
            _pointer(outcomes),
            _pointer(bands),
            long(count),
        )
        return outcomes, bands


def _pointer(array: np.ndarray) -> Any:
    return ctypes.c_void_p(array.ctypes.data)


@dataclass(frozen=True)
class Agreement:
    """How the kernel's runs of a pair end beside the engine's: `off` is the largest difference of a run in any measure, relative to 1 + it."""

    off: np.ndarray  # [n]; infinite where one has a number and the other none
    where: np.ndarray  # [n] the measure that differs most

    @property
    def parted(self) -> np.ndarray:
        """The runs that went another way."""
        return np.flatnonzero(self.off > TOLERANCE)

    @property
    def rest(self) -> float:
        """The largest difference of the others."""
        return float(self.off[self.off <= TOLERANCE].max(initial=0.0))


def agreement(engine: np.ndarray, kernel: np.ndarray) -> Agreement:
    """The same runs twice [M, n]."""
    off = np.nan_to_num(np.abs(kernel - engine) / (1 + np.abs(engine)))
    off[np.isnan(engine) != np.isnan(kernel)] = np.inf
    return Agreement(off.max(axis=0), off.argmax(axis=0))


def parting(engine: Engine, batch: Batch, kernel: Kernel, pair: tuple[str, str], run: int) -> str:
    """Where the paths of a run part: the month, and what of the six bands differs first."""
    job = engine.job(batch, *pair, np.arange(run, run + batch.chunk))
    ours = np.asarray(outcomes(engine.kernel, job)[1])[..., 0]
    theirs = kernel.play(*pair, batch.lucks, run, LANES)[1][..., 0]
    far = np.abs(theirs - ours) / (1 + np.abs(ours)) > TOLERANCE
    if not far.any():
        return "on no path"
    month = int(np.argmax(far.any(axis=1)))
    return f"from month {month + 1} on: {', '.join(name for name, here in zip(BANDS, far[month], strict=True) if here)}"


def check(draws: int = 256, seed: int = 1) -> int:
    """Print how every pair agrees; 1 where more than one run in a thousand parted."""
    engine = Engine(compile_scenario(read(SCENARIO)))
    batch = Batch(prior_draws(engine.program, draws, seed), LUCKS)
    kernel, runs, parted = Kernel(engine.program, batch.draws), draws * LUCKS, 0
    print(f"{runs:,} runs of each pair; parted: a measure differs by more than {TOLERANCE:g} of 1 + it")
    print(f"{'plan':30s}{'theory':14s}{'parted':>8s}{'largest difference of the rest':>33s}")
    for pair in ((plan, theory) for plan in PLANS for theory in THEORIES):
        tables = [engine.chunk(batch, Task(*pair, first))[0] for first in range(0, runs, batch.chunk)]
        found = agreement(np.concatenate(tables, axis=1)[:, :runs], kernel.play(*pair, LUCKS, 0, runs)[0])
        parted += len(found.parted)
        print(f"{pair[0]:30s}{pair[1]:14s}{len(found.parted):>8d}{found.rest:>33.1e}")
        for run in found.parted:
            measure, place = MEASURE_NAMES[found.where[run]], f"draw {run // LUCKS}, luck {run % LUCKS}"
            print(f"    {place}: {measure} differs most; paths part {parting(engine, batch, kernel, pair, int(run))}")
    every = len(PLANS) * len(THEORIES) * runs
    print(f"{parted} of {every:,} runs parted: {parted / every:.4%}")
    return int(parted > every / 1000)


def timed(workers: int, repeats: int = 15) -> dict[str, dict[str, float]]:
    """Run-months per second of the wall's clock and of processor, the best of several: as many runs as ours.py plays, on threads."""
    from ours import best

    program = compile_scenario(read(SCENARIO))
    kernel = Kernel(program, prior_draws(program, 12 * CHUNK // LUCKS, 0))
    every = [(plan, theory, 0) for plan in PLANS for theory in THEORIES]
    one = [(*ONE_PAIR, first * CHUNK) for first in range(12)]

    def play(task: tuple[str, str, int]) -> int:
        kernel.play(task[0], task[1], LUCKS, task[2], CHUNK)
        return CHUNK * kernel.months

    with ThreadPoolExecutor(workers) as pool:

        def all_of(tasks: Sequence[tuple[str, str, int]]) -> float:
            return float(sum(pool.map(play, tasks) if workers > 1 else map(play, tasks)))

        return {name: best(lambda tasks=tasks: all_of(tasks), repeats) for name, tasks in (("all", every), ("pair", one))}


COUNTED = {"add": 1, "sub": 1, "mul": 1, "div": 1, "sqrt": 1, "fmadd": 2, "fmsub": 2, "fnmadd": 2, "fnmsub": 2}
_ARITHMETIC = re.compile(r"\sv(f?n?m?(?:add|sub|mul|div|sqrt))(?:132|213|231)?ps\s.*%zmm")
_PARTS = ("observe", "fight", "bargain", "hazards", "spread", "chance", "minds", "tally")


def work() -> dict[str, float]:
    """Floating-point additions, multiplications, divisions and roots of a run-month, mean over plans and theories, a multiply-add counted as
    two, as `kernel`; and `kernel bytes` through memory: the numbers of a draw, measures and bands.

    Operations are read off the machine code, which has no loops where a block of runs is one vector; they are left out where it is not, or
    cannot be read.
    """
    program = compile_scenario(read(SCENARIO))
    text, rows = header(program, prior_draws(program, 64, 0))
    months = program.cast.months
    through = 4 * ((len(rows) / LUCKS + len(MEASURE_NAMES)) / months + len(BANDS) / BAND_STRIDE)
    if shutil.which("objdump") is None:
        return {"kernel bytes": through}
    listing = subprocess.run(
        ["objdump", "-d", "--no-show-raw-insn", str(built("kernel", text, sources=SOURCES))],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    parts: dict[str, int] = {}
    for part in re.split(r"\n(?=[0-9a-f]+ <)", listing):
        name = re.match(r"[0-9a-f]+ <(\w+)>:", part.strip())
        if name:
            parts[name[1]] = sum(COUNTED[found[1]] for found in _ARITHMETIC.finditer(part))
    desks = [parts.get(f"desk_{written(plan)}", 0) for plan in PLANS]
    others = [parts.get(f"others_{theory}", 0) for theory in THEORIES]
    fixed = [parts.get(part, 0) for part in _PARTS]
    if min(*others, *fixed[:4]) == 0:
        return {"kernel bytes": through}
    return {"kernel": sum(fixed) + sum(desks) / len(desks) + sum(others) / len(others), "kernel bytes": through}


def main(command: str, *values: str) -> int:
    """Do it and print the answer."""
    if command == "check":
        return check(*(int(value) for value in values))
    print(json.dumps(work() if command == "work" else timed(int(values[0]))))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
