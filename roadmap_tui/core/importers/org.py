"""Import a study plan from an Emacs org-mode file."""

from __future__ import annotations

import re
from contextlib import suppress
from hashlib import sha256
from html import escape
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
    from collections.abc import Sequence

    from orgparse.node import OrgBaseNode, OrgNode

_CHECKBOXES: Final = {"TODO": "[ ] ", "DONE": "[x] "}
_verbatim = re.compile(r"(?<![\w/])[=~]([^\s=~](?:[^=~\n]*[^\s=~])?)[=~](?!\w)").sub
_bold = re.compile(r"(?<![\w*])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])").sub
_link = re.compile(r"\[\[([^][]+)\](?:\[([^][]+)\])?\]").sub
_HEADING_LIMIT: Final = 6
_DRAWER_LIMIT: Final = 200  # lines between a headline and its text


class _Writer:
    """Writer of Markdown for org headlines that remembers which line each line comes from."""

    def __init__(self, text: str) -> None:
        self.lines: list[str] = []
        self.sources: list[int] = []  # line numbers, from 1
        self._source = text.split("\n")
        self._line = 0  # index after the source line written last

    def add(self, text: str, number: int) -> None:
        """Add a line and an empty one."""
        self.lines += [text, ""]
        self.sources += [number, number]
        self._line = number

    def add_headlines(self, nodes: Sequence[OrgNode], level: int) -> None:
        """Add headlines: as sections if they have no keyword but children or a list, else as bullets.

        A heading contains everything after it, so a section before a bullet becomes ``<details>``.
        """
        headings = [
            level <= _HEADING_LIMIT and not node.todo and bool(node.children or _has_list(node))
            for node in nodes
        ]
        for index, node in enumerate(nodes):
            if not headings[index]:
                self._add_bullets(node, "")
                continue
            is_last = all(headings[index:])
            title = f"{'#' * level} {_title(node)}" if is_last else "<details>"
            self.add(title, node.linenumber)
            if not is_last:
                self.lines[-1] = f"<summary>{escape(_title(node))}</summary>"
                self.add("", node.linenumber)
            self.add_body(node, "")
            self.add_headlines(node.children, level + 1)
            if not is_last:
                self.add("</details>", node.linenumber)

    def _add_bullets(self, node: OrgNode, indent: str) -> None:
        self.lines.append(f"{indent}- {_CHECKBOXES.get(node.todo or '', '')}{_title(node)}")
        self.sources.append(node.linenumber)
        self._line = node.linenumber
        self.add_body(node, indent + "  ")
        for child in node.children:
            self._add_bullets(child, indent + "  ")

    def add_body(self, node: OrgBaseNode, indent: str) -> None:
        """Add the text and lists below a headline."""
        lines = node.get_body(format="raw").split("\n")
        if not any(map(str.strip, lines)):
            return
        self.lines.append("")
        self.sources.append(self._line)
        for line in lines:
            with suppress(ValueError):
                self._line = self._source.index(line, self._line, self._line + _DRAWER_LIMIT) + 1
            if not line.lstrip().startswith(("#", ":")):
                self.lines.append(f"{indent}{_markup(line).replace('[X]', '[x]')}")
                self.sources.append(self._line)
        self.lines.append("")
        self.sources.append(self._line)


def _read(source: SourceData, options: ImportOptions) -> Imported:
    """Convert headlines and lists to Markdown and import that. Raises InvalidRoadmap."""
    import orgparse

    text = decode_text(source.data, source.name)
    writer = _Writer(text)
    try:
        root = orgparse.loads(text)
        nodes = root.children
        titles = [
            (line.partition(":")[2].strip(), number)
            for number, line in enumerate(text.split("\n"), 1)
            if line.lower().startswith("#+title:")
        ]
        if titles:
            writer.add(f"# {titles[0][0]}", titles[0][1])
        elif len(nodes) > 1 and not (nodes[0].todo or nodes[0].children or _has_list(nodes[0])):
            # A first headline with nothing below it is the title.
            writer.add(f"# {_title(nodes[0])}", nodes[0].linenumber)
            writer.add_body(nodes[0], "")
            nodes = nodes[1:]
        writer.add_body(root, "")
        writer.add_headlines(nodes, 2 if writer.lines else 1)
    except (ValueError, IndexError, AssertionError, AttributeError, RecursionError):
        raise invalid(source.name, "not a valid org file") from None
    markdown = "\n".join(writer.lines).encode()
    imported = read_markdown(markdown, source.name, items="all", base_url=options.base_url)
    origin = imported.roadmap.source._replace(
        kind="org", name=clean_line(source.name), sha256=sha256(source.data).hexdigest()
    )
    numbers = [writer.sources[sample.line - 1] for sample in imported.report.dropped]
    lines = text.split("\n")
    dropped = tuple(
        sample._replace(line=number, text=clean_line(lines[number - 1].strip()))
        for sample, number in zip(imported.report.dropped, numbers, strict=True)
    )
    return imported._replace(
        roadmap=imported.roadmap._replace(source=origin),
        report=imported.report._replace(dropped=dropped),
        lines={},
    )


def _title(node: OrgNode) -> str:
    return _markup(node.get_heading(format="raw"))


def _has_list(node: OrgNode) -> bool:
    return any(line.lstrip().startswith(("- ", "+ ", "1. ", "1) ")) for line in node.body.split("\n"))


def _markup(text: str) -> str:
    text = _verbatim(r"`\1`", _bold(r"**\1**", text))
    return _link(lambda match: f"[{match[2] or match[1]}]({match[1]})", text)


register(Importer("org", (".org",), _read))
