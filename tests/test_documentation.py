"""The pages of the documentation: links that lead somewhere, and only what the program has."""

import os
import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from shutil import which
from urllib.parse import unquote

import click
import pytest

from roadmap_tui import cli
from roadmap_tui.cli.program import program
from roadmap_tui.core.progress.records import EVENT_KINDS
from roadmap_tui.core.settings import DEFAULTS, SETTINGS
from scripts import import_graph, man_page
from tests.cli.program_runs import CliRunner

ROOT = Path(cli.__file__).parent.parent.parent
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = [*sorted(ROOT.glob("*.md")), ROOT / "bench" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


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


def test_the_man_page_is_current() -> None:
    assert _text(man_page.PAGE) == man_page.man_page(), "run: python -m scripts.man_page"


def test_the_man_page_is_roff_without_warnings() -> None:
    if not which("groff"):
        pytest.skip("groff is not installed")
    shown = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-z", man_page.PAGE], capture_output=True, check=True, text=True
    )
    assert shown.stderr == ""


def test_the_picture_of_the_imports_is_current() -> None:
    page = _text(import_graph.PAGE)
    assert page == import_graph.with_picture(page), "run: python -m scripts.import_graph"


def test_every_kind_of_record_is_described() -> None:
    table = _text(ROOT / "docs" / "format.md").partition("| Kind |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == set(EVENT_KINDS)


def _blocks(page: str) -> list[tuple[str, str]]:
    """Return the example of the page: what a block is, and its text."""
    found = re.findall(
        r"^(?:<!-- append to (\S+) -->\n```json|```(console))\n(.*?)^```", page, re.MULTILINE | re.DOTALL
    )
    return [(log or kind, text) for log, kind, text in found]


def _check_console(text: str, tui: CliRunner) -> None:
    for step in text.removeprefix("$ roadmap-tui ").split("$ roadmap-tui "):
        command, _, expected = step.partition("\n")
        assert tui(*command.split()).out == expected, command


def test_the_example_of_two_machines_is_what_the_program_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ROADMAP_TUI_HOME", raising=False)
    tui = CliRunner(tmp_path, capsys)
    (tmp_path / "log").mkdir()
    blocks = _blocks(_text(ROOT / "docs" / "format.md"))
    assert [kind for kind, _ in blocks] == [
        *("laptop.jsonl", "server.jsonl", "console", "laptop.jsonl", "console")
    ]
    for kind, text in blocks:
        if kind == "console":
            _check_console(text, tui)
        else:
            with (tmp_path / "log" / kind).open("a") as log:
                log.write(text)
    lines = [line for kind, text in blocks if kind != "console" for line in text.splitlines()]
    for file in (tmp_path / "log").iterdir():
        file.unlink()
    for number, line in enumerate(reversed(lines)):  # in another order, and some in two files
        for name in {f"other-{number % 3}.jsonl", f"other-{number % 2}.jsonl"}:
            with (tmp_path / "log" / name).open("a") as log:
                log.write(f"{line}\n")
    _check_console(blocks[-1][1], tui)
