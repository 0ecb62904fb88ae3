"""An address on its way to the reader: over the clipboard, through tmux and screen, as a code, to a browser.

The programs that could be started are scripts that write down how they were.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import zxingcpp

from roadmap_tui.core.roadmap.model import Item, Resource, Roadmap, Section
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.urls import to_ascii_url
from roadmap_tui.store import library
from roadmap_tui.store.view_state import ViewState, save_view_state
from roadmap_tui.text.styled_text import ASCII, UNICODE, Glyphs
from roadmap_tui.tui.main.screen import MainScreen
from roadmap_tui.tui.render.qr import render_qr
from roadmap_tui.tui.screens.qr import QrScreen
from roadmap_tui.tui.terminal.browser import graphical_browsers
from roadmap_tui.tui.terminal.capabilities import wrap_for_screen
from roadmap_tui.tui.terminal.textual_private import driver_of
from tests.tui.pty_program import Terminal
from tests.tui.stage import FIRST, SECOND, Stage
from tests.tui.tmux import Tmux

NODE = "backpropagation"
BROWSERS = ("w3m", "lynx", "links", "elinks", "www-browser", "x-www-browser", "sensible-browser", "firefox")
IN_TMUX = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")
ON_LINUX = pytest.mark.skipif(sys.platform == "darwin", reason="a Mac has a display and its own opener")
_OSC52 = re.compile(rb"\x1b\]52;c?;([A-Za-z0-9+/=]*)(?:\a|\x1b\\)")

Open = Callable[..., Terminal]


def _resources() -> tuple[Resource, ...]:
    return next(node.resources for node in _nodes() if node.id == NODE)


def _nodes() -> list[Section | Item]:
    return list(FlatTree(library.load_bundled()).nodes)


def _copied(output: bytes) -> list[str]:
    return [base64.b64decode(code).decode() for code in _OSC52.findall(output)]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The cursor was left on an item with resources."""
    save_view_state(str(tmp_path / "state"), "ml-dl", "ml-dl", ViewState(NODE, ()))
    return tmp_path


@pytest.fixture
def open_terminal(home: Path) -> Iterator[Open]:
    opened: list[Terminal] = []

    def one(**options: object) -> Terminal:
        opened.append(Terminal(home=home, **options))  # type: ignore[arg-type]
        return opened[-1]

    yield one
    for terminal in opened:
        terminal.close()


_FAKE = """#!{python} -IS
import json, os, sys
run = {{
    "argv": [os.path.basename(sys.argv[0]), *sys.argv[1:]],
    "browser": os.environ.get("BROWSER", ""),
    "descriptors": [os.readlink(f"/proc/self/fd/{{number}}") for number in range(3)],
    "leads": os.getsid(0) == os.getpid(),
}}
open({log!r}, "a").write(json.dumps(run) + "\\n")
sys.exit({code})
"""


class Fakes:
    """Stand-ins, first in the PATH, for all that could open an address; ``runs`` is how they were started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "fakes"
        self.folder.mkdir()
        self._log = folder / "runs"
        for name in (*BROWSERS, "xdg-open", "open", "gio", "wslview"):
            self.put(name)

    def put(self, name: str, code: int = 0) -> None:
        script = self.folder / name
        script.write_text(_FAKE.format(python=sys.executable, log=str(self._log), code=code))
        script.chmod(0o700)

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": f"{self.folder}:{os.environ['PATH']}", "BROWSER": "w3m"}

    @property
    def runs(self) -> list[dict[str, Any]]:
        lines = self._log.read_text().splitlines() if self._log.exists() else []
        return [json.loads(line) for line in lines]


@pytest.fixture
def fakes(tmp_path: Path) -> Fakes:
    return Fakes(tmp_path)


def _opened(terminal: Terminal) -> Terminal:
    terminal.until_text("Backpropagation")
    terminal.until_drawn()
    return terminal


# The clipboard


def test_an_address_reaches_the_clipboard_of_a_plain_terminal(open_terminal: Open) -> None:
    terminal = _opened(open_terminal())
    for number, resource in enumerate(_resources()[:3], 1):
        terminal.type(f"{number}y")
        terminal.until_text(f"Copied to the clipboard: {resource.url[:50]}")
        assert _copied(terminal.output)[-1] == resource.url
    assert len(_copied(terminal.output)) == 3
    assert b"\x1bP" not in terminal.output


def test_through_gnu_screen_it_goes_in_pieces(open_terminal: Open) -> None:
    terminal = _opened(open_terminal(TERM="screen-256color", STY="1234.pts-0.box"))
    terminal.type("2y")
    terminal.until_text("Copied to the clipboard: ")
    passed_on = b"".join(re.findall(rb"\x1bP(.*?)\x1b\\", terminal.output, re.DOTALL))
    assert _copied(passed_on) == [_resources()[1].url]


def test_a_long_address_is_in_pieces_that_screen_has_room_for() -> None:
    sequence = f"\x1b]52;c;{'A' * 2700}\a"
    pieces = re.findall(r"\x1bP(.*?)\x1b\\", wrap_for_screen(sequence), re.DOTALL)
    assert "".join(pieces) == sequence
    assert max(map(len, pieces)) <= 240


def test_from_a_tmux_at_the_other_end_of_ssh_it_is_said_what_that_takes(open_terminal: Open) -> None:
    terminal = _opened(open_terminal(TERM="tmux-256color", SSH_CONNECTION="1 2 3 4"))
    terminal.type("1y")
    terminal.until_text("Copied to the clipboard, if the tmux outside has set-clipboard on: https")
    assert _copied(terminal.output) == [_resources()[0].url]


def test_the_console_has_no_clipboard_and_says_so(open_terminal: Open) -> None:
    terminal = _opened(open_terminal(TERM="linux", COLORTERM=""))
    terminal.type("1y")
    terminal.until_text(f"No clipboard in this terminal. Address: {_resources()[0].url[:20]}")


async def test_the_longest_address_is_copied_as_it_is_written(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "https://example.org/ü?" + "x" * 1978
    async with stage.seat(stage.study(_of(url)), place=ViewState("one", ())) as seat:
        sent: list[str] = []
        monkeypatch.setattr(driver_of(seat.app), "write", sent.append)
        await seat.press("y")
        assert _copied("".join(sent).encode()) == [url]


def _of(url: str) -> Roadmap:
    return Roadmap("r", "R", children=(Item("one", "One", resources=(Resource("x", url),)),))


@IN_TMUX
def test_in_tmux_as_it_comes_it_reaches_the_buffer_and_the_terminal_outside(
    home: Path, open_terminal: Open
) -> None:
    tmux = Tmux(home, as_it_comes=True)
    terminal = open_terminal(command=(*tmux.start, "new-session", _program()))
    terminal.until((home / "tmux").exists)
    try:
        terminal.until_text("Backpropagation")
        assert tmux("show-options", "-gs", "set-clipboard").split() == ["set-clipboard", "external"]
        terminal.type("2y")
        terminal.until_text("Copied to the clipboard and to tmux: https://")
        url = _resources()[1].url
        assert tmux("show-buffer") == url
        terminal.until(lambda: _copied(terminal.output) == [url])
    finally:
        tmux("kill-server")


def _program() -> str:
    return shlex.join([sys.executable, "-m", "roadmap_tui"])


# Addresses as links


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_every_piece_of_an_address_leads_to_the_whole(open_terminal: Open, size: tuple[int, int]) -> None:
    terminal = _opened(open_terminal(size=size))
    terminal.type("\r1")
    terminal.until_text("x tick resource")
    before = len(terminal.output)
    terminal.type("\x0c")
    terminal.until(lambda: len(terminal.output) > before + size[0] * size[1])
    terminal.until(lambda: terminal.output.endswith(b"\x1b[?2026l"))
    output = re.sub(rb"\x1b\[[0-9;]*[A-Za-z]", b"", terminal.output[before:])
    pieces = re.findall(rb"\x1b\]8;id=([^;]+);([^\x1b]+)\x1b\\([^\x1b]*)\x1b\]8;;\x1b\\", output)
    selected, other = _resources()[:2]
    mine = [(key, text) for key, url, text in pieces if url.decode() == selected.url]
    assert "".join(text.decode() for _, text in mine) == selected.url
    assert len({key for key, _ in mine}) == 1
    # Of the other ones only the titles are there, which are links too.
    titles = [text.decode().rstrip("…") for _, url, text in pieces if url.decode() == other.url]
    assert len(titles) == 1
    assert other.title.startswith(titles[0])


# In a browser


@ON_LINUX
@pytest.mark.parametrize(
    "seat",
    [{}, {"DISPLAY": ":0", "SSH_CONNECTION": "1 2 3 4"}, {"WAYLAND_DISPLAY": "w", "SSH_TTY": "/dev/pts/1"}],
    ids=["no display", "over ssh", "a leftover display"],
)
def test_no_key_and_no_click_starts_a_browser_where_nobody_would_see_it(
    open_terminal: Open, fakes: Fakes, seat: dict[str, str]
) -> None:
    terminal = _opened(open_terminal(**fakes.environment, **seat))
    url = _resources()[1].url
    terminal.type("\r2x")
    terminal.until_text("✓ ")
    terminal.until_text(url[:40])
    y, x = next((y, line.index("https")) for y, line in enumerate(terminal.lines) if url[:40] in line)
    for modifier in (0, 8, 16):
        terminal.type(f"\x1b[<{modifier};{x + 3};{y + 1}M\x1b[<{modifier};{x + 3};{y + 1}m")
    terminal.type("y")
    terminal.until_text("Copied to")
    terminal.type("Q")
    terminal.until_text("esc close")
    terminal.type("q")
    terminal.until_text("x tick resource")
    terminal.type("o")
    why = "Over SSH" if any(name.startswith("SSH") for name in seat) else "No display here"
    terminal.until_text(f"{why}. Copied to the clipboard: {url[:30]}")
    assert _copied(terminal.output) == [url, url]
    terminal.type("q")
    assert terminal.wait() == 0
    assert fakes.runs == []


@ON_LINUX
def test_where_there_is_a_display_it_is_opened_apart_from_the_terminal(
    open_terminal: Open, fakes: Fakes
) -> None:
    terminal = _opened(open_terminal(**fakes.environment, DISPLAY=":0"))
    url = _resources()[1].url
    terminal.type("2o")
    terminal.until_text(f"Opened by xdg-open: {url[:40]}")
    terminal.until(lambda: bool(fakes.runs))
    [run] = fakes.runs
    assert run["argv"] == ["xdg-open", url]
    assert run["browser"].startswith("x-www-browser:")
    assert run["descriptors"] == ["/dev/null"] * 3
    assert run["leads"]
    assert _copied(terminal.output) == []


@ON_LINUX
def test_what_can_t_be_opened_is_copied(open_terminal: Open, fakes: Fakes) -> None:
    fakes.put("xdg-open", code=3)
    terminal = _opened(open_terminal(**fakes.environment, DISPLAY=":0"))
    url = _resources()[0].url
    terminal.type("1o")
    terminal.until_text("xdg-open found no browser. Copied to the clipboard: https")
    assert _copied(terminal.output) == [url]
    for name in os.listdir(fakes.folder):
        (fakes.folder / name).unlink()
    (fakes.folder / "tmux").symlink_to("/bin/false")
    without = _opened(open_terminal(PATH=str(fakes.folder), DISPLAY=":0"))
    without.type("1o")
    without.until_text("xdg-open: it is not installed. Copied to the clipboard: https")


@ON_LINUX
@IN_TMUX
def test_in_tmux_it_counts_where_somebody_attached_last(
    home: Path, open_terminal: Open, fakes: Fakes
) -> None:
    tmux = Tmux(home, more=fakes.environment | {"SSH_CONNECTION": "1 2 3 4", "SSH_TTY": "/dev/pts/9"})
    tmux("new-session", "-d", "-x", "80", "-y", "24", _program())
    try:
        tmux.until("Backpropagation", "capture-pane", "-p")
        here = open_terminal(command=(*tmux.start, "attach", "-d"), DISPLAY=":0")
        here.until_text("Backpropagation")
        here.type("1o")
        here.until_text("Opened by xdg-open")
        there = open_terminal(command=(*tmux.start, "attach", "-d"), DISPLAY=":0", SSH_CONNECTION="1 2 3 4")
        there.until_text("Opened by xdg-open")
        there.type("o")
        there.until_text("Over SSH. Copied to the clipboard and to tmux")
        there.until(lambda: bool(fakes.runs))
        assert [run["argv"] for run in fakes.runs] == [["xdg-open", _resources()[0].url]]
    finally:
        tmux("kill-server")


@pytest.mark.parametrize(
    ("browsers", "kept"),
    [
        ("firefox", "firefox"),
        ("w3m:firefox:/usr/bin/lynx", "firefox"),
        ("xterm -e w3m %s:chromium --new-window", "chromium --new-window"),
        ("/opt/my browser/links", None),
        ("", None),
    ],
)
def test_browsers_that_need_a_terminal_are_left_out(browsers: str, kept: str | None) -> None:
    left = graphical_browsers(browsers)
    assert left == kept or (kept is None and left.startswith("x-www-browser:firefox:"))
    assert not re.search("w3m|lynx|links", left)


async def test_what_the_toolkit_would_open_is_opened_our_way(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("SSH_TTY", "/dev/pts/1")
    async with stage.seat() as seat:
        seat.app.open_url(SECOND)
        await seat.until(lambda: seat.bar.startswith("Over SSH. Copied to the clipboard"))
        assert seat.app.clipboard == SECOND


@pytest.mark.parametrize("key", ["o", "Q"])
async def test_where_there_is_no_address_it_is_said(stage: Stage, key: str) -> None:
    async with stage.seat(place=ViewState("two", ())) as seat:
        await seat.press(key)
        await seat.until(lambda: seat.bar == "No link here")
        await seat.press("j")
        assert seat.cursor == "three"


# As a code


def _read(lines: list[str], glyphs: Glyphs = UNICODE) -> list[str]:
    """What a phone reads from these lines, dark where they are not blank."""
    if glyphs is ASCII:
        dots = [[sign != " " for sign in line[::2]] for line in lines]
    else:
        halves = ("▀█", "▄█")
        dots = [[sign in half for sign in line] for line in lines for half in halves]
    big = [[0 if dot else 255 for dot in row for _ in range(4)] for row in dots for _ in range(4)]
    image = memoryview(bytes(value for row in big for value in row)).cast("B", (len(big), len(big[0])))
    return [found.text for found in zxingcpp.read_barcodes(image)]


def test_every_address_of_the_roadmap_fits_80_by_24() -> None:
    urls = {resource.url for node in _nodes() for resource in node.resources}
    for url in sorted(urls, key=len)[:: len(urls) // 20] + sorted(urls, key=len)[-3:]:
        drawing = render_qr(url, 80, 23)
        assert len(drawing.lines) == drawing.rows <= 23, url
        assert {len(line) for line in drawing.lines} == {drawing.columns}
        assert _read(drawing.lines) == [url]


@pytest.mark.parametrize("length", [20, 134, 500, 2000])
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_a_code_takes_what_it_says_and_no_less(length: int, glyphs: Glyphs) -> None:
    url = "https://example.org/".ljust(length, "x")
    ascii_only = glyphs is ASCII
    _, columns, rows = render_qr(url, 0, 0, ascii_only=ascii_only)
    assert render_qr(url, columns - 1, rows, ascii_only=ascii_only).lines == []
    assert render_qr(url, columns, rows - 1, ascii_only=ascii_only).lines == []
    lines = render_qr(url, columns, rows, ascii_only=ascii_only).lines
    assert (len(lines), len(lines[0])) == (rows, columns)
    assert _read(lines, glyphs) == [url]
    roomy = render_qr(url, 999, 999, ascii_only=ascii_only)
    assert not "".join(roomy.lines[: 4 if ascii_only else 2]).strip()
    assert _read(roomy.lines, glyphs) == [url]


def test_a_code_holds_the_address_in_ascii() -> None:
    url = "https://müller.example/straße"
    assert _read(render_qr(url, 80, 24).lines) == [to_ascii_url(url)]


@pytest.mark.parametrize(
    "look",
    [
        {},
        {"COLORFGBG": "0;15"},
        {"NO_COLOR": "1", "COLORTERM": ""},
        {"TERM": "xterm", "COLORTERM": ""},
        {"size": (120, 40)},
        {"size": (120, 50), "LC_ALL": "C"},
    ],
    ids=["dark", "light", "no color", "sixteen colours", "120x40", "ascii"],
)
def test_the_code_on_the_screen_is_dark_on_light_and_can_be_read(
    open_terminal: Open, look: dict[str, object]
) -> None:
    terminal = _opened(open_terminal(**look))
    url = _resources()[2].url
    terminal.type("\r3Q")
    terminal.until_text("esc close")
    terminal.settle(0.1)
    buffer = terminal.emulator.screen.buffer
    white, dark = {"ffffff", "brightwhite"}, {"000000", "black"}
    coloured = "NO_COLOR" not in look

    def is_light(cell: Any) -> bool:
        return cell.bg in white if coloured else cell.reverse

    rows = [
        [buffer[y][x] for x in range(terminal.size[0])]
        for y in range(next(y for y, line in enumerate(terminal.lines) if "esc close" in line))
    ]
    lit = [x for row in rows for x, cell in enumerate(row) if is_light(cell)]
    left, right = min(lit), max(lit) + 1
    code = [row[left:right] for row in rows if is_light(row[left])]
    if coloured:
        assert all(cell.fg in dark and cell.bg in white | dark for row in code for cell in row)
    glyphs = ASCII if "LC_ALL" in look else UNICODE
    drawn = ["".join(cell.data if is_light(cell) else "#" for cell in row) for row in code]
    assert _read(drawn, glyphs) == [url]
    terminal.type("\x1b")
    terminal.until_text("x tick resource")


async def test_what_does_not_fit_says_what_it_needs(stage: Stage) -> None:
    url = "https://example.org/".ljust(300, "x")
    async with stage.seat(stage.study(_of(url)), place=ViewState("one", ())) as seat:
        await seat.press("Q")
        await seat.until(lambda: bool(seat.bar.startswith("The address is too long")))
        said = seat.bar
        assert said.endswith("; y copies it")
        found = re.search(r"needs (\d+)x(\d+)", said)
        assert found
    async with stage.seat(
        stage.study(_of(url)), place=ViewState("one", ()), size=(int(found[1]), int(found[2]))
    ) as seat:
        await seat.press("Q")
        await seat.until(lambda: seat.is_on(QrScreen))
        assert _read(seat.screen[:-1]) == [url]
        # Smaller, it would not be one any more.
        await seat.pilot.resize_terminal(80, 24)
        await seat.until(lambda: seat.is_on(MainScreen))
        await seat.until(lambda: seat.bar == said)


@pytest.mark.parametrize("key", ["escape", "q", "Q", "enter"])
async def test_keys_typed_ahead_are_the_code_s_and_any_of_these_closes_it(stage: Stage, key: str) -> None:
    async with stage.seat(place=ViewState("one", ())) as seat:
        seat.send("2", "Q", "x")
        await seat.until(lambda: seat.is_on(QrScreen) and not seat.app.is_holding_input)
        await seat.press(key)
        await seat.until(lambda: seat.is_on(MainScreen))
        assert (seat.ticks, seat.state.selection) == (frozenset(), 1)
        await seat.press("x")
        assert seat.ticks == {SECOND}
        assert FIRST not in seat.ticks


# All of it in tmux, as a hand would


@IN_TMUX
def test_the_keys_of_links_and_resources_in_tmux(home: Path) -> None:
    tmux = Tmux(home)
    tmux("new-session", "-d", "-x", "80", "-y", "24", _program())
    screen = ("capture-pane", "-p")
    resources = _resources()
    try:
        tmux.until("Backpropagation", *screen)
        tmux("send-keys", "Tab")
        for number, resource in enumerate(resources, 1):
            tmux("send-keys", str(number))
            shown = tmux.until(f"▌{number} · ", *screen)
            assert resource.url in shown
        tmux("send-keys", "k")
        tmux.until(f"▌{len(resources) - 1} · ", *screen)
        tmux("send-keys", "Up", "x")
        tmux.until(f"▌{len(resources) - 2} ✓ ", *screen)
        tmux("send-keys", "Enter", "j")
        tmux.until(f"▌{len(resources) - 1} · ", *screen)
        url = resources[-2].url
        tmux("send-keys", "y")
        tmux.until("Copied to the clipboard and to tmux", *screen)
        assert tmux("show-buffer") == url
        tmux("send-keys", "o")
        tmux.until("No display here. Copied to the clipboard and to tmux", *screen)
        tmux("send-keys", "Q")
        shown = tmux.until("esc close", *screen)
        assert _read([line.ljust(80) for line in shown.splitlines()[:-2]]) == [url]
        tmux("send-keys", "q")
        tmux.until("x tick resource", *screen)
    finally:
        tmux("kill-server")
