"""Every key of a study file, section by section: one table for its reader and for the JSON Schema of editors.

Kinds of value are those of `keys`, and: `wars` (names of wars that ship, or files), `axes` (a path as `--set` has it -> values or a range), `sets`
(a path -> one value), `wholes` (a list of whole numbers), `cases` (how many, or a list of them).
"""

from __future__ import annotations

from countermove.scenario.keys import Key

STUDY = (
    Key("study", "name", "Name of the study", True),
    Key("title", "text", "One line that says what it asks"),
    Key("says", "text", "What it is about, at length"),
    Key("scenarios", "wars", "Wars: names of those that ship, or files beside this one", True),
    Key("set", "axes", "What is varied: a path, as --set has it, with its values or a range"),
    Key("strategies", "names", "Only these strategies"),
    Key("theories", "names", "Only these theories"),
    Key("codings", "names", "Readings of the record: the weights of the theories are those that it gives under each"),
    Key("seeds", "wholes", "Where chance begins, case by case: [0] where nothing is said"),
    Key("draws", "integer", "Samples of what is uncertain in each case; without it, as many as the tolerance asks for"),
    Key("lucks", "integer", "Realisations of chance under each draw: 16"),
    Key("quick", "boolean", "false: with the offset, the sweep and the drift of every case"),
    Key("design", "grid|latin-hypercube|sobol|list", "How the cases are made of what is varied: grid"),
    Key("cases", "cases", "How many points a latin-hypercube or sobol design has; of a list, the cases themselves"),
    Key("seed", "integer", "Where the points of a latin-hypercube or sobol design begin: 0"),
)
SPAN = (
    Key("from", "plain", "The lowest value", True),
    Key("to", "plain", "The highest value", True),
    Key("steps", "integer", "How many values of it a grid takes, its ends among them"),
    Key("unit", "text", "The unit of both"),
    Key("scale", "linear|log", "log: steps of equal ratios"),
)
CASE = (
    Key("scenario", "war", "One of the scenarios; without it, each of them"),
    Key("coding", "name", "One of the codings; without it, each of them"),
    Key("seed", "integer", "Where its chance begins; without it, each of the seeds"),
    Key("set", "sets", "What is changed: a path, as --set has it, and its value"),
)
