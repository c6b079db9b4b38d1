"""A JSON Schema of scenario files for editors, generated from the same table of keys that the reader follows."""

from __future__ import annotations

from typing import Any

from countermove.scenario.keys import CONDITIONS, DISTRIBUTION, SHAPES, Key
from countermove.scenario.ladder import COUNT, STANDARD
from countermove.scenario.node_reader import MONTH, NAME
from countermove.scenario.parameter_tables import PLACES, parameters, theory_names, theory_parameters, theory_says
from countermove.scenario.schema_examples import default_of, examples, is_section
from countermove.scenario.write import prior_as_written
from countermove.world.measure import MEASURES
from countermove.world.prior import Parameter

Schema = dict[str, Any]
_PAIR: Schema = {"type": "array", "items": {"$ref": "#/$defs/plain"}, "minItems": 2, "maxItems": 2}
_NUMBER_TEXT = r"^[+-]?(\d|\.\d)"


def json_schema() -> Schema:
    """The schema, as plain data: draft 2020-12."""
    shapes = {f"shape-{name}": _shape(name, keys) for name, keys in SHAPES.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "countermove scenario",
        "$ref": "#/$defs/shape-scenario",
        "$defs": {**_values(), **shapes},
    }


def _shape(name: str, keys: tuple[Key, ...]) -> Schema:
    properties = {
        key.name: {"description": key.doc, **_shown(name, key), **_kind(key.kind)} for key in keys if key.name != "held-by-SIDE"
    }
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    required = [key.name for key in keys if key.required]
    if required:
        schema["required"] = required
    if name == "territory":
        held = next(key for key in keys if key.name == "held-by-SIDE")
        schema["patternProperties"] = {"^held-by-": {"description": held.doc, **_shown(name, held), **_kind("number")}}
    if name == "orders":
        schema["minProperties"] = 1
    if name == "reader":
        schema["anyOf"] = [{"required": ["theories"]}, {"required": ["values"]}]
    return schema


def _shown(shape: str, key: Key) -> Schema:
    """An example, and what holds where the key is not written."""
    shown: Schema = {} if is_section(key) else {"examples": [examples()[shape, key.name]]}
    default = default_of(shape, key)
    return shown if default is None else {**shown, "default": default}


def _parameter(parameter: Parameter) -> Schema:
    """A number of a mechanism or of a theory: what it means, in what unit, and what holds where it is not written."""
    written = prior_as_written(parameter.prior)
    told = {"description": f"{parameter.doc} ({parameter.prior.unit})", "examples": [written], "default": written}
    return {**told, "$ref": "#/$defs/number"}


def _kind(kind: str) -> Schema:
    head, _, rest = kind.partition(":")
    if kind == "shape:territory":
        return {"anyOf": [{"const": "none"}, {"$ref": "#/$defs/shape-territory"}]}
    if head == "shape":
        return {"$ref": f"#/$defs/shape-{rest}"}
    if head == "map":
        return {
            "type": "object",
            "propertyNames": {"pattern": f"^{NAME.pattern}$"},
            "additionalProperties": {"$ref": f"#/$defs/shape-{rest}"},
        }
    if head == "list":
        return {"type": "array", "items": {"$ref": f"#/$defs/shape-{rest}"}}
    if "|" in kind:
        return {"enum": kind.split("|")}
    return {"$ref": f"#/$defs/{kind}"}


def _values() -> Schema:
    """The kinds of value that the table of keys names."""
    reference = {"$ref": "#/$defs/number"}
    return {
        "text": {"type": ["string", "number", "boolean"]},
        "name": {"type": "string", "pattern": f"^{NAME.pattern}$"},
        "month": {"type": "string", "pattern": f"^{MONTH.pattern}$"},
        "months": {"type": "array", "items": {"$ref": "#/$defs/month"}},
        "names": {"type": "array", "items": {"$ref": "#/$defs/name"}},
        "texts": {
            "type": "object",
            "propertyNames": {"pattern": f"^{NAME.pattern}$"},
            "additionalProperties": {"$ref": "#/$defs/text"},
        },
        "sentences": {"type": "array", "items": {"$ref": "#/$defs/text"}},
        "moment": {"anyOf": [{"const": "start"}, {"$ref": "#/$defs/month"}]},
        "boolean": {"type": "boolean"},
        "integer": {"type": "integer"},
        "share": {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "string", "pattern": _NUMBER_TEXT}]},
        "plain": {"anyOf": [{"type": "number"}, {"type": "string", "pattern": _NUMBER_TEXT}]},
        "number": _number(),
        "expression": {"type": ["string", "boolean"], "description": "A condition such as moscow.rung >= overt-intervention"},
        "rung": {"anyOf": [{"type": "string"}, {"type": "integer", "minimum": 0, "maximum": COUNT - 1}]},
        "conditions": {"type": "array", "items": {"enum": list(CONDITIONS)}, "uniqueItems": True},
        "weights": {"type": "object", "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1}},
        "actors": {"type": "object", "additionalProperties": reference},
        "numbers": _mechanisms(),
        "ladder": _ladder(),
        "theories": _theories(),
        "beliefs": {
            "type": "object",
            "properties": {name: {"description": theory_says(name), "type": "number", "minimum": 0} for name in theory_names()},
            "additionalProperties": False,
            "minProperties": 1,
        },
        "worths": {
            "type": "object",
            "properties": {measure.name: {"description": measure.doc, "type": ["number", "string"]} for measure in MEASURES},
            "additionalProperties": False,
        },
    }


def _number() -> Schema:
    plain = {"$ref": "#/$defs/plain"}
    options: Schema = {
        "unit": {"type": "string"},
        "source": {"type": "string", "description": "A key of sources, or the word judgement"},
        "note": {"type": "string"},
        "low": plain,
        "high": plain,
        "above": {"const": "start"},
        "borrowed": {"type": "boolean"},
    }
    kinds: dict[str, Schema] = {
        "plain": plain,
        "pair": _PAIR,
        "list": {"type": "array", "items": plain, "minItems": 2},
        "plain by name": {"type": "object", "additionalProperties": plain, "minProperties": 2},
        "number by name": {"type": "object", "additionalProperties": {"$ref": "#/$defs/number"}, "minProperties": 2},
    }
    forms = [
        {
            "type": "object",
            "properties": {one.name: kinds[one.kind], **options},
            "required": [one.name],
            "additionalProperties": False,
        }
        for one in DISTRIBUTION.values()
    ]
    return {"anyOf": [plain, *forms]}


def _mechanisms() -> Schema:
    properties: dict[str, Schema] = {}
    for name, parameter in parameters().items():
        if name in PLACES:
            continue
        mechanism, short = name.split(".", 1)
        section = properties.setdefault(mechanism, {"type": "object", "properties": {}, "additionalProperties": False})
        section["properties"][short] = _parameter(parameter)
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _ladder() -> Schema:
    unnamed = {key.name: _kind(key.kind) for key in SHAPES["rung"] if key.name != "name"}
    repriced: Schema = {"type": "object", "properties": unnamed, "additionalProperties": False}
    rungs: Schema = {"type": "object", "properties": {rung.name: repriced for rung in STANDARD}, "additionalProperties": False}
    item = {"anyOf": [{"enum": [rung.name for rung in STANDARD]}, {"$ref": "#/$defs/shape-rung"}]}
    return {"anyOf": [{"const": "standard"}, rungs, {"type": "array", "items": item, "minItems": COUNT, "maxItems": COUNT}]}


def _theories() -> Schema:
    properties: dict[str, Schema] = {}
    for theory in theory_names():
        numbers: dict[str, Schema] = {"weight": {"type": "number", "minimum": 0}}
        for short, parameter in theory_parameters(theory).items():
            numbers[short] = _parameter(parameter)
        properties[theory] = {
            "description": theory_says(theory),
            "type": "object",
            "properties": numbers,
            "additionalProperties": False,
        }
    return {"type": "object", "properties": properties, "additionalProperties": False, "minProperties": 1}
