"""countermove as users have it, installed into an environment: its commands are given far from the checkout, and what they say is looked at.

Only Python's own library is used here: scripts/wheel runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WAR = "donbas-2017"
SIZES = ("--draws", "16", "--lucks", "2", "--quick", "--quiet")
MINUTES = 9
"""That a command may take."""
INTERRUPTED = 3
MOVES = ("jax", "jaxlib", "numpy")
"""Libraries of another version of which numbers may be rounded otherwise."""
FAR, FEW = 1e-3, 0.01
"""How far, of its own size, a number of a run may lie from that of other libraries, but for a few runs that took another turn."""
STUDY = f"""study: small
title: More at stake
scenarios: [{WAR}]
set:
  patrons.moscow.stake-ratio: [2, 8]
strategies: [restraint, javelins]
theories: [pressure, spigot]
draws: 32
lucks: 2
"""
QUERY = """import countermove as cm
from importlib.resources import files
assert (files("countermove") / "py.typed").is_file()
saved = cm.load("studies/small")
print(len(saved.query("SELECT * FROM regret")), len(saved.query("SELECT * FROM cases")))
"""
COMPARED = """import json, sys
import numpy as np, pyarrow.parquet as pq
tables = [pq.read_table(folder + "/outcomes").to_pandas() for folder in sys.argv[1:]]
one, other = tables
differ = {}
same_shape = list(one.columns) == list(other.columns) and list(one.dtypes) == list(other.dtypes) and len(one) == len(other)
for name in one.columns if same_shape else ():
    if one[name].dtype.kind not in "fiub":
        if not one[name].equals(other[name]):
            differ[name] = [len(one), 1.0, len(one)]
        continue
    x, y = (table[name].to_numpy(dtype=float) for table in tables)
    away = ~((x == y) | (np.isnan(x) & np.isnan(y)))
    if away.any():
        gap = np.abs(x - y)[away] / np.maximum(np.maximum(np.abs(x), np.abs(y))[away], np.nanmax(np.abs(x)) * 1e-3 + 1e-30)
        gap = np.where(np.isnan(gap), 1.0, gap)
        differ[name] = [int(away.sum()), float(gap.max()), int((gap > float(FAR)).sum())]
print(json.dumps({"same_shape": same_shape, "rows": len(one), "differ": differ}))
""".replace("FAR", str(FAR))


@dataclass(frozen=True)
class Ended:
    """A command that ended."""

    words: tuple[str, ...]
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Installed:
    """A folder with `venv`, `home` and, once something was done there, `work`."""

    place: Path
    libraries: dict[str, str]

    @property
    def python(self) -> Path:
        """Its own."""
        return self.place / "venv" / "bin" / "python"

    @property
    def work(self) -> Path:
        """Where commands are given."""
        return self.place / "work"

    @property
    def environment(self) -> dict[str, str]:
        """What a command knows: nothing of this shell's, but for how the processor is to be used. All warnings are shown."""
        known = {name: value for name, value in os.environ.items() if name.startswith("OPENBLAS_")}
        path = f"{self.python.parent}{os.pathsep}/usr/bin{os.pathsep}/bin"
        own = {"PATH": path, "HOME": str(self.place / "home"), "TMPDIR": str(self.place / "home"), "LANG": "C.UTF-8"}
        return {**known, **own, "PYTHONWARNINGS": "default"}

    def told(self) -> str:
        """The libraries that can move a number."""
        return ", ".join(f"{name} {self.libraries[name]}" for name in (*MOVES, "scipy", "pandas", "pyarrow", "pydantic"))

    def given(self, *words: str, code: int = 0) -> Ended:
        """A command of countermove. Raises AssertionError for another exit code, a traceback, and a warning that our own code causes."""
        return self.ran(str(self.python.parent / "countermove"), *words, code=code)

    def ran(self, *words: str, code: int = 0) -> Ended:
        """Any command, likewise."""
        self.work.mkdir(exist_ok=True)
        done = subprocess.run(
            words, cwd=self.work, env=self.environment, capture_output=True, text=True, timeout=60 * MINUTES, check=False
        )
        ended = Ended(words, done.returncode, done.stdout, done.stderr)
        self.looked_at(ended, code)
        return ended

    def looked_at(self, ended: Ended, code: int) -> None:
        """Raises AssertionError, with what the command said."""
        said = f"{self.place.name}: {' '.join(ended.words)} ended with {ended.code}\n{ended.out[-2000:]}\n{ended.err[-3000:]}"
        assert ended.code == code, said
        assert "Traceback" not in ended.err, said
        assert not re.search(r"site-packages/countermove/\S+:\d+: \w*Warning", ended.err), f"a warning that our code causes\n{said}"

    def warnings(self, ended: Ended) -> list[str]:
        """Warnings of libraries themselves."""
        return re.findall(r"^.*: \w*Warning: .*$", ended.err, flags=re.MULTILINE)

    def served(self, *words: str, page: str) -> str:
        """The first page of a command that serves, which Ctrl-C ends. Raises AssertionError unless it holds the text."""
        command = (str(self.python.parent / "countermove"), *words, "--port", "0", "--json")
        with subprocess.Popen(
            command, cwd=self.work, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as running:
            assert running.stdout is not None and running.stderr is not None
            silent = threading.Timer(60 * MINUTES / 3, running.kill)
            silent.start()
            text = ""
            for line in running.stdout:
                text += line
                if line == "}\n":
                    break
            silent.cancel()
            told: dict[str, Any] = json.loads(text) if text else {"address": "", "failed": running.communicate(timeout=60)}
            assert told["address"], told
            address = next((seat["address"].partition("#")[0] for seat in told.get("seats", ())), told["address"])
            try:
                with urllib.request.urlopen(address, timeout=30) as answer:
                    body = answer.read().decode()
            finally:
                running.send_signal(signal.SIGINT)
                _, err = running.communicate(timeout=90)
        self.looked_at(Ended(command, running.returncode, body, err), INTERRUPTED)
        assert page in body, body[:2000]
        return body


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of the outcomes in a folder of results, by file."""
    files = sorted((folder / "outcomes").rglob("*.parquet"))
    assert files, folder
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def tried(place: Installed, version: str, root: Path) -> Iterator[str]:
    """A line for each thing that was tried, once it went well. Raises AssertionError."""
    for what in (_asked, _run, _asked_of_results, _pages, _printed):
        began = time.monotonic()
        yield f"{what(place, version, root)} ({time.monotonic() - began:.0f} s)"


def _asked(place: Installed, version: str, root: Path) -> str:
    assert place.given("--version").out.strip() == version
    wars = sorted(file.stem for file in (root / "scenarios").glob("*.yaml"))
    records = sorted(file.stem for file in (root / "records").glob("*-[0-9]*.yaml"))
    told = place.given("data", "list").out
    assert wars and records and all(name in told for name in records), told
    for war in wars:
        place.given("check", war, "--quick")
    broken = root / "tests" / "files" / "bad" / "a-text.yaml"
    shutil.copy(broken, place.work / "broken.yaml")
    assert "broken.yaml:2:1: " in place.given("check", "broken.yaml", code=2).err
    said = place.given("run", "donbas-2071", code=2).err
    assert "donbas-2017" in said, said
    for words in (("schema",), ("schema", "--study"), ("play", "--schema")):
        assert json.loads(place.given(*words).out)
    return f"{len(wars)} wars checked, {len(records)} records listed, schemas printed, a broken file and a wrong name refused"


def _run(place: Installed, version: str, _root: Path) -> str:
    place.given("run", WAR, *SIZES, "--out", "runs/threads")
    place.given("run", WAR, *SIZES, "--executor", "processes", "--workers", "2", "--out", "runs/processes")
    assert hashes(place.work / "runs" / "threads") == hashes(place.work / "runs" / "processes")
    made = json.loads((place.work / "runs" / "threads" / "manifest.json").read_text(encoding="utf-8"))["provenance"]
    assert made["code_version"] == version, made  # not the commit of the repository around it
    return "a run by threads and by two processes, the same bytes; made by the version alone, whatever repository lies around it"


def _asked_of_results(place: Installed, _version: str, _root: Path) -> str:
    (place.work / "small.yaml").write_text(STUDY, encoding="utf-8")
    place.given("study", "small.yaml", "--quiet")
    assert (place.work / "studies" / "small" / "study.html").is_file()
    regret, cases = place.ran(str(place.python), "-c", QUERY).out.split()
    assert int(regret) > 0 and int(cases) == 2
    assert "as they were written" in place.given("store", "verify").out and WAR in place.given("store", "list").out
    (file,) = (place.work / "runs" / "threads" / "outcomes").glob("*.parquet")
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    assert file.name in place.given("store", "verify", code=1).out
    file.write_bytes(whole)
    return "a study of two cases, asked by DuckDB; the store verified, and a torn file found"


def _pages(place: Installed, _version: str, _root: Path) -> str:
    place.given("memo", WAR, *SIZES, "--to", "memo.xlsx", "--figures", "figures")
    page = (place.work / "memos" / f"{WAR}.html").read_text(encoding="utf-8")
    assert (
        "</html>" in page
        and (place.work / "memo.xlsx").read_bytes()[:2] == b"PK"
        and (place.work / "figures" / "figures.csv").is_file()
    )
    place.served("serve", WAR, page="<title>")
    place.served("play", WAR, "--seat", "moscow=person", "--out", "sessions", page="<title>")
    return "a memo with its figures and its spreadsheet; the workbench and a table served"


def _printed(place: Installed, _version: str, _root: Path) -> str:
    said = place.given("verify").out
    held = re.search(r"^(\d+) of (\d+) hold$", said, flags=re.MULTILINE)
    assert held is not None and held[1] == held[2], said[-2000:]
    return f"{held[0]} against print"


def same_outcomes(one: Installed, other: Installed) -> str:
    """Where the outcomes of two environments differ. Raises AssertionError where they should not."""
    folders = [str(place.work / "runs" / "threads") for place in (one, other)]
    found = json.loads(one.ran(str(one.python), "-c", COMPARED, *folders).out)
    head = f"{one.place.name} and {other.place.name}"
    assert found["same_shape"], f"{head}: tables of another shape"
    moved = [name for name in MOVES if one.libraries[name] != other.libraries[name]]
    differ: dict[str, list[float]] = found["differ"]
    if not differ:
        return f"{head}: the same outcomes in every bit"
    assert moved, f"{head}: the same {', '.join(MOVES)}, other outcomes: {differ}"
    turned = {name: far for name, (_, _, far) in differ.items() if far > FEW * found["rows"]}
    assert not turned, f"{head}: more than {FEW:.0%} of the runs differ by more than {FAR} in {turned}"
    far = max(gap for _, gap, _ in differ.values())
    most = max(differ, key=lambda name: differ[name][0])
    return (
        f"{head}: other {', '.join(moved)}; {len(differ)} columns of outcomes differ, most of all {most}, "
        f"in {differ[most][0]:.0f} of {found['rows']} runs, by {far:.1g} of the number at most"
    )
