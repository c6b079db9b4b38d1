"""`countermove replay TRANSCRIPT`: a session played again from its first entry, bit for bit, and written as a record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from countermove.cli.options import Output
from countermove.cli.progress import Bar
from countermove.cli.terminal import remark, say, say_json, say_table
from countermove.world.tables import Table

if TYPE_CHECKING:
    from countermove.play.session import Session

ENDING = ".jsonl"
"""How the name of a transcript ends."""


def replay_session(path: Path, out: Path | None, after: Path | None, output: Output) -> None:
    """Play a transcript again and say that every month came out as it did; with `out`, write its record there, with `after` what it teaches."""
    from countermove.play.export import record_of_session
    from countermove.play.replaying import replay_transcript
    from countermove.store.disk import write_page

    with Bar(quiet=output.quiet or output.as_json) as bar:
        bar("replaying", 0, 0)
        found = replay_transcript(path)
    session, entries = found.session, found.entries
    written: list[str] = []
    if out is not None:
        files = record_of_session(session)
        written = [str(write_page(out / name, text, "record")) for name, text in files.items()]
    if after is not None:
        written.append(str(_write_after(session, after, output)))
    played = sum(entry["kind"] == "adjudicated" for entry in entries)
    if output.as_json:
        head = {"session": session.name, "scenario": session.table.scenario.scenario, "entries": len(entries), "played": played}
        end: dict[str, Any] = {
            "line": session.line,
            "digest": session.standing.digest,
            "bit_for_bit": True,
            "months": _months(session),
        }
        say_json({**head, **end, "written": written, "remarks": list(found.remarks)})
        return
    for text in () if output.quiet else found.remarks:
        remark(text)
    say(
        f"{session.name}: {len(entries)} entries, each chained to the one before; {played} months played again, each bit for bit as it was."
    )
    rows = [(str(row["month"]), row["date"], row["missing"] or "-", row["news"] or "-") for row in _months(session)]
    if rows:
        say_table(Table.of(f"Line {session.line}", ("month", "date", "had not committed", "what everybody saw"), rows))
    for file in written:
        say(f"Wrote {file}")


def _write_after(session: Session, path: Path, output: Output) -> Path:
    """The page after the game, written."""
    from countermove.play.after_page import render_after
    from countermove.play.debrief import after_session
    from countermove.store.disk import write_page

    with Bar(quiet=output.quiet or output.as_json) as bar:
        bar("playing the months otherwise", 0, 0)
        return write_page(path, render_after(after_session(session)), "page")


def _months(session: Session) -> list[dict[str, Any]]:
    """The months of the line that is being played: what everybody saw of each."""
    from countermove.play.observe import overview
    from countermove.world.words import month_text

    news: dict[int, list[str]] = {}
    for one in overview(session)["news"]:
        if not one["to"]:  # what was told to some seats alone is not what everybody saw
            news.setdefault(one["month"], []).append(one["text"])
    start = session.table.scenario.clock.start
    return [
        {
            "month": month,
            "date": month_text(start + month - 1),
            "missing": ", ".join(played.missing),
            "news": " ".join(news.get(month, [])),
            "digest": played.turn.standing.digest,
        }
        for month, played in enumerate(session.played, 1)
    ]
