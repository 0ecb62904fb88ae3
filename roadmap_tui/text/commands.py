"""All commands of the screen: ids, default keys, names and help.

Bindings, footer, help, palette, the user's own keys, `roadmap-tui keys` and the table of the README are
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


def _scrolling(scope: str) -> Iterator[Command]:
    """Make the commands that scroll a dialog."""
    yield _command(f"{scope}.down", "j down", "scroll", "Scroll down", 1)
    yield _command(f"{scope}.up", "k up", "scroll up", "Scroll up")
    yield _command(f"{scope}.page_down", "ctrl+d pagedown space", "page down", "A page down")
    yield _command(f"{scope}.page_up", "ctrl+u pageup", "page up", "A page up")
    yield _command(f"{scope}.top", "g home", "top", "The beginning")
    yield _command(f"{scope}.bottom", "G end", "bottom", "The end")


_SECTIONS: Final = {
    MOVE: (
        _command("down", "j down", "down", "Next row; in the details, next link or resource"),
        _command("up", "k up", "up", "Previous row, link or resource"),
        _command("out", "h left", "fold", "Fold the section, or go to the one above"),
        _command("into", "l right", "unfold", "Unfold the section, or go into it"),
        _command("top", "g home", "top", "First row"),
        _command("bottom", "G end", "bottom", "Last row"),
        _command("half_down", "ctrl+d", "half a page down", "Half a page down"),
        _command("half_up", "ctrl+u", "half a page up", "Half a page up"),
        _command("page_down", "pagedown", "page down", "A page down"),
        _command("page_up", "pageup", "page up", "A page up"),
        _command("next_ready", "]", "next ready", "Next item that is ready", 10),
        _command("previous_ready", "[", "previous ready", "Previous item that is ready"),
        _command("next_unfinished", "}", "next unfinished", "Next item that is not done"),
        _command("previous_unfinished", "{", "previous unfinished", "Previous item that is not done"),
        _command("fold_all", "-", "fold all", "Fold every section"),
        _command("unfold_all", "=", "unfold all", "Unfold every section"),
        _command("other_pane", "tab", "other pane", "Go to the other pane and back"),
        _command("find", "/", "find", "Find by title, summary, note, resource or host", 4, runs_in=MODAL),
        _command("find_next", "n", "next match", "Next match of what was found"),
        _command("find_previous", "N", "previous match", "Previous match"),
        _command("filter", "f", "filter", "Show only some: by status, note, resources, …", runs_in=MODAL),
        _command(
            "enter",
            "enter",
            "details",
            "Fold; open the item; follow the link; tick the resource",
            9,
        ),
        _command("back", "escape", "back", "One level back"),
    ),
    "Prerequisites and goal": (
        _command("path", "p", "path", "Everything to know before the item, by level", runs_in=MODAL),
        _command("plan", "P", "plan", "Plan: goal, hours left, when you will be done", runs_in=MODAL),
        _command("goal", "*", "goal", "Make the item the goal, or no longer"),
        _command("needs", "&", "prerequisites", "Add or remove a prerequisite of the item", runs_in=MODAL),
        _command("jump_back", "ctrl+o", "go back", "Go back to the item before the last jump"),
    ),
    "Mark": (
        _command("toggle", "space", "done", "Done, or not after all; a section folds", 2),
        *(_command(*command) for command in STATUS_COMMANDS),
        _command("branch", "D", "branch done", "The whole branch done, or not after all", runs_in=MODAL),
        _command("pick", "v", "pick", "Pick the item: marks go to all that are picked"),
        _command("pick_range", "V", "pick up to here", "Pick from the last picked row to this one"),
        _command("timer", "t", "timer", "Start the timer on the item, or stop it"),
        _command("minutes", "ctrl+t", "minutes", "Correct the time on it, or add some", runs_in=MODAL),
        _command("undo", "u", "undo", "Take the last change back", 8, runs_in=MODAL),
        _command("redo", "ctrl+r", "redo", "Bring it back again"),
        _command("review", "r", "review", "Review what is due", runs_in=MODAL),
        _command("review_this", "!", "review this", "Review this item now, due or not", runs_in=MODAL),
    ),
    RESOURCES: (
        _command(
            "quick_note", "a", "note a line", "Add a line to the note, or to each one picked", runs_in=MODAL
        ),
        _command("note", "e", "note", "Write a note", 7, runs_in=MODAL),
        _command("note_editor", "E", "note in $EDITOR", "Write the note in $VISUAL or $EDITOR", runs_in=APP),
        _command("choose", DIGITS, "choose resource", "Choose a resource by its number"),
        _command("tick", "x", "tick resource", "Tick the chosen resource"),
        _command("copy", "y", "copy link", "Copy the address of the chosen resource", 5, runs_in=APP),
        _command("open", "o", "open", "Open it in a browser; without a display, copy it", 6, runs_in=APP),
        _command("qr", "Q", "QR code", "Show its address as a QR code, for a phone", runs_in=MODAL),
        _command(
            "own_resource",
            "+",
            "own resource",
            "Add an own resource, or change the chosen one",
            runs_in=MODAL,
        ),
        _command("own_item", "A", "own item", "Add or rename an item of your own", runs_in=MODAL),
    ),
    "Program": (
        _command("today", "T", "today", "Today: due, doing, ready, done", runs_in=MODAL),
        _command("explain", "%", "explain the number", "What the number at the top counts"),
        _command("stats", "#", "statistics", "Days, pace, hours, reviews: how it goes", runs_in=MODAL),
        _command("library", "R", "roadmaps", "Open, import, update, remove roadmaps", runs_in=MODAL),
        _command("palette", "ctrl+p", "palette", "Find a command, an item, a roadmap", runs_in=MODAL),
        _command("help", "? f1", "keys", "These keys", 11, runs_in=MODAL),
        _command("redraw", "ctrl+l", "redraw", "Draw the screen anew", runs_in=APP),
        _command("quit", "q", "quit", "Leave; everything is saved already", 12, runs_in=APP),
    ),
    "While finding": (
        _command("find.accept", "enter", "stay", "Stay at the match; n and N go on"),
        _command("find.leave", "escape", "go back", "Go back to where you were"),
        _command("find.earlier", "up", "last search", "The last search again"),
        _command("find.keys", "f1", "keys", "These keys"),
    ),
    "In the filter": (
        _command("filter.switch", "space x", "on or off", "Take it in, or leave it out", 2),
        _command("filter.number", DIGITS, "on or off", "The same, by its number"),
        _command("filter.apply", "enter", "show", "Show what is left", 1),
        _command("filter.clear", "f", "show all", "Show everything", 3),
        _command("filter.down", "j down", "down", "Next choice"),
        _command("filter.up", "k up", "up", "Previous choice"),
        _command("filter.leave", "escape q", "leave", "Leave it as it was", 4),
    ),
    "In the palette": (
        _command("palette.choose", "enter", "do it", "Do it, go there, open it", 1),
        _command("palette.down", "down ctrl+n", "move", "Next one", 2),
        _command("palette.up", "up ctrl+p", "up", "Previous one"),
        _command("palette.page_down", "pagedown", "page down", "A page down"),
        _command("palette.page_up", "pageup", "page up", "A page up"),
        _command("palette.leave", "escape", "leave", "Leave", 3),
    ),
    "In a note": (
        _command("note.save", "ctrl+s", "save", "Keep the text as the note", 1),
        _command("note.leave", "escape", "keep as a draft", "Leave; the text is kept as a draft", 2),
    ),
    "In a line to type": (
        _command("line.keep", "enter ctrl+s", "keep", "Keep the line", 1),
        _command("line.leave", "escape", "leave", "Leave without it", 2),
    ),
    "In a question of your own": (
        _command("own_question.next", "tab down", "next line", "Next line", 3),
        _command("own_question.previous", "up", "line before", "The line before"),
        _command("own_question.save", "ctrl+s", "save", "Add the question", 1),
        _command("own_question.leave", "escape", "cancel", "Cancel", 2),
    ),
    "In a resource of your own": (
        _command("resource.next", "tab down", "next line", "Next line", 3),
        _command("resource.previous", "up", "line before", "The line before"),
        _command("resource.save", "ctrl+s", "save", "Keep the resource", 1),
        _command("resource.leave", "escape", "leave", "Leave without it", 2),
    ),
    "At a timer left running": (
        _command("timer.keep", "enter", "keep", "End it now and keep the time"),
        _command("timer.edit", "e", "edit", "Say how long it really was"),
        _command("timer.discard", "x", "discard", "Drop the time"),
        _command("timer.leave", "escape", "let it run", "Let it run"),
    ),
    "In today": (
        _command("today.open", "enter space l", "go to it", "Go to the item", 1),
        _command("today.down", "j down", "move", "Next line", 2),
        _command("today.up", "k up", "up", "Previous line"),
        _command("today.next_group", "] tab", "next group", "Next group", 3),
        _command("today.previous_group", "[", "previous group", "Previous group"),
        _command("today.top", "g home", "top", "First line"),
        _command("today.bottom", "G end", "bottom", "Last line"),
        _command("today.close", "escape q T", "close", "Back to the outline", 4),
    ),
    "In a path": (
        _command("path.open", "enter space l", "go there", "Go to the item", 1),
        _command("path.goal", "*", "goal", "Make the item the goal", 2),
        _command("path.filter", "f", "show only these", "Show only these items in the outline", 3),
        _command("path.copy", "y", "copy", "Copy the path as Markdown", 4),
        _command("path.down", "j down", "move", "Next item"),
        _command("path.up", "k up", "up", "Previous item"),
        _command("path.page_down", "ctrl+d pagedown", "page down", "A page down"),
        _command("path.page_up", "ctrl+u pageup", "page up", "A page up"),
        _command("path.top", "g home", "top", "First item"),
        _command("path.bottom", "G end", "bottom", "The item that the path leads to"),
        _command("path.close", "escape q p", "close", "Back to the outline", 5),
    ),
    "In the plan": (
        _command("plan.goal", "*", "goal", "Choose the goal", 1),
        _command("plan.date", "d", "date", "Set the date", 2),
        _command("plan.hours", "w", "hours a week", "Set the hours a week", 3),
        _command("plan.calendar", "e", "export calendar", "Write it as a calendar", 4),
        *(command._replace(footer_order=0) for command in _scrolling("plan")),
        _command("plan.close", "escape q P", "close", "Back to the outline", 5),
    ),
    "In a QR code": (_command("qr.close", "escape q Q enter", "close", "Close", 1),),
    "In a review": (
        _command("review.reveal", "space enter", "show", "Show the answer; then it means Good"),
        _command("review.again", "1", "again", "Again: it was not known"),
        _command("review.hard", "2", "hard", "Hard: known with an effort"),
        _command("review.good", "3", "good", "Good: known"),
        _command("review.easy", "4", "easy", "Easy: known at once"),
        _command("review.take_back", "u", "undo", "Undo the last grade or other change"),
        _command("review.add", "+", "add question", "Add a question to your note"),
        _command("review.hide", "@", "hide question", "Do not ask this question again"),
        _command("review.prerequisite", "p", "prerequisite", "Review the weak prerequisite that was offered"),
        _command("review.note", "n e", "note", "Write a note"),
        _command("review.copy", "y", "copy address", "Copy the address of the chosen resource"),
        _command("review.set_back", "d", "doing", "Back to doing, offered after Again twice"),
        _command("review.down", "j down", "resources", "Show the resources; next resource"),
        _command("review.up", "k up", "previous resource", "Previous resource; fold them"),
        _command("review.page_down", "ctrl+d pagedown", "page down", "Scroll on"),
        _command("review.page_up", "ctrl+u pageup", "page up", "Scroll back"),
        _command("review.leave", "escape q", "leave", "Back to the outline; all is saved"),
    ),
    "In the list of roadmaps": (
        _command("library.open", "enter o space", "open", "Open the roadmap", 1),
        _command("library.import", "a +", "import", "Import a file, a folder or an address", 2),
        _command("library.update", "u", "update", "Take over a newer version of it", 3),
        _command("library.remove", "x", "remove", "Remove it; its progress is kept", 4),
        _command("library.down", "j down", "down", "Next roadmap"),
        _command("library.up", "k up", "up", "Previous roadmap"),
        _command("library.top", "g home", "top", "First roadmap"),
        _command("library.bottom", "G end", "bottom", "Last roadmap"),
        _command("library.close", "escape q R", "close", "Back to the outline", 5),
    ),
    "In the report of an import": (
        _command("changes.write", "enter", "write it", "Take the changes over", 1),
        _command("changes.take", DIGITS, "take an offer", "Take what is perhaps the same"),
        _command("changes.down", "j down", "scroll", "Scroll down", 2),
        _command("changes.up", "k up", "scroll up", "Scroll up"),
        _command("changes.leave", "escape q", "leave it", "Leave everything as it was", 3),
    ),
    "In the statistics": (
        *_scrolling("stats"),
        _command("stats.close", "escape q #", "close", "Back to the outline", 2),
    ),
    "In these keys": (
        *_scrolling("help"),
        _command("help.close", "escape q ? f1 enter", "close", "Close", 2),
    ),
    "In a question": (_command("ask.yes", "y", "yes", "Yes"), _command("ask.no", "n escape", "no", "No")),
    "In every dialog": (_command("dialog.keys", "? f1", "keys", "Its keys; ? only where no text is typed"),),
}
COMMANDS: Final = tuple(
    command._replace(section=section) for section, commands in _SECTIONS.items() for command in commands
)
