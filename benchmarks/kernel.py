"""The ceiling in practice: donbas-2017 written by hand in C (kernel.c), compiled for this processor, beside the engine on the same uniforms.

python benchmarks/kernel.py check [DRAWS]   every plan under every theory: do the C kernel and the engine end alike?
python benchmarks/kernel.py rate WORKERS    run-months per second; the last line printed is JSON
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from countermove.engine.draws import Draws
from countermove.engine.program import Program, calendar
from countermove.rng.seeds import words
from countermove.shelf import cache_folder
from countermove.world.measure import MEASURE_NAMES

HERE = Path(__file__).resolve().parent
SOURCES = ("kernel.c", "kernel_plans.h", "kernel_theories.h", "kernel_state.h", "kernel_lanes.h")
FLAGS = ("-O3", "-march=native", "-ffast-math", "-fopenmp-simd", "-mprefer-vector-width=512")
PLANS = ("abstain", "restraint", "javelins", "heavy-lethal", "javelins-conditions-ceiling", "arms-for-talks", "sanctions-and-brigades")
THEORIES = ("inertia", "pressure", "spigot", "richardson", "opportunist", "rational", "domestic", "switching")
LANES, BANDS, BAND_STRIDE = 16, 6, 16


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


def header(program: Program, draws: Draws) -> tuple[str, np.ndarray]:
    """kernel_numbers.h of a program: certain numbers as numbers, uncertain ones as rows; and these rows [rows, draws], float32."""
    lines, rows = ["/* written by kernel.py */"], []
    for name, value in _columns(dict(draws.values)):
        if len(value) > 1:
            lines.append(f"#define n_{name} B->p[{len(rows)}][l]")
            rows.append(value)
        else:
            lines.append(f"#define n_{name} {float(value[0])!r}f")
    cast = program.cast
    lines += [f"enum {{ {', '.join(f'm_{written(name)}' for name in MEASURE_NAMES)} }};"]
    worth = (0.0, 0.05, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 12.0)[cast.start_rung]
    facts = {"ROWS": len(rows), "MONTHS": cast.months, "SLOTS": 54, "START_RUNG": f"{cast.start_rung}.0f", "START_WORTH": f"{worth}f",
             "START_REGIME": f"{cast.start_regime}.0f", "START_SANCTIONS": f"{program.scenario.opening.sanctions}f",
             "DELIVERY": program.plans[0].first_delivery}  # fmt: skip
    lines += [f"#define {name} {value}" for name, value in facts.items()]
    elections = calendar(program)["election"][:, 1]
    lines.append(f"static const float ELECTIONS[] = {{{', '.join(f'{x:.1f}f' for x in elections)}}};")
    return "\n".join(lines) + "\n", np.ascontiguousarray(np.stack(rows), np.float32)


def built(name: str, *texts: str, sources: Sequence[str], flags: Sequence[str] = FLAGS) -> Path:
    """The shared library of C sources with a header kernel_numbers.h, compiled once for each content, compiler and processor."""
    cc = compiler()
    if cc is None:
        sys.exit("benchmarks/kernel.py needs a C compiler (cc)")
    native = subprocess.run([cc, "-march=native", "-Q", "--help=target"], capture_output=True, text=True, check=False).stdout
    content = "\0".join([cc, *flags, native, *texts, *((HERE / source).read_text(encoding="utf-8") for source in sources)])
    place = cache_folder() / "kernel" / f"{name}-{hashlib.sha256(content.encode()).hexdigest()[:16]}.so"
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as folder:
            for text in texts:
                (Path(folder) / "kernel_numbers.h").write_text(text, encoding="utf-8")
            out = Path(folder) / "new.so"
            command = [cc, *flags, "-std=gnu11", "-shared", "-fPIC", "-I", folder, "-o", str(out), str(HERE / sources[0]), "-lm"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                sys.exit(f"kernel.py: {' '.join(command)} failed\n{done.stderr[-3000:]}")
            os.replace(out, place)
    return place


class Kernel:
    """The compiled kernel with the draws that it plays."""

    def __init__(self, program: Program, draws: Draws) -> None:
        """Compile, or take what was compiled. Refuses another war."""
        if program.scenario.scenario != "donbas-2017":
            raise ValueError("kernel.c is written for donbas-2017")
        text, self.numbers = header(program, draws)
        self.months, self.seed, self.draws = program.cast.months, words(draws.seed), draws.size
        self.library = ctypes.CDLL(str(built("kernel", text, sources=SOURCES)))
        self.library.set_gamma(_pointer(_gamma()))

    def play(self, plan: str, theory: str, lucks: int, first: int, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Outcomes [M, count] and bands [T, 6, count / 16] of the runs first .. first + count, as the engine gives them."""
        outcomes = np.empty((len(MEASURE_NAMES), count), np.float32)
        bands = np.empty((self.months, BANDS, count // BAND_STRIDE), np.float32)
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


def _gamma() -> np.ndarray:
    """The engine's table of the common luck of a battle."""
    from countermove.rng import transforms

    return np.ascontiguousarray(transforms._TABLE, np.float32)
