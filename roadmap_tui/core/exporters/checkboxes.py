"""Write the reader's statuses into the checkboxes of the Markdown file a roadmap was imported from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from roadmap_tui.core.importers.markdown import read_markdown
from roadmap_tui.core.progress.statuses import STATUS_INFO, STATUS_TABLE
from roadmap_tui.core.roadmap.model import Item

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from roadmap_tui.core.progress.events import Status
    from roadmap_tui.core.roadmap.model import Node, Roadmap

_line_end = re.compile(rb"\r\n|\r|\n").finditer
# White space, quotes, bullets and numbers before a checkbox.
_before = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t\f\v>]|[-+*](?=[ \t>])|[0-9]{1,9}[.)](?=[ \t>]))*").match
_CHECKBOXES = re.escape("".join(row.checkbox_aliases for row in STATUS_TABLE))
_checkbox = re.compile(rf"\[( *|[{_CHECKBOXES}]\ufe0f?|\t)\]").match
_trailing_brackets = re.compile(r"(.*\S)\s*\(([^()]+)\)").fullmatch


class SkippedMark(NamedTuple):
    """A task or item whose status was not written, and why; ``line`` is from 1, 0 for no line."""

    title: str
    line: int
    why: str


class _Task(NamedTuple):
    title: str
    path: tuple[str, ...]
    line: int


def update_checkboxes(
    data: bytes, roadmap: Roadmap, statuses: Mapping[str, Status], *, name: str = "the file"
) -> tuple[bytes, tuple[SkippedMark, ...]]:
    """Return the Markdown ``data`` with updated checkboxes, and the statuses not written.

    Only checkboxes change, only those of items in ``statuses``. A task is matched by its title, equal titles
    by their section and order as long as file and roadmap have equally many. Raises InvalidRoadmap about
    ``name`` if ``data`` cannot be read or has no task.
    """
    imported = read_markdown(data, name, items="tasks")
    tasks = [
        _Task(item.title, path, imported.lines[item.id])
        for item, path in _iter_items(imported.roadmap.children)
        if item.id in imported.lines
    ]
    items = list(_iter_items(roadmap.children))
    matches, unmatched = _match(items, tasks)
    starts = [0, *(end.end() for end in _line_end(data))]
    edits: list[tuple[int, int, bytes]] = []
    skipped: list[SkippedMark] = []
    for item, _ in items:
        status = statuses.get(item.id)
        if status is None:
            continue
        task = matches.get(item.id)
        if task is None:
            skipped.append(SkippedMark(item.title, 0, "no task of the file says this"))
        elif edit := _edit(data, starts[task.line], status):
            edits.append(edit)
        elif edit is None:
            skipped.append(SkippedMark(item.title, task.line + 1, "its mark was not found"))
    skipped += [
        SkippedMark(task.title, task.line + 1, "no item of the roadmap says this") for task in unmatched
    ]
    return _apply(data, edits), tuple(skipped)


def _iter_items(nodes: Sequence[Node], path: tuple[str, ...] = ()) -> Iterator[tuple[Item, tuple[str, ...]]]:
    """Yield the items in reading order, each with the titles of its ancestors."""
    for node in nodes:
        if isinstance(node, Item):
            yield node, path
        yield from _iter_items(node.children, (*path, node.title))


def _match(
    items: list[tuple[Item, tuple[str, ...]]], tasks: list[_Task]
) -> tuple[dict[str, _Task], list[_Task]]:
    """Return the task of each item id, and the tasks that no item matches."""
    matches: dict[str, _Task] = {}
    for with_path in (True, False):
        ids_of: dict[object, list[str]] = {}
        tasks_of: dict[object, list[_Task]] = {}
        for item, path in items:
            if item.id not in matches:
                ids_of.setdefault((item.title, path if with_path else ()), []).append(item.id)
        for task in tasks:
            tasks_of.setdefault((task.title, task.path if with_path else ()), []).append(task)
        for key, ids in ids_of.items():
            if len(ids) == len(tasks_of.get(key, ())):
                matches |= zip(ids, tasks_of[key], strict=True)
        taken = {task.line for task in matches.values()}
        tasks = [task for task in tasks if task.line not in taken]
    return matches, _match_without_brackets(items, tasks, matches)


def _match_without_brackets(
    items: list[tuple[Item, tuple[str, ...]]], tasks: list[_Task], matches: dict[str, _Task]
) -> list[_Task]:
    """Match tasks whose trailing brackets are in the item's note; return the tasks left over."""
    candidates: dict[str, list[Item]] = {}
    for item, _ in items:
        if item.note and item.id not in matches:
            candidates.setdefault(item.title, []).append(item)
    left: list[_Task] = []
    for task in tasks:
        match = _trailing_brackets(task.title)
        found = candidates.get(match[1], []) if match else []
        if match and len(found) == 1 and match[2] in found[0].note and found[0].id not in matches:
            matches[found[0].id] = task
        else:
            left.append(task)
    return left


def _edit(data: bytes, start: int, status: Status) -> tuple[int, int, bytes] | tuple[()] | None:
    """Return the edit for the line at ``start``: ``()`` if nothing changes, None if it has no checkbox."""
    before = _before(data, start)
    index = before.end() if before else start
    match = _checkbox(data[index : index + 20].decode("utf-8", "replace"))
    if match is None:
        return None
    info = STATUS_INFO[status]
    mark = match[1].strip()[:1]
    if mark in info.checkbox_aliases if mark else not info.checkbox_aliases:
        return ()
    return index + 1, index + len(match[0].encode()) - 1, info.checkbox.encode()


def _apply(data: bytes, edits: Iterable[tuple[int, int, bytes]]) -> bytes:
    parts: list[bytes] = []
    position = 0
    for start, end, mark in sorted(edits):
        parts += (data[position:start], mark)
        position = end
    return b"".join((*parts, data[position:]))
