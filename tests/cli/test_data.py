"""`countermove data`: what is listed, what gets into the folder and what does not, with and without a network."""

from __future__ import annotations

import hashlib
import io
import json
import os
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from builders.places import PUBLISHERS_DATA
from builders.publisher_files import CELLS, changed, good
from countermove.cli.main import main
from countermove.errors import RecordError
from countermove.publishers import data_folder
from countermove.publishers.formats import FORMATS
from countermove.publishers.table import KNOWN, Known

Predictive = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In an empty folder, with a data folder of its own and no way through a proxy."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUNTERMOVE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("NO_PROXY", "*")
    return tmp_path / "data"


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Predictive:
    """A command: its exit code, its answer and its remarks."""

    def run(*words: str) -> tuple[int, str, str]:
        code = main(["data", *words])
        answer, remarks = capsys.readouterr()
        assert "Traceback" not in remarks
        return code, answer, remarks

    return run


def known(monkeypatch: pytest.MonkeyPatch, contents: bytes, **facts: Any) -> Known:
    """A table with one file in it: these bytes of UCDP GED."""
    entry = replace(KNOWN[0], sha256=hashlib.sha256(contents).hexdigest(), size=len(contents), **facts)
    monkeypatch.setattr(data_folder, "KNOWN", (entry,))
    return entry


# --- add --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_with_another_checksum_is_taken_and_said(form: str, folder: Path, said: Predictive) -> None:
    """By its header, whatever its name; on standard error, also with --json and --quiet."""
    Path("mine.csv").write_bytes(good(form))
    code, answer, remarks = said("add", "mine.csv", "--quiet")
    assert (code, answer) == (0, "") and "is not in the table of known files" in remarks
    assert (folder / form / "mine.csv").read_bytes() == good(form)
    code, answer, _ = said("add", "mine.csv", "--json")
    added = json.loads(answer)
    assert (added["known"], added["already"], added["format"], added["rows"]) == (
        False,
        True,
        form,
        good(form).count(b"\n") - 1 - (form in ("ucdp-battle-deaths",)),
    )
    assert added["sha256"] in added["note"] and added["licence"] == "not known here"
    rows = json.loads(said("list", "--json")[1])
    assert [row["state"] for row in rows if row.get("name") == "mine.csv"] == ["checksum not known"]


def test_a_known_file_goes_to_its_place(folder: Path, said: Predictive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it was called; adding it again changes nothing."""
    entry = known(monkeypatch, good("ucdp-ged"))
    Path("x").write_bytes(good("ucdp-ged"))
    code, answer, remarks = said("add", "x")
    assert (code, remarks) == (0, "") and "2 rows read" in answer and "CC BY 4.0" in answer and "is there:" in answer
    assert (folder / entry.path).read_bytes() == good("ucdp-ged")
    assert "was there already" in said("add", "x")[1]
    assert [path.name for path in (folder / entry.path).parent.iterdir()] == [Path(entry.path).name]


def test_a_file_nobody_reads_is_known_by_its_checksum(folder: Path, said: Predictive, monkeypatch: pytest.MonkeyPatch) -> None:
    """And by nothing else."""
    entry = known(monkeypatch, b"crisno,yrtrig\n1,1918\n", format="", path="icb/some.csv")
    Path("some.csv").write_bytes(b"crisno,yrtrig\n1,1918\n")
    assert "recognised by its checksum" in said("add", "some.csv")[1] and (folder / entry.path).is_file()
    Path("some.csv").write_bytes(b"crisno,yrtrig\n1,1919\n")
    code, _, remarks = said("add", "some.csv")
    assert code == 2 and "some.csv:1:1: the header is none that is known" in remarks


@pytest.mark.parametrize(("form", "line", "column", "cell", "says"), CELLS)
def test_a_bad_file_does_not_get_in(
    form: str, line: int, column: str, cell: str, says: str, folder: Path, said: Predictive
) -> None:
    """Exit code 2, the position, no traceback, and nothing is left behind."""
    contents, place = changed(form, line, column, cell)
    Path("bad.csv").write_bytes(contents)
    code, answer, remarks = said("add", "bad.csv")
    assert (code, answer) == (2, "") and not folder.exists()
    assert "bad.csv:1:1: the header of" in remarks if line == 1 else f"bad.csv:{place}: " in remarks and says in remarks


@pytest.mark.parametrize("file", ["nowhere.csv", ".", "empty.csv", "noise.csv.gz"])
def test_what_is_no_file_of_a_publisher(file: str, folder: Path, said: Predictive) -> None:
    """Is refused in words."""
    Path("empty.csv").write_bytes(b"")
    Path("noise.csv.gz").write_bytes(good("ucdp-ged", packed=True)[:40])
    code, _, remarks = said("add", file)
    assert code == 2 and remarks.startswith(file) and not folder.exists()


def test_no_file_takes_the_place_of_another(folder: Path, said: Predictive) -> None:
    """The first stays, and the second is told why."""
    Path("mine.csv").write_bytes(good("ucdp-ged"))
    assert said("add", "mine.csv")[0] == 0
    Path("mine.csv").write_bytes(good("ucdp-ged").replace(b"Upper", b"Lower"))
    code, _, remarks = said("add", "mine.csv")
    assert code == 2 and "with other contents" in remarks
    assert (folder / "ucdp-ged" / "mine.csv").read_bytes() == good("ucdp-ged")


def test_a_copy_that_breaks_off_leaves_nothing(folder: Path, said: Predictive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk: all of a file under its name, or none of it."""

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device", "the disk")

    monkeypatch.setattr(os, "fsync", full)
    Path("mine.csv").write_bytes(good("ucdp-ged"))
    code, _, remarks = said("add", "mine.csv")
    assert code == 2 and "No space left on device" in remarks and list((folder / "ucdp-ged").iterdir()) == []


def test_the_real_files_are_known(folder: Path, said: Predictive) -> None:
    """Every one at hand goes to its place; the list says so."""
    missing = [entry.path for entry in KNOWN if not (PUBLISHERS_DATA / entry.path).is_file()]
    if missing:
        pytest.skip(f"NOT ADDED: {', '.join(missing)} not in {PUBLISHERS_DATA}; the publishers' files are not shipped")
    for entry in KNOWN:
        code, answer, remarks = said("add", str(PUBLISHERS_DATA / entry.path), "--json")
        assert (code, remarks, json.loads(answer)["name"]) == (0, "", entry.name)
    rows = [row for row in json.loads(said("list", "--json")[1]) if row["kind"] == "data"]
    assert {row["state"] for row in rows} == {"here"} and len(rows) == len(KNOWN)


# --- list -------------------------------------------------------------------------------------------------------------


def test_the_list_shows_licences_and_states(folder: Path, said: Predictive) -> None:
    """Records and data sets; a known name with other contents is told from the known file."""
    code, answer, remarks = said("list")
    assert (code, remarks) == (0, "")
    for words in ("donbas-2014-2017", "battle-deaths", "absent", "CC BY 4.0", "not stated with the copy", str(folder)):
        assert words in answer.replace("\n", " ")
    place = folder / KNOWN[0].path
    place.parent.mkdir(parents=True)
    place.write_bytes(b"something else")
    rows = {row.get("name"): row for row in json.loads(said("list", "--json")[1]) if row["kind"] == "data"}
    assert rows[KNOWN[0].name]["state"] == "other contents" and rows[KNOWN[1].name]["state"] == "absent"
    assert {"publisher", "what", "licence", "citation", "url", "sha256", "size"} <= set(rows[KNOWN[0].name])


def test_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where it is said, else in the cache folder."""
    assert data_folder.data_folder() == tmp_path / "data"
    monkeypatch.delenv("COUNTERMOVE_DATA")
    monkeypatch.setenv("COUNTERMOVE_CACHE", str(tmp_path / "cache"))
    assert data_folder.data_folder() == tmp_path / "cache" / "data"
    monkeypatch.delenv("COUNTERMOVE_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    assert data_folder.data_folder() == tmp_path / "home" / "countermove" / "data"


# --- fetch ------------------------------------------------------------------------------------------------------------


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder without a word."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A publisher on this machine: its address, and the folder that it serves."""
    (tmp_path / "site").mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "site")))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", tmp_path / "site"
    server.shutdown()
    server.server_close()
    thread.join()


def archive(**tables: bytes) -> bytes:
    """A zip with these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, contents in tables.items():
            packed.writestr(name.replace("_", "."), contents)
    return stream.getvalue()


@pytest.mark.parametrize("name", ["events.csv", "events.zip"])
def test_a_known_file_is_fetched(
    name: str, folder: Path, site: tuple[str, Path], said: Predictive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Itself or from an archive, its licence first; the second time without the network."""
    entry = known(monkeypatch, good("ucdp-ged"), url=f"{site[0]}/{name}")
    served = site[1] / name
    served.write_bytes(good("ucdp-ged") if name.endswith("csv") else archive(read_txt=b"read me", table_csv=good("ucdp-ged")))
    code, answer, remarks = said("fetch", entry.name)
    assert code == 0 and (folder / entry.path).read_bytes() == good("ucdp-ged") and "2 rows read" in answer
    assert "Licence: CC BY 4.0. Cite: Sundberg" in remarks
    served.unlink()
    code, answer, _ = said("fetch", entry.name, "--json")
    assert code == 0 and json.loads(answer)["already"] is True


def test_the_licence_comes_before_the_network(site: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Who does not like it stops there."""
    entry = known(monkeypatch, good("ucdp-ged"), url=f"{site[0]}/events.csv")

    def stop(seen: Known) -> None:
        raise KeyboardInterrupt(seen.licence)

    with pytest.raises(KeyboardInterrupt, match="CC BY"):
        data_folder.fetch(entry.name, stop)


@pytest.mark.parametrize(
    ("name", "contents", "says"),
    [
        ("other.csv", good("ucdp-ged") + b"\n", "another file than the copy that is known"),
        ("other.zip", archive(a_csv=good("ucdp-ged") + b"\n"), "another file than the copy that is known"),
        ("two.zip", archive(a_csv=good("ucdp-ged"), b_csv=b""), "an archive with 2 tables came"),
        ("none.zip", archive(a_txt=b""), "an archive with 0 tables came"),
        ("page.zip", b"<html>moved</html>", "not a whole archive"),
        ("cut.zip", archive(a_csv=good("ucdp-ged"))[:-30], "not a whole archive"),
        ("broken.zip", archive(a_csv=good("ucdp-ged")).replace(b"a.csv", b"b.csv", 1), "not a whole archive"),
        ("absent.csv", None, "the publisher answers 404"),
    ],
)  # fmt: skip
def test_what_is_not_the_known_file_is_not_kept(
    name: str,
    contents: bytes | None,
    says: str,
    folder: Path,
    site: tuple[str, Path],
    said: Predictive,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Refused with the address, and what to do by hand."""
    entry = known(monkeypatch, good("ucdp-ged"), url=f"{site[0]}/{name}")
    if contents is not None:
        (site[1] / name).write_bytes(contents)
    code, answer, remarks = said("fetch", entry.name)
    assert (code, answer) == (2, "") and says in remarks and entry.url in remarks and "countermove data add FILE" in remarks
    assert not folder.exists()


def test_without_a_network(folder: Path, said: Predictive, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line that says so, and what to do instead."""
    entry = known(monkeypatch, b"", url="http://127.0.0.1:9/none.csv")
    code, _, remarks = said("fetch", entry.name)
    assert code == 2 and "cannot be fetched: no connection" in remarks and "by hand" in remarks and not folder.exists()
    assert len(remarks.splitlines()) == 3


def test_names_and_files_without_an_address(said: Predictive) -> None:
    """A wrong name is put right; a file without an address is to be got by hand."""
    code, _, remarks = said("fetch", "batle-deaths")
    assert code == 2 and "did you mean battle-deaths?" in remarks
    entry = next(entry for entry in KNOWN if not entry.url)
    code, _, remarks = said("fetch", entry.name)
    assert code == 2 and "no address is known" in remarks and entry.page in remarks


def test_errors_of_the_package_and_of_no_one_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """In Python too."""
    known(monkeypatch, b"", url="gopher://nowhere/none.csv")
    with pytest.raises(RecordError):
        data_folder.fetch(KNOWN[0].name)
    with pytest.raises(RecordError):
        data_folder.add("nowhere.csv")
