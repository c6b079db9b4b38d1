"""A result folder: what goes in comes out, whole and unaltered, or not at all."""

from __future__ import annotations

import hashlib
import json
import math
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders.findings import bare_findings
from builders.saved import names, save
from countermove import store
from countermove.decision import findings
from countermove.errors import StoreError
from countermove.plain import plain, restore, text_of
from countermove.questions.run.finding import Findings
from countermove.store import ADDRESS, Saving, addressed, key_of, load
from countermove.store.parts import TableParts

STRATEGIES, THEORIES, NAMES = ("wait", "arm"), ("spigot", "inertia", "pressure"), ("deaths", "truce-length")
DRAWS, LUCKS = 5, 4


def cube(strategy: str, theory: str) -> np.ndarray:
    """Outcomes [2, D, L] of which every number says where it belongs; a ratio over nothing is nan."""
    s, t = STRATEGIES.index(strategy), THEORIES.index(theory)
    table = np.arange(2 * DRAWS * LUCKS, dtype=np.float32).reshape(2, DRAWS, LUCKS) + 1000 * s + 100 * t
    table[1, 0, 0] = np.nan
    return table


def pairs() -> Iterator[store.Columns]:
    """The parts of the table, one pair of strategy and theory at a time."""
    return (addressed(s, t, cube(s, t), NAMES) for s in STRATEGIES for t in THEORIES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small result."""
    bands = [{"strategy": "wait", "what": ["held", "talks"], "q50": np.array([0.5, 0.25])}]
    made = {"seed": 0, "scenario": "x", "tolerance": 0.05}
    return save(
        tmp_path / "deep" / "out", tables={"outcomes": pairs(), "bands": bands}, documents={"tables": {"a": 1}}, provenance=made
    )


# --- there and back ---------------------------------------------------------------------------------------------------


def test_rows_come_back_as_they_were(folder: Path) -> None:
    """In the order in which they were written, float32, with names as categories."""
    frame = load(folder).outcomes()
    assert tuple(frame.columns) == (*ADDRESS, *NAMES)
    assert len(frame) == len(STRATEGIES) * len(THEORIES) * DRAWS * LUCKS
    assert str(frame["strategy"].dtype) == str(frame["theory"].dtype) == "category"
    assert str(frame["deaths"].dtype) == "float32" and str(frame["draw"].dtype) == "int32"
    row = frame[(frame.strategy == "arm") & (frame.theory == "pressure") & (frame.draw == 3) & (frame.luck == 1)]
    assert row["deaths"].tolist() == [1000 + 200 + 3 * LUCKS + 1]
    assert load(folder).outcomes(["deaths"]).columns.tolist() == [*ADDRESS, "deaths"]


def test_arrays_are_labelled(folder: Path) -> None:
    """By strategy, theory, draw and luck, with how they were made."""
    cubes = load(folder).array()
    assert cubes["deaths"].dims == ADDRESS
    assert cubes.sizes == {"strategy": 2, "theory": 3, "draw": DRAWS, "luck": LUCKS}
    assert cubes["strategy"].values.tolist() == list(STRATEGIES) and cubes["theory"].values.tolist() == list(THEORIES)
    for s in STRATEGIES:
        for t in THEORIES:
            for row, name in enumerate(NAMES):
                assert np.array_equal(cubes[name].sel(strategy=s, theory=t).values, cube(s, t)[row], equal_nan=True)
    assert cubes["deaths"].dtype == np.float32
    assert cubes.attrs["seed"] == 0
    assert list(load(folder).array(["deaths"])) == ["deaths"]


def test_an_array_with_holes_is_refused(tmp_path: Path) -> None:
    """A run too few or twice is no array."""
    parts = list(pairs())
    for wrong in (parts[:-1], [*parts, parts[0]]):
        save(tmp_path / "out", tables={"outcomes": wrong})
        with pytest.raises(StoreError, match="one row for each"):
            load(tmp_path / "out").array()


def test_sql_sees_the_tables(folder: Path) -> None:
    """By their names; a mistake in it is said in one line."""
    answer = load(folder).query(
        "SELECT strategy, count(*) AS n, max(deaths) AS most FROM outcomes GROUP BY strategy ORDER BY strategy"
    )
    assert answer["n"].tolist() == [60, 60] and answer["most"].tolist() == [1219.0, 219.0]
    assert load(folder).query("SELECT what FROM bands ORDER BY what")["what"].tolist() == ["held", "talks"]
    with pytest.raises(StoreError, match="DuckDB says"):
        load(folder).query("SELECT nothing FROM nowhere")


def test_each_pair_is_a_row_group(folder: Path) -> None:
    """So that a reader who wants one pair need not read all."""
    from pyarrow import parquet

    file = parquet.ParquetFile(folder / "outcomes.parquet")
    assert file.num_row_groups == len(STRATEGIES) * len(THEORIES)
    assert {file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)} == {DRAWS * LUCKS}


def test_the_same_results_are_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    """Nothing of the time or the machine gets in."""
    bands = [{"strategy": "wait", "what": ["held", "talks"], "q50": np.array([0.5, 0.25])}]
    made = {"seed": 0, "scenario": "x", "tolerance": 0.05}
    other = save(tmp_path / "b", tables={"outcomes": pairs(), "bands": bands}, documents={"tables": {"a": 1}}, provenance=made)
    for name in names(folder):
        assert (folder / name).read_bytes() == (other / name).read_bytes(), name


def test_names_lead_to_what_is_there(folder: Path) -> None:
    """And an unknown one to a list of the known."""
    saved = load(folder)
    assert saved.tables == ("bands", "outcomes") and saved.documents == ("tables",)
    assert saved.provenance["scenario"] == "x"
    assert saved.document("tables") == {"a": 1}
    with pytest.raises(StoreError, match=r'no "outcome".*bands, outcomes, tables'):
        saved.table("outcome")
    with pytest.raises(StoreError, match=r"no column death.*truce-length"):
        saved.outcomes(["death"])


# --- half-written, altered, in the way --------------------------------------------------------------------------------

DAMAGES: Mapping[str, tuple[Callable[[Path], object], str]] = {
    "no manifest": (lambda f: (f / "manifest.json").unlink(), "no manifest.json"),
    "half a manifest": (
        lambda f: (f / "manifest.json").write_bytes((f / "manifest.json").read_bytes()[:200]),
        "altered, or was never written",
    ),
    "another seed": (
        lambda f: (f / "manifest.json").write_text((f / "manifest.json").read_text().replace('"seed": 0', '"seed": 1')),
        "altered",
    ),
    "manifest of lists": (lambda f: (f / "manifest.json").write_text("[1]"), "altered"),
    "no table": (lambda f: (f / "outcomes.parquet").unlink(), "outcomes.parquet is missing"),
    "half a table": (lambda f: (f / "outcomes.parquet").write_bytes((f / "outcomes.parquet").read_bytes()[:-9]), "half-written"),
    "another number": (
        lambda f: (f / "tables.json").write_text((f / "tables.json").read_text().replace("1", "2")),
        "tables.json was altered",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_refused(folder: Path, damage: str) -> None:
    """With what is wrong, where, and what to do."""
    alter, words = DAMAGES[damage]
    alter(folder)
    with pytest.raises(StoreError, match=words) as caught:
        load(folder)
    assert str(folder) in str(caught.value) and caught.value.next


def test_all_damage_is_said_at_once(folder: Path) -> None:
    """Not the first alone."""
    for path in folder.glob("*.parquet"):
        path.unlink()
    with pytest.raises(StoreError, match=r"bands.parquet is missing; outcomes.parquet is missing"):
        load(folder)


def test_a_newer_format_is_refused(folder: Path) -> None:
    """In words."""
    text = (folder / "manifest.json").read_text().replace('"format": 2', '"format": 3')
    (folder / "manifest.json").write_text(text)
    with pytest.raises(StoreError, match="newer version"):
        load(folder)


def test_results_of_the_older_format_are_read(folder: Path) -> None:
    """In which a table was always one file."""
    body = json.loads((folder / "manifest.json").read_text())
    del body["sha256"]
    body["format"] = 1
    (folder / "manifest.json").write_text(text_of({**body, "sha256": hashlib.sha256(text_of(body).encode()).hexdigest()}))
    assert load(folder).rows("outcomes") == len(STRATEGIES) * len(THEORIES) * DRAWS * LUCKS


def test_a_table_of_several_files(folder: Path, tmp_path: Path) -> None:
    """Is read as the table of one file is, its files in the order of their names; each is looked after by the manifest."""
    parts = TableParts(tmp_path / "parts")
    made = [parts.put(f"p{place}", columns) for place, columns in enumerate(pairs())]
    with Saving(tmp_path / "many") as saving:
        saving.adopt("outcomes", reversed(made))
    many, one = load(tmp_path / "many"), load(folder)
    assert many.tables == ("outcomes",) and many.rows("outcomes") == one.rows("outcomes")
    assert many.outcomes().equals(one.outcomes()) and many.array().equals(one.array().assign_attrs({}))
    asked = "SELECT strategy, theory, sum(deaths) AS n FROM outcomes GROUP BY ALL ORDER BY ALL"
    assert many.query(asked).equals(one.query(asked))
    some = many.files("outcomes")[2]
    some.write_bytes(some.read_bytes()[:-1])
    with pytest.raises(StoreError, match=rf"outcomes/{some.name} has \d+ bytes of \d+: half-written"):
        load(tmp_path / "many")


def test_a_manifest_leads_nowhere_else(folder: Path) -> None:
    """Names with paths in them are no names."""
    from countermove.store import manifest

    text = manifest.manifest_text({"../secret.json": manifest.Entry(1, "0")}, {})
    (folder / "manifest.json").write_text(text)
    with pytest.raises(StoreError, match="altered"):
        load(folder)


def test_nothing_there(tmp_path: Path) -> None:
    """Says how to get some."""
    with pytest.raises(StoreError, match=r"no results here.*--out DIR"):
        load(tmp_path / "nowhere")


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    """Neither the folder nor what was begun of it."""
    with pytest.raises(KeyboardInterrupt), Saving(tmp_path / "out") as saving:
        saving.append("outcomes", addressed("a", "b", cube("arm", "spigot"), NAMES))
        assert [name.startswith(".out.part-") for name in names(tmp_path)] == [True]
        raise KeyboardInterrupt
    assert names(tmp_path) == []


def test_older_results_are_replaced_and_other_files_stay(folder: Path) -> None:
    """What someone put beside the results is not ours to delete."""
    (folder / "notes.txt").write_text("mine")
    save(folder, tables={"outcomes": pairs()}, provenance={"seed": 7})
    assert load(folder).provenance == {"seed": 7}
    assert names(folder) == ["manifest.json", "notes.txt", "outcomes.parquet"]
    assert names(folder.parent) == ["out"]


def test_a_failed_run_keeps_the_older_results(folder: Path) -> None:
    """They are replaced at the end or not at all."""
    with pytest.raises(ZeroDivisionError), Saving(folder) as saving:
        saving.document("tables", {"a": 2})
        raise ZeroDivisionError
    assert load(folder).document("tables") == {"a": 1}


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    """Before any work."""
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("x")
    with pytest.raises(StoreError, match=r"no results of countermove.*--out"), Saving(tmp_path / "thesis"):
        pytest.fail("began")
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(StoreError, match="in the way"), Saving(path):
            pytest.fail("began")
    (tmp_path / "empty").mkdir()
    assert load(save(tmp_path / "empty", tables={"outcomes": pairs()})).tables == ("outcomes",)


def test_without_exchange(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Systems that cannot swap two folders at once replace them in two steps."""
    monkeypatch.setattr("countermove.store.disk.os.name", "other")
    save(folder, tables={"outcomes": pairs()}, provenance={"seed": 7})
    assert load(folder).provenance == {"seed": 7}
    assert names(folder.parent) == ["out"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """Results go where it points."""
    (tmp_path / "far").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "far")
    save(tmp_path / "out", tables={"outcomes": pairs()})
    assert (tmp_path / "out").is_symlink() and load(tmp_path / "far").tables == ("outcomes",)


@pytest.mark.parametrize("name", ["manifest", "../x", "A", "", "a b"])
def test_names_of_parts(tmp_path: Path, name: str) -> None:
    """A name is a name; there is one manifest."""
    with pytest.raises(StoreError, match="name"), Saving(tmp_path / "out") as saving:
        saving.document(name, {})


def test_parts_of_a_table_agree(tmp_path: Path) -> None:
    """In columns, types and lengths."""
    with pytest.raises(StoreError, match="other columns"):
        save(tmp_path / "out", tables={"t": [{"a": np.zeros(2)}, {"a": np.zeros(2, np.float32)}]})
    with pytest.raises(StoreError, match="2 and 3 rows"):
        save(tmp_path / "out", tables={"t": [{"a": np.zeros(2), "b": np.zeros(3)}]})
    with pytest.raises(StoreError, match="does not hold 1 numbers"):
        addressed("a", "b", np.zeros((2, 3, 4)), ["one"])


# --- records as documents ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Inner:
    """A leaf."""

    kind: Literal["a", "b"]
    value: float
    maybe: float | None = None


@dataclass(frozen=True)
class Outer:
    """One of each."""

    name: str
    inner: tuple[Inner, ...]
    pair: tuple[str, int]
    weights: Mapping[str, float]
    nested: Mapping[str, Inner] = field(default_factory=dict)
    flag: bool = False
    free: Any = None


def test_records_come_back_as_they_were() -> None:
    """By their type; nan as nan, None as None."""
    there = Outer("x", (Inner("a", 1.5), Inner("b", 2.0, 3.0)), ("y", 4), {"w": 0.25}, {"k": Inner("a", 0.0)}, True)
    data = json.loads(json.dumps(plain(there)))
    assert restore(Outer, data) == there
    back = restore(Inner, json.loads(json.dumps(plain(Inner("a", math.nan)), allow_nan=False)))
    assert math.isnan(back.value) and back.maybe is None


def test_findings_come_back_as_they_were(tmp_path: Path) -> None:
    """The documents for which this is made."""
    regret = findings.RegretRow("wait", "spigot", -1.0, 0.5, 0.01, naive=0.6, cross_fitted=0.4)
    flip = findings.Flip(("spigot", "inertia"), ("wait", "arm"), None, 0.0, "The order never changes.")
    found = bare_findings(("wait",), ("spigot",), regret=(regret,), flips=(flip,))
    folder = save(tmp_path / "out", tables={}, documents={"tables": found})
    back = load(folder).document("tables", Findings)
    assert isinstance(back.regret[0], findings.RegretRow) and isinstance(back.flips[0].between, tuple)
    assert plain(back) == plain(found)  # compared as text, as nan is not nan


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Inner, {"kind": "c", "value": 1.0}),
        (Inner, {"kind": "a"}),
        (Inner, {"kind": "a", "value": 1.0, "new": 1}),
        (Inner, []),
        (int, True),
        (float, "1"),
    ],
)
def test_documents_that_do_not_fit(kind: Any, data: Any) -> None:
    """Are refused: a version that knows other fields cannot read them."""
    with pytest.raises(StoreError):
        restore(kind, data)


def test_what_has_no_plain_form() -> None:
    """Is refused by its type."""
    for value in (object(), b"x", {1: 2}):
        with pytest.raises(StoreError):
            plain(value)
    assert plain({"a": np.float32(0.5), "b": np.arange(2), "c": Path("x"), "d": np.bool_(True), "e": math.inf}) == {
        "a": 0.5, "b": [0, 1], "c": "x", "d": True, "e": None,
    }  # fmt: skip


# --- keys -------------------------------------------------------------------------------------------------------------

atoms = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
parts = st.recursive(atoms, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=8)


def shape(part: Any) -> Any:
    """The part with its types, as two different parts differ."""
    if isinstance(part, dict):
        return ("mapping", frozenset((name, shape(value)) for name, value in part.items()))
    if isinstance(part, list):
        return ("sequence", tuple(shape(item) for item in part))
    return (type(part).__name__, part.hex() if isinstance(part, float) else part)


@given(parts, parts)
def test_keys_tell_parts_apart(one: Any, other: Any) -> None:
    """The same key for the same part, and only for it."""
    assert (key_of(one) == key_of(other)) == (shape(one) == shape(other))


def test_keys_do_not_run_together() -> None:
    """1 and 16 are not 11 and 6; a matrix is not its rows; seed 0 is not no seed. And a key is for ever."""
    assert len({key_of(1, 16), key_of(11, 6), key_of("1", "16"), key_of((1, 16)), key_of("116")}) == 5
    assert key_of(np.zeros((2, 3))) != key_of(np.zeros((3, 2))) != key_of(np.zeros(6)) != key_of(np.zeros(6, np.float32))
    assert key_of(0) != key_of(None) != key_of(False) != key_of(0.0)
    assert key_of({"a": 1, "b": 2}) == key_of({"b": 2, "a": 1})
    assert key_of(np.int64(3), np.float32(0.5)) == key_of(3, 0.5)
    assert key_of(Inner("a", 1.0)) != key_of(Inner("a", 2.0)) != key_of({"kind": "a", "value": 2.0, "maybe": None})
    assert key_of("countermove", 1, 0.5, (None, True)) == "ba4fdacdedf34586ec42c72fa7d4266cb5091d3e72690f06d7296bc59a10b3f1"
    with pytest.raises(StoreError, match="no key"):
        key_of(object())


def test_the_store_is_light_until_it_is_used() -> None:
    """The command line imports it to say what went wrong: it must not wait for pandas."""
    code = "import sys, countermove.store; print([m for m in ('pandas', 'pyarrow', 'xarray', 'duckdb') if m in sys.modules])"
    done = subprocess.run(
        [__import__("sys").executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": "src"}
    )
    assert done.stdout == "[]\n"
