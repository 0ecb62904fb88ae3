"""Real roadmaps compared with the output of the reference GFM parser."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from roadmap_tui.core.exporters.checkboxes import update_checkboxes
from roadmap_tui.core.exporters.markdown import to_markdown
from roadmap_tui.core.importers.markdown import read_markdown
from roadmap_tui.core.roadmap.format import LINE_LIMIT, encode
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.roadmap.validation import decode
from roadmap_tui.core.sanitize import clean
from tests.core.exporters.test_exporters import whole

if TYPE_CHECKING:
    from roadmap_tui.core.importers.base import Imported
    from roadmap_tui.core.progress.events import Status

FOLDER = os.environ.get("ROADMAP_TUI_CORPUS", "")
FILES = sorted(path for path in Path(FOLDER).glob("*.md") if path.name != "README.md") if FOLDER else []

pytestmark = pytest.mark.skipif(not FILES, reason="ROADMAP_TUI_CORPUS names no folder of Markdown roadmaps")


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def source(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def expected(source: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((source.parent / "expect" / f"{source.stem}.json").read_bytes())
    return found


def tasks(found: Imported) -> list[tuple[str, bool, int]]:
    """Return title, tick and depth among tasks of each task."""
    order = FlatTree(found.roadmap)
    depths: list[int] = []
    listed = []
    for node, parent in zip(order.nodes, order.parents, strict=True):
        above = depths[parent] if parent >= 0 else 0
        depths.append(above + (node.id in found.lines))
        if node.id in found.lines:
            listed.append((node.title, getattr(node, "ticked"), depths[-1]))  # noqa: B009 (only items have lines)
    return listed


def expected_tasks(items: list[dict[str, Any]]) -> list[tuple[str, bool, int]]:
    depths: list[int] = []
    listed = []
    for item in items:
        above = depths[item["parent"]] if item["parent"] >= 0 else 0
        depths.append(above + (item["checked"] is not None))
        if item["checked"] is not None:
            listed.append((clean(item["text"], LINE_LIMIT, one_line=True), item["checked"], depths[-1]))
    return listed


def test_tasks_agree_with_the_reference_parser_in_text_tick_and_depth(source: Path) -> None:
    truth = expected(source)
    wanted = expected_tasks(truth["items"])
    assert len(wanted) == truth["counts"]["taskItems"]
    if wanted:
        found = read_markdown(source.read_bytes(), source.name, strict=True)
        assert tasks(found) == wanted
        assert found.report.ticked == truth["counts"]["checkedItems"]
        # What is more than that without --strict is written in another way, and reported.
        lenient = read_markdown(source.read_bytes(), source.name)
        more = lenient.report.lenient + len(lenient.report.marks)
        assert len(lenient.lines) == len(wanted) + more


def test_every_address_is_a_resource_or_counted_as_skipped(source: Path) -> None:
    found = read_markdown(source.read_bytes(), source.name)
    kept = {resource.url for resource in found.roadmap.resources}
    kept |= {resource.url for node in FlatTree(found.roadmap).nodes for resource in node.resources}
    lost = set(expected(source)["distinct_http_urls"]) - kept
    reasons = ("badge", "link without words", "unsafe address", "link in ")
    dropped = [sample for sample in found.report.dropped if sample.kind.startswith(reasons)]
    assert len(lost) <= sum(sample.number for sample in dropped)


def test_an_import_is_valid_in_the_roadmap_format_and_repeatable(source: Path) -> None:
    roadmap = read_markdown(source.read_bytes(), source.name).roadmap
    assert decode(encode(roadmap), source.name) == roadmap
    assert read_markdown(source.read_bytes(), source.name).roadmap == roadmap


def test_exporting_and_importing_again_gives_the_same_roadmap(source: Path) -> None:
    found = read_markdown(source.read_bytes(), source.name)
    statuses: dict[str, Status] = dict(found.report.marks)
    statuses |= {item.id: "done" for item in FlatTree(found.roadmap).items() if item.ticked}
    back = read_markdown(to_markdown(found.roadmap, statuses).encode(), source.name)
    assert whole(back.roadmap) == whole(found.roadmap)
    assert back.report.ticked == found.report.ticked
    assert back.report.marks == found.report.marks


def test_checkboxes_can_be_changed_and_restored_byte_for_byte(source: Path) -> None:
    data = source.read_bytes()
    found = read_markdown(data, source.name)
    if not found.lines:
        pytest.skip("no tasks in it")
    items = {item.id: item for item in FlatTree(found.roadmap).items()}
    own: dict[str, Status] = {one: "done" if items[one].ticked else "todo" for one in found.lines}
    own |= found.report.marks
    assert update_checkboxes(data, found.roadmap, own) == (data, ())
    changed, refusals = update_checkboxes(data, found.roadmap, dict.fromkeys(found.lines, "done"))
    assert refusals == ()
    assert len(changed) == len(data)
    differing = sum(a != b for a, b in zip(data, changed, strict=True))
    assert differing == len(found.lines) - found.report.ticked
    assert update_checkboxes(changed, found.roadmap, own)[0] == data


@pytest.mark.parametrize(("version", "items"), [("33", 123), ("34", 126), ("35", 127)])
def test_the_last_versions_of_the_bundled_roadmaps_source(version: str, items: int) -> None:
    path = next((path for path in FILES if path.name.startswith(f"seed-{version}-")), None)
    if path is None:
        pytest.skip("not in this folder")
    found = read_markdown(path.read_bytes(), path.name)
    assert found.report.items == items
    assert found.report.resources == 26
    if version == "35":
        assert found.report.ticked == 101
