"""Every command of the program, declared once.

Bindings, key bar, hints, help, palette, the user's own keys, `roadmap-tui keys` and the README's table
all follow from ``COMMANDS``. No toolkit is imported here: the command line prints the table too.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Command(NamedTuple):
    """One thing the user can do.

    On the main screen it is one of the ``Actions.handlers`` or, if it is ``by_app`` or ``opens`` a dialog, an
    action of the app. One of a dialog has the dialog's name before a dot, and is an action of it. ``name``
    is its short form; ``bar`` is its place in the key bar or the dialog's hint, 0 for those that are not
    shown there. Digits are one command with nine keys.
    """

    id: str
    keys: tuple[str, ...]
    name: str
    help: str
    section: str
    footer_order: int = 0
    handled_by_app: bool = False
    opens_modal: bool = False

    @property
    def is_action(self) -> bool:
        """Whether the app carries it out."""
        return self.handled_by_app or self.opens_modal

    @property
    def scope(self) -> str:
        """The name of the dialog it belongs to, empty for the main screen."""
        return self.id.rpartition(".")[0]


MOVE: Final = "Move"
MARK: Final = "Mark"
RESOURCES: Final = "Notes and resources"
PROGRAM: Final = "Program"
DETAIL: Final = "In the details"
FIND: Final = "While finding"
FILTER: Final = "In the filter"
PALETTE: Final = "In the palette"
NOTE: Final = "In a note"
LINE: Final = "In a line to type"
RESOURCE: Final = "In a resource of your own"
TIMER: Final = "At a timer left running"
TODAY: Final = "In today"
QR: Final = "In a QR code"
REVIEW: Final = "In a review"
LIBRARY: Final = "In the list of roadmaps"
CHANGES: Final = "In the report of an import"
STATS: Final = "In the statistics"
HELP: Final = "In these keys"
ASK: Final = "In a question"
DIALOG: Final = "In every dialog"

COMMANDS: Final[tuple[Command, ...]] = (
    Command("down", ("j", "down"), "down", "Next row, or next resource in the detail pane", MOVE),
    Command("up", ("k", "up"), "up", "Previous row, or previous resource", MOVE),
    Command("out", ("h", "left"), "fold", "Fold the section, or go to the one above", MOVE),
    Command("into", ("l", "right"), "unfold", "Unfold the section, or go into it", MOVE),
    Command("top", ("g", "home"), "top", "First row", MOVE),
    Command("bottom", ("G", "end"), "bottom", "Last row", MOVE),
    Command("half_down", ("ctrl+d",), "half a page down", "Half a page down", MOVE),
    Command("half_up", ("ctrl+u",), "half a page up", "Half a page up", MOVE),
    Command("page_down", ("pagedown",), "page down", "A page down", MOVE),
    Command("page_up", ("pageup",), "page up", "A page up", MOVE),
    Command("next_unfinished", ("]",), "next unfinished", "Next item that is not done", MOVE, 10),
    Command("previous_unfinished", ("[",), "previous unfinished", "Previous item that is not done", MOVE),
    Command("fold_all", ("-",), "fold all", "Fold every section", MOVE),
    Command("unfold_all", ("=",), "unfold all", "Unfold every section", MOVE),
    Command("other_pane", ("tab",), "other pane", "Go to the other pane and back", MOVE),
    Command(
        "find", ("/",), "find", "Find by title, summary, note, resource or host", MOVE, 4, opens_modal=True
    ),
    Command("find_next", ("n",), "next match", "Next match of what was found", MOVE),
    Command("find_previous", ("N",), "previous match", "Previous match", MOVE),
    Command(
        "filter", ("f",), "filter", "Show only some: by status, note, resources, …", MOVE, opens_modal=True
    ),
    Command("enter", ("enter",), "details", "Fold the section; open the item; tick its resource", MOVE, 9),
    Command("back", ("escape",), "back", "One level back", MOVE),
    Command("toggle", ("space",), "done", "Done, or not after all; a section folds", MARK, 2),
    Command("doing", ("i",), "doing", "Doing: what you are at", MARK, 3),
    Command("skip", ("s",), "skip", "Skipped: does not count", MARK),
    Command("reset", ("0",), "to do", "Back to do", MARK),
    Command("branch", ("D",), "branch done", "The whole branch done, or not after all", MARK),
    Command("pick", ("v",), "pick", "Pick the item: marks go to all that are picked", MARK),
    Command("pick_range", ("V",), "pick up to here", "Pick from the last picked row to this one", MARK),
    Command("timer", ("t",), "timer", "Start the timer on the item, or stop it", MARK),
    Command("minutes", ("ctrl+t",), "minutes", "Correct the time on it, or add some", MARK, opens_modal=True),
    Command("undo", ("u",), "undo", "Take the last change back", MARK, 8),
    Command("redo", ("ctrl+r",), "redo", "Bring it back again", MARK),
    Command("review", ("r",), "review", "Review what is due", MARK, opens_modal=True),
    Command("review_this", ("!",), "review this", "Review this item now, due or not", MARK, opens_modal=True),
    Command(
        "quick_note",
        ("a",),
        "note a line",
        "Add a line to the note, or to each one picked",
        RESOURCES,
        opens_modal=True,
    ),
    Command("note", ("e",), "note", "Write a note", RESOURCES, 7, opens_modal=True),
    Command(
        "note_editor",
        ("E",),
        "note in $EDITOR",
        "Write the note in $VISUAL or $EDITOR",
        RESOURCES,
        handled_by_app=True,
    ),
    Command("choose", tuple("123456789"), "choose resource", "Choose a resource by its number", RESOURCES),
    Command("tick", ("x",), "tick resource", "Tick the chosen resource", RESOURCES),
    Command(
        "copy",
        ("y",),
        "copy link",
        "Copy the address of the chosen resource",
        RESOURCES,
        5,
        handled_by_app=True,
    ),
    Command(
        "open",
        ("o",),
        "open",
        "Open it in a browser; without a display, copy it",
        RESOURCES,
        6,
        handled_by_app=True,
    ),
    Command(
        "qr", ("Q",), "QR code", "Show its address as a QR code, for a phone", RESOURCES, opens_modal=True
    ),
    Command(
        "own_resource",
        ("+",),
        "own resource",
        "Add an own resource, or change the chosen one",
        RESOURCES,
        opens_modal=True,
    ),
    Command("own_item", ("A",), "own item", "Add or rename an item of your own", RESOURCES, opens_modal=True),
    Command("today", ("T",), "today", "Today: due, doing, ready, done", PROGRAM, opens_modal=True),
    Command("explain", ("%",), "explain the number", "What the number at the top counts", PROGRAM),
    Command(
        "stats", ("#",), "statistics", "Days, pace, hours, reviews: how it goes", PROGRAM, opens_modal=True
    ),
    Command(
        "library",
        ("R",),
        "roadmaps",
        "Open, import, update, remove roadmaps",
        PROGRAM,
        opens_modal=True,
    ),
    Command(
        "palette", ("ctrl+p",), "palette", "Find a command, an item, a roadmap", PROGRAM, opens_modal=True
    ),
    Command("help", ("?", "f1"), "keys", "These keys", PROGRAM, 11, opens_modal=True),
    Command("redraw", ("ctrl+l",), "redraw", "Draw the screen anew", PROGRAM, handled_by_app=True),
    Command("quit", ("q",), "quit", "Leave; everything is saved already", PROGRAM, 12, handled_by_app=True),
    Command("find.accept", ("enter",), "stay", "Stay at the match; n and N go on", FIND),
    Command("find.leave", ("escape",), "go back", "Go back to where you were", FIND),
    Command("find.earlier", ("up",), "last search", "The last search again", FIND),
    Command("find.keys", ("f1",), "keys", "These keys", FIND),
    Command("filter.switch", ("space", "x"), "on or off", "Take it in, or leave it out", FILTER, 2),
    Command("filter.number", tuple("123456789"), "on or off", "The same, by its number", FILTER),
    Command("filter.apply", ("enter",), "show", "Show what is left", FILTER, 1),
    Command("filter.clear", ("f",), "show all", "Show everything", FILTER, 3),
    Command("filter.down", ("j", "down"), "down", "Next choice", FILTER),
    Command("filter.up", ("k", "up"), "up", "Previous choice", FILTER),
    Command("filter.leave", ("escape", "q"), "leave", "Leave it as it was", FILTER, 4),
    Command("palette.choose", ("enter",), "do it", "Do it, go there, open it", PALETTE, 1),
    Command("palette.down", ("down", "ctrl+n"), "move", "Next one", PALETTE, 2),
    Command("palette.up", ("up", "ctrl+p"), "up", "Previous one", PALETTE),
    Command("palette.page_down", ("pagedown",), "page down", "A page down", PALETTE),
    Command("palette.page_up", ("pageup",), "page up", "A page up", PALETTE),
    Command("palette.leave", ("escape",), "leave", "Leave", PALETTE, 3),
    Command("note.save", ("ctrl+s",), "save", "Keep the text as the note", NOTE, 1),
    Command("note.leave", ("escape",), "keep as a draft", "Leave; the text is kept as a draft", NOTE, 2),
    Command("line.keep", ("enter", "ctrl+s"), "keep", "Keep the line", LINE, 1),
    Command("line.leave", ("escape",), "leave", "Leave without it", LINE, 2),
    Command("resource.next", ("tab", "down"), "next line", "Next line", RESOURCE, 3),
    Command("resource.previous", ("up",), "line before", "The line before", RESOURCE),
    Command("resource.save", ("ctrl+s",), "save", "Keep the resource", RESOURCE, 1),
    Command("resource.leave", ("escape",), "leave", "Leave without it", RESOURCE, 2),
    Command("timer.keep", ("enter",), "keep", "End it now and keep the time", TIMER),
    Command("timer.edit", ("e",), "edit", "Say how long it really was", TIMER),
    Command("timer.discard", ("x",), "discard", "Drop the time", TIMER),
    Command("timer.leave", ("escape",), "let it run", "Let it run", TIMER),
    Command("today.open", ("enter", "space", "l"), "go to it", "Go to the item", TODAY, 1),
    Command("today.down", ("j", "down"), "move", "Next line", TODAY, 2),
    Command("today.up", ("k", "up"), "up", "Previous line", TODAY),
    Command("today.next_group", ("]", "tab"), "next group", "Next group", TODAY, 3),
    Command("today.previous_group", ("[",), "previous group", "Previous group", TODAY),
    Command("today.top", ("g", "home"), "top", "First line", TODAY),
    Command("today.bottom", ("G", "end"), "bottom", "Last line", TODAY),
    Command("today.close", ("escape", "q", "T"), "close", "Back to the outline", TODAY, 4),
    Command("qr.close", ("escape", "q", "Q", "enter"), "close", "Close", QR, 1),
    Command("review.reveal", ("space", "enter"), "show", "Show the answer", REVIEW),
    Command("review.again", ("1",), "again", "Again: it was not known", REVIEW),
    Command("review.hard", ("2",), "hard", "Hard: known with an effort", REVIEW),
    Command("review.good", ("3",), "good", "Good: known", REVIEW),
    Command("review.easy", ("4",), "easy", "Easy: known at once", REVIEW),
    Command("review.take_back", ("u",), "take back", "Take the last grade back", REVIEW),
    Command("review.note", ("n", "e"), "note", "Write a note", REVIEW),
    Command("review.copy", ("y",), "copy address", "Copy the address of the chosen resource", REVIEW),
    Command("review.set_back", ("d",), "doing", "Back to doing, offered after Again twice", REVIEW),
    Command("review.down", ("j", "down"), "next resource", "Next resource", REVIEW),
    Command("review.up", ("k", "up"), "previous resource", "Previous resource", REVIEW),
    Command("review.page_down", ("ctrl+d", "pagedown"), "page down", "Scroll on", REVIEW),
    Command("review.page_up", ("ctrl+u", "pageup"), "page up", "Scroll back", REVIEW),
    Command("review.leave", ("escape", "q"), "leave", "Back to the outline; all is saved", REVIEW),
    Command("library.open", ("enter", "o", "space"), "open", "Open the roadmap", LIBRARY, 1),
    Command("library.import", ("a", "+"), "import", "Import a file, a folder or an address", LIBRARY, 2),
    Command("library.update", ("u",), "update", "Take over a newer version of it", LIBRARY, 3),
    Command("library.remove", ("x",), "remove", "Remove it; its progress is kept", LIBRARY, 4),
    Command("library.down", ("j", "down"), "down", "Next roadmap", LIBRARY),
    Command("library.up", ("k", "up"), "up", "Previous roadmap", LIBRARY),
    Command("library.top", ("g", "home"), "top", "First roadmap", LIBRARY),
    Command("library.bottom", ("G", "end"), "bottom", "Last roadmap", LIBRARY),
    Command("library.close", ("escape", "q", "R"), "close", "Back to the outline", LIBRARY, 5),
    Command("changes.write", ("enter",), "write it", "Take the changes over", CHANGES, 1),
    Command("changes.take", tuple("123456789"), "take an offer", "Take what is perhaps the same", CHANGES),
    Command("changes.down", ("j", "down"), "scroll", "Scroll down", CHANGES, 2),
    Command("changes.up", ("k", "up"), "scroll up", "Scroll up", CHANGES),
    Command("changes.leave", ("escape", "q"), "leave it", "Leave everything as it was", CHANGES, 3),
    Command("stats.down", ("j", "down"), "scroll", "Scroll down", STATS, 1),
    Command("stats.up", ("k", "up"), "scroll up", "Scroll up", STATS),
    Command("stats.page_down", ("ctrl+d", "pagedown", "space"), "page down", "A page down", STATS),
    Command("stats.page_up", ("ctrl+u", "pageup"), "page up", "A page up", STATS),
    Command("stats.top", ("g", "home"), "top", "The beginning", STATS),
    Command("stats.bottom", ("G", "end"), "bottom", "The end", STATS),
    Command("stats.close", ("escape", "q", "#"), "close", "Back to the outline", STATS, 2),
    Command("help.down", ("j", "down"), "scroll", "Scroll down", HELP, 1),
    Command("help.up", ("k", "up"), "scroll up", "Scroll up", HELP),
    Command("help.page_down", ("ctrl+d", "pagedown", "space"), "page down", "A page down", HELP),
    Command("help.page_up", ("ctrl+u", "pageup"), "page up", "A page up", HELP),
    Command("help.top", ("g", "home"), "top", "The beginning", HELP),
    Command("help.bottom", ("G", "end"), "bottom", "The end", HELP),
    Command("help.close", ("escape", "q", "?", "f1", "enter"), "close", "Close", HELP, 2),
    Command("ask.yes", ("y",), "yes", "Yes", ASK),
    Command("ask.no", ("n", "escape"), "no", "No", ASK),
    Command("dialog.keys", ("?", "f1"), "keys", "Its keys; ? only where no text is typed", DIALOG),
)
