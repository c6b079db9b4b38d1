"""Where the time of a month goes: the profiler's times of the compiled loops, given back to the functions that they were made from.

XLA merges many operations into one loop ("fusion"). Every operation remembers the Python frames it came from, so the time of a loop is
divided among its operations, an exponential or a logarithm counting ten times an addition. Approximate, and good enough to see what is dear.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import jax

DEAR = {"exponential", "log", "log-plus-one", "tanh", "power", "sine", "cosine", "divide", "sqrt", "logistic", "gather"}
FREE = {"parameter", "constant", "get-tuple-element", "tuple", "bitcast", "broadcast"}
# The first function among an operation's frames, from the month inwards, decides; the innermost of these names wins.
STAGES = {
    "uniforms": "random numbers",
    "normals": "random numbers",
    "stream_keys": "random numbers",
    "sight_of": "observe",
    "follow": "decide",
    "act": "orders and supply",
    "_others": "theories",
    "probes": "fight",
    "fight": "fight",
    "chance": "chance",
    "_asked": "minds",
    "_minds_after": "minds",
    "remember": "decide",
    "tally": "tally",
    "bands_of": "tally",
    "measures": "tally",
    "begin": "opening",
}
COPIES, OTHER = "copies of the state", "the rest"
_INSTRUCTION = re.compile(r"^\s+(?:ROOT )?%(\S+) = (.*)$")
_OPERATION = re.compile(r"\s([a-z][a-z0-9-]*)\(")
_TABLES = ("FileNames", "FunctionNames", "FileLocations", "StackFrames")


class Frame(NamedTuple):
    """Where in the Python code an operation was written."""

    file: Path
    function: str


class Instruction(NamedTuple):
    """One line of the compiled program."""

    name: str
    operation: str
    calls: str  # the computation of a fusion
    frame: int  # 0 where it has none


def tables(text: str) -> dict[str, dict[int, str]]:
    """The tables at the head of a compiled program: id -> row."""
    out: dict[str, dict[int, str]] = {}
    rows: dict[int, str] = {}
    for line in text.splitlines():
        if line in _TABLES:
            rows = out.setdefault(line, {})
        elif line.startswith(("%", "ENTRY")):
            break
        elif (match := re.match(r"(\d+) (.*)", line)) is not None:
            rows[int(match[1])] = match[2]
    return out


def frames_of(head: Mapping[str, Mapping[int, str]]) -> dict[int, tuple[Frame, ...]]:
    """Frame id -> the frames from the outermost to the innermost."""
    out: dict[int, tuple[Frame, ...]] = {0: ()}
    for number, row in head["StackFrames"].items():
        place, parent = (int(x) for x in re.findall(r"=(\d+)", row)[:2])
        file, function = (int(x) for x in re.findall(r"=(\d+)", head["FileLocations"][place])[:2])
        frame = Frame(Path(head["FileNames"][file].strip('"')), head["FunctionNames"][function].strip('"').split(".")[-1])
        out[number] = (*out.get(parent - 1, ()), frame)  # parents are written one higher than they are, 1 being none
    return out


def computations(text: str) -> dict[str, list[Instruction]]:
    """Computation -> its instructions."""
    out: dict[str, list[Instruction]] = {}
    inside: list[Instruction] = []
    for line in text.splitlines():
        if (head := re.match(r"(?:ENTRY )?%(\S+) \(", line)) is not None:
            inside = out.setdefault(head[1], [])
        elif (match := _INSTRUCTION.match(line)) is not None:
            operation = _OPERATION.search(match[2])
            calls = re.search(r"calls=%([^\s,]+)", match[2])
            frame = re.search(r"stack_frame_id=(\d+)", match[2])
            if operation is not None:
                found = Instruction(match[1], operation[1], calls[1] if calls else "", int(frame[1]) if frame else 0)
                inside.append(found)
    return out


def stage_of(frames: Iterable[Frame]) -> str:
    """The stage of an operation with these frames."""
    stage = OTHER
    for frame in frames:
        stage = STAGES.get(frame.function, stage)
    return stage


def mechanism_of(frames: Iterable[Frame]) -> str:
    """The file of the innermost frame that is a mechanism, a theory, the strategies or the random numbers."""
    place = OTHER
    for frame in frames:
        if frame.file.parent.name in ("dynamics", "behaviour", "rng"):
            place = f"{frame.file.parent.name}/{frame.file.stem}"
    return place


def shares(text: str, name_of: Callable[[Iterable[Frame]], str]) -> dict[str, dict[str, float]]:
    """Instruction -> how its time divides among the names that `name_of` gives to operations."""
    frames, program = frames_of(tables(text)), computations(text)

    def weights(instructions: Iterable[Instruction]) -> Counter[str]:
        out: Counter[str] = Counter()
        for one in instructions:
            if one.operation not in FREE:
                out[name_of(frames.get(one.frame, ()))] += 10 if one.operation in DEAR else 1
        return out

    out: dict[str, dict[str, float]] = {}
    for instructions in program.values():
        for one in instructions:
            if one.operation == "copy" and one.frame == 0:
                out[one.name] = {COPIES: 1.0}
                continue
            parts = weights(program[one.calls]) if one.calls in program else Counter({name_of(frames.get(one.frame, ())): 1})
            total = sum(parts.values())
            out[one.name] = {stage: part / total for stage, part in parts.items()} if total else {OTHER: 1.0}
    return out


def own_times(events: Iterable[tuple[float, float, str]]) -> Iterator[tuple[str, float]]:
    """(name, time outside the events nested in it) from (start, length, name)."""
    open_: list[list[Any]] = []  # [end, name, own]
    for start, length, name in sorted(events, key=lambda event: (event[0], -event[1])):
        while open_ and open_[-1][0] <= start:
            _, closed, own = open_.pop()
            yield closed, own
        if open_:
            open_[-1][2] -= length
        open_.append([start + length, name, length])
    for _, name, own in open_:
        yield name, own


def traced(compiled: Any, jobs: Sequence[Any], times: int) -> Counter[str]:
    """Nanoseconds per instruction and job by JAX's profiler: how often it ran, times its median, so that other programs on the
    machine do not count."""
    folder = Path(tempfile.mkdtemp())
    try:
        with jax.profiler.trace(str(folder)):
            for _ in range(times):
                for job in jobs:
                    jax.block_until_ready(compiled(job))
        found = jax.profiler.ProfileData.from_file(str(next(folder.rglob("*.xplane.pb"))))
        spent: defaultdict[str, list[float]] = defaultdict(list)
        for plane in found.planes:
            for line in plane.lines:
                for name, own in own_times((e.start_ns, e.duration_ns, e.name) for e in line.events):
                    spent[name].append(own)
        return Counter({name: median(each) * len(each) / (times * len(jobs)) for name, each in spent.items()})
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def divided(compiled: Any, jobs: Sequence[Any], times: int = 4) -> dict[str, dict[str, float]]:
    """ "stage" and "mechanism" -> name -> its share of the time spent inside compiled loops; the shares of each sum to 1."""
    text, spent = compiled.as_text(), traced(compiled, jobs, times)
    out: dict[str, dict[str, float]] = {}
    for what, name_of in (("stage", stage_of), ("mechanism", mechanism_of)):
        parts, sums = shares(text, name_of), Counter[str]()
        for name, own in spent.items():
            for part, share in parts.get(name, {}).items():
                sums[part] += own * share
        total = sum(sums.values())
        out[what] = {part: own / total for part, own in sums.most_common()}
    return out
