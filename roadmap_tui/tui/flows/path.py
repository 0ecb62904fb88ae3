"""The dialogs about prerequisites: the path to an item, and adding and removing prerequisites."""

from __future__ import annotations

from roadmap_tui.core.humanize import strip_parenthesis
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.core.search.filters import PATH, Filter
from roadmap_tui.study.goal import set_prerequisite
from roadmap_tui.study.path import find_path
from roadmap_tui.text.path import path_to_markdown
from roadmap_tui.tui.base_app import BaseApp
from roadmap_tui.tui.main.actions import toggle_goal
from roadmap_tui.tui.main.links import jump_to
from roadmap_tui.tui.main.palette_provider import ItemProvider
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.screens.palette import PaletteScreen
from roadmap_tui.tui.screens.path import PathScreen
from roadmap_tui.tui.terminal import capabilities


async def show_path(app: BaseApp, state: MainState, item: Item) -> None:
    """Show the path to an item, then carry out the command that the reader chose there."""
    path = find_path(state.study, item.id)
    answer = await app.ask(PathScreen(state.keymap, path, state.glyphs))
    match answer:
        case ("open", node_id):
            state.pane = "outline"
            jump_to(state, node_id)
        case ("goal", node_id):
            toggle_goal(state, *state.study.items([node_id]))
        case ("filter", _):
            state.study.search.path_ids = frozenset(step.id for step in path.steps)
            state.apply_filter(Filter(frozenset({PATH})))
        case ("copy", _):
            text = path_to_markdown(path, state.glyphs)
            where = capabilities.copy(text, app.copy_to_clipboard, app.write_to_terminal)
            copied = f"Copied {where}: the path to {strip_parenthesis(path.title)}"
            state.show_message(copied if where else "This terminal has no clipboard")


async def edit_prerequisites(app: BaseApp, state: MainState, item: Item) -> None:
    """Ask for an item, and add or remove it as a prerequisite of another one."""
    study = state.study
    current = study.graph.prerequisites(item.id)
    before = reversed(study.tree.ids[: study.tree.index_of[item.id]])

    def verb(node_id: str) -> str:
        return "Remove " if node_id in current else "Add "

    suggested = list(dict.fromkeys([*current, *before]))
    provider = ItemProvider(study, "The item that is required", suggested, verb)
    screen = PaletteScreen(state.keymap, provider, tuple, state.glyphs)
    screen.heading = f"Prerequisites of {item.title}"
    hit = await app.ask(screen)
    if hit is None:
        return
    is_on = hit.id in current
    with state.showing_errors():
        set_prerequisite(study, item.id, hit.id, not is_on)
        titles = map(strip_parenthesis, (item.title, hit.title))
        hint = state.keymap.hint_suffix("undo", "undoes it")
        state.show_message(f"{(' no longer requires ' if is_on else ' requires ').join(titles)}{hint}")
