"""A JSON Schema of study files for editors, generated from the table of keys that their reader follows."""

from __future__ import annotations

from typing import Any

from countermove.scenario.keys import Key
from countermove.scenario.node_reader import NAME
from countermove.scenario.study_keys import CASE, SPAN, STUDY

Schema = dict[str, Any]
_NAME: Schema = {"type": "string", "pattern": f"^{NAME.pattern}$"}
_KINDS: dict[str, Schema] = {
    "text": {"type": ["string", "number", "boolean"]},
    "name": _NAME,
    "names": {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True},
    "war": {"type": "string"},
    "wars": {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True},
    "wholes": {"type": "array", "items": {"type": "integer", "minimum": 0}, "minItems": 1, "uniqueItems": True},
    "plain": {"type": ["number", "string"]},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "axes": {"type": "object", "additionalProperties": {"anyOf": [{"type": "array", "minItems": 1}, {"$ref": "#/$defs/range"}]}},
    "sets": {"type": "object"},
    "cases": {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "array", "items": {"$ref": "#/$defs/case"}, "minItems": 1}]},
}


def study_json_schema() -> Schema:
    """The schema, as plain data: draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "countermove study",
        **_section(STUDY),
        "$defs": {"range": _section(SPAN), "case": _section(CASE)},
    }


def _section(keys: tuple[Key, ...]) -> Schema:
    properties = {key.name: {"description": key.doc, **_kind(key.kind)} for key in keys}
    required = [key.name for key in keys if key.required]
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**found, "required": required} if required else found


def _kind(kind: str) -> Schema:
    return {"enum": kind.split("|")} if "|" in kind else _KINDS[kind]
