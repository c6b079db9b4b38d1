"""countermove beside its peers and its ceiling on this machine, in one run: the table, the ratios, memory, compilation, where a month's time goes.

python benchmarks/bench.py [--accept]

Compares with benchmarks/last.json and says where a rate lost 10%. The file is replaced where nothing was lost, or with --accept. On another
processor there is nothing to compare with, and the file is left alone unless --accept is given.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kernel import NO_COMPILER, compiler

HERE = Path(__file__).resolve().parent
LAST = HERE / "last.json"
WORKERS = (1, 2)
MILLIONS = 2_000_000
KERNEL = "C kernel"
LOST = 0.10
QUIET = 0.5  # load average above which wall-clock rates are not compared
Row = dict[str, float]


def child(script: str, *values: str, given: str = "", **environment: str) -> Any:
    """What a process of its own printed last, read as JSON."""
    done = subprocess.run(
        [sys.executable, str(HERE / script), *values],
        input=given,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(f"bench: {script} {' '.join(values)} failed\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def processor() -> str:
    """The processor's name and number of cores."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    name = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.processor())
    return f"{name}, {os.cpu_count()} cores"


def rates(say: Any) -> dict[str, Row]:
    """Row -> its rates, run-months per second of the wall's clock and of processor."""
    out: dict[str, Row] = {}
    for workers in WORKERS:
        say(f"countermove, {workers} at a time")
        found = child("ours.py", "rate", str(workers))
        out[f"countermove, every pair, {workers}"] = found["all"]
        out[f"countermove, one pair, {workers}"] = found["pair"]
    for workers in WORKERS if compiler() else ():
        say(f"the C kernel, {workers} at a time")
        found = child("kernel.py", "rate", str(workers))
        out[f"{KERNEL}, every pair, {workers}"] = found["all"]
        out[f"{KERNEL}, one pair, {workers}"] = found["pair"]
    for processes in WORKERS:
        say(f"NumPy, {processes} at a time")
        found = child("peers.py", "numpy", str(processes))
        size = max(found, key=lambda key: found[key]["wall"])
        out[f"NumPy float64 twin, one pair, {processes}"] = found[size] | {"chunk": float(size)}
    say("plain Python and EMA Workbench")
    ranges = json.dumps(child("peers.py", "ranges"))
    out["plain Python loop, one pair, 1"] = child("peers.py", "plain", given=ranges)
    for processes in WORKERS:
        out[f"EMA Workbench, one pair, {processes}"] = child("peers.py", "ema", str(processes), given=ranges)
    return out


def ceiling(say: Any) -> dict[str, Any]:
    """What this processor and its memory can do at most, on so many cores, and what a run-month asks of them; nothing without a C compiler."""
    if not compiler():
        say(f"NOT MEASURED: {NO_COMPILER}, so there is no C kernel, no peak and no memory bandwidth")
        return {}
    say("the processor's peak and its memory")
    peaks = {str(workers): child("hardware.py", str(workers)) for workers in WORKERS}
    return {"hardware": peaks, "operations": child("kernel.py", "work") | child("ours.py", "work")}


def shares(found: dict[str, Any]) -> dict[str, Row]:
    """Ours as a share of the C kernel, and both as shares of what the machine can do, by the wall's clock and by processor."""
    rates, machine, asked, out = found["rates"], found["hardware"], found["operations"], {}
    for workers in WORKERS:
        for what in ("every pair", "one pair"):
            ours, theirs = (rates[f"{name}, {what}, {workers}"] for name in ("countermove", KERNEL))
            out[f"countermove / {KERNEL}, {what}, {workers}"] = {kind: ours[kind] / theirs[kind] for kind in ("wall", "cpu")}
        peak = machine[str(workers)]
        by_peak = (
            (f"{KERNEL}, fp32 peak", KERNEL, "kernel"),
            ("countermove, fp32 peak, work of the kernel", "countermove", "kernel"),
            ("countermove, fp32 peak, as XLA counts it", "countermove", "as compiled"),
        )
        for name, who, how in by_peak:
            rate = rates[f"{who}, every pair, {workers}"]
            if how in asked:
                wall, cpu = rate["wall"] * asked[how] / peak["flops"], rate["cpu"] * asked[how] / peak["flops_cpu"]
                out[f"{name}, {workers}"] = {"wall": wall, "cpu": cpu}
        for name, who, how in (
            (f"{KERNEL}, memory", KERNEL, "kernel bytes"),
            ("countermove, its loops / memory", "countermove", "bytes"),
        ):
            traffic = rates[f"{who}, every pair, {workers}"]["wall"] * asked[how]
            out[f"{name}, {workers}"] = {"wall": traffic / peak["bytes"]}
    return out


def ceiling_shown(found: dict[str, Any]) -> list[str]:
    """The shares, as lines."""
    asked, lines = found["operations"], [f"{'the ceiling':66s}{'by the wall':>12s}{'by processor':>14s}"]
    for name, row in found["shares"].items():
        lines.append(f"{name:66s}{row['wall']:>12.0%}" + (f"{row['cpu']:>14.0%}" if "cpu" in row else ""))
    for workers, peak in found["hardware"].items():
        lines.append(
            f"peak of {workers}: {peak['flops'] / 1e9:,.0f} thousand million float32 operations a second ({peak['flops_cpu'] / 1e9:,.0f} "
            f"a core by processor time), {peak['bytes'] / 1e9:,.1f} GB/s through memory"
        )
    lines.append(
        f"a run-month: {asked.get('kernel', float('nan')):,.0f} float32 operations of the C kernel and {asked['kernel bytes']:,.0f} bytes "
        f"through memory; ours {asked['as written']:,.0f} of XLA's count as written, {asked['as compiled']:,.0f} as compiled, and "
        f"{asked['bytes']:,.0f} bytes read and written by its loops, mostly in the caches"
    )
    return lines


def compiling() -> dict[str, Row]:
    """The first chunk with an empty cache, and with what that left behind."""
    with tempfile.TemporaryDirectory() as folder:
        return {name: child("ours.py", "compile", COUNTERMOVE_CACHE=folder) for name in ("cold", "warm")}


def measured(say: Any) -> dict[str, Any]:
    """Everything, as it goes into last.json."""
    load = os.getloadavg()[0]
    found: dict[str, Any] = {
        "processor": processor(),
        "versions": {name: version(name) for name in ("jax", "jaxlib", "numpy", "ema_workbench")}
        | {"python": platform.python_version()},
        "load": load,
    }
    say("compilation")
    found["compile"] = compiling()
    child("ours.py", "compile")  # what the rows below would otherwise pay for
    found["rates"] = rates(say)
    found |= ceiling(say)
    say("two million runs")
    found["big"] = child("ours.py", "big", str(MILLIONS))
    say("where a month goes")
    # a profile of one function is one line: here XLA keeps its loops apart, one after another
    apart = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=0"
    found |= child("ours.py", "stages", XLA_FLAGS=apart, NPROC="1", PJRT_NPROC="1")
    return found


def ratios(table: dict[str, Row]) -> dict[str, float]:
    """countermove over its peers on the same pair, by workers."""
    out: dict[str, float] = {}
    for workers in WORKERS:
        ours = table[f"countermove, one pair, {workers}"]["wall"]
        for peer in ("NumPy float64 twin", "EMA Workbench"):
            out[f"countermove / {peer}, {workers}"] = ours / table[f"{peer}, one pair, {workers}"]["wall"]
    return out


def lost(now: dict[str, Any], before: dict[str, Any]) -> list[str]:
    """Our rates that fell by 10% or more: per second of processor always, per second where both runs had the machine to themselves."""
    out: list[str] = []
    kinds = {"cpu": "per second of processor"} | ({"wall": "per second"} if max(now["load"], before["load"]) < QUIET else {})
    for name, row in now["rates"].items():
        for kind, words in kinds.items():
            old = before["rates"].get(name, {}).get(kind)
            if name.startswith("countermove") and old and row[kind] < (1 - LOST) * old:
                out.append(
                    f"{name}: {row[kind] / 1e6:.2f} million run-months {words}, {1 - row[kind] / old:.0%} less than {old / 1e6:.2f}"
                )
    return out


def shown(found: dict[str, Any]) -> str:
    """The tables, as text."""
    lines = [found["processor"], " ".join(f"{name} {number}" for name, number in found["versions"].items()), ""]
    if found["load"] >= QUIET:
        lines += [f"Other programs are running (load {found['load']:.1f}): look at the second column, the first is too low.", ""]
    lines += ["donbas-2017, 60 months, every mechanism; `one pair` is javelins x spigot; the last number is how many at a time", ""]
    lines.append(f"{'run-months':46s}{'per second':>14s}{'per s of processor':>22s}")
    for name, row in found["rates"].items():
        label = name + (f" (chunk {row['chunk']:.0f})" if "chunk" in row else "")
        cpu = f"{row['cpu']:>22,.0f}" if "cpu" in row else ""
        lines.append(f"{label:46s}{row['wall']:>14,.0f}{cpu}")
    lines.append("")
    lines += [f"{name:46s}{value:>14,.0f}" for name, value in found["ratios"].items()]
    if "shares" in found:
        lines += ["", *ceiling_shown(found)]
    big, cold, warm = found["big"], found["compile"]["cold"], found["compile"]["warm"]
    lines += [
        "",
        f"{big['runs']:,} runs: {big['seconds']:.1f} s ({big['cpu']:.1f} s of processor), peak memory {big['megabytes']:,.0f} MB",
        f"first chunk: {cold['seconds']:.1f} s with an empty cache (peak {cold['megabytes']:,.0f} MB), {warm['seconds']:.1f} s with a filled one",
        "",
        "where a month's time goes (approximate: loops are divided among the operations merged into them)",
    ]
    lines += [f"  {name:30s}{share:7.1%}" for name, share in found["stage"].items()]
    lines += ["", "the same by mechanism, those above 1%"]
    lines += [f"  {name:30s}{share:7.1%}" for name, share in found["mechanism"].items() if share >= 0.01]
    return "\n".join(lines)


def main() -> int:
    """Measure, print, compare; 1 where something was lost."""

    def say(what: str) -> None:
        print(f"... {what}", file=sys.stderr, flush=True)

    found = measured(say)
    found["ratios"] = ratios(found["rates"])
    if "hardware" in found:
        found["shares"] = shares(found)
    print(shown(found))
    before = json.loads(LAST.read_text(encoding="utf-8")) if LAST.exists() else None
    accept = "--accept" in sys.argv[1:]
    fallen = lost(found, before) if before and before["processor"] == found["processor"] else []
    if before and before["processor"] != found["processor"]:
        print(f"\nlast.json is from another processor ({before['processor']}): nothing to compare with")
    elif before:
        print("\n" + ("\n".join(f"LOST {one}" for one in fallen) or "no rate lost 10% against last.json"))
    for other in ("particle_filter", "war_filters"):  # kept by particle_filters.py and war_filters.py
        if before and other in before:
            found[other] = before[other]
    if accept or before is None or (not fallen and before["processor"] == found["processor"]):
        LAST.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 1 if fallen and not accept else 0


if __name__ == "__main__":
    sys.exit(main())
