"""All commands of the screen: ids, default keys, names and help.

Bindings, footer, help, palette, the user's own keys, `roadmap-tui keys` and the table in docs/keys.md are
derived from ``COMMANDS``. Textual is not imported: the command line prints the table too.
"""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple, TypeAlias

from roadmap_tui.core.progress.statuses import STATUS_COMMANDS

RunsIn: TypeAlias = Literal["main", "app", "modal"]


class Command(NamedTuple):
    """A command of the main screen, or of a dialog if its id has the dialog's scope before a dot.

    ``section`` is its heading in the help. ``footer_order`` is its position among the key hints, 0 for none.
    ``runs_in`` is what runs a main-screen command: the main screen, the app, or the app by opening
    a dialog. Digits are one command with nine keys.
    """

    id: str
    keys: tuple[str, ...]
    name: str
    help: str
    section: str
    footer_order: int = 0
    runs_in: RunsIn = "main"

    @property
    def scope(self) -> str:
        """The dialog that has the command, empty for the main screen."""
        return self.id.rpartition(".")[0]


MOVE: Final = "Move"
PROGRAM: Final = "Program"
RESOURCES: Final = "Notes and resources"
DETAIL: Final = "In the details"
DIGITS: Final = "1 2 3 4 5 6 7 8 9"
APP: Final = "app"
MODAL: Final = "modal"


def _command(
    command_id: str, keys: str, name: str, text: str, footer_order: int = 0, *, runs_in: RunsIn = "main"
) -> Command:
    """Make a command without its section; ``keys`` are separated by spaces."""
    return Command(command_id, tuple(keys.split()), name, text, "", footer_order, runs_in)


def _moving(scope: str, noun: str = "", footer_order: int = 0) -> Iterator[Command]:
    """Make the commands that move in a dialog's list of ``noun``, or scroll its text if that is empty."""
    rows = f"Go to the next {noun}", f"Go to the previous {noun}", "move"
    down, up, name = rows if noun else ("Scroll down", "Scroll up", "scroll")
    ends = (f"first {noun}", f"last {noun}") if noun else ("top", "bottom")
    page_down = "ctrl+d pagedown" if noun else "ctrl+d pagedown space"
    yield _command(f"{scope}.down", "j down", name, down, footer_order)
    yield _command(f"{scope}.up", "k up", "up", up)
    yield _command(f"{scope}.page_down", page_down, "page down", "Scroll down a page")
    yield _command(f"{scope}.page_up", "ctrl+u pageup", "page up", "Scroll up a page")
    yield _command(f"{scope}.top", "g home", "top", f"Go to the {ends[0]}")
    yield _command(f"{scope}.bottom", "G end", "bottom", f"Go to the {ends[1]}")


_SECTIONS: Final = {
    MOVE: (
        _command("down", "j down", "down", "Go to the next row, link or resource"),
        _command("up", "k up", "up", "Go to the previous row, link or resource"),
        _command("out", "h left", "fold", "Fold the section, or go to its parent"),
        _command("into", "l right", "unfold", "Unfold the section, or enter it"),
        _command("top", "g home", "top", "Go to the first row"),
        _command("bottom", "G end", "bottom", "Go to the last row"),
        _command("half_down", "ctrl+d", "half a page down", "Scroll down half a page"),
        _command("half_up", "ctrl+u", "half a page up", "Scroll up half a page"),
        _command("page_down", "pagedown", "page down", "Scroll down a page"),
        _command("page_up", "pageup", "page up", "Scroll up a page"),
        _command("next_ready", "]", "next ready", "Go to the next ready item", 10),
        _command("previous_ready", "[", "previous ready", "Go to the previous ready item"),
        _command("next_unfinished", "}", "next unfinished", "Go to the next unfinished item"),
        _command("previous_unfinished", "{", "previous unfinished", "Go to the previous unfinished item"),
        _command("fold_all", "-", "fold all", "Fold all sections"),
        _command("unfold_all", "=", "unfold all", "Unfold all sections"),
        _command("other_pane", "tab", "other pane", "Switch between outline and details"),
        _command("find", "/", "find", "Search titles, summaries, notes and resources", 4, runs_in=MODAL),
        _command("find_next", "n", "next match", "Go to the next match"),
        _command("find_previous", "N", "previous match", "Go to the previous match"),
        _command("filter", "f", "filter", "Filter by status, note, kind of resource and more", runs_in=MODAL),
        _command(
            "enter",
            "enter",
            "details",
            "Open the item, fold, follow the link or tick",
            9,
        ),
        _command("back", "escape", "back", "Go back one level"),
    ),
    "Mark": (
        _command("toggle", "space", "done", "Toggle done; fold a section", 2),
        *(_command(*command) for command in STATUS_COMMANDS),
        _command("branch", "D", "branch done", "Toggle done for the whole section", runs_in=MODAL),
        _command("pick", "v", "select", "Select the item; marks apply to all selected items"),
        _command("pick_range", "V", "select range", "Select a range"),
        _command("clear_new", "C", "clear new", "Clear the marks of new items"),
        _command("timer", "t", "timer", "Stop the running timer, or start one"),
        _command("snooze", "z", "snooze", "Leave the item out of what is ready until a day", runs_in=MODAL),
        _command("minutes", "ctrl+t", "edit time", "Edit or add time", runs_in=MODAL),
        _command("undo", "u", "undo", "Undo", 8, runs_in=MODAL),
        _command("redo", "ctrl+r", "redo", "Redo"),
        _command("review", "r", "review", "Review due items", runs_in=MODAL),
        _command(
            "review_this", "!", "review this", "Review this finished item now, due or not", runs_in=MODAL
        ),
    ),
    RESOURCES: (
        _command("quick_note", "a", "add note line", "Add a line to the note", runs_in=MODAL),
        _command("note", "e", "note", "Edit the note", 7, runs_in=MODAL),
        _command("note_editor", "E", "note in $EDITOR", "Edit the note in $VISUAL or $EDITOR", runs_in=APP),
        _command("choose", DIGITS, "select resource", "Select a resource by its number"),
        _command("tick", "x", "tick resource", "Tick the selected resource"),
        _command("copy", "y", "copy link", "Copy the link of the selected resource", 5, runs_in=APP),
        _command(
            "open", "o", "open", "Open the link in a browser, or copy it without a display", 6, runs_in=APP
        ),
        _command("qr", "Q", "QR code", "Show the link as a QR code", runs_in=MODAL),
        _command(
            "own_resource",
            "+",
            "own link",
            "Add or edit your own link",
            runs_in=MODAL,
        ),
        _command("own_item", "A", "own item", "Add or rename your own item", runs_in=MODAL),
    ),
    "Prerequisites and goal": (
        _command("path", "p", "path", "Show the path to the item", runs_in=MODAL),
        _command("place", "K", "placement", "Answer questions to mark what you know already", runs_in=MODAL),
        _command("plan", "P", "plan", "Show the plan", runs_in=MODAL),
        _command("spare_time", "m", "spare minutes", "Show what fits into some minutes", runs_in=MODAL),
        _command("goal", "*", "goal", "Set or clear the goal"),
        _command("needs", "&", "prerequisites", "Add or remove a prerequisite of the item", runs_in=MODAL),
        _command("jump_back", "ctrl+o", "go back", "Go back to the item before the last jump"),
    ),
    PROGRAM: (
        _command("today", "T", "today", "Show what to do today", runs_in=MODAL),
        _command("explain", "%", "explain progress", "Explain progress"),
        _command("stats", "#", "statistics", "Show statistics", runs_in=MODAL),
        _command("library", "R", "roadmaps", "Open, import, update or remove a roadmap", runs_in=MODAL),
        _command("browse", "B", "all notes", "Search all notes and your own items", runs_in=MODAL),
        _command("sync", "S", "sync", "Sync with your other machines", runs_in=APP),
        _command("palette", "ctrl+p", "go to", "Search commands, items and roadmaps", runs_in=MODAL),
        _command("help", "? f1", "keys", "Show the keys", 11, runs_in=MODAL),
        _command("redraw", "ctrl+l", "redraw", "Redraw the screen", runs_in=APP),
        _command("quit", "q", "quit", "Quit (everything is saved)", 12, runs_in=APP),
    ),
    "In a search": (
        _command("find.accept", "enter", "stay", "Stay at the match"),
        _command("find.leave", "escape", "cancel", "Cancel and go back"),
        _command("find.next", "down ctrl+n tab", "next match", "Go to the next match"),
        _command("find.previous", "ctrl+p shift+tab", "previous match", "Go to the previous match"),
        _command(
            "find.earlier",
            "up",
            "last search",
            "Go to the previous match; in an empty line, the last search",
        ),
        _command("find.keys", "f1", "keys", "Show the keys"),
    ),
    "In the filter": (
        _command("filter.switch", "space x", "on or off", "Turn the choice on or off", 2),
        _command("filter.number", DIGITS, "on or off", "Turn a choice on or off by its number"),
        _command("filter.apply", "enter", "show", "Apply the filter", 1),
        _command("filter.clear", "f", "show all", "Clear the filter", 3),
        *_moving("filter", "choice"),
        _command("filter.leave", "escape q", "cancel", "Cancel", 4),
    ),
    "In the palette": (
        _command("palette.choose", "enter", "run", "Run the command or open the result", 1),
        _command("palette.down", "down ctrl+n", "move", "Go to the next result", 2),
        _command("palette.up", "up ctrl+p", "up", "Go to the previous result"),
        _command("palette.page_down", "pagedown", "page down", "Scroll down a page"),
        _command("palette.page_up", "pageup", "page up", "Scroll up a page"),
        _command("palette.leave", "escape", "cancel", "Cancel", 3),
    ),
    "In a note": (
        _command("note.save", "ctrl+s", "save", "Save the note", 1),
        _command("note.leave", "escape", "keep as a draft", "Close and keep the text as a draft", 2),
    ),
    "In a text field": (
        _command("line.keep", "enter ctrl+s", "accept", "Accept", 1),
        _command("line.leave", "escape", "cancel", "Cancel", 2),
    ),
    "In a question of your own": (
        _command("own_question.next", "tab down", "next line", "Go to the next line", 3),
        _command("own_question.previous", "up shift+tab", "line before", "Go to the previous line"),
        _command("own_question.save", "ctrl+s", "save", "Add the question", 1),
        _command("own_question.leave", "escape", "cancel", "Cancel", 2),
    ),
    "In your own link": (
        _command("resource.next", "tab down", "next line", "Go to the next line", 3),
        _command("resource.previous", "up shift+tab", "previous line", "Go to the previous line"),
        _command("resource.next_kind", "right", "next kind", "Choose the next kind; a letter goes to one"),
        _command("resource.previous_kind", "left", "previous kind", "Choose the previous kind"),
        _command("resource.save", "ctrl+s", "save", "Save the link", 1),
        _command("resource.leave", "escape", "cancel", "Cancel", 2),
    ),
    "When a timer was left running": (
        _command("timer.keep", "enter", "keep", "Keep the time that is shown, until the last activity"),
        _command("timer.whole", "a", "keep all", "Keep all the time until now"),
        _command("timer.edit", "e", "edit", "Enter how long it really was"),
        _command("timer.discard", "x", "discard", "Discard the time"),
        _command("timer.leave", "escape", "let it run", "Leave it running"),
    ),
    "In today": (
        _command("today.open", "enter l", "go to it", "Go to the item", 1),
        *_moving("today", "line", 2),
        _command("today.next_group", "] tab", "next group", "Go to the next group", 3),
        _command("today.previous_group", "[", "previous group", "Go to the previous group"),
        _command("today.spare_time", "m", "spare minutes", "Show what fits into some minutes", 4),
        _command("today.close", "escape q T", "close", "Back to the outline", 5),
    ),
    "In a path": (
        _command("path.open", "enter space l", "go there", "Go to the item", 1),
        _command("path.goal", "*", "goal", "Make the item the goal", 2),
        _command("path.filter", "f", "show only these", "Show only these items in the outline", 3),
        _command("path.copy", "y", "copy", "Copy the path as Markdown", 4),
        *_moving("path", "item"),
        _command("path.close", "escape q p", "close", "Back to the outline", 5),
    ),
    "In the placement": (
        _command("place.yes", "y", "yes", "You could explain it, and all that it requires", 1),
        _command("place.partly", "p", "partly", "You have begun it", 2),
        _command("place.no", "n", "no", "You could not, nor what requires it", 3),
        _command("place.back", "b u", "back", "Take the last answer back", 4),
        _command("place.save", "enter e", "enough", "Ask no more; at the end, mark what you know", 5),
        _command("place.leave", "escape q", "leave", "To the end; there, mark nothing", 6),
    ),
    "In the plan": (
        _command("plan.goal", "*", "goal", "Choose the goal", 1),
        _command("plan.date", "d", "date", "Set the date", 2),
        _command("plan.hours", "w", "hours a week", "Set the hours a week", 3),
        _command("plan.calendar", "e", "export calendar", "Write it as a calendar", 4),
        *_moving("plan"),
        _command("plan.close", "escape q P", "close", "Back to the outline", 5),
    ),
    "In spare minutes": (
        _command("spare_time.open", "enter space l", "begin", "Go to the item, or begin the review", 1),
        *_moving("spare_time", "line", 2),
        _command("spare_time.close", "escape q m", "close", "Back to the outline", 3),
    ),
    "In a QR code": (_command("qr.close", "escape q Q enter", "close", "Close", 1),),
    "In a review": (
        _command("review.reveal", "space enter", "show", "Show the answer; then it means Good"),
        _command("review.again", "1", "again", "Again: not known"),
        _command("review.hard", "2", "hard", "Hard: known with effort"),
        _command("review.good", "3", "good", "Good: known"),
        _command("review.easy", "4", "easy", "Easy: known at once"),
        _command("review.take_back", "u", "undo", "Undo the last grade or other change"),
        _command("review.add", "+", "add question", "Add a question to your note"),
        _command("review.hide", "@", "hide question", "Do not ask this question again"),
        _command("review.prerequisite", "p", "prerequisite", "Review the weak prerequisite that was offered"),
        _command("review.note", "n e", "note", "Edit the note"),
        _command("review.copy", "y", "copy link", "Copy the link of the selected resource"),
        _command(
            "review.set_back",
            "d",
            "in progress",
            "Mark in progress again, or reopen items (after Again)",
        ),
        _command("review.down", "j down", "resources", "Show the resources; next resource"),
        _command("review.up", "k up", "previous resource", "Previous resource; fold them"),
        _command("review.page_down", "ctrl+d pagedown", "page down", "Scroll down"),
        _command("review.page_up", "ctrl+u pageup", "page up", "Scroll up"),
        _command("review.leave", "escape q", "leave", "Back to the outline (everything is saved)"),
    ),
    "In the list of roadmaps": (
        _command("library.open", "enter o space", "open", "Open the roadmap", 1),
        _command("library.import", "a +", "import", "Import a file, a folder or an address", 2),
        _command("library.update", "u", "update", "Update from its source", 3),
        _command("library.remove", "x", "remove", "Remove it (progress is kept)", 4),
        *_moving("library", "roadmap"),
        _command("library.close", "escape q R", "close", "Back to the outline", 5),
    ),
    "In an import preview": (
        _command("changes.write", "enter", "import", "Import the changes", 1),
        _command("changes.take", DIGITS, "accept match", "Accept a suggested match"),
        *_moving("changes", footer_order=2),
        _command("changes.leave", "escape q", "cancel", "Cancel", 3),
    ),
    "In the statistics": (
        *_moving("stats", footer_order=1),
        _command("stats.close", "escape q #", "close", "Back to the outline", 2),
    ),
    "In the help": (
        _command("help.run", "enter", "run", "Run the command of the key", 1),
        _command("help.find", "/", "find", "Search the keys", 2),
        *_moving("help", "key", 3),
        _command("help.close", "escape q ? f1", "close", "End the search, or close", 4),
    ),
    "In a question": (_command("ask.yes", "y", "yes", "Yes"), _command("ask.no", "n escape", "no", "No")),
    "In every dialog": (
        _command("dialog.keys", "? f1", "keys", "Show the keys (? only outside text fields)"),
    ),
}
COMMANDS: Final = tuple(
    command._replace(section=section) for section, commands in _SECTIONS.items() for command in commands
)
