from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from roadmap_tui.store.view_state import ViewState, last_roadmap, load_view_state, save_view_state


@pytest.mark.parametrize(
    "place", [ViewState("vectors", ("a", "b")), ViewState("", ()), ViewState("é", None, ("b",))]
)
def test_a_place_is_found_again(tmp_path: Path, place: ViewState) -> None:
    state = str(tmp_path / "new" / "state")
    save_view_state(state, "maths", "maths", place)
    save_view_state(state, "physics", "/tmp/phys\udcff.json", ViewState("light"))
    assert load_view_state(state, "maths") == place
    assert load_view_state(state, "physics") == ViewState("light")
    assert last_roadmap(state) == "/tmp/phys\udcff.json"
    assert stat.S_IMODE((tmp_path / "new" / "state").stat().st_mode) == 0o700
    assert [path.name for path in (tmp_path / "new" / "state").iterdir()] == ["place.json"]


def test_where_nothing_is_known_the_place_is_empty(tmp_path: Path) -> None:
    assert last_roadmap(str(tmp_path / "none")) == ""
    assert load_view_state(str(tmp_path / "none"), "maths") == ViewState()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"{",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"last": 5, "roadmaps": []}',
        b'{"roadmaps": {"maths": []}}',
        b'{"roadmaps": {"maths": {"cursor": 1, "folded": "abc"}}}',
        b'{"roadmaps": {"maths": {"cursor": null, "folded": {"a": 1}}}}',
        b'{"roadmaps": {"maths": {"seen": {"a": 1}}}}',
    ],
)
def test_a_broken_file_is_an_empty_place_and_is_written_over(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "place.json").write_bytes(content)
    assert last_roadmap(str(tmp_path)) == ""
    assert load_view_state(str(tmp_path), "maths") == ViewState()
    save_view_state(str(tmp_path), "maths", "maths", ViewState("here", ("there",)))
    assert load_view_state(str(tmp_path), "maths") == ViewState("here", ("there",))


def test_what_is_no_text_among_the_folds_is_left_out(tmp_path: Path) -> None:
    known = {"roadmaps": {"maths": {"cursor": "a", "folded": ["b", 1, None, "c"]}}}
    (tmp_path / "place.json").write_text(json.dumps(known))
    assert load_view_state(str(tmp_path), "maths") == ViewState("a", ("b", "c"))


def test_a_place_that_cannot_be_kept_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way")
    with pytest.raises(OSError, match="exists"):
        save_view_state(str(tmp_path / "state"), "maths", "maths", ViewState())
