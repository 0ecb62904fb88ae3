"""What a reader writes: notes and their drafts, own items, own resources."""

from __future__ import annotations

from typing import Any, Final

from textual.app import App, SuspendNotSupported

from roadmap_tui.core.errors import RoadmapTuiError, SaveError
from roadmap_tui.core.importers.resource_kinds import guess
from roadmap_tui.core.progress.states import unnamed
from roadmap_tui.store.drafts import Drafts, NoteDraft
from roadmap_tui.text.format import capitalize
from roadmap_tui.text.styled_text import truncate
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.screens.input import InputScreen
from roadmap_tui.tui.screens.note import NoteScreen
from roadmap_tui.tui.screens.resource import ResourceForm, ResourceScreen
from roadmap_tui.tui.terminal import capabilities
from roadmap_tui.tui.widgets.modal import BeforeOpen

# Cells of another text that is told of beside the one to write.
_LONGEST_WORD: Final = 80


class NoteFlows:
    """Writes to the desk of an app what is typed in dialogs."""

    def __init__(self, app: App[Any], state: MainState, drafts: Drafts, shown: BeforeOpen) -> None:
        self._app, self._desk, self._drafts, self._shown = app, state, drafts, shown

    # Notes

    async def note(self, node_id: str) -> None:
        """Write the note of a node; what is not saved stays as a draft."""
        desk = self._desk
        roadmap, before = desk.study.roadmap.id, desk.study.note_text(node_id)
        draft = self._drafts.get(roadmap, node_id)
        word, seen = self._about(node_id, draft, before), desk.study.note_ids(node_id)

        def keep(text: str) -> None:
            if text.strip() == before.strip():
                self._drafts.drop(roadmap, node_id)
            else:
                self._drafts.save(NoteDraft(roadmap, node_id, text, before))

        title, text = desk.study.title(node_id), draft.text if draft else before
        written = await self._app.push_screen_wait(
            self._shown(NoteScreen(desk.keymap, title, text, keep, word))
        )
        if written is not None:
            self._write(node_id, written, seen)
        elif self._drafts.get(roadmap, node_id):
            clause = desk.keymap.hint_suffix("note", "opens it again")
            desk.show_message(f"Not saved: the text is kept as a draft{clause}")

    def _about(self, node_id: str, draft: NoteDraft | None, before: str) -> str:
        """What there is to know about the text before one changes it."""
        desk = self._desk
        versions = len(desk.study.state(node_id).notes)
        if draft and draft.before != before:
            became = truncate(before.replace("\n", " "), _LONGEST_WORD, desk.glyphs.ellipsis)
            return f"A draft; meanwhile the note became: {became}" if before else "A draft; the note is gone."
        if draft:
            return "A draft that was not saved."
        return f"{versions} versions, one after the other; saving makes them one." if versions > 1 else ""

    def editor(self) -> None:
        """Write the note of the node under the cursor in the user's own editor; a draft goes on there."""
        desk = self._desk
        node_id, seen = desk.node_id, desk.study.note_ids(desk.node_id)
        draft = self._drafts.get(desk.study.roadmap.id, node_id)
        if draft and draft.before != desk.note_text:
            clause = desk.keymap.hint_suffix("note", "shows both")
            desk.show_message(f"A draft waits here, and the note became another since{clause}", problem=True)
            return
        before = draft.text if draft else desk.note_text
        after, why = None, ""
        try:
            with self._app.suspend():
                # Nothing may leave this block by an exception: the screen would not come back.
                try:
                    after = capabilities.edit(before)
                except OSError as error:
                    name = capabilities.editor_command()[0].rpartition("/")[2]
                    why = f"{name}: {error.strerror or error}"
                except KeyboardInterrupt:
                    why = "it was interrupted"
        except SuspendNotSupported:
            clause = desk.keymap.hint_suffix("note", "writes a note in the program")
            desk.show_message(f"No editor can be started from here{clause}", problem=True)
            return
        if why:
            clause = desk.keymap.hint_suffix("note", "writes a note here")
            desk.show_message(f"The editor did not run: {why}{clause}", problem=True)
        elif after is None:
            desk.show_message("The editor failed: the note is as it was", problem=True)
        elif after.strip() != before.strip():
            self._write(node_id, after, seen)
        elif draft:
            desk.show_message(
                f"Not saved: the text is still a draft{desk.keymap.hint_suffix('note', 'opens it')}"
            )

    async def line(self) -> None:
        """Add a line to the note of the node under the cursor, or to those of all that are picked."""
        desk = self._desk
        ids = desk.selected_ids or [desk.node_id]
        title = f"{len(ids)} items" if len(ids) > 1 else desk.study.title(ids[0])
        line = await self._ask(title, "A line for the note")
        if not line or not line.strip():
            return
        kept = 0
        for node_id in ids:
            old = desk.study.note_text(node_id)
            kept += desk.write_note(node_id, f"{old}\n{line.strip()}" if old else line.strip())
        if kept < len(ids):
            return
        desk.rows.selected.clear()
        if kept > 1:
            clause = desk.keymap.hint_suffix("undo", "takes them back one by one")
            desk.show_message(f"Noted on {kept} items{clause}")

    def _write(self, node_id: str, text: str, seen: tuple[str, ...]) -> None:
        """Write a note in place of the versions that were seen; what came meanwhile stays beside it."""
        study = self._desk.study
        roadmap, before = study.roadmap.id, study.note_text(node_id)
        came = not set(study.note_ids(node_id)) <= set(seen)
        if self._desk.write_note(node_id, text, seen):
            self._drafts.drop(roadmap, node_id)
            if came:
                clause = self._desk.keymap.hint_suffix("note", "makes them one")
                self._desk.show_message(f"Another session wrote this note meanwhile: both are kept{clause}")
        else:
            self._drafts.save(NoteDraft(roadmap, node_id, text, before))

    async def _ask(self, title: str, placeholder: str, text: str = "", word: str = "") -> str | None:
        screen = self._shown(InputScreen(self._desk.keymap, title, placeholder, text, word))
        return await self._app.push_screen_wait(screen)

    # The reader's own

    async def own_item(self) -> None:
        """Add an item below the section the cursor is in; on an own item, rename or remove that."""
        desk = self._desk
        own = desk.study.custom.item(desk.node_id)
        try:
            if own is None:
                under = desk.study.custom.section(desk.cursor)
                words = "What else there is to learn"
                title = await self._ask(f"New item under {under.title if under else 'Yours'}", words)
                if title and title.strip():
                    change = desk.study.custom.add_item(under.id if under else "", title)
                    desk.show(change)
                return
            clause = desk.keymap.hint_suffix("undo", "brings it back")
            words = f"Your own item. An empty line removes it{clause}."
            title = await self._ask(own.title, "", own.title, words)
            if title is None:
                return
            if title.strip():
                desk.study.custom.rename_item(own.id, title)
            else:
                desk.study.custom.remove_item(own.id)
                desk.show_message(f"Removed: {own.title}{desk.keymap.hint_suffix('undo', 'brings it back')}")
        except RoadmapTuiError as error:
            desk.show_error(error)

    async def own_resource(self) -> None:
        """Add a resource to the node under the cursor; on a chosen own one, change or remove that."""
        desk = self._desk
        node_id, chosen = desk.node_id, desk.selected_resource
        own = desk.study.custom
        old = None
        if desk.pane == "detail" and chosen and own.has_resource(node_id, chosen.url):
            old = chosen
        typed = (
            ResourceForm(old.url, old.title if old.title != unnamed(old.url) else "", old.kind)
            if old
            else ResourceForm("")
        )
        word = ""
        while True:
            screen = ResourceScreen(desk.keymap, desk.title, typed, is_new=old is None, word=word)
            answer = await self._app.push_screen_wait(self._shown(screen))
            if answer is None or (old is None and not answer.url):
                return
            typed = answer
            try:
                if old and not typed.url:
                    own.remove_resource(node_id, old.url)
                    desk.show_message(f"Removed{desk.keymap.hint_suffix('undo', 'brings it back')}")
                    return
                kind = typed.kind or guess(typed.url)
                own.set_resource(node_id, typed.url, typed.name, kind, old.url if old else "")
            except SaveError as error:
                desk.show_error(error)  # it is not asked for again: what waits is tried again by itself
                return
            except RoadmapTuiError as error:
                word = capitalize(f"{error.why}; {error.remedy}")
            else:
                return
