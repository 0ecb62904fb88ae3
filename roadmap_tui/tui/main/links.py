"""The links to related items in the details, and jumps between items."""

from __future__ import annotations

from roadmap_tui.core.tree_view import ROOT
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.render.detail import linked_items


def selected_link(state: MainState) -> int | None:
    """Return the index of the selected link in the details; None if a resource or nothing is selected."""
    node_id, index = state.selected_link
    if state.pane != "detail" or not node_id or node_id != state.node_id:
        return None
    return index if index < len(linked_items(state.study, state.cursor)) else None


def move_selection(state: MainState, by: int) -> None:
    """Move the selection in the details: the related items come first, then the resources."""
    links = len(linked_items(state.study, state.cursor))
    last = links + len(state.resources) - 1
    link = selected_link(state)
    if link is not None:
        position = link + by
    else:
        position = links + state.selection + by if state.selection is not None else 0
    position = max(0, min(position, last))
    state.selected_link = (state.node_id, position) if position < links else ("", 0)
    if links <= position <= last:
        state.selections[state.node_id] = position - links


def follow_link(state: MainState) -> bool:
    """Jump to the item of the selected link; return False if none is selected."""
    link = selected_link(state)
    if link is not None:
        jump_to(state, linked_items(state.study, state.cursor)[link].id)
    return link is not None


def jump_to(state: MainState, node_id: str) -> None:
    """Move the cursor to a node ("": the roadmap); remember its former node for ``jump_back``."""
    if node_id != state.node_id:
        state.jumps.append(state.node_id)
        _go_to(state, node_id)


def jump_back(state: MainState) -> None:
    """Go back to the node that the last jump started from."""
    while state.jumps:
        node_id = state.jumps.pop()
        if not node_id or node_id in state.study.tree.index_of:
            _go_to(state, node_id)
            return
    state.show_message("No jump to go back from")


def _go_to(state: MainState, node_id: str) -> None:
    if node_id:
        state.go_to(node_id)
    else:
        state.tree_view.go_to(ROOT)
