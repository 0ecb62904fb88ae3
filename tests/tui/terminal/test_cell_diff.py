"""What the wire sends shows the same screen as what Textual would have sent."""

from __future__ import annotations

import random
import sys
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata
from pathlib import Path

import pyte
import pytest
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from wcwidth import wcwidth

from roadmap_tui.store import installed
from roadmap_tui.tui.terminal.cell_diff import CellDiff
from roadmap_tui.tui.terminal.textual_private import ChopsUpdate, CompositorUpdate, LayoutUpdate

SIZE = Size(40, 8)
WORDS = [
    "done",
    "✓ Backpropagation",
    "漢字",
    "한글 mixed",
    "e\u0301te\u0301",
    "🙂",
    "━━╸──",
    " ",
    "      ",
    "naïve",
    "▌",
    "·",
]
STYLES = [
    None,
    Style(),
    Style(color="#9ece6a"),
    Style(color="#9ece6a", bgcolor="#16181f", bold=True),
    Style(bgcolor="#2a3045"),
    Style(reverse=True),
    Style(color="green"),
]


class Terminal:
    """An emulated terminal."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(*SIZE)
        self.screen.set_mode(20)  # a newline returns as well, as the driver's terminal has it
        self.stream = pyte.Stream(self.screen)
        self.stream.feed("\x1b[?7l")  # as Textual has it: the last column does not wrap

    def cells(self) -> list[list[pyte.screens.Char]]:
        return [[self.screen.buffer[y][x] for x in range(SIZE.width)] for y in range(SIZE.height)]


def strip(dice: random.Random, width: int, words: Sequence[str]) -> Strip:
    segments: list[Segment] = []
    while sum(segment.cell_length for segment in segments) < width:
        segments.append(Segment(dice.choice(words), dice.choice(STYLES)))
    return Strip(segments).crop(0, width)


def layout(dice: random.Random, words: Sequence[str]) -> LayoutUpdate:
    x, y = dice.randrange(SIZE.width - 4), dice.randrange(SIZE.height - 1)
    width, height = dice.randint(2, SIZE.width - x), dice.randint(1, SIZE.height - y)
    return LayoutUpdate([[strip(dice, width, words)] for _ in range(height)], Region(x, y, width, height))


def whole(dice: random.Random, words: Sequence[str] = WORDS) -> LayoutUpdate:
    return LayoutUpdate([[strip(dice, SIZE.width, words)] for _ in range(SIZE.height)], SIZE.region)


def chops(dice: random.Random, words: Sequence[str]) -> ChopsUpdate:
    rows: list[dict[int, Strip | None]] = []
    ends: list[list[int]] = []
    for _ in range(SIZE.height):
        cuts = sorted({0, *(dice.randrange(1, SIZE.width) for _ in range(3))})
        stops = [*cuts[1:], SIZE.width]
        rows.append(
            {
                a: strip(dice, b - a, words) if dice.random() < 0.8 else None
                for a, b in zip(cuts, stops, strict=True)
            }
        )
        ends.append(stops)
    spans = []
    for y in sorted(dice.sample(range(SIZE.height), dice.randint(1, SIZE.height))):
        left = dice.randrange(SIZE.width)
        spans.append((y, left, dice.randint(left + 1, SIZE.width)))
    return ChopsUpdate(rows, spans, ends)


def updates(dice: random.Random, words: Sequence[str] = WORDS) -> Iterator[CompositorUpdate]:
    yield whole(dice, words)
    for _ in range(60):
        yield dice.choice((layout, chops))(dice, words)


@pytest.mark.parametrize("system", [ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT, ColorSystem.STANDARD])
def test_the_screen_is_the_one_that_textual_draws(system: ColorSystem) -> None:
    names = {
        ColorSystem.TRUECOLOR: "truecolor",
        ColorSystem.EIGHT_BIT: "256",
        ColorSystem.STANDARD: "standard",
    }
    console = Console(color_system=names[system], force_terminal=True)  # type: ignore[arg-type] # of its names
    sent = saved = 0
    for seed in range(40):
        dice = random.Random(seed)
        theirs, ours = Terminal(), Terminal()
        wire = CellDiff(system)
        for number, update in enumerate(updates(dice)):
            if number == 30:
                wire.forget()
            # What Textual renders is cached in the strips, in the colours of whoever asks first.
            full = update.render_segments(console)
            lean = wire.difference(update, SIZE)
            assert lean is not None
            for terminal, text in ((theirs, full), (ours, lean)):
                terminal.stream.feed(f"{text}\x1b[1;1H")  # where Textual puts the cursor after each
            assert ours.cells() == theirs.cells(), (seed, number)
            sent, saved = sent + len(lean), saved + len(full) - len(lean)
    assert saved > 0


def test_with_other_sizes_in_between_it_is_that_screen_too() -> None:
    """Both get the same updates and sizes; what a new size leaves on the screen nobody knows."""
    console = Console(color_system="truecolor", force_terminal=True)
    for seed in range(40):
        dice = random.Random(seed)
        theirs, ours = Terminal(), Terminal()
        wire = CellDiff(ColorSystem.TRUECOLOR)
        size = SIZE
        for number, update in enumerate(updates(dice)):
            if number % 12 == 11:
                size = Size(SIZE.width + dice.randrange(5), SIZE.height + dice.randrange(3))
                for terminal in (theirs, ours):
                    terminal.screen.resize(size.height, size.width)
                # Textual draws everything then, and so every cell is known again.
                update = whole(dice)  # noqa: PLW2901 - another one in its place
            full, lean = update.render_segments(console), wire.difference(update, size)
            assert lean is not None
            for terminal, text in ((theirs, full), (ours, lean)):
                terminal.stream.feed(f"{text}\x1b[1;1H")
            assert ours.cells() == theirs.cells(), (seed, number)


def test_without_colours_it_is_that_screen_too() -> None:
    """With NO_COLOR the toolkit takes the colours out of the strips: what is left is bold and the like."""
    console = Console(color_system="truecolor", force_terminal=True)
    plain = [None, Style(), Style(bold=True), Style(reverse=True), Style(underline=True, italic=True)]
    for seed in range(20):
        dice = random.Random(seed)
        theirs, ours = Terminal(), Terminal()
        wire = CellDiff(ColorSystem.TRUECOLOR)
        for number in range(50):
            y, words = dice.randrange(SIZE.height), [dice.choice(WORDS) for _ in range(12)]
            row = Strip([Segment(word, dice.choice(plain)) for word in words]).crop(0, SIZE.width)
            update = LayoutUpdate([[row]], Region(0, y, row.cell_length, 1))
            full, lean = update.render_segments(console), wire.difference(update, SIZE)
            assert lean is not None
            for terminal, text in ((theirs, full), (ours, lean)):
                terminal.stream.feed(f"{text}\x1b[1;1H")
            assert ours.cells() == theirs.cells(), (seed, number)


# Text that terminals draw in different widths: skin tones, flags, Indic vowels, trigrams, selectors.
DISPUTED = ["👍🏽", "☝🏽", "🇩🇪", "हिन्दी", "☰", "❤\ufe0f", "🏽"]


def other_width(character: str) -> int:
    """Measure as tmux 3.3a does."""
    is_spacing_mark = unicodedata.category(character) == "Mc"
    return 1 if is_spacing_mark or character in "☰🇩🇪" else wcwidth(character)


@pytest.mark.parametrize("measure", [wcwidth, other_width])
def test_text_of_disputed_width_moves_nothing(
    measure: Callable[[str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that surrounds it is where it is if blocks of the same width are in its place."""
    console = Console(color_system="truecolor", force_terminal=True)
    narrow = [word for word in WORDS if cell_len(word) == len(word)]
    for seed in range(6):
        theirs, ours, cells = Terminal(), Terminal(), CellDiff(ColorSystem.TRUECOLOR)
        blocks = [*narrow, *("#" * cell_len(word) for word in DISPUTED)]
        pairs = (updates(random.Random(seed), words) for words in (blocks, narrow + DISPUTED))
        for number, (plain, odd) in enumerate(zip(*pairs, strict=True)):
            text = cells.difference(odd, SIZE)
            assert text is not None
            theirs.stream.feed(f"{plain.render_segments(console)}\x1b[1;1H")
            with monkeypatch.context() as patch:
                patch.setattr("pyte.screens.wcwidth", measure)
                ours.stream.feed(f"{text}\x1b[1;1H")
            for expected, found in zip(theirs.cells(), ours.cells(), strict=True):
                for here, there in zip(expected, found, strict=True):
                    assert here == there or here.data == "#", (seed, number)


@pytest.mark.parametrize(
    ("version", "known"), [("8.2.5", True), ("8.2.8", True), ("8.2.80", False), ("8.3.0", False), ("", False)]
)
def test_versions(version: str, known: bool) -> None:
    assert installed.is_supported(version) is known


def test_the_version_is_the_installed_one() -> None:
    assert installed.version("textual") == metadata.version("textual")


def test_the_version_is_found_in_a_zip_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "app.pyz"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("textual/__init__.py", "")
        file.writestr("textual-9.8.7.dist-info/METADATA", "Name: textual\nVersion: 9.8.7\n")
    monkeypatch.syspath_prepend(str(archive))
    monkeypatch.delitem(sys.modules, "textual")
    assert installed.version("textual") == "9.8.7"


def test_switched_off_it_leaves_every_update_as_it_is() -> None:
    wire = CellDiff(ColorSystem.TRUECOLOR, is_on=False)
    for update in updates(random.Random(1)):
        assert wire.difference(update, SIZE) is None


def test_nothing_is_sent_for_what_is_shown() -> None:
    wire = CellDiff(ColorSystem.TRUECOLOR)
    update = whole(random.Random(1))
    assert wire.difference(update, SIZE)
    assert wire.difference(update, SIZE) == ""


def test_only_the_cells_that_differ_are_sent() -> None:
    wire = CellDiff(ColorSystem.TRUECOLOR)
    row = [Segment("a row of plain words that stays as it is")]
    wire.difference(LayoutUpdate([[Strip(row)]], Region(0, 0, 40, 1)), SIZE)
    changed = [Segment("a row of PLAIN words that stays as it is")]
    text = wire.difference(LayoutUpdate([[Strip(changed)]], Region(0, 0, 40, 1)), SIZE)
    assert text == "\x1b[1;10HPLAIN"


def test_a_change_of_colour_alone_is_sent() -> None:
    wire = CellDiff(ColorSystem.TRUECOLOR)
    region = Region(0, 0, 4, 1)
    wire.difference(LayoutUpdate([[Strip([Segment("done")])]], region), SIZE)
    text = wire.difference(LayoutUpdate([[Strip([Segment("done", Style(bold=True))])]], region), SIZE)
    assert text == "\x1b[1;1H\x1b[1mdone\x1b[0m"


def test_after_another_size_everything_is_sent() -> None:
    wire = CellDiff(ColorSystem.TRUECOLOR)
    update = whole(random.Random(1))
    first = wire.difference(update, SIZE)
    assert wire.difference(update, Size(SIZE.width + 1, SIZE.height)) == first


def test_an_unknown_update_is_left_alone_and_nothing_is_known_after_it() -> None:
    wire = CellDiff(ColorSystem.TRUECOLOR)
    update = whole(random.Random(1))
    first = wire.difference(update, SIZE)
    assert wire.difference(object(), SIZE) is None
    assert wire.difference(update, SIZE) == first


def test_links_are_kept() -> None:
    wire = CellDiff(ColorSystem.TRUECOLOR)
    linked = Style(link="https://d2l.ai/")
    text = wire.difference(LayoutUpdate([[Strip([Segment("d2l", linked)])]], Region(0, 0, 3, 1)), SIZE)
    assert text is not None
    assert text.endswith("d2l\x1b]8;;\x1b\\")
    assert ";https://d2l.ai/\x1b\\" in text
