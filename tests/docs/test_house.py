"""The house rules: what STYLE asks of every file, checked for every file."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from builders.places import ROOT

PACKAGE = ROOT / "src" / "countermove"
SOURCES = sorted(PACKAGE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
BUILDERS = ROOT / "tests" / "builders"

LINES_OF_A_FILE = 400
LINES_OF_A_TEST_FILE = 600
LINES_OF_A_FUNCTION = 60
ARGUMENTS = 8
UNNAMED = 6  # values of what a test builds

# Words that say nothing about what a thing is. The second set is banned only as a whole name: `common_luck` says something.
EMPTY_WORDS = {"utils", "util", "helpers", "helper", "misc", "manager", "handler", "processor", "data2"}
EMPTY_NAMES = {"common", "model"}

# Files of dynamics/ that hold no mechanism of their own.
NOT_MECHANISMS = {"__init__", "table"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file; no rule changes it."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@pytest.fixture(scope="module", autouse=True)
def _let_go() -> Iterator[None]:
    """Trees of all files are large."""
    yield
    tree.cache_clear()


def functions(path: Path) -> Iterator[Function]:
    """All functions of a file, methods and inner functions too."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def at(path: Path, node: ast.AST) -> str:
    """`file:line`, for the message."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def none(offences: list[str]) -> None:
    """Fail with one offence per line."""
    if offences:
        pytest.fail("\n".join(offences), pytrace=False)


@pytest.mark.parametrize("check", ["lint", "format", "types", "floors"])
def test_scripts_check(check: str) -> None:
    """Ruff, the formatter, Pyright and import-linter have nothing to say."""
    done = subprocess.run([ROOT / "scripts" / "check", check], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"scripts/check {check}\n{done.stdout[-6000:]}{done.stderr[-2000:]}"


def test_files_are_short() -> None:
    """A file that needs more lines is two files."""
    limits = [(path, LINES_OF_A_FILE) for path in SOURCES] + [(path, LINES_OF_A_TEST_FILE) for path in TESTS]
    counts = [(path, len(path.read_text(encoding="utf-8").splitlines()), limit) for path, limit in limits]
    none([f"{path.relative_to(ROOT)}: {count} lines, at most {limit}" for path, count, limit in counts if count > limit])


def test_functions_are_short() -> None:
    """From `def` to the last line, docstring included."""
    offences: list[str] = []
    for path in SOURCES:
        for node in functions(path):
            count = (node.end_lineno or node.lineno) - node.lineno + 1
            if count > LINES_OF_A_FUNCTION:
                offences.append(f"{at(path, node)}: {node.name} has {count} lines, at most {LINES_OF_A_FUNCTION}")
    none(offences)


def arguments(node: Function) -> list[ast.arg]:
    """The arguments a caller gives: without self and cls."""
    every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return [arg for arg in every if arg.arg not in ("self", "cls")]


def test_signatures_are_short() -> None:
    """Options that belong together are an object."""
    offences = [
        f"{at(path, node)}: {node.name} takes {len(arguments(node))} arguments, at most {ARGUMENTS}"
        for path in SOURCES
        for node in functions(path)
        if len(arguments(node)) > ARGUMENTS
    ]
    none(offences)


def words(name: str) -> set[str]:
    """`DrawManager` and `draw_manager` are both draw and manager."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)}


def empty(name: str) -> bool:
    """Whether a name says nothing."""
    return name.lower() in EMPTY_NAMES or not words(name).isdisjoint(EMPTY_WORDS)


def claim_fields(module: ast.Module) -> set[int]:
    """The one permitted `model`: the key of a claim, a field of a class whose name says so."""
    classes = [node for node in ast.walk(module) if isinstance(node, ast.ClassDef) and "claim" in words(node.name)]
    return {id(field.target) for node in classes for field in node.body if isinstance(field, ast.AnnAssign)}


def names(module: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Every name that a file gives to something."""
    permitted = claim_fields(module)
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node, node.name
        elif isinstance(node, ast.arg):
            yield node, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in permitted:
            yield node, node.id
        elif isinstance(node, ast.alias) and node.asname is not None:
            yield node, node.asname


def test_names_say_something() -> None:
    """No file, class, function, argument or variable is called by an empty word."""
    offences = [f"{path.relative_to(ROOT)}: rename the file" for path in SOURCES if empty(path.stem)]
    for path in SOURCES:
        offences += [f"{at(path, node)}: rename '{name}'" for node, name in names(tree(path)) if empty(name)]
    none(offences)


def undocumented(body: list[ast.stmt]) -> Iterator[Function | ast.ClassDef]:
    """Public functions, classes and methods without a docstring. Dunder methods do what their name says."""
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        overload = any("overload" in ast.unparse(decorator) for decorator in node.decorator_list)
        if ast.get_docstring(node) is None and not overload:
            yield node
        if isinstance(node, ast.ClassDef):
            yield from undocumented(node.body)


def test_everything_public_has_a_docstring() -> None:
    """Modules too."""
    offences: list[str] = []
    for path in SOURCES:
        module = tree(path)
        if ast.get_docstring(module) is None:
            offences.append(f"{path.relative_to(ROOT)}: the file has no docstring")
        offences += [f"{at(path, node)}: {node.name} has no docstring" for node in undocumented(module.body)]
    none(offences)


def test_no_code_from_text() -> None:
    """Scenarios come from strangers: nothing is evaluated."""
    calls = ((path, node) for path in SOURCES for node in ast.walk(tree(path)) if isinstance(node, ast.Call))
    none([f"{at(path, node)}: {ast.unparse(node.func)}" for path, node in calls if ast.unparse(node.func) in ("eval", "exec")])


def imported_tests(module: ast.Module) -> list[str]:
    """The test modules that a file imports, by whatever name it finds them."""
    found = [node.module or "" for node in ast.walk(module) if isinstance(node, ast.ImportFrom)]
    for node in ast.walk(module):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found += [alias.name for alias in node.names]
    return [name for name in found if any(part == "tests" or part.startswith("test_") for part in name.split("."))]


def test_no_test_imports_a_test() -> None:
    """What two of them need is made in tests/builders, which holds no test."""
    none([f"{path.relative_to(ROOT)}: imports {name}" for path in TESTS for name in imported_tests(tree(path))])
    apart = [path for path in TESTS if path.name.startswith("test_") == (BUILDERS in path.parents) and path.name != "conftest.py"]
    none([f"{path.relative_to(ROOT)}: tests are test_*.py, and what they share lies in tests/builders" for path in apart])


def test_tests_lie_as_the_house_does() -> None:
    """A folder of tests has the name of a folder of the package or of the repository; faults on purpose go through all of them."""
    apart = {BUILDERS.relative_to(ROOT / "tests"), Path("faults")}
    folders = sorted({path.parent.relative_to(ROOT / "tests") for path in TESTS} - apart)
    none([f"tests/{one}: there is no such folder" for one in folders if not any((home / one).is_dir() for home in (PACKAGE, ROOT))])


def unnamed(module: ast.Module) -> Iterator[ast.Call]:
    """Where a class of the package is given more values without a name than anyone can count."""
    imported = [
        node for node in ast.walk(module) if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("countermove")
    ]
    classes = {alias.asname or alias.name for node in imported for alias in node.names if alias.name[:1].isupper()}
    calls = (node for node in ast.walk(module) if isinstance(node, ast.Call) and ast.unparse(node.func) in classes)
    return (call for call in calls if len(call.args) > UNNAMED)


def test_tests_name_what_they_build_from() -> None:
    """What many tests build has a builder with defaults in tests/builders; what one builds says which value is which."""
    none([f"{at(path, call)}: {len(call.args)} values without a name" for path in TESTS for call in unnamed(tree(path))])


def truth_of_a_seed(node: ast.AST) -> bool:
    """`if seed:`, `not seed`, `seed or 42`: in each of them seed 0 is taken for no seed."""
    if isinstance(node, ast.If | ast.While | ast.IfExp | ast.Assert):
        asked = [node.test]
    elif isinstance(node, ast.BoolOp):
        asked = node.values
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        asked = [node.operand]
    else:
        return False
    return any(isinstance(part, ast.Name | ast.Attribute) and ast.unparse(part).split(".")[-1] == "seed" for part in asked)


def test_seed_zero_is_a_seed() -> None:
    """Compare with `is None`."""
    none([f"{at(path, node)}: seed 0 is a seed" for path in SOURCES for node in ast.walk(tree(path)) if truth_of_a_seed(node)])


def test_the_rules_catch_what_they_are_for() -> None:
    """The checks above, on what they must refuse and what they must let pass."""
    assert truth_of_a_seed(ast.parse("if seed: pass").body[0])
    assert truth_of_a_seed(ast.parse("self.seed or 42", mode="eval").body)
    assert not truth_of_a_seed(ast.parse("if seed is None: pass").body[0])
    assert empty("DrawManager") and empty("io_utils") and empty("model") and not empty("model_config") and not empty("modelled")
    given = "from countermove.world.omega import Omega as O\nO(1, 2, 3, 4, 5, 6, 7)\nO(1, 2, 3, 4, 5, 6, q05=7)\nlist(1, 2, 3, 4, 5, 6, 7)"
    assert [call.lineno for call in unnamed(ast.parse(given))] == [2]
    assert imported_tests(ast.parse("def f():\n  from gaps.test_cells import part\n  import tests.pages")) == [
        "gaps.test_cells",
        "tests.pages",
    ]
    assert imported_tests(ast.parse("import pytest\nfrom builders.texts import part\nimport contest_data")) == []
    assert [n for _, n in names(ast.parse("class Claim:\n    model: int")) if empty(n)] == []
    assert [n for _, n in names(ast.parse("class Other:\n    model: int")) if empty(n)] == ["model"]
    assert [
        n.name for n in undocumented(ast.parse("def f(): pass\ndef _g(): pass\nclass C:\n  '''c'''\n  def m(self): pass").body)
    ] == ["f", "m"]


def mentioned(name: str, page: str) -> bool:
    """Whether a page speaks of a thing by its name, however it is hyphenated."""
    return re.search(rf"\b{re.escape(name).replace('_', '[-_ ]')}\b", page, flags=re.IGNORECASE) is not None


def test_every_theory_is_explained() -> None:
    """A theory nobody can read about is not one."""
    page = (ROOT / "docs" / "explanation" / "model.md").read_text(encoding="utf-8")
    theories = [getattr(entry, "name", entry) for entry in import_module("countermove.behaviour.table").THEORIES]
    assert theories
    none([f"docs/explanation/model.md says nothing of the theory '{name}'" for name in theories if not mentioned(str(name), page)])


def test_every_mechanism_is_explained() -> None:
    """One mechanism per file, and a place for it on the page."""
    page = (ROOT / "docs" / "explanation" / "model.md").read_text(encoding="utf-8")
    mechanisms = [path.stem for path in sorted((PACKAGE / "dynamics").glob("*.py")) if path.stem not in NOT_MECHANISMS]
    assert mechanisms
    none([f"docs/explanation/model.md says nothing of dynamics/{name}.py" for name in mechanisms if not mentioned(name, page)])


def test_public_names_are_there() -> None:
    """Each name that the package promises has a home, and importing the package alone loads no library."""
    public = import_module("countermove")
    assert sorted(public.__all__) == public.__all__
    assert all(getattr(public, name) is not None for name in public.__all__)
    asked = "import sys, countermove; sys.exit(bool({'jax', 'numpy', 'pandas', 'pydantic'} & set(sys.modules)))"
    assert (
        subprocess.run([sys.executable, "-c", asked], env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)}, check=False).returncode
        == 0
    )


def test_warnings_are_errors() -> None:
    """In the tests, every one."""
    options = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    assert options["filterwarnings"][0] == "error"


def test_versions_agree() -> None:
    """The package, the changelog and the citation speak of one release."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"version: {version}" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
