"""Settings: complete declarations, allowed values, and messages for others."""

from __future__ import annotations

import datetime as dt
import tomllib
from typing import Any

import pytest

from roadmap_tui.core.settings import DEFAULTS, SETTINGS, THEMES, Setting, Settings

BY_NAME = {setting.name: setting for setting in SETTINGS}


def test_every_setting_but_the_keys_is_declared() -> None:
    assert [setting.field for setting in SETTINGS] == [name for name in Settings._fields if name != "keys"]
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)
    assert all(setting.name.count(".") == 1 for setting in SETTINGS)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_written_values_are_read_back(setting: Setting) -> None:
    written = setting.write(DEFAULTS)
    value = tomllib.loads(f"x = {written}")["x"]
    assert setting.read(value) == getattr(DEFAULTS, setting.field)
    assert setting.read_text(written.strip('"')) == getattr(DEFAULTS, setting.field)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
@pytest.mark.parametrize(
    "value",
    [[], {}, dt.date(2025, 1, 1), 10**5000, -(10**20), 1e400, ""],
    ids=lambda value: type(value).__name__,
)
def test_values_of_a_wrong_type_are_refused_in_one_line(setting: Setting, value: object) -> None:
    with pytest.raises(ValueError) as told:
        setting.read(value)
    assert " is not " in str(told.value)
    assert len(str(told.value)) < 130


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("review.retention", 1.7, "1.7 is not between 0.7 and 0.99"),
        ("review.retention", float("nan"), "nan is not between 0.7 and 0.99"),
        ("review.retention", "high", '"high" is not a number between 0.7 and 0.99'),
        ("review.retention", True, "true is not a number between 0.7 and 0.99"),
        ("review.a_day", -1, "-1 is not between 0 and 1000"),
        ("review.a_day", 2.0, "2.0 is not a whole number between 0 and 1000"),
        ("screen.side_by_side", 39, "39 is not between 40 and 1000"),
        ("screen.mouse", 1, "1 is not true or false"),
        ("screen.start", "", '"" is not a text of 1 to 1000 characters'),
        (
            "screen.theme",
            "drak",
            '"drak" is not one of auto, dark, light, 16, or a theme of Textual such as nord',
        ),
        ("study.day_starts", "24:00", '"24:00" is not a time from "00:00" to "23:59"'),
        ("study.day_starts", "4", '"4" is not a time from "00:00" to "23:59"'),
        ("study.day_starts", 4, '4 is not a time from "00:00" to "23:59"'),
        ("screen.theme", "\x1b[31m\n", '"\ufffd[31m" is not one of auto, dark, light, 16'),
    ],
)
def test_a_refusal_names_the_allowed_values(name: str, value: object, why: str) -> None:
    with pytest.raises(ValueError) as told:
        BY_NAME[name].read(value)
    assert str(told.value).startswith(why)


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("study.day_starts", "4:30", 270),
        ("study.day_starts", dt.time(0, 5), 5),
        ("study.day_starts", "23:59", 1439),
        ("review.retention", 0.7, 0.7),
        ("review.a_day", 0, 0),
        ("screen.theme", "nord", "nord"),
    ],
)
def test_allowed_values_are_accepted(name: str, value: object, read: object) -> None:
    assert BY_NAME[name].read(value) == read


@pytest.mark.parametrize(
    ("name", "text", "read"),
    [
        *(("screen.ascii", word, True) for word in ("1", "true", "YES", "on")),
        *(("screen.mouse", word, False) for word in ("0", "False", "no", "off")),
        ("review.a_day", "20", 20),
        ("review.retention", "0.85", 0.85),
        ("screen.theme", "16", "16"),
        ("screen.start", "7", "7"),
        ("study.day_starts", "05:00", 300),
    ],
)
def test_environment_variables_are_parsed(name: str, text: str, read: Any) -> None:
    value = BY_NAME[name].read_text(text)
    assert (value, type(value)) == (read, type(read))


@pytest.mark.parametrize(
    ("name", "text"), [("screen.ascii", "maybe"), ("review.a_day", "9" * 5000), ("review.a_day", "1_000_0")]
)
def test_an_invalid_environment_variable_is_refused(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=" is not "):
        BY_NAME[name].read_text(text)


def test_the_themes_are_those_of_textual() -> None:
    from textual.theme import BUILTIN_THEMES

    assert set(THEMES) - {"auto", "dark", "light", "16"} <= set(BUILTIN_THEMES)
