"""Any Markdown with a study plan in it, read into a roadmap."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from roadmap_tui.core.errors import InvalidRoadmap
from roadmap_tui.core.importers.markdown.assembler import RoadmapAssembler, classify, noted, take_title
from roadmap_tui.core.importers.markdown.builder import DocumentBuilder
from roadmap_tui.core.importers.markdown.node_builder import SkippedContent, SkippedSample
from roadmap_tui.core.importers.markdown.parser import Document, TooLong, parse
from roadmap_tui.core.importers.markdown.slugs import slug
from roadmap_tui.core.roadmap.format import LINE_LIMIT
from roadmap_tui.core.roadmap.model import Roadmap, Source
from roadmap_tui.core.sanitize import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from roadmap_tui.core.progress.events import Status

__all__ = ["SIZE_LIMIT", "ImportReport", "Imported", "Items", "SkippedSample", "read_markdown", "source_text"]

SIZE_LIMIT: Final = 2 * 1024 * 1024
LINES_LIMIT: Final = 40_000
Items: TypeAlias = Literal["auto", "tasks", "all"]

_key = re.compile(r"[A-Za-z_][\w .-]{0,100}:").match
_title_key = re.compile(r"title:[ \t]*(.*)", re.IGNORECASE).fullmatch
_task_like = re.compile(r"\[[ xX✔✓☑✅√]?\]|[☐☑✅]").search
_bullet_like = re.compile(r"\s{0,3}(?:[-*+•‣◦·–—]|\d{1,3}[.)])\s*\S").match


class ImportReport(NamedTuple):
    """What became of everything in the source.

    ``groups`` are the plain bullets and headings above items, ``lenient`` the tasks that are not written
    as GitHub wants them, ``marks`` the author's doing and skipped by item id. ``warnings`` are sentences.
    """

    sections: int
    groups: int
    items: int
    ticked: int
    resources: int
    lenient: int
    dropped: tuple[SkippedSample, ...]
    warnings: tuple[str, ...]
    marks: Mapping[str, Status]


class Imported(NamedTuple):
    """A roadmap read from Markdown; ``lines`` has the line (from 0) of each item's task marker."""

    roadmap: Roadmap
    report: ImportReport
    lines: Mapping[str, int]


def read_markdown(
    data: bytes,
    name: str,
    *,
    items: Items = "auto",
    strict: bool = False,
    base_url: str = "",
    roadmap_id: str = "",
    item_limit: int = 20_000,
) -> Imported:
    """The roadmap in the Markdown ``data``, which came from ``name``.

    With ``items`` ``"tasks"`` only tasks are items, with ``"all"`` every bullet is, else it depends on
    whether there are tasks. With ``strict`` a task is what GitHub takes for one, and nothing else.
    Relative links are resolved against ``base_url``, else dropped.

    Raises ``BadRoadmap`` with one fault for what is no text, too large, or has no item.
    """
    text = source_text(data, name)
    body, front_title, front_lines = _without_front_matter(text)
    document = _parsed(body, name, strict=strict)
    task_mode = items == "tasks" or (items == "auto" and any(block.has_task for block in document.blocks))
    drops = SkippedContent()
    if front_lines:
        drops.add("front matter", 0)
    builder = DocumentBuilder(task_mode=task_mode, drops=drops)
    builder.document(document.blocks)
    title = take_title(builder.root)
    if not task_mode:
        classify(builder.root)
    finisher = RoadmapAssembler(base_url, drops)
    resources, note = finisher.linked(builder.root), noted(builder.root)
    children = finisher.nodes(builder.root.kids)
    if not finisher.items:
        raise _refusal(name, _why_no_items(text, items))
    if finisher.items > item_limit:
        raise _refusal(name, f"{finisher.items:,} items, at most {item_limit:,} are read; divide the file")
    for url, line in document.definitions.values():
        if url not in finisher.addresses and url[:4].lower() == "http":
            drops.add("definition without a link", line)
    title = next(filter(None, (_line(text) for text in (title, front_title, _stem(name)))), "Roadmap")
    roadmap = Roadmap(
        id=roadmap_id or slug(title),
        title=title,
        note=note,
        source=Source("markdown", _line(name), sha256(data).hexdigest()),
        resources=resources,
        children=children,
    )
    return Imported(roadmap, _report(builder, finisher, drops, document.unread), finisher.lines)


def _parsed(text: str, name: str, *, strict: bool) -> Document:
    if (line_count := text.count("\n")) > LINES_LIMIT:
        raise _refusal(name, f"{line_count:,} lines, at most {LINES_LIMIT:,} are read; divide the file")
    try:
        return parse(text, strict=strict)
    except TooLong:
        why = "more lists, tables and paragraphs than a roadmap has; divide the file"
        raise _refusal(name, why) from None


def source_text(data: bytes, name: str) -> str:
    """The text of ``data`` with every line end a newline.

    Raises ``BadRoadmap`` for what is no Markdown that can be read.
    """
    if len(data) > SIZE_LIMIT:
        raise _refusal(name, f"{len(data):,} bytes, at most {SIZE_LIMIT:,} are read; divide the file")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refusal(name, "UTF-16, not UTF-8; save it as UTF-8")
    if (at := data.find(b"\0")) >= 0:
        raise _refusal(name, f"not a text: byte {at:,} is NUL; give a Markdown file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refusal(name, f"not UTF-8: byte {error.start:,}; save it as UTF-8") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _refusal(name: str, fault: str) -> InvalidRoadmap:
    return InvalidRoadmap(_line(name) or "Markdown", (fault,))


def _line(text: str) -> str:
    return clean(text, LINE_LIMIT, one_line=True)


def _without_front_matter(text: str) -> tuple[str, str, int]:
    """``text`` with its front matter emptied (lines keep their numbers), its title, its size."""
    if not text.startswith("---"):
        return text, "", 0
    lines = text.split("\n")
    if lines[0].rstrip() != "---" or len(lines) < 2 or not _key(lines[1]):
        return text, "", 0
    end = next((i for i, line in enumerate(lines) if i and line.rstrip() in {"---", "..."}), 0)
    if not end:
        return text, "", 0
    found = next((form[1] for line in lines[1:end] if (form := _title_key(line.strip()))), "")
    return "\n" * (end + 1) + "\n".join(lines[end + 1 :]), found.strip(" \"'"), end + 1


def _stem(name: str) -> str:
    """What a file is called, or its folder where it is a README like any other."""
    parts = [part for part in re.split(r"[/\\]", name) if part.strip(". ")]
    stems = [
        re.sub(r"\.(?:md|markdown|mdown|mkd|txt)$", "", part, flags=re.IGNORECASE) for part in parts[-2:]
    ]
    if len(stems) == 2 and stems[1].lower() in {"readme", "index"}:
        return stems[0]
    return stems[-1] if stems else ""


def _why_no_items(text: str, items: Items) -> str:
    lines = text.split("\n")
    tasks = ((i, line) for i, line in enumerate(lines) if _task_like(line))
    bullets = ((i, line) for i, line in enumerate(lines) if _bullet_like(line))
    words = ((i, line) for i, line in enumerate(lines) if line.strip())
    found = next(tasks, None) or next(bullets, None) or next(words, None)
    if found is None:
        return "no item: there is nothing in it; write one as `- [ ] title`"
    number, line = found
    remedy = "or take every bullet with --items all" if items == "tasks" else "or as `- title`"
    return (
        f"no item; line {number + 1} looks most like one: {clean(line, 80, one_line=True)}; "
        f"write it as `- [ ] title` {remedy}"
    )


def _report(
    builder: DocumentBuilder, finisher: RoadmapAssembler, drops: SkippedContent, unread: int
) -> ImportReport:
    return ImportReport(
        sections=finisher.sections,
        groups=finisher.groups,
        items=finisher.items,
        ticked=finisher.ticked,
        resources=finisher.resources,
        lenient=builder.marks[True],
        dropped=drops.all(),
        warnings=_warnings(builder, finisher, unread),
        marks=finisher.marks,
    )


def _warnings(builder: DocumentBuilder, finisher: RoadmapAssembler, unread: int) -> tuple[str, ...]:
    found = []
    if count := builder.marks[True]:
        found.append(
            f"marks not written as GitHub reads them, read all the same (not with --strict): {count}"
        )
    if builder.dissolved:
        found.append(f"groups inside items, dissolved, for an item holds only items: {builder.dissolved}")
    if finisher.collapsed:
        found.append(f"nodes too deep for a roadmap, put beside their parents: {finisher.collapsed}")
    if finisher.cut:
        found.append(f"long titles, cut, with the whole in the note: {finisher.cut}")
    if unread >= 0:
        found.append(f"from line {unread + 1} on, long paragraphs were taken as plain words")
    return tuple(found)
