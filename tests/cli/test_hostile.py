"""Hostile titles, names, URLs and settings: output to the terminal is always sanitized."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from roadmap_tui.cli.commands import COMMANDS
from tests.cli.program_runs import CliRunner, process
from tests.hostile import ADDRESSES, NAMES, TEXTS, furnish, strangers

_CONFIG = """
[screen]
theme = {0}
start = {0}
{0} = {0}
[keys]
{0} = {0}
done = [{0}]
[{0}]
{0} = {0}
[{0}.{0}]
"""


@pytest.fixture
def evil(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.chdir(tmp_path)
    home = furnish(tmp_path / "home", timer=True)
    (home / "config").mkdir()
    # TOML has no lone surrogates; one line of it may be anything.
    names = [json.dumps(text.encode("utf-8", "replace").decode()[:200]) for text in TEXTS.values()]
    (home / "config" / "config.toml").write_text("".join(_CONFIG.format(name) for name in names[:1]))
    (home / "state").mkdir(exist_ok=True)
    (home / "state" / "place.json").write_text(json.dumps({"last": TEXTS["clipboard"], "roadmaps": {}}))
    for name in NAMES[::2]:
        # Some are no roadmaps at all, and the faults are told.
        fault = {
            "format": 1,
            "id": TEXTS["clipboard"],
            "title": 1,
            name: 2,
            "children": [{TEXTS["C1"]: name}],
        }
        (home / "roadmaps" / f"{name}.json").write_text(json.dumps(fault))
        (home / "log" / f"{name}.jsonl").write_bytes(b"\x1b]52;c;AAAA\x07\n\xff\n")
    monkeypatch.setenv("ROADMAP_TUI_THEME", "a\x1b]52;c;AAAA\x07\x9b\u202e")
    monkeypatch.setenv("ROADMAP_TUI_RETENTION", TEXTS["markup"])
    return CliRunner(home, capfd)


def fit(result: tuple[int, str, str]) -> None:
    """Fails where a stream holds what no text may, or the program did not end as it says."""
    code, out, err = result
    assert strangers(out) == []
    assert strangers(err) == []
    assert code in {0, 2, 65, 66, 74}


READING = [
    *(["list"], ["status"], ["next", "-n", "99"], ["today"], ["review"], ["stats"], ["doctor"], ["config"]),
    *(["show"], ["show", "i4"], ["show", "i18"], ["show", "--status", "done"], ["note", "i4"], ["time"]),
    *(["time", "i4"], ["log", "-n", "0"], ["log", "i4"], ["keys"], ["find", "a"]),
]
CHANGING = [
    *(["undo"], ["redo"], ["mark", "done", "i4"], ["mark", "done", "a"], ["note", "i5", TEXTS["C1"]]),
    *(["adopt-ticks", "evil"], ["time", "i4", "--stop"], ["time", "i9", "--start"], ["update", "evil"]),
    *(["restore", "log", "--dry-run"], ["doctor", "--fix"], ["review", "--grade", "good", "i0"]),
]


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_control_characters_are_never_printed(evil: CliRunner, words: list[str]) -> None:
    if words[0] not in COMMANDS:
        pytest.skip(f"there is no command {words[0]}")
    for more in ([], ["--json"]):
        fit(evil("--roadmap", "evil", *words, *more))
    fit(evil(*words))  # and with what is wrong with the roadmap opened last


@pytest.mark.parametrize("words", CHANGING, ids=lambda words: words[0])
def test_messages_about_changes_are_sanitized(evil: CliRunner, words: list[str]) -> None:
    fit(evil("--roadmap", "evil", *words))
    fit(evil("--roadmap", "evil", *words, "--json"))


@pytest.mark.parametrize("name", [*NAMES, "\x9b31m", "x" * 5000])
def test_hostile_names_are_neither_options_nor_commands(evil: CliRunner, name: str, tmp_path: Path) -> None:
    before = sorted(os.listdir(tmp_path))
    for words in (
        *(["--roadmap", name, "status"], [name], ["show", name], ["mark", "done", name], ["note", name]),
        *(["import", name], ["update", name], ["restore", name, "--dry-run"], ["export", name]),
        *(
            ["export", "--into", name],
            ["--theme", name, "status"],
            ["status", f"--{name}"],
            ["log", "-n", name],
        ),
        *(["review", "--grade", name, "i0"], ["time", "i0", "--add", name], ["completion", name]),
        ["--data-dir", name, "status"],
    ):
        if "\0" not in name:
            fit(evil(*words))
    assert not {"owned"} & set(os.listdir(tmp_path))
    assert set(os.listdir(tmp_path)) - set(before) <= {name}


@pytest.mark.parametrize("address", [*ADDRESSES, *NAMES])
def test_invalid_urls_are_sanitized_in_error_messages(evil: CliRunner, address: str, tmp_path: Path) -> None:
    for words in (["import"], ["update", "evil"], ["sync", "--remote"]):
        result = evil(*words, "--", address) if words[0] == "import" else evil(*words, address)
        fit(result)
        # What git can do with an address, it says itself.
        assert result.code or words[0] == "sync" or address == "--help"
    assert not (tmp_path / "owned").exists()
    assert "secret" not in result.out + result.err


@pytest.mark.parametrize("name", NAMES)
def test_files_with_hostile_names_are_only_files(evil: CliRunner, name: str, tmp_path: Path) -> None:
    lines = "".join(f"- [ ] {text}\n" for text in TEXTS.values() if not {"\0", "\ud800"} & set(text))
    (tmp_path / f"{name}.md").write_text(f"# {TEXTS['hyperlink']}\n\n{lines}")
    result = evil("import", "--", f"{name}.md")
    fit(result)
    assert result.code == 0, result.err
    fit(evil("update", "--", "a", f"{name}.md"))
    for form in ("markdown", "json", "html"):
        result = evil("export", "evil", "--format", form, f"--output={name}")
        fit(result)
        assert result.code == 0, result.err
        assert stat.S_ISREG((tmp_path / name).lstat().st_mode)
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize("text", list(TEXTS.values())[::2], ids=list(TEXTS)[::2])
def test_hostile_settings_are_sanitized_in_warnings(evil: CliRunner, text: str) -> None:
    written = json.dumps(text.encode("utf-8", "replace").decode(), ensure_ascii=False)
    quoted = written.replace("\x7f", "\\u007f")
    for content in (_CONFIG.format(quoted), text, f"a = {text}", f"[screen]\ntheme = {quoted}"):
        (evil.home / "config" / "config.toml").write_text(content, encoding="utf-8", errors="replace")
        fit(evil("config"))
    fit(evil("--roadmap", "evil", "status"))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions_never_run_a_command(evil: CliRunner, shell: str) -> None:
    for begun in ("--roadmap ", "--roadmap evil show ", "--roadmap evil mark done "):
        words = f"roadmap-tui {begun}"
        where = "" if shell == "fish" else str(len(words.split()))
        more = {"_ROADMAP_TUI_COMPLETE": f"{shell}_complete", "COMP_WORDS": words, "COMP_CWORD": where}
        done = process(evil.home, **more)
        assert strangers(done.stdout.replace("\t", " ")) == []  # fish wants tabs
        assert done.stderr == ""
        assert "ml-dl" in done.stdout or "i4" in done.stdout or "all" in done.stdout, done.stdout
        if begun == "--roadmap ":
            # What stands on a command line afterwards is run by whoever presses enter.
            assert "touch" not in done.stdout
            assert "-rf" not in done.stdout


def test_a_hostile_exception_message_is_sanitized(evil: CliRunner) -> None:
    code = (
        "import roadmap_tui.study.event_store as l\n"
        f"class Evil(Exception): pass\nEvil.__name__ = {TEXTS['clipboard']!r}\n"
        f"def broken(*a, **k): raise Evil({TEXTS['C1']!r})\nl.EventStore.counts_at = broken"
    )
    done = process(evil.home, "--roadmap", "evil", "status", code=code)
    assert done.returncode == 1
    assert strangers(done.stderr) == []
    assert done.stderr.splitlines()[-1].endswith("crash.txt")
    assert stat.S_IMODE((evil.home / "state" / "crash.txt").stat().st_mode) == 0o600


@pytest.fixture(autouse=True)
def _ends_clean(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    yield
    capfd.readouterr()


@pytest.mark.parametrize(
    "address",
    [
        "http://user:s3cret@host.invalid/",
        "https://s3cret@host.invalid/README.md",
        "http://user:s3/cret@host.invalid/",
        "http://user:s3@cret@host.invalid/",
        "ftp://user:s3cret@host.invalid/",
        "user:s3cret@host.invalid/plan.md",
    ],
)
def test_passwords_in_addresses_are_never_printed(evil: CliRunner, address: str) -> None:
    for words in (
        *(["import", address], ["update", "evil", address], ["import", "-", "--base-url", address]),
        *(["sync", "--remote", address], ["restore", address], ["export", "--into", address]),
        *([address], ["--roadmap", address, "status"], ["show", address], ["mark", "done", address]),
        *(["log", "-n", address], ["status", address, address]),
        *(["doctor", "--study", address], ["doctor", address, "--links"], ["completion", address]),
    ):
        result = evil(*words)
        assert "s3" not in result.out + result.err, words
        assert "cret" not in result.out + result.err, words
