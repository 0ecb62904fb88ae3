"""The program does not use phrases that readers stumbled over."""

import ast
from pathlib import Path

import pytest

from roadmap_tui import cli

PACKAGE = Path(cli.__file__).parent.parent
ROOT = PACKAGE.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# Whole strings, or unmistakable parts of one, with the replacement that is used instead.
REPLACED = {
    "Done, or not after all": "Toggle done",
    "The whole branch done, or not after all": "Toggle done for the whole section",
    "Doing: what you are at": "Mark in progress",
    "what you are at": "in progress",
    "leave the count": "not counted",
    "Pick from the last picked row to this one": "Select a range",
    "picked": "selected",
    "Correct the time on it, or add some": "Edit or add time",
    "Take the last change back": "Undo",
    "Bring it back again": "Redo",
    "took back": "Undid",
    "brought back": "Redid",
    "Draw the screen anew": "Redraw",
    "Leave without it": "Cancel",
    "Leave; everything is saved already": "Quit (everything is saved)",
    "Add an own resource": "Add or edit your own link",
    "Copy the address of the chosen resource": "Copy link",
    "What the number at the top counts": "Explain progress",
    "how it goes": "Statistics",
    "an item is the day after it is done": "Finished items come up the next day",
    "needs nothing first": "no prerequisites",
    "likely still known": "recall",
    "Timed now": "Timer running",
    "It has been running since": "Timer running since",
    "The last thing you did was": "Last activity",
    "A draft of a note waits at": "Unsaved note on",
    "A draft that was not saved.": "Restored draft",
    " alike": "fuzzy",
    "among its resources": "has a",
    "no stretch of time": "Not a duration",
    "The time that began at": "Session of",
    "Time is spent on items, not on sections": "Select an item to time",
    "no web address": "Not a URL",
    "There is no address here": "No link here",
    "only what is done is reviewed": "Only finished items can be reviewed",
    "Nothing was looked for yet": "No search yet",
    "nothing was done yet": "Nothing to undo",
    "today still open": "not yet today",
    "as in the fastest": "Range",
    "Items done, of all there are": "Progress over time",
    "what was done, reviewed, timed": "Activity",
    "sitting": "session",
    "% wanted": "target",
    "It is open; open another one first": "Can't remove the open roadmap",
    "what you want to remember": "Your note",
    "what else there is to learn": "Item title",
    "titles have that in them": "items match",
    "none has that id or title": "no such item",
    ", well": "ok",
    "problem: none": "no problems",
    "What makes your shell complete": "Print shell completions",
    "What can be asked before the command": "Options may follow the command",
    "whose author edited it": "Update a roadmap from its source",
    "Bring back what a backup has and you lack": "Restore missing data from a backup",
    "How far you are": "Print progress",
    "What is wrong is told with its line": "Errors name the line; the default is used",
    "What comes to all is the union": "Every machine ends up with all entries",
    "kills, starves and cheats": "fault-injection tests",
    "To be rid of it all": "To uninstall",
}


def literals() -> list[tuple[str, str]]:
    """Return the file name and text of every string literal and docstring of a command."""
    found = []
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        code_docs = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
            and isinstance(node.body[0], ast.Expr)
            and not getattr(node, "name", "").endswith("_command")
        }
        found += [
            (path.name, node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in code_docs
        ]
    return found


@pytest.fixture(scope="module")
def texts() -> list[tuple[str, str]]:
    return [*literals(), *((page.name, page.read_text("utf-8")) for page in PAGES)]


@pytest.mark.parametrize("phrase", REPLACED)
def test_no_text_has_a_replaced_phrase(texts: list[tuple[str, str]], phrase: str) -> None:
    found = [f"{name}: {text[:80]!r}" for name, text in texts if phrase.casefold() in text.casefold()]
    assert not found, f"say {REPLACED[phrase]!r}"
