"""A file from a stranger is safe to open: nothing in it runs, grows, or reads another file."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from builders.places import WAR_FILE
from countermove.errors import RecordError, ScenarioError
from countermove.scenario import read, read_record, read_text
from countermove.scenario.tree import MAX_BYTES, MAX_ISSUES, Issues, Stop, parse

WAR = WAR_FILE.read_text(encoding="utf-8")
PATIENCE = 5.0  # seconds, on a slow and busy machine


def refused(text: str) -> ScenarioError:
    """The error that a text raises, within bounded time."""
    start = time.thread_time()
    with pytest.raises(ScenarioError) as caught:
        read_text(text)
    assert time.thread_time() - start < PATIENCE
    return caught.value


def test_ten_megabytes(tmp_path: Path) -> None:
    """Refused before it is read."""
    path = tmp_path / "large.yaml"
    path.write_text(WAR + "# " + "x" * (10 << 20), encoding="utf-8")
    start = time.thread_time()
    with pytest.raises(ScenarioError, match="too large"):
        read(path)
    assert time.thread_time() - start < PATIENCE
    assert "too large" in str(refused(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x]\nb: &b [*a, *a]\n" + "".join(f"c{i}: &c{i} [*b, *b]\n" for i in range(5000)),
        "[" * 500_000,
        "{" * 500_000,
        "a: " * 100_000,
        "- " * 300_000,
        "? " * 300_000,
        "\n".join(f"key{i}: value" for i in range(60_000)),
        "sides:\n" + "\n".join(f"  side{i}: {{}}" for i in range(40_000)),
        'title: "' + "\\u0041" * 150_000 + '"',
        "title: '" + "'" * 900_000,
        "title: |\n  " + "x\n  " * 200_000,
        "strategies:\n  s:\n    when:\n" + '      - {if: "truce and truce", then: {rung: heavy}}\n' * 15_000,
        "#" * (MAX_BYTES - 1),
        "&a " * 200_000,
        "!x " * 200_000,
        "%" * 500_000,
        "\ufeff" * 100_000,
        "a:\n" + "".join(" " * i + "b:\n" for i in range(1, 1000)),
    ],
    ids=range(18),
)
def test_hostile_shapes_take_bounded_time(text: str) -> None:
    """Bombs, towers and floods are refused, with positions, quickly."""
    error = refused(text[:MAX_BYTES])
    assert 1 <= len(error.issues) <= MAX_ISSUES + 1


def test_long_keys_and_long_expressions() -> None:
    """Suggestions are not sought for a novel."""
    refused(WAR + "k" * 300_000 + ": 1\n")
    refused(WAR.replace("bear.rung >= overt-intervention", "a" * 300_000))


def test_tags_make_nothing(tmp_path: Path) -> None:
    """!!python tags are text with a mistake, not code."""
    target = tmp_path / "owned"
    for tag in (
        f'!!python/object/apply:os.mkdir ["{target}"]',
        f"!!python/object/apply:os.mkdir\n  - {target}",
        "!!python/name:os.system",
    ):
        error = refused(f"scenario: {tag}\n")
        assert any("the tag" in issue.message for issue in error.issues)
    assert not target.exists()


def test_surprises_of_yaml_1_1() -> None:
    """`no` is a country, 2018-01-01 a text, 1:30 no number; a title may be any of them."""
    for word in ("no", "on", "2018-01-01", "1:30", "0x1F", "true"):
        assert read_text(WAR.replace("A small war with two sides", word)).title == word


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    """`like` stays in its folder, whatever a link says."""
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "secret.yaml").write_text(WAR, encoding="utf-8")
    os.symlink(outside / "secret.yaml", inside / "secret.yaml")
    path = inside / "mine.yaml"
    path.write_text(WAR.replace("scenario: war\n", "scenario: mine\nlike: secret\n"), encoding="utf-8")
    with pytest.raises(ScenarioError, match="there is no scenario"):
        read(path)


@pytest.mark.parametrize("name", ["../war", "/etc/passwd", "a/../b", "..", "C:\\war", "war.yaml", "%2e%2e"])
def test_like_takes_names_only(name: str) -> None:
    """No path, however it is spelled."""
    error = refused(WAR.replace("scenario: war\n", f"scenario: war\nlike: {name!r}\n"))
    assert error.issues[0].line == 2


def test_a_directory_and_a_device(tmp_path: Path) -> None:
    """What is no file is refused."""
    with pytest.raises(ScenarioError):
        read(tmp_path)
    with pytest.raises(ScenarioError):
        read(Path("/dev/zero"))


def test_lone_surrogates_from_python() -> None:
    """Text from Python may hold what no file can."""
    refused(WAR.replace("A small war", "A \ud800 war"))


def test_positions_count_characters() -> None:
    """Wide characters before a mistake do not move it."""
    issues = Issues()
    with pytest.raises(Stop):
        parse('a: "🙂🙂" b', "x", issues)
    assert issues.found[0].column == 9
    text = WAR.replace("{weight: 1}", '{"weight": 1, "вага 🙂": 2, wieght: 1}')
    error = refused(text)
    assert [(issue.line, issue.column) for issue in error.issues] == [(31, 30), (31, 43)]


def test_records_are_as_strict(tmp_path: Path) -> None:
    """The same parser reads a record's head."""
    (tmp_path / "r.yaml").write_text("record: !!python/name:os.system r\n", encoding="utf-8")
    with pytest.raises(RecordError, match="the tag"):
        read_record(tmp_path / "r.yaml")
