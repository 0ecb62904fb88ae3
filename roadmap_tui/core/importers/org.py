"""Import a study plan from an Emacs org-mode file."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from roadmap_tui.core.importers.base import (
    Imported,
    Importer,
    ImportOptions,
    SourceData,
    clean_line,
    decode_text,
    invalid,
    register,
)
from roadmap_tui.core.importers.markdown import read_markdown

if TYPE_CHECKING:
    from orgparse.node import OrgBaseNode, OrgNode

_CHECKBOXES: Final = {"TODO": "[ ] ", "DONE": "[x] "}
_link = re.compile(r"\[\[([^][]+)\](?:\[([^][]+)\])?\]").sub
_HEADING_LIMIT: Final = 6


def _read(source: SourceData, options: ImportOptions) -> Imported:
    """Convert headlines and lists to Markdown and import that. Raises InvalidRoadmap."""
    import orgparse

    text = decode_text(source.data, source.name)
    try:
        root = orgparse.loads(text)
        titles = [
            line.partition(":")[2].strip() for line in text.split("\n") if line.lower().startswith("#+title:")
        ]
        lines = [f"# {titles[0]}", ""] if titles else []
        lines += [*_body(root, ""), *_headlines(root.children, 1 + bool(titles))]
    except (ValueError, IndexError, AssertionError, AttributeError, RecursionError):
        raise invalid(source.name, "not a valid org file") from None
    imported = read_markdown("\n".join(lines).encode(), source.name, items="all", base_url=options.base_url)
    origin = imported.roadmap.source._replace(
        kind="org", name=clean_line(source.name), sha256=sha256(source.data).hexdigest()
    )
    return imported._replace(roadmap=imported.roadmap._replace(source=origin), lines={})


def _headlines(nodes: list[OrgNode], level: int) -> list[str]:
    """Render headlines: as headings if they have no keyword but children, else as bullets."""
    headings = [
        level <= _HEADING_LIMIT and not node.todo and bool(node.children or _has_list(node)) for node in nodes
    ]
    lines: list[str] = []
    for index, node in enumerate(nodes):
        if all(headings[index:]):
            lines += ["", f"{'#' * level} {_markup(node.get_heading(format='raw'))}", "", *_body(node, "")]
            lines += _headlines(node.children, level + 1)
        else:
            lines += _bullets(node, "")
    return lines


def _bullets(node: OrgNode, indent: str) -> list[str]:
    lines = [f"{indent}- {_CHECKBOXES.get(node.todo or '', '')}{_markup(node.get_heading(format='raw'))}"]
    lines += _body(node, indent + "  ")
    for child in node.children:
        lines += _bullets(child, indent + "  ")
    return lines


def _body(node: OrgBaseNode, indent: str) -> list[str]:
    lines = [
        line for line in node.get_body(format="raw").split("\n") if not line.lstrip().startswith(("#", ":"))
    ]
    found = [f"{indent}{_markup(line).replace('[X]', '[x]')}" for line in lines]
    return ["", *found, ""] if any(map(str.strip, lines)) else []


def _has_list(node: OrgNode) -> bool:
    return any(line.lstrip().startswith(("- ", "+ ", "1. ", "1) ")) for line in node.body.split("\n"))


def _markup(text: str) -> str:
    return _link(lambda match: f"[{match[2] or match[1]}]({match[1]})", text)


register(Importer("org", (".org",), _read))
