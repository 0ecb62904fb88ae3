"""The open sections of a document: which section a heading, label or ``<details>`` opens and closes."""

from __future__ import annotations

from typing import Final, NamedTuple

from roadmap_tui.core.importers.markdown.node_builder import NodeBuilder

HEADING_LIMIT: Final = 6
# Levels of sections below headings.
DETAILS: Final = 7
LABEL: Final = 8
_SCOPES_LIMIT: Final = 60  # deeper sections are not nested: a roadmap has at most 50 levels


class _Scope(NamedTuple):
    """An open section. With ``barrier`` it comes from ``<details>``: only ``</details>`` closes it."""

    node: NodeBuilder
    level: int
    barrier: bool = False


class SectionStack:
    """The tree of sections below ``root``, and the stack of open sections."""

    def __init__(self) -> None:
        self.root = NodeBuilder("root", "", 0)
        self._scopes = [_Scope(self.root, 0)]

    @property
    def current(self) -> NodeBuilder:
        """The innermost open section."""
        return self._scopes[-1].node

    @property
    def has_label(self) -> bool:
        """True if the innermost section was opened by a label."""
        return self._scopes[-1].level == LABEL

    def open(self, node: NodeBuilder, level: int) -> None:
        """Close the open sections of the same and deeper levels, and open a section."""
        node.level = level
        while len(self._scopes) > 1 and self._scopes[-1].level >= level and not self._scopes[-1].barrier:
            self._scopes.pop()
        self.current.children.append(node)
        if len(self._scopes) < _SCOPES_LIMIT:
            self._scopes.append(_Scope(node, level))
        else:
            self._scopes[-1] = _Scope(node, level, self._scopes[-1].barrier)

    def open_details(self) -> None:
        """Begin a ``<details>``, which is part of the open section until ``name_details``."""
        self._scopes.append(_Scope(self.current, 0, barrier=True))

    def name_details(self, node: NodeBuilder) -> bool:
        """Open a section for the innermost ``<details>``; return False if it has one already."""
        scope = self._scopes[-1]
        if scope.barrier and not (scope.node is self._scopes[-2].node and len(self._scopes) < _SCOPES_LIMIT):
            return False
        if scope.barrier:
            node.level = DETAILS
            scope.node.children.append(node)
            self._scopes[-1] = _Scope(node, 0, barrier=True)
        else:
            self.open(node, DETAILS)
        return True

    def close_details(self, count: int = 1) -> None:
        """Close the innermost ``<details>`` and the sections in it."""
        for _ in range(count):
            for depth in range(len(self._scopes) - 1, 0, -1):
                if self._scopes[depth].barrier:
                    del self._scopes[depth:]
                    break
