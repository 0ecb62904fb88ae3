"""The reader's marks put into the very file that a roadmap was made of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from roadmap_tui.core.exporters.markdown import iter_items
from roadmap_tui.core.importers.markdown import read_markdown
from roadmap_tui.core.progress.statuses import STATUS_INFO, STATUS_TABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from roadmap_tui.core.progress.events import Status
    from roadmap_tui.core.roadmap.model import Item, Roadmap

_line_end = re.compile(rb"\r\n|\r|\n").finditer
# What may stand before a task's mark: white space, quotes, bullets and numbers.
_before = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t\f\v>]|[-+*](?=[ \t>])|[0-9]{1,9}[.)](?=[ \t>]))*").match
_CHECKBOXES = re.escape("".join(row.checkbox_aliases for row in STATUS_TABLE))
_mark = re.compile(rf"\[( *|[{_CHECKBOXES}]\ufe0f?|\t)\]").match
_remark = re.compile(r"(.*\S)\s*\(([^()]+)\)").fullmatch


class SkippedMark(NamedTuple):
    """A task that was left as it is, and why; ``line`` is from 1, 0 where there is none."""

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
    """The Markdown ``data`` with the marks of ``statuses``, and what could not be marked.

    Items that ``statuses`` doesn't name keep the marks they have. A task is known by its words, and
    where several say the same by what holds them and by their order, as long as there are as many in the
    file as in the roadmap. Only marks change: every other byte stays. Raises ``BadRoadmap`` about
    ``name`` where ``data`` can't be read or has no task.
    """
    found = read_markdown(data, name, items="tasks")
    tasks = [
        _Task(item.title, path, found.lines[item.id])
        for item, path in iter_items(found.roadmap.children)
        if item.id in found.lines
    ]
    items = list(iter_items(roadmap.children))
    matches, strangers = _matched(items, tasks)
    starts = [0, *(end.end() for end in _line_end(data))]
    edits: list[tuple[int, int, bytes]] = []
    refusals: list[SkippedMark] = []
    for item, _ in items:
        status = statuses.get(item.id)
        if status is None:
            continue
        task = matches.get(item.id)
        if task is None:
            refusals.append(SkippedMark(item.title, 0, "no task of the file says this"))
        elif edit := _edit(data, starts[task.line], status):
            edits.append(edit)
        elif edit is None:
            refusals.append(SkippedMark(item.title, task.line + 1, "its mark was not found"))
    refusals += [
        SkippedMark(task.title, task.line + 1, "no item of the roadmap says this") for task in strangers
    ]
    return _edited(data, edits), tuple(refusals)


def _matched(
    items: list[tuple[Item, tuple[str, ...]]], tasks: list[_Task]
) -> tuple[dict[str, _Task], list[_Task]]:
    """The task of each item id, and the tasks that no item matches."""
    matches: dict[str, _Task] = {}
    for with_path in (True, False):
        wanted: dict[object, list[str]] = {}
        offered: dict[object, list[_Task]] = {}
        for item, path in items:
            if item.id not in matches:
                wanted.setdefault((item.title, path if with_path else ()), []).append(item.id)
        for task in tasks:
            offered.setdefault((task.title, task.path if with_path else ()), []).append(task)
        for key, ids in wanted.items():
            if len(ids) == len(offered.get(key, ())):
                matches |= zip(ids, offered[key], strict=True)
        taken = {task.line for task in matches.values()}
        tasks = [task for task in tasks if task.line not in taken]
    return matches, _match_remarks(items, tasks, matches)


def _match_remarks(
    items: list[tuple[Item, tuple[str, ...]]], tasks: list[_Task], matches: dict[str, _Task]
) -> list[_Task]:
    """Match tasks whose last brackets hold what the item has in its note; return the tasks left over."""
    wanted: dict[str, list[Item]] = {}
    for item, _ in items:
        if item.note and item.id not in matches:
            wanted.setdefault(item.title, []).append(item)
    left: list[_Task] = []
    for task in tasks:
        form = _remark(task.title)
        found = wanted.get(form[1], []) if form else []
        if form and len(found) == 1 and form[2] in found[0].note and found[0].id not in matches:
            matches[found[0].id] = task
        else:
            left.append(task)
    return left


def _edit(data: bytes, start: int, status: Status) -> tuple[int, int, bytes] | tuple[()] | None:
    """Which bytes of the line at ``start`` to replace by what: nothing, if they say it already."""
    before = _before(data, start)
    at = before.end() if before else start
    form = _mark(data[at : at + 20].decode("utf-8", "replace"))
    if form is None:
        return None
    info = STATUS_INFO[status]
    held = form[1].strip()[:1]
    if held in info.checkbox_aliases if held else not info.checkbox_aliases:
        return ()
    return at + 1, at + len(form[0].encode()) - 1, info.checkbox.encode()


def _edited(data: bytes, edits: Iterable[tuple[int, int, bytes]]) -> bytes:
    pieces: list[bytes] = []
    done = 0
    for start, end, mark in sorted(edits):
        pieces += (data[done:start], mark)
        done = end
    return b"".join((*pieces, data[done:]))
