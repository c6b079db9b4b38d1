"""Where scenarios and records are found, and overrides such as `patrons.moscow.stake-ratio=2`."""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

import yaml

from countermove.scenario.node_reader import NAME
from countermove.scenario.tree import LOADER, Entries, Issues, Items, Mark, Node, Scalar, Stop, parse
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


def locate(source: str | Path, kind: Kind, suffix: str, issues: Issues, first: Path | None = None) -> Path:
    """The file that `source` means: a path, or a name in one of the folders, `first` before all; raises Stop."""
    if not is_name(source):
        path = Path(source)
        why = _lacking(path)
        if why:
            raise issues.stop(Mark(str(source)), why, f"a file, or one of {', '.join(shipped(kind, suffix)) or 'no names'}")
        return path
    found = by_name(str(source), kind, suffix, first)
    if found is None:
        raise not_there(str(source), kind, suffix, issues, first)
    return found


def not_there(name: str, kind: Kind, suffix: str, issues: Issues, first: Path | None = None) -> Stop:
    """Note that nothing has this name, and every place where it was looked for; the caller raises what is returned."""
    names = shipped(kind, suffix)
    looked = ", ".join(str(folder) for folder in folders(kind, first))
    expected = f"one of {', '.join(names) or 'no names'} (looked for in {looked})"
    return issues.stop(Mark(name), f"there is no {kind[:-1]} of this name", expected, closest(name, names))


def folders(kind: Kind, first: Path | None = None) -> tuple[Path, ...]:
    """Where a name is looked for, in this order: in `first`, the folder of the file that names it; in a folder of the kind inside it; where it
    is itself a folder of wars or records, in the one of the kind beside it and around both; then the standard folders."""
    standard = ((Path.cwd() / kind).resolve(), *shelf(kind))
    if first is None:
        return tuple(dict.fromkeys(standard))
    here = first.resolve()
    around = (here.parent / kind, here.parent) if here.name in ("scenarios", "records") else ()
    # a folder on the shelf has its order there: your own records before those that ship
    kept = here in (*shelf("scenarios"), *shelf("records"))
    near = (here, here / kind)
    return tuple(dict.fromkeys((*near, *standard, *around) if kept else (*near, *around, *standard)))


def by_name(name: str, kind: Kind, suffix: str, first: Path | None = None) -> Path | None:
    """The file of a bare name: in the folder `first`, else in the other `folders`."""
    return next(iter(all_of_name(name, kind, suffix, first)), None)


def all_of_name(name: str, kind: Kind, suffix: str, first: Path | None = None) -> tuple[Path, ...]:
    """Every file of a bare name in the order in which they are looked for; in the folder `first` a record is a pair of files, so that a war of
    the same name is none. A link that leaves its folder is not followed."""
    found: list[Path] = []
    for folder in folders(kind, first):
        path = folder / f"{name}{suffix}"
        pair = kind == "scenarios" or folder.name == "records" or _there(path.with_suffix(".csv"))
        if pair and _there(path) and path.resolve().parent == folder.resolve():
            found.append(path)
    return tuple(found)


def _there(path: Path) -> bool:
    """Whether it is a file."""
    return not _lacking(path)


def _lacking(path: Path) -> str:
    """Why there is no file to be read, in words; empty where there is one."""
    try:
        if stat.S_ISDIR(path.stat().st_mode):
            return "this is a folder, and no file"
        return "" if path.is_file() else "there is no such file"
    except PermissionError:
        return "a folder on the way to it may not be looked into"
    except (OSError, ValueError):  # a name that the system refuses
        return "there is no such file"


# --- overrides --------------------------------------------------------------------------------------------------------


def override(root: Node, overrides: Mapping[str, str], issues: Issues) -> Node:
    """The tree with values replaced; each is read as YAML and goes through the same checks as the file.

    Mistakes in a value stand at `--set PATH` with line and column, mistakes in a path at `--set PATH=VALUE`. What would be lost in silence
    is a mistake too: a value that a later path replaces as a whole, and the end of a value that YAML takes for a comment.
    """
    given: dict[tuple[str, ...], str] = {}
    for path, value in overrides.items():
        mark = Mark(f"--set {path}={_shown(value)}")
        if all(not line.strip() or line.strip().startswith("#") for line in value.splitlines()):
            issues.refuse(mark, "there is no value", "PATH=VALUE; a text with a # in it in quotes")
            continue
        steps = path.split(".")
        whole = tuple(str(int(step)) if re.fullmatch("[0-9]{1,4}", step) else step for step in steps)  # 00 is place 0
        undone = next((other for earlier, other in given.items() if earlier[: len(whole)] == whole), None)
        given[whole] = path
        if undone is not None:
            issues.refuse(
                mark, f"this undoes --set {undone}, which stands before it", "one of the two, or the whole before its parts"
            )
            continue
        try:
            node = parse(value, f"--set {path}", issues)
        except Stop:
            continue
        if _ends_in_comment(value):
            issues.refuse(mark, 'what follows "#" is a comment', "quotes around a value with # in it")
            continue
        root = _put(root, steps, node, mark, issues)
    return root


def _ends_in_comment(value: str) -> bool:
    """Whether YAML reads less than all of a value that it can read: nothing but a comment and blanks stand outside its tokens."""
    tokens: list[Any] = list(yaml.scan(value, Loader=LOADER))
    return max(token.end_mark.index for token in tokens if not isinstance(token, yaml.StreamEndToken)) < len(value.rstrip())


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
