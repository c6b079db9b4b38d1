"""What stands beside the code says one thing: the citation, Zenodo's metadata, the package; and forms that a host can read."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))


def test_they_agree() -> None:
    """Version, licence, authors, and what it is."""
    package = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    zenodo = json.loads((ROOT / ".zenodo.json").read_text())
    assert package["version"] == cited["version"]
    assert package["license"] == cited["license"] == zenodo["license"]
    assert (
        [one["name"] for one in package["authors"]]
        == [one["name"] for one in cited["authors"]]
        == [one["name"] for one in zenodo["creators"]]
    )
    assert cited["abstract"] == zenodo["description"] and cited["abstract"].startswith(package["description"])
    assert f"## {package['version']}" in (ROOT / "CHANGELOG.md").read_text()


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_is_one(path: Path) -> None:
    """Each field has a name of its own and a label; what it is for is said."""
    form: dict[str, Any] = yaml.safe_load(path.read_text())
    fields = form["body"]
    assert form["name"] and form["description"] and {field["type"] for field in fields} <= {"input", "textarea"}
    assert len({field["id"] for field in fields}) == len(fields) and all(field["attributes"]["label"] for field in fields)
    assert any(field.get("validations", {}).get("required") for field in fields)
    assert len(FORMS) == 3
