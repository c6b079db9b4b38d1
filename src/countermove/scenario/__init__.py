"""What was written: the shape of a scenario, reading, checking and writing it."""

from countermove.scenario.check import CheckReport, check, check_text
from countermove.scenario.explain import explain
from countermove.scenario.jsonschema import json_schema
from countermove.scenario.new import new
from countermove.scenario.read import read, read_text
from countermove.scenario.records import read_record
from countermove.scenario.schema import Scenario
from countermove.scenario.write import hash_of, write

__all__ = [
    "CheckReport",
    "Scenario",
    "check",
    "check_text",
    "explain",
    "hash_of",
    "json_schema",
    "new",
    "read",
    "read_record",
    "read_text",
    "write",
]
