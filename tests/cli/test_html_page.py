"""The page of ``export --format html`` with its rendered notes, and as a real browser shows and prints it."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from pathlib import Path
from typing import Final

import pytest

from roadmap_tui.core.sanitize import safe_url
from roadmap_tui.store.view_state import ViewState, save_view_state
from tests.cli.program_runs import CliRunner
from tests.core.exporters.test_exporters import Page

BROWSER: Final = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
needs_browser = pytest.mark.skipif(not BROWSER, reason="no Chromium on this machine")

NOTE: Final = """\
The **sum** over the batch: $\\sum_i G_i$, see [the notes](https://cs231n.github.io/).
No link: [x](javascript:alert(1)).

| A | B |
|---|---|
| 1 | `2` |

<script>alert(1)</script> ![a picture](https://example.org/a.png)
"""


def _page(tui: CliRunner, note: str = NOTE) -> str:
    save_view_state(str(tui.home / "state"), "ml-dl", "ml-dl", ViewState())
    assert tui("mark", "done", "calculus", "linear-algebra").code == 0
    tui("note", "calculus", note)
    return tui("export", "--format", "html").out


def test_notes_are_rendered_with_formulas_and_without_scripts(tui: CliRunner) -> None:
    text = _page(tui)
    note = text[text.index('<div class="note">') :].partition("</div>")[0]
    assert "<strong>sum</strong>" in note
    assert "∑ᵢ" in note
    assert "<code>2</code>" in note
    assert "<table>" in note
    assert "&lt;script&gt;" in note
    assert "a picture" in note
    page = Page(text)
    assert page.open == []
    assert not {"script", "img", "iframe", "link", "object"} & {tag for tag, _ in page.tags}
    for tag, attributes in page.tags:
        assert not any(name.startswith("on") or name == "src" for name in attributes)
        if tag == "a" and "href" in attributes:
            assert safe_url(attributes["href"] or "")
            assert attributes["rel"] == "noopener noreferrer"
    assert "javascript" not in note.replace("(javascript:alert(1))", "")


def _browse(tmp_path: Path, *options: str) -> None:
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path / 'profile'}",
    ]
    page = (tmp_path / "page.html").as_uri()
    subprocess.run([*command, *options, page], check=True, capture_output=True, timeout=120)


def _first_pixel(path: Path) -> tuple[int, ...]:
    """The color at the top left of a PNG: the filter of its row leaves the first pixel as it is."""
    data, at, packed = path.read_bytes(), 8, b""
    while at < len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        packed += data[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += 12 + size
    return tuple(zlib.decompress(packed)[1:4])


@needs_browser
def test_a_browser_shows_it_light_and_dark(tui: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(_page(tui), encoding="utf-8")
    colors = []
    for scheme in (1, 0):  # Blink's numbers of light and dark
        picture = tmp_path / f"{scheme}.png"
        _browse(
            tmp_path,
            f"--blink-settings=preferredColorScheme={scheme}",
            "--window-size=800,600",
            f"--screenshot={picture}",
        )
        colors.append(_first_pixel(picture))
    assert colors == [(255, 255, 255), (0x14, 0x17, 0x1A)]


@needs_browser
def test_a_browser_prints_folded_sections_too_on_a4(tui: CliRunner, tmp_path: Path) -> None:
    text = _page(tui)
    assert "<details>" in text
    pages = []
    for number, shown in enumerate((text, text.replace("<details>", "<details open>"))):
        (tmp_path / "page.html").write_text(shown, encoding="utf-8")
        printed = tmp_path / f"{number}.pdf"
        _browse(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={printed}")
        data = printed.read_bytes()
        pages.append(len(re.findall(rb"/Type ?/Page\b", data)))
        boxes = set(re.findall(rb"/MediaBox ?\[0 0 ([0-9.]+) ([0-9.]+)\]", data))
        assert {(round(float(width)), round(float(height))) for width, height in boxes} == {(595, 842)}
    assert abs(pages[0] - pages[1]) <= 1
    assert pages[0] > 20
