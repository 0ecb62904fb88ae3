"""``export --progress`` and ``export --format svg``: what is published."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from roadmap_tui.core.exporters.progress_block import END, START
from roadmap_tui.study.study import Study
from roadmap_tui.text.heatmap_svg import heatmap_svg
from roadmap_tui.text.published_progress import progress_block
from tests.cli.program_runs import CliRunner, one_line
from tests.journals import ROADMAP, Clock

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """A study with activity of three weeks, a note, a running timer and another roadmap."""
    clock = Clock(datetime(2025, 2, 8, 12, tzinfo=UTC))
    study = Study.open(ROADMAP._replace(title="Maths *and* more"), str(tmp_path / "log"), clock)
    study.set_status(["limits"], "done")
    clock.time = datetime(2025, 2, 20, 12, tzinfo=UTC)
    study.set_status(["vectors"], "done")
    study.time_tracker.add("vectors", 5400)
    study.write_note("vectors", "My secret.")
    study.for_roadmap(ROADMAP._replace(id="other")).set_status(["rank", "einsum"], "done")
    clock.time = datetime(2025, 3, 1, 12, tzinfo=UTC)
    for _ in range(3):
        study.reviews.grade("vectors", 3)
    study.set_status(["matrices"], "doing")
    study.time_tracker.start("matrices")
    clock.turn(600)
    return study


def test_the_block_has_counts_a_bar_and_two_weeks(study: Study) -> None:
    assert progress_block(study).split("\n") == [
        r"**Maths \*and\* more**: 2 of 6 done, 1 in progress",
        "",
        f"`{'█' * 13}{'░' * 27}` 33%",
        "",
        "Last two weeks, 16 Feb – 1 Mar 2025: 1 item done, 3 reviews, 1 h 30",
        "",
        "`····▄········█`",
    ]


def test_the_image_shows_every_day_for_light_and_dark(study: Study) -> None:
    days, today = study.statistics().days, study.today()
    image = heatmap_svg(days, today)
    assert image == heatmap_svg(days, today)
    root = ET.fromstring(image)
    titles = [title.text for title in root.iter(f"{SVG}title")]
    assert titles[0] == "Activity from 26 Feb 2024 to 1 Mar 2025"
    assert len(titles) == 1 + 53 * 7 - 1  # until today, a Saturday
    assert [title for title in titles[1:] if title and not title.endswith(": 0")] == [
        "20 Feb 2025: 4", "8 Feb 2025: 1", "1 Mar 2025: 4",
    ]  # fmt: skip
    style = root.findtext(f"{SVG}style") or ""
    assert style.count(".l4") == 2
    assert "@media (prefers-color-scheme: dark)" in style
    assert "secret" not in image
    empty = ET.fromstring(heatmap_svg([], date(2025, 3, 2)))
    assert {cell.get("class") for cell in empty.iter(f"{SVG}rect")} == {"l0"}


def test_export_updates_the_block_once_and_nothing_else(tui: CliRunner, tmp_path: Path) -> None:
    tui("mark", "done", "sets")
    tui("note", "sets", "My secret.")
    target = tmp_path / "pages" / "README.md"
    target.parent.mkdir()
    before = f"# Plan\r\n\r\n- [ ] Sets\r\n\r\n{START}\r\n{END}\r\n\r\nlast"
    target.write_bytes(before.encode())
    target.chmod(0o640)
    link = tmp_path / "README.md"
    link.symlink_to(target)
    result = tui("export", "--into", str(link), "--progress")
    assert (result.code, result.out, result.err) == (0, "", f"{link}: progress updated\n")
    text = target.read_bytes().decode()
    assert "1 of 5 done" in text
    assert "secret" not in text
    assert text.count("\r\n") == text.count("\n")
    head, tail = before.split(f"{START}\r\n")
    assert text.startswith(f"{head}{START}\r\n**Small**: ")
    assert text.endswith(tail)
    assert link.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o640
    inode = target.stat().st_ino
    again = tui("export", "--into", str(link), "--progress")
    assert (again.code, again.err) == (0, f"{link}: nothing has changed\n")
    assert (target.read_bytes().decode(), target.stat().st_ino) == (text, inode)


def test_the_block_is_not_imported(tui: CliRunner, tmp_path: Path) -> None:
    page = tmp_path / "plan.md"
    page.write_text(f"# Trees\n\n{START}\n{END}\n\n## Part\n\n- [ ] Oak\n")
    tui("import", str(page))
    before = (tui.home / "roadmaps" / "trees.json").read_text()
    assert tui("export", "trees", "--into", str(page), "--progress").code == 0
    tui("update", "trees")
    after = (tui.home / "roadmaps" / "trees.json").read_text()
    assert "0 of 1 done" in page.read_text()
    assert _without_hash(after) == _without_hash(before)


def _without_hash(text: str) -> list[str]:
    return [line for line in text.splitlines() if "sha256" not in line]


def test_export_refuses_a_file_without_markers(tui: CliRunner, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Plan\n")
    result = tui("export", "--into", str(page), "--progress")
    assert result.code == 65
    assert one_line(result.err).startswith(f"roadmap-tui: {page}: no marker in it; add the lines")
    assert page.read_text() == "# Plan\n"
    assert one_line(tui("export", "--progress").err).endswith("no file was given; add --into FILE.md")


def test_export_writes_the_image(tui: CliRunner, tmp_path: Path) -> None:
    tui("mark", "done", "sets")
    path = tmp_path / "activity.svg"
    assert tui("export", "--format", "svg", "--output", str(path)).code == 0
    image = path.read_text()
    assert tui("export", "--format", "svg").out == image
    assert ": 1</title>" in image
    assert os.fspath(tmp_path) not in image
