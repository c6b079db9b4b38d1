"""Whatever is done to a scenario file, reading it gives a scenario or a list of mistakes with positions, soon.

Lines and words that are altered: test_mutants.py.
"""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders.places import ROOT, WAR_FILE
from countermove.errors import ScenarioError
from countermove.scenario import check_text, explain, read, read_text, write

SEEDS = [WAR_FILE.read_text(encoding="utf-8")]
SEEDS += [path.read_text(encoding="utf-8") for path in sorted((ROOT / "scenarios").glob("*.yaml"))]
WORDS = [word for seed in SEEDS for word in seed.replace("{", " ").replace("}", " ").replace(",", " ").replace(":", " ").split()]
PIECES = [
    *[
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        '"',
        "'",
        "|",
        ">-",
        "#",
        "&a",
        "*a",
        "!!python/name:os",
        "<<: *a",
        "---",
        "...",
        "%YAML 1.1",
        "? ",
        "- ",
    ],
    *[
        "null",
        "~",
        "true",
        "no",
        ".nan",
        ".inf",
        "1e999",
        "-1",
        "0",
        "0x10",
        "1_0",
        "1:30",
        "2018-13",
        "2018-04-01",
        "start",
        "47 million USD",
        "3%",
    ],
    *[
        "\t",
        "\0",
        "\x1b",
        "\ufeff",
        "\u2028",
        "é",
        "🙂",
        "value",
        "range",
        "experts",
        "dirichlet",
        "like",
        "within",
        "P(",
        "| truce)",
        "[+6]",
        "/ 0",
    ],
]
PATIENCE = 3.0  # seconds of the processor: on a busy machine the clock on the wall measures the others


def examine(text: str) -> None:
    """Either a scenario that can be written, read back and explained, or mistakes with positions; in bounded time."""
    start = time.process_time()
    try:
        scenario = read_text(text, file="fuzz.yaml")
    except ScenarioError as error:
        assert error.issues, "an error without an issue"
        last = text.count("\n") + 1
        for issue in error.issues:
            assert issue.message
            assert issue.file == "fuzz.yaml"
            assert 1 <= issue.line <= last + 1, issue
            assert issue.column >= 1, issue
            assert "\n" not in issue.where
    else:
        assert read_text(write(scenario)) == scenario
        assert explain(scenario)
        assert check_text(text).ok
    assert time.process_time() - start < PATIENCE


@settings(max_examples=60)
@given(st.text(max_size=300))
def test_random_text(text: str) -> None:
    """Text that was never a scenario."""
    examine(text.replace("\r", "\n"))


@settings(max_examples=60)
@given(st.binary(max_size=200), st.integers(0, len(SEEDS[0])))
def test_random_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes, at: int) -> None:
    """Bytes thrown into the middle of a file."""
    path = tmp_path_factory.getbasetemp() / "fuzz.yaml"
    seed = SEEDS[0].encode()
    path.write_bytes(seed[:at] + data + seed[at:])
    try:
        read(path)
    except ScenarioError as error:
        assert error.issues
        assert all(issue.line >= 0 for issue in error.issues)


KEYS = st.sampled_from(sorted({word for word in WORDS if word.replace("-", "").isalnum()})[:200] + PIECES)
VALUES = st.recursive(
    st.one_of(KEYS, st.integers(-3, 3000).map(str), st.floats(allow_nan=True).map(str)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda row: "[" + ", ".join(row) + "]"),
        st.lists(st.tuples(KEYS, inner), max_size=3).map(
            lambda rows: "{" + ", ".join(f"{key}: {value}" for key, value in rows) + "}"
        ),
    ),
    max_leaves=6,
)


@settings(max_examples=120)
@given(st.integers(0, 10**6), VALUES)
def test_any_value_in_any_place(place: int, value: str) -> None:
    """A value of the wrong shape where any value stands."""
    lines = SEEDS[0].split("\n")
    spots = [(row, column) for row, line in enumerate(lines) for column in range(len(line)) if line[column : column + 2] == ": "]
    row, column = spots[place % len(spots)]
    rest = lines[row][column + 2 :]
    end = next((at for at, character in enumerate(rest) if character in ",}]"), len(rest))
    lines[row] = lines[row][: column + 2] + value + rest[end:]
    examine("\n".join(lines))
