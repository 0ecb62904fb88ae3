"""Recognize paragraphs that open a subsection: bold lines, phases, and lines that end in a colon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from roadmap_tui.core.importers.markdown.inline import InlineText, inline_text
from roadmap_tui.core.importers.markdown.section_names import is_label, is_phase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from roadmap_tui.core.importers.markdown.parser import Block

_REMARK_LENGTH: Final = 40  # after a label
_COLONS: Final = (":", "\uff1a")
_PARAGRAPHS_BETWEEN: Final = 3  # at most, of a bold line and its list


def count_labels(blocks: Sequence[Block]) -> dict[int, int]:
    """Find the labels before lists; map each label's block index to the number of labels in its section.

    Between a bold line and its list there may be paragraphs if the section has several such lines.
    """
    counts: dict[int, int] = {}
    section: list[int] = []
    distant: list[int] = []
    for index, block in enumerate(blocks):
        if block.kind == "heading":
            section, distant = [], []
        elif block.kind == "paragraph" and _following(blocks, index + 1) == "list":
            text = inline_text(block)
            if text.bold or is_plain_label(text):
                section.append(index)
                counts |= dict.fromkeys(section, len(section))
        elif block.kind == "paragraph" and _is_distant_label(blocks, index):
            distant.append(index)
            if len(distant) > 1:
                counts |= dict.fromkeys(distant, len(distant))
    return counts


def _following(blocks: Sequence[Block], index: int) -> str:
    return blocks[index].kind if index < len(blocks) else ""


def _is_distant_label(blocks: Sequence[Block], index: int) -> bool:
    """Return True for a bold line above paragraphs and a list."""
    end = index + 1
    while _following(blocks, end) == "paragraph" and end - index <= _PARAGRAPHS_BETWEEN:
        end += 1
    if end == index + 1 or _following(blocks, end) not in {"list", "table"}:
        return False
    texts = [inline_text(block) for block in blocks[index:end]]
    is_name = texts[0].bold and not texts[0].text.endswith(("!", ":")) and not texts[0].literal
    return is_name and not any(text.bold for text in texts[1:])


def is_plain_label(text: InlineText) -> bool:
    """Return True for short text without links that ends in a colon."""
    return is_label(text.text) and not text.links and not text.literal


def is_certain_label(text: InlineText, *, strict: bool) -> bool:
    """Return True for text that is a label in any context: bold, or like ``Week 1``."""
    if text.bold:
        return True
    if text.literal or strict or text.links:
        return False
    has_value = text.lead.endswith(_COLONS) or text.rest.lstrip().startswith(_COLONS)
    if has_value and text.rest.strip(" :\uff1a") and not is_phase(text.text):
        return False  # ``**Duration:** 2 weeks``
    has_remark = bool(text.lead) and len(text.text) <= 2 * _REMARK_LENGTH and len(text.rest) <= _REMARK_LENGTH
    return has_remark or is_phase(text.text)


def label_title(text: InlineText, title: str) -> tuple[str, list[str]]:
    """Split a remark in brackets off a label, and the colon."""
    rest = text.rest.strip()
    if text.lead and rest.startswith("(") and rest.endswith(")") and title.endswith(rest):
        title, note = title[: -len(rest)], [rest[1:-1]]
    else:
        note = []
    return title.rstrip(" :\uff1a"), note
