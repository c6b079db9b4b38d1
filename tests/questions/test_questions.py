"""The table of questions is true: every room has its command, its page, a finding that shows itself, and its sections of the memo."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from functools import cache
from html import unescape
from importlib import import_module
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader

import pytest

from builders.dossier_example import dossier
from builders.places import ROOT
from countermove.cli.main import VERBS
from countermove.memo.contents import Dossier
from countermove.memo.page import render
from countermove.memo.sections import INQUIRIES, SECTIONS, MemoSection
from countermove.questions.table import QUESTIONS, Room
from countermove.questions.weigh.finding_memo import MemoWeighing
from countermove.world.display import Displayable

ROOMS = ROOT / "src" / "countermove" / "questions"
EACH = pytest.mark.parametrize("room", QUESTIONS, ids=lambda room: room.name)
SECTION = {section.anchor: section for section in SECTIONS}


def test_every_room_is_in_the_table() -> None:
    """A folder of questions/ is a question, once."""
    assert sorted(room.name for room in QUESTIONS) == sorted(
        path.name for path in ROOMS.iterdir() if (path / "__init__.py").exists()
    )


@EACH
def test_it_has_a_command(room: Room) -> None:
    """Of its name, in the file of its name; the command line says of it what the table says."""
    (verb,) = (verb for name, verb, says in VERBS if (name, says) == (room.name, room.asks))
    assert inspect.getsourcefile(verb) == str(ROOT / "src" / "countermove" / "cli" / f"{room.name}.py")


@EACH
def test_it_has_a_page(room: Room) -> None:
    """That names the command."""
    assert f"countermove {room.name}" in (ROOT / "docs" / room.page).read_text(encoding="utf-8")


@EACH
def test_what_it_finds_shows_itself(room: Room) -> None:
    """In a notebook and at the prompt: no dataclass writes over it."""
    module, _, name = room.finding.rpartition(".")
    found = getattr(import_module(module), name)
    assert issubclass(found, Displayable) and found.__repr__ is Displayable.__repr__


def test_every_section_belongs_to_one_question_or_to_the_memo() -> None:
    """Which is one of the table, and what the memo asks of its own accord is asked for it."""
    assert len(SECTION) == len(SECTIONS)
    assert {section.question for section in SECTIONS} <= {room.name for room in QUESTIONS} | {""}
    assert all(section.question for section in SECTIONS if section.inquiry is not None)
    assert len(INQUIRIES) == 4


@cache
def bare() -> Dossier:
    """A run of which nothing more was asked."""
    return replace(dossier(), record_says=MemoWeighing())


@cache
def bare_page() -> str:
    """Its memo, as it is read."""
    return unescape(render(bare()))


@pytest.mark.parametrize("section", [section for section in SECTIONS if section.question], ids=lambda section: section.anchor)
def test_where_nothing_was_found_the_section_says_so(section: MemoSection) -> None:
    """In a sentence under its heading, which names the command where the memo asks by itself; a run has something to show of everything.

    What stands in the annex of a section that says so is left out.
    """
    name = section.anchor if section.layer == "body" else f"{section.anchor}-name"
    head = re.search(rf'<h2 id="{name}">(.*?)</h2>(.*?)(?=<h2|</main>)', bare_page(), flags=re.DOTALL)
    if section.of and section.question != "run":
        assert head is None and f'href="#{section.anchor}"' not in bare_page()
        return
    assert head is not None and head[1] == section.title
    if section.question == "run":
        assert re.search("<table|<svg|<li>", head[2])
        return
    assert section.shown is not None
    why = getattr(section.shown(bare()), "why")  # noqa: B009  # each section has a view of its own kind
    assert why and why in head[2] and "<table" not in head[2]
    assert section.inquiry is None or f"countermove {section.question}" in why


def test_pages_from_the_tables_are_current() -> None:
    """`scripts/reference` would write nothing new."""
    loader = SourceFileLoader("reference_pages", str(ROOT / "scripts" / "reference"))
    spec = spec_from_loader("reference_pages", loader)
    assert spec is not None
    made = module_from_spec(spec)
    loader.exec_module(made)
    for name, text in made.pages().items():
        assert (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8") == made.NOTE + text, name
