"""A user's own theories: from Python files named on the command line, never from a scenario."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import TYPE_CHECKING, NoReturn

from countermove.errors import Issue, ScenarioError

if TYPE_CHECKING:
    from countermove.behaviour.theory import Theory


def theories_of(files: Iterable[Path] | None) -> tuple[Theory, ...]:
    """Run the files and gather every `Theory` that they define, in their order; raises ScenarioError with what is wrong and where."""
    found: dict[str, Theory] = {}
    for file in files or ():
        for theory in _loaded(file):
            if theory.name in found:
                _refuse(file, f"the theory {theory.name} was already given", "another name")
            found[theory.name] = theory
    if found:
        from countermove.behaviour.table import THEORIES

        for name in set(found) & set(THEORIES):
            _refuse(Path(f"--plugin {name}"), f"{name} is a theory of the program's own", "another name")
    return tuple(found.values())


def _loaded(file: Path) -> list[Theory]:
    if not file.is_file():
        _refuse(file, "there is no such file", "a Python file that defines a Theory")
    name = f"countermove_plugin_{file.stem}"
    spec = spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        _refuse(file, "this is no Python file", "a file whose name ends in .py")
    from countermove.behaviour.theory import Theory

    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        _refuse(file, f"{type(error).__name__}: {error.msg}", line=error.lineno or 0, column=error.offset or 0)
    except (Exception, SystemExit) as error:
        lines = [
            frame.lineno or 0
            for frame in extract_tb(error.__traceback__)
            if Path(frame.filename) == file.resolve() or Path(frame.filename) == file
        ]
        _refuse(file, f"{type(error).__name__}: {error}", line=lines[-1] if lines else 0, column=1)
    theories = [value for value in vars(module).values() if isinstance(value, Theory)]
    if not theories:
        _refuse(file, "no Theory is defined here", "NAME = Theory(...), as in docs/how-to/write-a-theory.md")
    _let_travel(module)
    return theories


def _let_travel(module: ModuleType) -> None:
    """To workers, which cannot import it by its name, it is sent as it is. Without the extra `cluster` nothing is sent anywhere."""
    with suppress(ImportError):
        import_module("cloudpickle").register_pickle_by_value(module)


def _refuse(file: Path, message: str, expected: str = "", *, line: int = 0, column: int = 0) -> NoReturn:
    raise ScenarioError([Issue(str(file), line, column, message, expected)])
