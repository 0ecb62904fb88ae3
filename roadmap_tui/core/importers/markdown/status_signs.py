"""Turn status signs into marks, unless they are decoration."""

from __future__ import annotations

from roadmap_tui.core.importers.markdown.item_text import SIGNS
from roadmap_tui.core.importers.markdown.node_builder import NodeBuilder, walk


def apply_signs(root: NodeBuilder) -> None:
    """Set the marks of nodes with status signs, unless the signs are decoration.

    They are decoration if there is only one kind of sign, and no list has entries with and without it.
    """
    nodes = [root, *walk(root)]
    signs = {node.sign for node in nodes if node.sign}
    marks = {SIGNS[sign] for sign in signs}
    if not signs:
        return
    is_mixed = len(marks) > 1 or any(
        0
        < sum(bool(child.sign) for child in node.children)
        < sum(child.kind == "item" for child in node.children)
        for node in nodes
    )
    if not is_mixed and marks != {" "} and _has_legend(root) is False:
        return
    for node in nodes:
        if node.kind == "item" and node.sign and not node.is_task:
            node.mark = node.mark.strip() or SIGNS[node.sign]


def _has_legend(root: NodeBuilder) -> bool:
    text = " ".join(root.notes)
    return any(sign in text for sign in SIGNS)
