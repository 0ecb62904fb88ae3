"""The file of settings: what is read, what is told of what can't be, and nothing ever raised."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from roadmap_tui.core.errors import SaveError, UsageError
from roadmap_tui.core.settings import DEFAULTS, SETTINGS
from roadmap_tui.store.config import FILE_NAME, MAX_BYTES, Config, read, template, write


def _read(folder: Path, text: str | bytes, **environment: str) -> Config:
    (folder / FILE_NAME).write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(str(folder), environment)


@pytest.mark.parametrize("folder", [None, "/nonexistent"])
def test_without_a_file_everything_is_as_it_was_made(folder: str | None) -> None:
    config = read(folder, {})
    assert (config.settings, config.warnings) == (DEFAULTS, [])
    assert all(config.origin_of(setting.name) == "default" for setting in SETTINGS)


def test_the_environment_goes_before_the_file_and_that_before_the_default(tmp_path: Path) -> None:
    config = _read(
        tmp_path,
        '[screen]\ntheme = "light"\nside_by_side = 120\n\n[review]\na_day = 5\n',
        ROADMAP_TUI_THEME="dark",
        ROADMAP_TUI_MOST_ITEMS="30000",
        ROADMAP_TUI_MOUSE="",
    )
    assert config.settings == DEFAULTS._replace(
        theme="dark", side_by_side=120, reviews_a_day=5, most_items=30000
    )
    places = {name: config.origin_of(name) for name in config.origins}
    assert places == {
        "screen.theme": "ROADMAP_TUI_THEME",
        "screen.side_by_side": "config.toml:3",
        "review.a_day": "config.toml:6",
        "limits.items": "ROADMAP_TUI_MOST_ITEMS",
    }
    assert config.warnings == []


def test_what_is_wrong_names_its_line_and_what_holds_instead(tmp_path: Path) -> None:
    text = '# my settings\n[screen]\nside_by_side = 120\nmouse = "no"\n\n[review]\nretention = 1.7\n'
    config = _read(tmp_path, text, ROADMAP_TUI_SIDE_BY_SIDE="3")
    assert config.settings == DEFAULTS._replace(side_by_side=120)
    assert config.warnings == [
        'config.toml:4: screen.mouse: "no" is not true or false; using true',
        "config.toml:7: review.retention: 1.7 is not between 0.7 and 0.99; using 0.9",
        "ROADMAP_TUI_SIDE_BY_SIDE: 3 is not between 40 and 1000; using 120",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("review.a_day = -1", 1),
        ("\"review\".'a_day' = -1", 1),
        ("[review] # a table\r\n\r\na_day = -1\r\n", 3),
        ('[screen]\nstart = """\n[review]\na_day = 5\n"""\n[review]\na_day = -1', 7),
        ("review = { a_day = -1 }", 1),
        ("[screen]\nascii = true\n[ review ]\n# a_day = 4\na_day = [\n 1,\n]", 5),
        ("\ufeff[review]\na_day = -1", 2),
    ],
)
def test_the_line_is_that_of_the_key(tmp_path: Path, text: str, line: int) -> None:
    (told,) = _read(tmp_path, text).warnings
    assert told.startswith(f"config.toml:{line}: review.a_day: ")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "[screen]\nthem = 1",
            "config.toml:2: screen.them: no such setting; did you mean screen.theme?",
        ),
        ('\ntheme = "dark"', "config.toml:2: theme: no such setting; did you mean screen.theme?"),
        (
            "[screem]\ntheme = 1",
            "config.toml:1: screem: no such table; did you mean screen?",
        ),
        ("screen = 3", "config.toml:1: screen: it is a table, to be written as [screen]"),
        ("keys = 3", "config.toml:1: keys: it is a table, to be written as [keys]"),
        ("[[screen]]\nascii = true", "config.toml:1: screen: it is a table, to be written as [screen]"),
        ("[keys]\ndoing = 3", 'config.toml:2: keys.doing: not a key such as "d" or a list'),
        ("[keys.a]\nb.c = 3", 'config.toml:2: keys.a.b: not a key such as "d" or a list'),
    ],
)
def test_what_there_is_not(tmp_path: Path, text: str, told: str) -> None:
    config = _read(tmp_path, text)
    assert config.settings == DEFAULTS
    assert [line.startswith(told) for line in config.warnings] == [True], config.warnings


def test_keys_are_taken_by_command_in_either_form(tmp_path: Path) -> None:
    text = (
        '[keys]\ndoing = "d"\n"note.save" = ["f2", "ctrl+s", "f2"]\nskip = []\n[keys.library]\nopen = "o"\n'
    )
    config = _read(tmp_path, text)
    assert config.warnings == []
    assert config.settings.keys == (
        ("doing", ("d",)),
        ("note.save", ("f2", "ctrl+s")),
        ("skip", ()),
        ("library.open", ("o",)),
    )
    config.add_warning("keys.library.open", "no")
    assert config.warnings == ["config.toml:6: keys.library.open: no"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"[screen\n", "config.toml:1: it is not TOML: Expected ']' at the end of a table declaration"),
        (b"[screen]\nascii = yes\n", "config.toml:2: it is not TOML: Invalid value"),
        (b"[screen]\n[screen]\n", "config.toml:2: it is not TOML: Cannot declare"),
        (b"a = 1\nb = '\xff'\n", "config.toml:2: it is not UTF-8"),
        (b"a = 1\n\x00", "config.toml:2: it is not TOML: "),
        (b"a = " + b"[" * 20_000, "config.toml: not a settings file"),
        (b"a = " + b"{a=" * 20_000, "config.toml: not a settings file"),
        (b"a = " + b"9" * 5000, "config.toml: not a settings file"),
        (b"#" * (MAX_BYTES + 1), "config.toml: it is larger than 1 MiB"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_a_file_that_can_t_be_understood_is_told_in_a_line(tmp_path: Path, data: bytes, told: str) -> None:
    config = _read(tmp_path, data, ROADMAP_TUI_THEME="dark")
    (line,) = config.warnings
    assert line.startswith(told)
    assert line.endswith("; the file is ignored")
    assert line.isprintable()
    assert config.settings == DEFAULTS._replace(theme="dark")


def test_a_file_that_can_t_be_read_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    assert read(str(tmp_path), {}).warnings == ["config.toml: Is a directory; the file is ignored"]
    (tmp_path / FILE_NAME).rmdir()
    os.mkfifo(tmp_path / FILE_NAME)
    assert read(str(tmp_path), {}).warnings == ["config.toml: it is not a regular file; the file is ignored"]
    (tmp_path / FILE_NAME).unlink()
    (tmp_path / FILE_NAME).symlink_to(FILE_NAME)
    assert "the file is ignored" in read(str(tmp_path), {}).warnings[0]


def test_of_many_faults_the_first_are_told_and_the_others_counted(tmp_path: Path) -> None:
    config = _read(tmp_path, "[screen]\n" + "".join(f"wrong{n} = {n}\n" for n in range(30_000)))
    assert len(config.warnings) == 21
    assert config.warnings[-1] == "config.toml: and 29980 more"


_lines = st.sampled_from(
    [
        *("[screen]", "[keys]", "[review]", "[[keys]]", "[keys.note]", "theme = 'dark'", "retention = 1.7"),
        *('doing = "d"', "mouse = maybe", '"""', "a = [", "]", "{", "= 3", "\x00", "a.b.c.d.e = 1", "#"),
    ]
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.lists(_lines).map(lambda lines: "\n".join(lines).encode()))
@example(b"[keys.a.b.c]\nd = {e = 1}")
@example(b'[""]\n"" = 1\n[keys]\n"" = ""')
def test_no_bytes_whatever_raise_or_print_what_they_like(tmp_path: Path, data: bytes) -> None:
    config = _read(tmp_path, data)
    assert all(line.isprintable() and line.startswith(FILE_NAME) for line in config.warnings)
    assert all(config.origin_of(name) for name in config.origins)


def test_the_first_file_says_everything_and_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "config"
    path = write(str(folder), template())
    assert os.stat(path).st_mode & 0o777 == 0o600
    assert os.stat(folder).st_mode & 0o777 == 0o700
    config = read(str(folder), {})
    assert (config.settings, config.warnings, config.origins) == (DEFAULTS, [], {})
    live = "\n".join(line.removeprefix("# ") if " = " in line else line for line in template().split("\n"))
    config = _read(folder, live)
    assert (config.settings, config.warnings) == (DEFAULTS, [])
    assert set(config.origins) == {setting.name for setting in SETTINGS}
    assert set(tomllib.loads(template())) == {setting.name.partition(".")[0] for setting in SETTINGS}
    assert all(setting.help in template() and setting.variable in template() for setting in SETTINGS)


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("mine")
    with pytest.raises(UsageError, match="it already exists"):
        write(str(tmp_path), template())
    assert (tmp_path / FILE_NAME).read_text() == "mine"
    (tmp_path / FILE_NAME).unlink()
    (tmp_path / FILE_NAME).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError):
        write(str(tmp_path), template())
    assert not (tmp_path / "elsewhere").exists()


def test_where_no_file_can_be_written_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SaveError):
        write(str(tmp_path / "file" / "below"), template())
