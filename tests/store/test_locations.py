from __future__ import annotations

import os
from pathlib import Path

import pytest

from roadmap_tui.store.locations import Locations, locate
from tests.journals import run_python

SAY = "from roadmap_tui.store.locations import locate\nprint(*(locate() or ['nowhere']), sep='\\n')"
AS_NOBODY = f"import os, roadmap_tui.store.locations\nos.setuid(54321)\n{SAY}"


def test_one_variable_or_argument_puts_all_under_one_folder(tmp_path: Path) -> None:
    home = str(tmp_path)
    expected = Locations(home, f"{home}/state", f"{home}/config")
    assert locate(None, {"ROADMAP_TUI_HOME": home}) == expected
    assert locate(home, {}) == expected
    assert locate(home, {"ROADMAP_TUI_HOME": "/elsewhere"}) == expected
    assert (expected.log, expected.roadmaps, expected.backups) == (
        f"{home}/log",
        f"{home}/roadmaps",
        f"{home}/state/backups",
    )
    assert list(tmp_path.iterdir()) == []


def test_a_relative_folder_is_made_absolute_and_a_tilde_is_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/ada")
    relative, tilde = locate("study"), locate("~/study")
    assert relative is not None
    assert tilde is not None
    assert relative.data == str(tmp_path / "study")
    assert tilde.data == "/home/ada/study"
    assert locate("~nobody-of-that-name/study") is None


def test_the_cache_is_in_the_users_cache_folder_one_per_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if ``--data-dir`` names a folder that somebody else may write to."""
    monkeypatch.setenv("XDG_CACHE_HOME", "/x")
    one, other = (Locations(str(tmp_path / name), "/s", "/c").cache for name in ("a", "b"))
    assert one is not None
    assert other is not None
    assert one != other
    assert os.path.dirname(one) == os.path.dirname(other) == "/x/roadmap-tui"
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert Locations(str(tmp_path / "link"), "/s", "/c").cache == one
    monkeypatch.setenv("HOME", "/h")
    for unusable in ("", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", unusable)
        assert str(Locations("/d", "/s", "/c").cache).startswith("/h/")


def _said(code: str = SAY, **env: str) -> list[str]:
    return run_python(code, env=env).splitlines()


def test_the_xdg_variables_are_followed() -> None:
    assert _said(HOME="/h") == [
        "/h/.local/share/roadmap-tui",
        "/h/.local/state/roadmap-tui",
        "/h/.config/roadmap-tui",
    ]
    xdg = {f"XDG_{kind}_HOME": f"/x/{kind}" for kind in ("DATA", "STATE", "CONFIG")}
    assert _said(HOME="/h", **xdg) == [f"/x/{kind}/roadmap-tui" for kind in ("DATA", "STATE", "CONFIG")]
    assert _said(HOME="/h", ROADMAP_TUI_HOME="/r", **xdg) == ["/r", "/r/state", "/r/config"]
    assert _said(HOME="/h", ROADMAP_TUI_HOME="", XDG_DATA_HOME="")[0] == "/h/.local/share/roadmap-tui"


def test_on_a_mac_the_xdg_variables_go_before_its_own_folders() -> None:
    code = f"import sys; sys.platform = 'darwin'\n{SAY}"
    own = "/h/Library/Application Support/roadmap-tui"
    assert _said(code, HOME="/h") == [own, own, own]
    assert _said(code, HOME="/h", XDG_DATA_HOME="/x")[:2] == ["/x/roadmap-tui", own]


def test_without_a_home_there_is_no_place() -> None:
    if os.geteuid():
        pytest.skip("only root can become a user whom nobody knows")
    assert _said(AS_NOBODY) == ["nowhere"]
    assert _said(AS_NOBODY, ROADMAP_TUI_HOME="~/study") == ["nowhere"]
    assert _said(AS_NOBODY, ROADMAP_TUI_HOME="/r")[0] == "/r"
    assert _said(AS_NOBODY, HOME="/h")[0] == "/h/.local/share/roadmap-tui"
