"""Dialogs for the reader's own content: notes and their drafts, custom items, custom resources."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Final

from textual.app import SuspendNotSupported

from roadmap_tui.core.errors import RoadmapTuiError, SaveError
from roadmap_tui.core.humanize import capitalize
from roadmap_tui.core.importers.resource_kinds import guess
from roadmap_tui.core.progress.states import CustomItem, default_title
from roadmap_tui.store.drafts import Drafts, NoteDraft, end_edit, read_edited
from roadmap_tui.store.editor import run_editor
from roadmap_tui.store.files import printable_path
from roadmap_tui.text.styled_text import truncate
from roadmap_tui.text.terminal import editor_command
from roadmap_tui.tui.base_app import BaseApp
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.screens.input import InputScreen
from roadmap_tui.tui.screens.note import NoteScreen
from roadmap_tui.tui.screens.resource import ResourceForm, ResourceScreen

_MAX_QUOTE_WIDTH: Final = 80


class NoteFlows:
    """Handlers of the commands for notes, custom items and custom resources, named after them."""

    def __init__(self, app: BaseApp, state: MainState, drafts: Drafts) -> None:
        self._app, self._state, self._drafts = app, state, drafts

    def _hint(self, command: str, does: str) -> str:
        return self._state.keymap.hint_suffix(command, does)

    # Notes

    async def note(self) -> None:
        """Edit the note under the cursor, or the draft that was offered at the start."""
        state = self._state
        if state.offered_draft is not None:
            state.go_to(state.offered_draft)
            state.offered_draft = None
        await self.write(state.node_id)

    async def write(self, node_id: str) -> None:
        """Edit a node's note in the built-in editor; unsaved text is kept as a draft."""
        state = self._state
        roadmap, before = state.study.roadmap.id, state.study.note_text(node_id)
        self._drafts.collect_edits()
        draft = self._drafts.get(roadmap, node_id)
        if draft and draft.text.strip() == before.strip():
            draft = None
        seen = tuple(state.study.note_versions(node_id))

        def save_draft(text: str) -> None:
            if text.strip() == before.strip():
                self._drafts.drop(roadmap, node_id)
            else:
                self._drafts.save(NoteDraft(roadmap, node_id, text, before))

        title, text = state.study.title(node_id), draft.text if draft else before
        subtitle = self._subtitle(node_id, draft, before)
        written = await self._app.ask(
            NoteScreen(state.keymap, f"Note on {title}", text, save_draft, subtitle)
        )
        if written is not None:
            self._save(node_id, written, seen)
        elif self._drafts.get(roadmap, node_id):
            state.show_message(f"Not saved; kept as a draft{self._hint('note', 'opens it again')}")

    def _subtitle(self, node_id: str, draft: NoteDraft | None, before: str) -> str:
        """Describe where the text comes from: a draft, several versions, or "" for an ordinary note."""
        if draft and draft.before != before:
            quote = truncate(before.replace("\n", " "), _MAX_QUOTE_WIDTH, self._state.glyphs.ellipsis)
            return (
                f"Draft; meanwhile the note changed to: {quote}" if before else "Draft; the note was removed."
            )
        if draft:
            return "Restored draft, not saved yet."
        versions = len(self._state.study.state(node_id).notes)
        return f"{versions} versions, one below the other; saving merges them." if versions > 1 else ""

    async def ask_question(self, node_id: str) -> tuple[str, str] | None:
        """Ask for a review question; if the program has to end, it stays as a draft of the note."""
        from roadmap_tui.core.review.questions import with_question
        from roadmap_tui.tui.screens.own_question import OwnQuestionScreen

        study = self._state.study
        before = study.note_text(node_id)

        def keep(ask: str, answer: str) -> None:
            text = with_question(before, ask, answer)
            self._drafts.save(NoteDraft(study.roadmap.id, node_id, text, before))

        return await self._app.ask(OwnQuestionScreen(self._state.keymap, study.title(node_id), keep))

    async def note_editor(self) -> None:
        """Edit the note under the cursor, or its draft, in the reader's own editor."""
        self._run_editor()
        self._app.action_redraw()

    def _run_editor(self) -> None:
        state, drafts = self._state, self._drafts
        roadmap, node_id = state.study.roadmap.id, state.node_id
        seen, note = tuple(state.study.note_versions(node_id)), state.study.note_text(node_id)
        drafts.collect_edits()
        given = drafts.get(roadmap, node_id) or NoteDraft(roadmap, node_id, note, note)
        if given.before != note:
            message = f"The note has changed since its draft was written{self._hint('note', 'shows both')}"
            state.show_message(message, is_error=True)
            return
        command = editor_command(os.environ)
        text, failure = given.text, ""
        try:
            path = drafts.begin_edit(given)
            with self._app.suspend():
                # No exception may leave this block: the screen would not come back.
                try:
                    failure = run_editor(command, path).failure
                except OSError as error:
                    failure = error.strerror or str(error)
            text = read_edited(path)
        except OSError as error:
            failure = f"{error.strerror or error}: {printable_path(error.filename or '')}"
        except SuspendNotSupported:
            hint = self._hint("note", "writes a note in the program")
            state.show_message(f"No editor can be started here{hint}", is_error=True)
            return
        is_changed = text.strip() != given.text.strip()
        if is_changed and not failure:
            self._save(node_id, text, seen)
            end_edit(path)
            return
        drafts.collect_edits()
        name = os.path.basename(command[0])
        draft = drafts.get(roadmap, node_id)
        if failure:
            kept = "the text is kept as a draft" if draft else "the note is unchanged"
            hint = self._hint("note", "opens it" if draft else "writes a note here")
            state.show_message(f"{name}: {failure}; {kept}{hint}", is_error=True)
        elif draft:
            state.show_message(f"Not saved; the draft is kept{self._hint('note', 'opens it')}")
        else:
            state.show_message(f"Unchanged. If {name} is still open, what it saves becomes a draft")

    async def quick_note(self) -> None:
        """Add a line to the notes of the selected items, or to the note under the cursor."""
        state = self._state
        ids = state.selected_ids or [state.node_id]
        title = f"{len(ids)} items" if len(ids) > 1 else state.study.title(ids[0])
        line = await self._ask_line(f"Add to the note on {title}", "Line to add")
        if not line:
            return
        kept = 0
        for node_id in ids:
            old = state.study.note_text(node_id)
            kept += self._write(node_id, f"{old}\n{line}" if old else line)
        if kept < len(ids):
            return
        state.rows.selected.clear()
        if kept > 1:
            state.show_message(f"Noted on {kept} items{self._hint('undo', 'undoes them one by one')}")

    def _save(self, node_id: str, text: str, seen: tuple[str, ...]) -> None:
        """Write a note that replaces the versions in ``seen``; later versions stay as conflicts."""
        study = self._state.study
        roadmap, before = study.roadmap.id, study.note_text(node_id)
        has_newer = not study.note_versions(node_id).keys() <= set(seen)
        if not self._write(node_id, text, seen):
            self._drafts.save(NoteDraft(roadmap, node_id, text, before))
            return
        if study.journal.is_saving:
            # It would be lost with this process; the next one drops it if it was saved.
            self._drafts.save(NoteDraft(roadmap, node_id, text, text))
        else:
            self._drafts.drop(roadmap, node_id)
        if has_newer:
            hint = self._hint("note", "merges them")
            self._state.show_message(f"Another session changed this note; both versions are kept{hint}")

    def _write(self, node_id: str, text: str, bases: Collection[str] | None = None) -> bool:
        """Write a note; return True if it is kept, even if it could not be saved to disk yet."""
        study = self._state.study
        try:
            study.write_note(node_id, text, bases)
        except RoadmapTuiError as error:
            self._state.show_error(error)
            return isinstance(error, SaveError) and not study.view_only
        return True

    async def _ask_line(self, title: str, placeholder: str, text: str = "", subtitle: str = "") -> str | None:
        """Ask for a line; return it stripped, None if the reader left."""
        screen = InputScreen(self._state.keymap, title, placeholder, text, subtitle)
        line = await self._app.ask(screen)
        return None if line is None else line.strip()

    # Custom items and resources

    async def own_item(self) -> None:
        """Add an item to the section under the cursor; rename or remove a custom item under it."""
        custom = self._state.study.custom
        with self._state.showing_errors():
            item = custom.item(self._state.node_id)
            if item is not None:
                await self._rename_item(item)
                return
            section = custom.section(self._state.cursor)
            heading = f"New item under {section.title if section else 'Yours'}"
            if title := await self._ask_line(heading, "Item title"):
                self._state.show_change(custom.add_item(section.id if section else "", title))

    async def _rename_item(self, item: CustomItem) -> None:
        custom, hint = self._state.study.custom, self._hint("undo", "restores it")
        subtitle = f"Your own item. An empty line removes it{hint}."
        title = await self._ask_line(f"Rename {item.title}", "", item.title, subtitle)
        if title:
            custom.rename_item(item.id, title)
        elif title is not None:
            custom.remove_item(item.id)
            self._state.show_message(f"Removed: {item.title}{hint}")

    async def own_resource(self) -> None:
        """Add a resource to the node under the cursor; change or remove a selected custom one."""
        state, custom = self._state, self._state.study.custom
        node_id, selected = state.node_id, state.selected_resource
        old, form, message = None, ResourceForm(""), ""
        if state.pane == "detail" and selected and custom.has_resource(node_id, selected.url):
            old = selected
            title = old.title if old.title != default_title(old.url) else ""
            form = ResourceForm(old.url, title, old.kind)
        while True:
            screen = ResourceScreen(
                state.keymap, state.title, form, state.glyphs, is_new=old is None, message=message
            )
            answer = await self._app.ask(screen)
            if answer is None or (old is None and not answer.url):
                return
            form = answer
            try:
                if old and not form.url:
                    custom.remove_resource(node_id, old.url)
                    state.show_message(f"Removed{self._hint('undo', 'restores it')}")
                    return
                kind = form.kind or guess(form.url)
                custom.set_resource(node_id, form.url, form.name, kind, old.url if old else "")
            except SaveError as error:
                state.show_error(error)  # not asked again: unsaved events are flushed later
                return
            except RoadmapTuiError as error:
                message = capitalize(f"{error.why}; {error.remedy}")
            else:
                return
