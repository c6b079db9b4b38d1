"""Where scenarios and records are found, and overrides such as `patrons.moscow.stake-ratio=2`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, TypeAlias

from countermove.scenario.form import NAME
from countermove.scenario.tree import Entries, Issues, Items, Mark, Node, Scalar, Stop, parse
from countermove.shelf import shelf
from countermove.spelling import closest

Kind: TypeAlias = Literal["scenarios", "records"]


def shipped(kind: Kind, suffix: str) -> tuple[str, ...]:
    """Names that can be read without a path."""
    found = {path.stem for folder in shelf(kind) if folder.is_dir() for path in folder.glob(f"*{suffix}")}
    return tuple(sorted(found))


def is_name(source: str | Path) -> bool:
    """Whether `source` is a bare name rather than a path."""
    return isinstance(source, str) and NAME.fullmatch(source) is not None


def locate(source: str | Path, kind: Kind, suffix: str, issues: Issues) -> Path:
    """The file that `source` means: a path, or a name in one of the folders; raises Stop."""
    if not is_name(source):
        path = Path(source)
        if not _there(path):
            raise issues.stop(
                Mark(str(source)), "there is no such file", f"a file, or one of {', '.join(shipped(kind, suffix)) or 'no names'}"
            )
        return path
    found = by_name(str(source), kind, suffix)
    if found is None:
        names = shipped(kind, suffix)
        raise issues.stop(Mark(str(source)), f"there is no {kind[:-1]} of this name", ", ".join(names), closest(str(source), names))
    return found


def by_name(name: str, kind: Kind, suffix: str, first: Path | None = None) -> Path | None:
    """The file of a bare name: in the folder `first`, else in the standard folders. A link that leaves its folder is not followed."""
    for folder in (*((first,) if first else ()), *shelf(kind)):
        path = folder / f"{name}{suffix}"
        if _there(path) and path.resolve().parent == folder.resolve():
            return path
    return None


def _there(path: Path) -> bool:
    """Whether it is a file; a name that the system refuses (too long, a forbidden folder) is none."""
    try:
        return path.is_file()
    except OSError:
        return False


# --- overrides --------------------------------------------------------------------------------------------------------


def override(root: Node, overrides: Mapping[str, str], issues: Issues) -> Node:
    """The tree with values replaced; each is read as YAML and goes through the same checks as the file.

    Mistakes in a value stand at `--set PATH` with line and column, mistakes in a path at `--set PATH=VALUE`.
    """
    for path, value in overrides.items():
        if all(not line.strip() or line.strip().startswith("#") for line in value.splitlines()):
            issues.refuse(Mark(f"--set {path}={_shown(value)}"), "there is no value", "PATH=VALUE; a text with a # in it in quotes")
            continue
        try:
            node = parse(value, f"--set {path}", issues)
        except Stop:
            continue
        root = _put(root, path.split("."), node, Mark(f"--set {path}={_shown(value)}"), issues)
    return root


def _shown(value: str) -> str:
    """A value on one line, shortened."""
    line = "".join(letter for letter in " ".join(value.split()) if letter.isprintable())
    return line if len(line) <= 40 else line[:37] + "…"


def _put(node: Node, path: Sequence[str], value: Node, mark: Mark, issues: Issues) -> Node:
    if not path:
        return value
    key, rest = path[0], path[1:]
    if isinstance(node, Items):
        if not re.fullmatch(r"[0-9]{1,4}", key) or int(key) >= len(node.items):
            issues.refuse(mark, f'the list has no place "{key}"', f"a number from 0 to {len(node.items) - 1}")
            return node
        place = int(key)
        items = (*node.items[:place], _put(node.items[place], rest, value, mark, issues), *node.items[place + 1 :])
        return Items(items, node.mark)
    if isinstance(node, Scalar):
        # a number that becomes a mapping, such as a unit added to it, is written whole; a path cannot go into it
        issues.refuse(mark, f'"{key}" lies inside "{node.text[:40]}"', "a path to a key that exists, or a new key of a mapping")
        return node
    child = node.get(key)
    if child is None:
        new = _put(Entries((), mark), rest, value, mark, issues)
        return Entries((*node.entries, (Scalar(key, mark, coined=(mark,)), new)), node.mark)
    entries = tuple(
        (_again(k, mark), _put(old, rest, value, mark, issues)) if k.text == key else (k, old) for k, old in node.entries
    )
    return Entries(entries, node.mark)


def _again(key: Scalar, mark: Mark) -> Scalar:
    """A key through which another path goes."""
    return replace(key, coined=(*key.coined, mark)) if key.coined else key
