"""What the metadata promises: only what docs/releasing.md says was tested."""

from __future__ import annotations

import re
import subprocess
import tomllib

import pytest
from packaging.requirements import Requirement

from roadmap_tui import __version__
from roadmap_tui.store.installed import TESTED
from tests.cli.program_runs import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PAGE = (ROOT / "docs" / "releasing.md").read_text()
EXTRAS = [line for name in ("anki", "calendar", "mcp") for line in PROJECT["optional-dependencies"][name]]
URL = "https://github.com/roadmap-tui/roadmap-tui"
ROW = re.compile(r"^\| ([\w-]+)(?: \(extra\))? \| ([\d.]+) \| ([\d.]+) \|", re.MULTILINE)
RANGES = {name: (lowest, newest) for name, lowest, newest in ROW.findall(PAGE)}


def test_the_classifiers_name_the_versions_of_python_that_passed() -> None:
    passed = set(re.findall(r"^\| (3\.\d+) \|.*\| passed \|$", PAGE, re.MULTILINE))
    named = {line.rpartition(" ")[2] for line in PROJECT["classifiers"] if ":: Python :: 3." in line}
    assert named == passed
    assert PROJECT["requires-python"] == f">={min(passed, key=lambda name: int(name[2:]))}"


@pytest.mark.parametrize("line", PROJECT["dependencies"] + EXTRAS, ids=lambda line: Requirement(line).name)
def test_the_bounds_are_those_that_were_tested(line: str) -> None:
    requirement = Requirement(line)
    lowest, newest = RANGES[requirement.name]
    bounds = {bound.operator: bound.version for bound in requirement.specifier}
    assert set(bounds) == {">=", "<"}
    assert f"{lowest}.".startswith(f"{bounds['>=']}.")
    assert newest in requirement.specifier


def test_the_cell_diff_is_on_with_every_tested_version_of_textual() -> None:
    assert (TESTED[0], TESTED[-1]) == RANGES["textual"]


@pytest.mark.parametrize(
    ("tag", "address", "why"),
    [
        ("v9.9.9", URL, f"the tag is v9.9.9, but the version is {__version__}"),
        (f"v{__version__}", f"{URL}-fork", f"project.urls does not name {URL}-fork"),
    ],
)
def test_a_release_with_another_tag_or_address_is_refused(tag: str, address: str, why: str) -> None:
    done = subprocess.run(
        [".ci/release", tag, address], cwd=ROOT, capture_output=True, check=False, text=True
    )
    assert (done.returncode, done.stderr) == (1, f"release: {why}\n")
