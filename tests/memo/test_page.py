"""The memo keeps its promises: one file, nothing from outside, texts are data, every number with its error."""

from __future__ import annotations

import base64
import hashlib
import math
import re
import time
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from builders import dossier_example as example
from builders.findings import bare_findings, regret_row
from countermove.errors import MemoError
from countermove.memo import render, render_annex
from countermove.memo.contents import Dossier
from countermove.questions.weigh.finding_memo import MemoWeighing
from countermove.show.page import environment
from countermove.world.titles import title_of
from countermove.world.words import mean_error

VOID = {"meta", "br", "img", "line", "circle", "path", "hr", "input", "link"}


class Page(HTMLParser):
    """The elements of a page with their attributes, their text, and every element left open or closed twice."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.wrong: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        self.wrong += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.wrong.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] != "style":
            self.text.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag]

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


@pytest.fixture(scope="module")
def html(dossier: Dossier) -> str:
    return render(dossier)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def with_findings(dossier: Dossier, **changes: Any) -> str:
    return Page(render(replace(dossier, findings=replace(dossier.findings, **changes)))).words


def test_the_same_dossier_gives_the_same_bytes(dossier: Dossier, html: str) -> None:
    environment.cache_clear()
    assert render(example.dossier()).encode() == html.encode()
    assert render_annex(example.dossier()) == render_annex(dossier)
    slower = replace(dossier, provenance=replace(dossier.provenance, seconds=1e4, rate=1.0))
    assert render(slower) == html, "the time that a run took must not change the memo"


def test_it_is_quick_and_small(dossier: Dossier, html: str) -> None:
    start = time.process_time()
    render(dossier)
    assert time.process_time() - start < 8
    assert len(html.encode()) < 2_500_000


@pytest.mark.parametrize("of", [render, render_annex])
def test_it_needs_nothing_else(dossier: Dossier, of: Callable[[Dossier], str]) -> None:
    """No address that a browser would fetch, no script, no style but the one that the policy names."""
    html = of(dossier)
    page = Page(html)
    fetching = {"src", "srcset", "data", "action", "poster", "background", "ping", "xlink:href"}
    for tag, attrs in page.elements:
        assert tag not in {"script", "link", "iframe", "object", "embed", "base", "form", "img", "image", "use", "audio", "video"}
        assert not fetching & attrs.keys()
        assert not [name for name in attrs if name.startswith("on") or name == "style"]
        assert (attrs.get("href") or "#").startswith("#")
    (style,) = re.findall(r"<style>(.*?)</style>", html, flags=re.DOTALL)
    assert "url(" not in style
    assert "@import" not in style
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = [meta["content"] for meta in page.named("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@pytest.mark.parametrize("of", [render, render_annex])
def test_it_is_well_made(dossier: Dossier, of: Callable[[Dossier], str]) -> None:
    """Elements nest, names are unique, links lead somewhere, headings do not skip, tables have scopes, figures have captions."""
    page = Page(of(dossier))
    assert page.wrong == []
    assert page.named("html") == [{"lang": "en"}]
    names = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(names) == len(set(names))
    targets = [value[1:] for _, attrs in page.elements if (value := attrs.get("href") or "").startswith("#")]
    targets += [attrs["aria-labelledby"] or "" for _, attrs in page.elements if "aria-labelledby" in attrs]
    assert set(targets) <= set(names)
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(attrs.get("scope") in ("col", "row") for attrs in page.named("th"))
    assert len(page.named("figure")) == len(page.named("figcaption"))
    assert all(attrs.get("role") == "img" and attrs.get("aria-label") for attrs in page.named("svg"))
    assert len(page.named("thead")) == len(page.named("table"))


def test_markup_in_texts_is_text() -> None:
    page = Page(render(example.hostile()))
    assert page.wrong == []
    assert not page.named("script")
    assert not page.named("img")
    assert all(not name.startswith("on") for _, attrs in page.elements for name in attrs)
    assert "<script>document.title='taken'</script>" in page.words


def test_page_one_says_it_all(page: Page, dossier: Dossier) -> None:
    front = page.words
    order = [
        dossier.title,
        dossier.decided,
        dossier.question,
        *dossier.bottom_line,
        "6 of 74",
        "3% to 17%",
        "UCDP Conflict Termination",
    ]
    places = [front.index(part) for part in order[2:]]
    assert places == sorted(places)
    for part in (*order, *dossier.unknown, *dossier.watch, *dossier.warnings):
        assert part in front


def test_sections_come_in_order(page: Page) -> None:
    heads = [
        "brief",
        "body",
        "bottom-line",
        "interval",
        "outside",
        "unknown",
        "watch",
        "question",
        "theories",
        "unanswered",
        "flips",
        "changes",
        "ledger",
        "record-says",
        "annex",
        "objective",
        "theories-tables",
        "record-tables",
        "record",
        "strain",
        "assumptions",
        "references",
    ]
    found = [attrs["id"] for _, attrs in page.elements if attrs.get("id") in [*heads, "provenance"]]
    assert found == [*heads, "provenance"]


def test_weights_never_stand_alone(page: Page, dossier: Dossier) -> None:
    """Beside each: whose they are, and how far a record can tell; where nothing was weighed, that."""
    beside = "Prior weights; those of the record stand under “What the record says”."
    assert page.words.count(beside) >= 6
    assert page.words.count("names the true theory in 33% of cases, chance alone in 12.5%: see the confusion matrix.") >= 4
    note = "Prior weights: no record has been weighed."
    alone = Page(render(replace(dossier, record_says=MemoWeighing()))).words
    assert alone.count(note) >= 6 and note not in page.words
    assert "There is no confusion matrix yet" in alone and "no confusion matrix" not in page.words
    other = replace(dossier, provenance=replace(dossier.provenance, weights_from="run 5f3a"))
    assert "Weights from run 5f3a." in Page(render(other)).words


def test_no_mean_without_its_interval(page: Page, dossier: Dossier) -> None:
    """Every cell of the tables of regret and of measures has a ± or says why not; and a range where there is one."""
    row = next(r for r in dossier.findings.measures if (r.strategy, r.theory, r.measure) == ("heavy-lethal", "weighted", "deaths"))
    assert mean_error(row.mean, row.se) in page.words
    assert f"{row.q05:,.0f} to {row.q95:,.0f}" in page.words
    assert "did not occur" in page.words  # truce-break-change where nothing was delivered
    unsure = tuple(replace(r, value_se=math.nan) for r in dossier.findings.regret)
    assert "expected value of the objective, whose own error is not known." in with_findings(dossier, regret=unsure)


def test_no_verdict_without_its_flip_point(page: Page, dossier: Dossier) -> None:
    verdicts = len({row.theory for row in dossier.findings.verdicts})
    assert len(re.findall(r"[Ff]lip point: ", page.words)) == verdicts
    words = with_findings(dossier, flips=())
    assert words.count("Flip point: no flip point in (0,1).") == verdicts
    assert "There is no flip point in (0,1):" in words


def test_every_flip_sentence_is_told(page: Page, dossier: Dossier) -> None:
    assert all(flip.sentence in page.words for flip in dossier.findings.flips)
    assert "Where the order never changes (no flip point in (0,1))" in page.words


def test_captions_say_what_to_see(page: Page, dossier: Dossier) -> None:
    for part in (
        "Largest difference at the end: “Heavy lethal” if “Richardson” is true",
        "Lowest regret: “Heavy lethal” if “Inertia”",
        "most: 1.19 ± 0.03 under “Javelins” if “Richardson” is true",
        "of the data lie inside the pale band",
        "Of least weighted regret, or not told from it, over the sweep: “Abstain”",
    ):
        assert part in page.words
    same = tuple(replace(band, q50=(1.0,) * 60) for band in dossier.findings.bands)
    assert "No strategy moves the median away from the one under “Abstain”." in with_findings(dossier, bands=same)


def test_the_number_of_borrowed_numbers_is_said(page: Page, dossier: Dossier) -> None:
    count = sum(row.borrowed for row in dossier.assumptions)
    said = f"{count} of the {len(dossier.assumptions)} numbers that went in (11%) were borrowed from another scenario"
    assert page.words.count(said) == 2  # on page one and above the list
    own = replace(dossier, assumptions=tuple(replace(row, borrowed=False) for row in dossier.assumptions))
    assert f"None of the {len(dossier.assumptions)} numbers that went in was borrowed" in Page(render(own)).words


def test_every_assumption_is_listed(page: Page, dossier: Dossier) -> None:
    for row in dossier.assumptions:
        assert row.name in page.words
        assert row.doc in page.words
        assert row.prior in page.words


def test_sources_lead_to_references(page: Page, dossier: Dossier) -> None:
    cited = {attrs["href"] for attrs in page.named("a") if (attrs.get("href") or "").startswith("#reference-")}
    used = {row.source for row in dossier.assumptions} & {key for key, _ in dossier.references}
    assert len(cited) == len(used) == 2


def test_a_tolerance_that_was_missed_is_said(dossier: Dossier) -> None:
    coarse = replace(dossier, provenance=replace(dossier.provenance, reached=0.05))
    assert "above the 0.02 asked for: more draws are needed" in Page(render(coarse)).words


def bare(dossier: Dossier) -> Dossier:
    """The least that can be rendered."""
    regret = (regret_row("abstain", "inertia"),)
    return replace(
        dossier,
        outside=(),
        objective=(),
        strategies=(),
        theories=(),
        findings=bare_findings(("abstain",), ("inertia",), weights={}, regret=regret),
        records=(),
        assumptions=(),
        references=(),
        warnings=(),
        record_says=MemoWeighing(),
    )


def test_what_is_missing_is_said(dossier: Dossier) -> None:
    page = Page(render(bare(dossier)))
    assert page.wrong == []
    for part in (
        "No base rate from outside the model",
        "No objective was written",
        "No verdict was reached",
        "Nothing was measured",
        "no flip point in (0,1)",
        "The offset was not computed",
        "The sweep was not run",
        "Nothing was weighed for this memo",
        "No record was replayed",
        "No assumption is listed",
        "The scenario cites nothing",
    ):
        assert part in page.words


def test_what_cannot_be_rendered_is_refused(dossier: Dossier) -> None:
    for findings, what in (
        (replace(dossier.findings, strategies=()), "no strategy"),
        (replace(dossier.findings, theories=()), "no theory"),
        (replace(dossier.findings, bands=(replace(dossier.findings.bands[0], q05=(1.0,)),)), "differ in length"),
    ):
        with pytest.raises(MemoError, match=what):
            render(replace(dossier, findings=findings))


def luminance(colour: str) -> float:
    """Relative luminance of #rgb or #rrggbb (WCAG 2)."""
    digits = colour.lstrip("#")
    digits = "".join(2 * d for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_map_reads_in_grey(html: str) -> None:
    """Each shade is darker than the one before, by enough to tell, and its figures can be read on it."""
    before = 1.0
    for place in range(1, 6):
        (rule,) = re.findall(rf"\.shade-{place} {{ ([^}}]*) }}", html)
        (ground,) = re.findall(r"background: (#\w+)", rule)
        ink = re.findall(r" color: (#\w+)", rule) or ["#1a1a1a"]
        light, dark = sorted((luminance(ground), luminance(ink[0])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5
        assert (before + 0.05) / (luminance(ground) + 0.05) > 1.15
        before = luminance(ground)


def test_page_one_shows_one_base_rate_a_headline_and_the_table_shows_all(dossier: Dossier) -> None:
    first = dossier.outside[0]
    many = tuple(
        replace(
            first,
            about=f"{head}. BacktestCase {case}",
            k=100 * place + case,
            source="Some dataset. Terms of use",
            note="a reservation",
        )
        for place, head in enumerate(("Settlement", "Direct war"), start=1)
        for case in (1, 2)
    )
    words = Page(render(replace(dossier, outside=many))).words
    front = words[: words.index("What is unknown")]
    assert [f"{k} of 74" in front for k in (101, 102, 201, 202)] == [True, False, True, False]
    assert "All 4 base rates, with their sources" in front
    table = words[words.index("The outside view in full Base rates") :]
    assert "Some dataset" in table and "Some dataset" not in front
    assert all(f"{k} of 74" in table for k in (101, 102, 201, 202))
    assert "Terms of use" in table and "a reservation" in table


def test_all_verdicts_of_a_theory_stand_together(dossier: Dossier) -> None:
    first = dossier.findings.verdicts[-1]
    further = replace(first, other="heavy-lethal", difference=0.31, se=0.02, kind="better")
    words = with_findings(dossier, verdicts=(first, further))
    assert f"Points of “{title_of(first.best)}” less those of the rest: “Heavy lethal” 0.31 ± 0.02 (better)." in words
    assert len(re.findall(r"[Ff]lip point: ", words)) == 1


def test_many_flip_points_are_told_and_the_nearest_are_drawn(dossier: Dossier) -> None:
    flip = dossier.findings.flips[0]
    many = tuple(replace(flip, weight=0.3 + 0.01 * place, sentence=f"Sentence {place:02d}.") for place in range(20))
    words = with_findings(dossier, flips=many)
    assert all(row.sentence in words for row in many)
    assert "The 12 flip points of 20 that are nearest to the weights of today." in words
    assert sum(words.count(row.sentence) for row in many) == len(many) + 3  # the three nearest in the body, all in the annex
