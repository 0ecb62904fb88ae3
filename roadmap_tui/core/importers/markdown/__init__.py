"""Import a study plan from Markdown."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final

from roadmap_tui.core.exporters.progress_block import blank_block
from roadmap_tui.core.importers.base import (
    ITEM_LIMIT,
    Imported,
    Importer,
    ImportOptions,
    ImportReport,
    Items,
    SourceData,
    clean_line,
    decode_text,
    invalid,
    register,
)
from roadmap_tui.core.importers.markdown.assembler import RoadmapAssembler, note_of
from roadmap_tui.core.importers.markdown.builder import DocumentBuilder
from roadmap_tui.core.importers.markdown.classify import Classifier
from roadmap_tui.core.importers.markdown.document_title import choose_title
from roadmap_tui.core.importers.markdown.inline import inline_text
from roadmap_tui.core.importers.markdown.mode import TASKS_MARKER, BulletCounts, count_bullets
from roadmap_tui.core.importers.markdown.node_builder import SkippedContent
from roadmap_tui.core.importers.markdown.parser import Block, Document, DocumentTooLarge, parse
from roadmap_tui.core.importers.markdown.prerequisites import add_prerequisites
from roadmap_tui.core.importers.markdown.removal import Remover
from roadmap_tui.core.importers.markdown.status_signs import Legend, apply_signs
from roadmap_tui.core.importers.slugs import slug
from roadmap_tui.core.roadmap.model import Roadmap, Source
from roadmap_tui.core.sanitize import clean

__all__ = ["read_markdown"]

_LINES_LIMIT: Final = 40_000
_SUFFIXES: Final = (".md", ".markdown", ".mdown", ".mkd", ".txt")

_front_matter_key = re.compile(r"[A-Za-z_][\w .-]{0,100}:").match
_front_matter_title = re.compile(r"title:[ \t]*(.*)", re.IGNORECASE).fullmatch
_repository_name = re.compile(
    r"https?://(?:www\.|raw\.)?(?:github(?:usercontent)?\.com|gitlab\.com|codeberg\.org|bitbucket\.org)"
    r"/[^/]+/([^/?#]+)"
).match
_task_like = re.compile(r"\[[ xX✔✓☑✅√]?\]|[☐☑✅]").search
_bullet_like = re.compile(r"\s{0,3}(?:[-*+•‣◦·–—]|\d{1,3}[.)])\s*\S").match


def read_markdown(
    data: bytes,
    name: str,
    *,
    items: Items = "auto",
    strict: bool = False,
    base_url: str = "",
    roadmap_id: str = "",
    item_limit: int = ITEM_LIMIT,
    repository: str = "",
) -> Imported:
    """Import the Markdown ``data`` of the file ``name``; ``ImportOptions`` describes the options.

    Raises InvalidRoadmap for data that is not text, too large, or has no item.
    """
    text = decode_text(blank_block(data), name)
    if _is_web_page(text):
        raise invalid(name, "a web page, not Markdown; give the raw address of its Markdown file")
    body, front_title, front_lines = _blank_front_matter(text)
    document = _parse(body, name, strict=strict)
    if "kanban-plugin" in text[: len(text) - len(body.lstrip())]:
        document.blocks = [block for block in document.blocks if not _is_kanban_label(block)]
    in_code = _parse_code_tasks(document, strict=strict) if items != "all" else None
    document = in_code or document
    counts = count_bullets(document.blocks)
    if items == "auto" and body.rstrip().endswith(TASKS_MARKER):
        items = "tasks"
    task_mode = items == "tasks" or (items == "auto" and counts.tasks > 0 and not counts.is_plan)
    skipped = SkippedContent(text.split("\n"))
    if front_lines:
        skipped.add("front matter", 0)
    builder = DocumentBuilder(task_mode=task_mode, skipped=skipped, strict=strict)
    legend = Legend(() if strict else document.blocks)
    root = builder.add_document(document.blocks, legend)
    title = choose_title(root, (front_title, _stem(name), repository), skipped)
    if not task_mode:
        Classifier(legend.meanings, strict=strict).run(root)
    Remover(skipped, task_mode=task_mode).run(root)
    if not strict:
        apply_signs(root, legend.meanings)
    assembler = RoadmapAssembler(base_url, skipped)
    resources, note = assembler.resources_of(root), note_of(root)
    children = assembler.nodes(root.children)
    unresolved: list[str] = []
    if assembler.needs:
        children, unresolved = add_prerequisites(children, assembler.needs)
    if not assembler.items:
        raise invalid(name, _explain_no_items(text, items))
    if assembler.items > item_limit:
        raise invalid(name, f"{assembler.items:,} items, at most {item_limit:,} are read; divide the file")
    for url, line in document.definitions.values():
        if url not in assembler.addresses and url[:4].lower() == "http":
            skipped.add("definition without a link", line)
    title = clean_line(title) or "Roadmap"
    mode = "tasks" if task_mode else "all"
    source = Source("markdown", clean_line(name), sha256(data).hexdigest(), items=mode)
    roadmap = Roadmap(
        roadmap_id or slug(title), title, note=note, source=source, resources=resources, children=children
    )
    report = _report(builder, assembler, skipped, document.unread)
    decisions = []
    if items == "auto" and counts.tasks and not task_mode:
        decisions.append(_describe_mode(counts))
    if in_code:
        decisions.append("the tasks were found in a code block")
    all_warnings = (*decisions, *report.warnings, *unresolved)
    return Imported(roadmap, report._replace(warnings=all_warnings), assembler.lines)


def _is_web_page(text: str) -> bool:
    start = text[:1000].lstrip().lower()
    return start.startswith(("<!doctype html", "<html", "<?xml"))


def _is_kanban_label(block: Block) -> bool:
    """Return True for the line of Obsidian's Kanban plugin that ticks the cards of a list."""
    return block.kind == "paragraph" and inline_text(block).text == "Complete"


def _parse_code_tasks(document: Document, *, strict: bool) -> Document | None:
    """Parse the code blocks with task lists of a document that has no bullets."""
    blocks = [inner for block in document.blocks for inner in block.walk()]
    if any(block.kind in {"item", "table"} for block in blocks):
        return None
    result: list[Block] = []
    is_found = False
    for block in document.blocks:
        try:
            inner = parse(block.raw, strict=strict).blocks if block.kind == "code" else []
        except DocumentTooLarge:
            return None
        if any(child.has_task for child in inner):
            is_found = True
            for child in (found for top in inner for found in top.walk()):
                child.line += block.line + 1
            result += inner
        else:
            result.append(block)
    return Document(result, document.definitions, document.unread) if is_found else None


def _read(source: SourceData, options: ImportOptions) -> Imported:
    path, base_url = source.origin.replace("\\", "/"), options.base_url or source.base_url
    folder = path.rpartition("/")[0].rpartition("/")[2]
    return read_markdown(
        source.data,
        source.name,
        items=options.items,
        strict=options.strict,
        base_url=base_url,
        repository=_repository(base_url) or _repository(path) or ("" if "://" in path else folder),
    )


def _repository(url: str) -> str:
    match = _repository_name(url)
    return match[1].removesuffix(".git") if match else ""


register(Importer("markdown", _SUFFIXES, _read))


def _parse(text: str, name: str, *, strict: bool) -> Document:
    if (line_count := text.count("\n")) > _LINES_LIMIT:
        raise invalid(name, f"{line_count:,} lines, at most {_LINES_LIMIT:,} are read; divide the file")
    try:
        return parse(text, strict=strict)
    except DocumentTooLarge:
        why = "more lists, tables and paragraphs than a roadmap has; divide the file"
        raise invalid(name, why) from None


def _blank_front_matter(text: str) -> tuple[str, str, int]:
    """Replace YAML front matter by empty lines; return the text, the title in it, and its line count."""
    if not text.startswith("---"):
        return text, "", 0
    lines = text.split("\n")
    first = next((line for line in lines[1:4] if line.strip()), "")
    if lines[0].rstrip() != "---" or not _front_matter_key(first):
        return text, "", 0
    end = next((i for i, line in enumerate(lines) if i and line.rstrip() in {"---", "..."}), 0)
    if not end:
        return text, "", 0
    title = next((match[1] for line in lines[1:end] if (match := _front_matter_title(line.strip()))), "")
    return "\n" * (end + 1) + "\n".join(lines[end + 1 :]), title.strip(" \"'"), end + 1


def _stem(name: str) -> str:
    """Return the file name without suffix, or the folder's name for a README."""
    parts = [part for part in re.split(r"[/\\]", name) if part.strip(". ")]
    stems = [
        re.sub(r"\.(?:md|mdx|markdown|mdown|mkd|txt|org)$", "", part, flags=re.IGNORECASE)
        for part in parts[-2:]
    ]
    if len(stems) == 2 and stems[1].lower() in {"readme", "index"}:
        return stems[0]
    return stems[-1] if stems else ""


def _explain_no_items(text: str, items: Items) -> str:
    """Describe the line that looks most like an item, for the error message."""
    lines = list(enumerate(text.split("\n"), 1))
    tests = (_task_like, _bullet_like, str.strip)
    number, line = next(((n, line) for test in tests for n, line in lines if test(line)), (0, ""))
    if not number:
        return "no item: there is nothing in it; write one as `- [ ] title`"
    remedy = "or take every bullet with --items all" if items == "tasks" else "or as `- title`"
    return (
        f"no item; line {number} looks most like one: {clean(line, 80, one_line=True)}; "
        f"write it as `- [ ] title` {remedy}"
    )


def _describe_mode(counts: BulletCounts) -> str:
    are = "bullets is a task" if counts.tasks == 1 else "bullets are tasks"
    only = "that" if counts.tasks == 1 else "those"
    return f"{counts.tasks} of {counts.bullets} {are}; --items tasks imports only {only}"


def _report(
    builder: DocumentBuilder, assembler: RoadmapAssembler, skipped: SkippedContent, unread: int
) -> ImportReport:
    warnings = []
    if builder.lenient:
        why = "marks not written as GitHub reads them, read all the same (not with --strict)"
        warnings.append(f"{why}: {builder.lenient}")
    if builder.dissolved:
        warnings.append(f"groups inside items, dissolved, for an item holds only items: {builder.dissolved}")
    if assembler.collapsed:
        warnings.append(f"nodes too deep for a roadmap, put beside their parents: {assembler.collapsed}")
    if assembler.truncated:
        warnings.append(f"long titles, cut, with the whole in the note: {assembler.truncated}")
    if unread >= 0:
        warnings.append(f"from line {unread + 1} on, long paragraphs were taken as plain words")
    return ImportReport(
        sections=assembler.sections,
        groups=assembler.groups,
        items=assembler.items,
        ticked=assembler.ticked,
        resources=assembler.resources,
        lenient=builder.lenient,
        dropped=skipped.samples(),
        warnings=tuple(warnings),
        marks=assembler.marks,
    )
