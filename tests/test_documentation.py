"""The pages of the documentation: links that lead somewhere, and only what the program has."""

import os
import re
import shlex
import tomllib
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from roadmap_tui import cli
from roadmap_tui.cli.program import program
from roadmap_tui.core.settings import DEFAULTS, SETTINGS

ROOT = Path(cli.__file__).parent.parent.parent
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    ROOT / "SECURITY.md",
    ROOT / "bench" / "README.md",
    *DOCS,
]


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", _text(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", _text(page)):
        if link.startswith(("http:", "https:")):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = Path(os.path.normpath(page.parent / path)) if path else page
        assert target.is_file(), link
        assert not anchor or anchor in _anchors(target), link


def test_the_readme_links_every_page() -> None:
    readme = _text(ROOT / "README.md")
    assert [page.name for page in DOCS if f"(docs/{page.name})" not in readme] == []


@pytest.mark.parametrize("page", [ROOT / "README.md", *DOCS], ids=lambda page: page.name)
def test_every_command_has_its_options(page: Path) -> None:
    text = _text(page)
    blocks = "\n".join(re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    lines = re.findall(r"^roadmap-tui ([^>\n]+)", blocks, re.MULTILINE)
    for line in lines + re.findall(r"`roadmap-tui ([^`]+)`", " ".join(text.split())):
        name, *words = shlex.split(line, comments=True)
        if name.startswith(("-", "[")) or name == "COMMAND":
            continue
        command = program.get_command(click.Context(program), name)
        assert command is not None, line
        options = {option for param in command.params for option in param.opts} | {"--help"}
        assert {word for word in words if word.startswith("-") and word != "-"} <= options, line


def test_every_setting_is_listed_with_its_default() -> None:
    rows = dict(
        re.findall(r"^\| `([a-z_.]+)` \| `(.*?)` \|", _text(ROOT / "docs" / "settings.md"), re.MULTILINE)
    )
    assert list(rows) == [setting.name for setting in SETTINGS]
    for setting in SETTINGS:
        default = tomllib.loads(f"value = {rows[setting.name]}")["value"]
        assert setting.read(default) == getattr(DEFAULTS, setting.field), setting.name
