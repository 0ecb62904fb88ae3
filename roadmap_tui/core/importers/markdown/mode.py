"""Choose the import mode of a document: only tasks become items, or every bullet does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from roadmap_tui.core.importers.markdown.inline import inline_text
from roadmap_tui.core.importers.markdown.section_names import is_boilerplate, is_contents

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from roadmap_tui.core.importers.markdown.parser import Block


TASKS_MARKER: Final = "<!-- items: tasks -->"  # at the end of a file: only tasks are items


class BulletCounts(NamedTuple):
    """The number of tasks and bullets; ``is_plan`` if bullets without a checkbox are items too."""

    tasks: int
    bullets: int
    is_plan: bool


def count_bullets(blocks: Sequence[Block]) -> BulletCounts:
    """Count tasks, and bullets that could be items, by section.

    The plan is more than its tasks if under a tenth of the bullets are tasks, or if all tasks are in one
    section and the others have twice as many bullets. Without sections, bullets with nested ones count as
    sections.
    """
    sections: list[list[int]] = []  # tasks and plain bullets of each section
    is_skipped = False
    current = [0, 0]
    for block in blocks:
        if block.kind == "heading":
            title = inline_text(block).text
            is_skipped = is_boilerplate(title) or is_contents(title)
            current = [0, 0]
            sections.append(current)
        elif not is_skipped or block.has_task:
            for is_task in _bullets(block):
                current[not is_task] += 1
                if current not in sections[-1:]:
                    sections.append(current)
    sections = [count for count in sections if any(count)]
    counts = sections
    if len(sections) == 1:
        sections = [
            [sum(bullets), len(bullets) - sum(bullets)]
            for block in blocks
            if block.kind == "list"
            for item in block.children
            if len(bullets := list(_bullets(item))) > 1
        ]
    tasks, plain = sum(count[0] for count in counts), sum(count[1] for count in counts)
    with_tasks = [count for count in sections if count[0]]
    elsewhere = sum(count[1] for count in sections if not count[0])
    is_plan = tasks * 10 < tasks + plain or (len(with_tasks) == 1 and elsewhere >= max(2, 2 * tasks))
    return BulletCounts(tasks, tasks + plain, is_plan)


def _bullets(block: Block) -> Iterator[bool]:
    """Yield True for a task, False for another bullet; skip bullets below tasks and parents of tasks."""
    if block.kind == "table":
        yield from [False] * (len(block.children) - 1)
    elif block.kind == "item":
        if block.mark:
            yield True
            # Bullets below a task are its notes and resources, except tasks.
            for inner in block.walk():
                if inner is not block and inner.kind == "item" and inner.mark:
                    yield True
            return
        if not block.has_task:
            yield False
    if block.kind in {"list", "item", "quote"}:
        for child in block.children:
            yield from _bullets(child)
