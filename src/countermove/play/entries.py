"""The entries of a transcript: every kind with its fields, as a table. Nothing but an entry changes a session."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from countermove.errors import SessionError
from countermove.play.form import Schema, refusals, shown
from countermove.play.month import FATES
from countermove.play.protocol import CHANCE, FORECAST, ID, MONTH, NAMED, NOTED, ORDERS, REMEMBERED, SAID, TRUTH, WEIGHTS, WORDS
from countermove.play.transcript import Entry

FORMAT = 1
TABLE = "table"
"""Who makes the entries that nobody asked for: a month that is played because all have committed."""
_HASH: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "a SHA-256 in hex"}
_LONG: Schema = {"type": "string", "maxLength": 2 << 20}
_TEXTS: Schema = {"type": "object", "additionalProperties": {"type": "string", "maxLength": 200}, "maxProperties": 80}
_NUMBERS: Schema = {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}, "maxProperties": 8}

# fmt: off
KINDS: Mapping[str, Mapping[str, Schema]] = MappingProxyType({
    "opened": {"format": {"const": FORMAT}, "session": NAMED, "scenario": _LONG, "scenario_sha256": _HASH, "commitment": _HASH,
               "code": _TEXTS, "players": _TEXTS, "pace": {"enum": ["all-in", "facilitator"]}, "training": {"type": ["string", "null"]}},
    "linked": {"seat": NAMED, "sha256": _HASH},
    "claimed": {"seat": NAMED, "sha256": _HASH},
    "seated": {"seat": NAMED, "player": NAMED},
    "said": {"channel": NAMED, "text": SAID},
    "committed": {"month": MONTH, "orders": ORDERS},
    "forecast": {"event": {"enum": list(FORECAST)}, "until": MONTH, "probability": CHANCE},
    "guessed": {"of": NAMED, "weights": WEIGHTS},
    "remembered": {"text": REMEMBERED},
    "noted": {"text": NOTED},
    "locked": {"on": TRUTH},
    "adjudicated": {"month": MONTH, "missing": WORDS, "digest": _HASH},
    "undone": {"to": MONTH},
    "branched": {"line": NAMED, "origin": NAMED, "month": MONTH},
    "injected": {"text": {"type": ["string", "null"], "maxLength": 2000}, "to": WORDS, "event": {"type": ["string", "null"], "maxLength": 100},
                 "fate": {"enum": [*FATES, None]}},
    "paused": {},
    "resumed": {},
    "revealed": {"cards": _NUMBERS, "hidden": _TEXTS, "salt": _HASH},
    "ended": {},
})
# fmt: on
_HEAD: Mapping[str, Schema] = {
    "number": {"type": "integer", "minimum": 1},
    "before": _HASH,
    "at": {"type": "string", "maxLength": 40, "description": "when, as ISO 8601"},
    "kind": {"enum": list(KINDS)},
    "by": NAMED,
}
_MESSAGE: Mapping[str, Schema] = {"id": ID, "message": _HASH}


def fingerprint(value: Mapping[str, Any]) -> str:
    """SHA-256 of plain values, whatever the order of their names."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def entry(kind: str, by: str, **fields: Any) -> dict[str, Any]:
    """An entry without what the transcript adds: its number, the hash before it, and when."""
    return {"kind": kind, "by": by, **fields}


def check_entry(found: Entry) -> None:
    """Raises SessionError with everything that is wrong with the form of an entry; `number`, `before`, `at` may still be missing."""
    kind = found.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise SessionError(f"no entry is of the kind {shown(kind)}", next=f"There are {', '.join(KINDS)}")
    schema = {
        "type": "object",
        "properties": {**_HEAD, **_MESSAGE, **KINDS[kind]},
        "required": ["kind", "by", *KINDS[kind]],
        "additionalProperties": False,
    }
    wrong = refusals(schema, dict(found))
    if wrong:
        raise SessionError(f"an entry that is none: {'; '.join(wrong)}", where=kind)
