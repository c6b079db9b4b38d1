"""A walk over JSON Schema, as much of it as our own tables use: everything that is wrong with a value, in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, cast

from countermove.spelling import closest
from countermove.world.words import listed

Schema = Mapping[str, Any]
MOST_REFUSALS = 20
_TURNING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))  # they turn round what is read after them
_KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_SAID = {
    "object": "an object",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


def refusals(schema: Schema, value: Any) -> tuple[str, ...]:
    """What is wrong with a value: for each thing its place, what was found, what was expected. At most twenty; none where it fits."""
    found: list[str] = []
    for place, message in _walk(schema, value, ""):
        found.append(f"{place}: {message}" if place else message)
        if len(found) == MOST_REFUSALS:
            break
    return tuple(found)


def _walk(schema: Schema, value: Any, place: str) -> Iterator[tuple[str, str]]:
    if "const" in schema and (value != schema["const"] or type(value) is not type(schema["const"])):
        yield place, f"{shown(value)}; expected {shown(schema['const'])}"
        return
    if "enum" in schema and value not in schema["enum"]:
        near = closest(value, [one for one in schema["enum"] if isinstance(one, str)]) if isinstance(value, str) else ""
        meant = f"; did you mean {near}?" if near else ""
        yield place, f"{shown(value)}; expected {listed([str(one) for one in schema['enum']], 'or')}{meant}"
        return
    kinds = schema.get("type", ())
    kinds = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    if kinds and not any(_is(value, kind) for kind in kinds):
        yield place, f"{shown(value)}; expected {listed([_SAID[kind] for kind in kinds], 'or')}"
        return
    if isinstance(value, str):
        yield from ((place, message) for message in _text(schema, value))
    elif isinstance(value, dict):
        yield from _object(schema, cast("dict[str, Any]", value), place)
    elif isinstance(value, list):
        yield from _list(schema, cast("list[Any]", value), place)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        low, high = schema.get("minimum", value), schema.get("maximum", value)
        if not low <= value <= high:
            yield place, f"{shown(value)} is out of range; expected {_between(schema)}"


def _is(value: Any, kind: str) -> bool:
    """JSON has one kind of number and its own truth values: True is no number here."""
    return isinstance(value, _KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _text(schema: Schema, value: str) -> Iterator[str]:
    if len(value) > schema.get("maxLength", len(value)):
        yield f"a text of {len(value):,} letters; expected at most {schema['maxLength']:,}"
        return
    if len(value) < schema.get("minLength", 0) or (schema.get("minLength", 0) > 0 and not value.strip()):
        yield "an empty text"
    if "pattern" in schema and not matches(schema["pattern"], value):
        yield f"{shown(value)}; expected {schema.get('description', 'another form')}"
    for letter in value:
        if letter in _TURNING or (unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t"):
            yield f"the control character U+{ord(letter):04X}; expected text"
            return


def matches(pattern: str, text: str) -> bool:
    """As JSON Schema has it: `$` is the end of the text, and not also the place before a last line feed."""
    return re.search(f"{pattern[:-1]}\\Z" if pattern.endswith("$") else pattern, text) is not None


def _object(schema: Schema, value: dict[str, Any], place: str) -> Iterator[tuple[str, str]]:
    known = cast("Mapping[str, Schema]", schema.get("properties", {}))
    more = schema.get("additionalProperties", True)
    for name in schema.get("required", ()):
        if name not in value:
            yield place, f'there is no "{name}"; expected {_what(known[name])}'
    if len(value) > schema.get("maxProperties", len(value)):
        yield place, f"{len(value)} entries; expected at most {schema['maxProperties']}"
        return
    for name, part in value.items():
        inside = f"{place}.{name[:60]}" if place else name[:60]
        if name in known:
            yield from _walk(known[name], part, inside)
        elif isinstance(more, Mapping):
            yield from _walk(cast(Schema, more), part, inside)
        elif more is False:
            near = closest(name, tuple(known))
            yield place, f"{shown(name)} is none of {listed(tuple(known), 'and')}" + (f"; did you mean {near}?" if near else "")


def _list(schema: Schema, value: list[Any], place: str) -> Iterator[tuple[str, str]]:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        yield place, f"a list of {len(value)}; expected {schema.get('minItems', 0)} to {schema.get('maxItems', 'any number')}"
        return
    for number, part in enumerate(value, 1):
        yield from _walk(schema.get("items", {}), part, f"{place}[{number}]")


def _what(schema: Schema) -> str:
    kinds = schema.get("type", "something")
    return schema.get("description") or (_SAID.get(kinds, "something") if isinstance(kinds, str) else "something")


def _between(schema: Schema) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is None or high is None:
        return f"at most {high:g}" if low is None else f"at least {low:g}"
    return f"{low:g} to {high:g}"


def shown(value: Any) -> str:
    """A value from a stranger as a message quotes it: short, on one line, and without what could repaint a terminal."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        plain = "".join(letter if letter.isprintable() else "?" for letter in value[:41])
        return f'"{plain[:40]}…"' if len(value) > 40 else f'"{plain}"'
    if value is None or isinstance(value, bool):
        return str(value).lower().replace("none", "null")
    return str(value)[:40]
