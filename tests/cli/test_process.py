"""The program as a process: exit codes, standard streams, imported modules."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from tests.cli.program_runs import ROOT, environment, item, one_line, process, section, write_roadmap
from tests.tui.pty_program import Terminal

NO_HOME = "import os, pwd\nos.environ.pop('HOME')\ndef none(_): raise KeyError\npwd.getpwuid = none"


def test_mark_is_seen_by_another_process(tmp_path: Path) -> None:
    marked = process(tmp_path, "mark", "done", "backprop")
    assert (marked.returncode, marked.stderr) == (0, "")
    assert marked.stdout.startswith("Backpropagation: done (was todo)\n")
    status = process(tmp_path, "status", "--json")
    assert json.loads(status.stdout)["done"] == 1
    assert oct((tmp_path / "log").stat().st_mode)[-3:] == "700"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--version"], 0),
        (["--help"], 0),
        (["mark", "--help"], 0),
        (["mark", "foo", "x"], 2),
        (["mark", "done"], 2),
        (["status", "--foo"], 2),
        (["status", "extra"], 2),
        (["next", "-n", "x"], 2),
        (["--roadmap"], 2),
        (["--data-dir", "/etc/passwd", "status"], 2),
        (["completion", "tcsh"], 2),
        (["\udcff\x1b[31m\n"], 2),
        (["mark", "\udcff\x1b[31m\n", "x"], 2),
        (["--\udcff\x1b[31m\n"], 2),
        (["--roadmap", "nope", "status"], 66),
    ],
)
def test_exit_codes(tmp_path: Path, words: list[str], code: int) -> None:
    result = process(tmp_path, *words)
    assert result.returncode == code
    if code:
        assert result.stdout == ""
        one_line(result.stderr)
    else:
        assert result.stderr == ""
        assert result.stdout


def _nested(levels: int) -> str:
    return '{"format":1,"id":"x","title":"x","children":' + "[" * levels + "]" * levels + "}"


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "",
        '{"format": 1, "id": "x", "title": "x", "child',
        _nested(10_000),
        '{"format": 1, "id": "x", "title": NaN, "children": []}',
        json.dumps({"format": 1, "id": "x", "title": "x", "children": [item("a", "A"), item("a", "B")]}),
        json.dumps(
            {
                "format": 1,
                "id": "x",
                "title": "x",
                "children": [item("a", "A", prerequisites=["b"]), item("b", "B", prerequisites=["a"])],
            }
        ),
        json.dumps({"format": 1, "id": "\x1b[31m\n", "title": "", "children": [{"type": "\u202e"}]}),
    ],
)
def test_a_broken_roadmap_is_reported_fault_by_fault(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    result = process(tmp_path, "--roadmap", str(path), "show")
    assert (result.returncode, result.stdout) == (65, "")
    lines = result.stderr.splitlines()
    assert 1 <= len(lines) <= 21
    assert all(line.startswith(f"roadmap-tui: {path}: ") and line.isprintable() for line in lines)


def test_hostile_titles_are_printed_sanitized(tmp_path: Path) -> None:
    titles = ["[/]", "[@click=app.quit]x[/]", "\x1b]0;gone\x07\x1b[2J", "a\nb\u202ec", "%s {0}"]
    children = [item(f"i-{n}", title) for n, title in enumerate(titles)]
    path = write_roadmap(tmp_path / "evil\x1b[31m.json", [section("s", titles[1], *children)], id="evil")
    for words in (
        ["show"],
        ["next"],
        ["mark", "done", "--branch", "s"],
        ["log"],
        ["show", "--json"],
        ["list"],
    ):
        result = process(tmp_path, "--roadmap", str(path), *words)
        assert (result.returncode, result.stderr) == (0, "")
        assert result.stdout.replace("\n", "").isprintable()
    shown = process(tmp_path, "--roadmap", str(path), "show").stdout
    for title in ("[/]", "[@click=app.quit]x[/]", "a bc", "%s {0}"):
        assert title in shown
    missing = process(tmp_path, "--roadmap", str(tmp_path / "no\x1b[31m\n.json"), "show")
    assert missing.returncode == 66
    one_line(missing.stderr)


def test_reading_works_without_a_home_folder(tmp_path: Path) -> None:
    for words in (["status"], ["show"], ["next"], ["list"], ["log"], ["note", "backprop"]):
        result = process(None, *words, code=NO_HOME)
        assert result.returncode == 0
    marking = ["mark", "done", "backprop"]
    for words in (marking, ["note", "backprop", "x"], ["--data-dir", "~/x", *marking]):
        result = process(None, *words, code=NO_HOME)
        assert (result.returncode, result.stdout) == (74, "")
        assert "no home folder" in one_line(result.stderr)
    result = process(None, "doctor", "--json", code=NO_HOME)
    assert result.returncode == 74
    assert json.loads(result.stdout)["folders"] == {}


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_data_folder_is_reported(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    result = process(tmp_path, "mark", "done", "backprop")
    tmp_path.chmod(0o700)
    assert (result.returncode, result.stdout) == (74, "")
    assert "read-only" in one_line(result.stderr)


def test_the_journal_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("in the way")
    result = process(tmp_path, "mark", "done", "backprop")
    assert (result.returncode, result.stdout) == (74, "")
    unread, unsaved = result.stderr.splitlines()
    assert unread.startswith("roadmap-tui: not read, not counted: 1 file")
    assert unsaved.startswith("roadmap-tui: not saved")
    assert process(tmp_path, "status").returncode == 0


def test_a_full_disk_is_reported(tmp_path: Path) -> None:
    full = "import os\ndef write(*_): raise OSError(28, 'No space left on device')\nos.write = write"
    result = process(tmp_path, "mark", "done", "backprop", code=full)
    assert (result.returncode, result.stdout) == (74, "")
    assert one_line(result.stderr) == (
        "roadmap-tui: not saved (1): No space left on device; fix that and repeat the command"
    )
    assert process(tmp_path, "status").stdout.startswith("0/")


@pytest.mark.parametrize(
    "words", [["show"], ["status"], ["show", "--json"], ["--help"], ["mark", "done", "backprop"]]
)
def test_a_broken_pipe_is_silent(tmp_path: Path, words: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "roadmap_tui", *words],
        stdin=subprocess.DEVNULL, stdout=writing, stderr=subprocess.PIPE,
        env=environment(tmp_path), timeout=30, check=False,
    )  # fmt: skip
    os.close(writing)
    assert done.stderr == b""
    assert done.returncode == 141
    if words[0] == "mark":
        assert process(tmp_path, "status").stdout.startswith("1/")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_output_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    for words in (["status"], ["show", "--json"], ["--help"]):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [sys.executable, "-m", "roadmap_tui", *words],
                stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE,
                env=environment(tmp_path), timeout=30, check=False,
            )  # fmt: skip
        assert done.returncode == 74
        one_line(done.stderr.decode())


def test_closed_standard_streams_do_not_crash(tmp_path: Path) -> None:
    command = f"exec {sys.executable} -m roadmap_tui mark done backprop <&- >&- 2>&-"
    done = subprocess.run(["sh", "-c", command], env=environment(tmp_path), timeout=30, check=False)
    assert done.returncode == 0
    assert process(tmp_path, "status").stdout.startswith("1/")
    assert all(b"todo" not in path.read_bytes() for path in (tmp_path / "log").iterdir())


def test_an_interrupt_ends_with_130(tmp_path: Path) -> None:
    code = "print(1, flush=True)\nfrom roadmap_tui.__main__ import main\nmain()"
    reader = subprocess.Popen(
        [sys.executable, "-c", code, "note", "backprop", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment(tmp_path), start_new_session=True,
    )  # fmt: skip
    assert reader.stdout is not None
    assert reader.stdout.readline() == b"1\n"
    time.sleep(0.2)  # it loads, or waits for a pipe that stays open
    reader.send_signal(signal.SIGINT)
    out, err = reader.communicate(timeout=30)
    assert (reader.returncode, out, err) == (130, b"", b"")


def test_closed_stdin_is_reported(tmp_path: Path) -> None:
    command = f"exec {sys.executable} -m roadmap_tui note backprop - <&-"
    done = subprocess.run(
        ["sh", "-c", command], env=environment(tmp_path), capture_output=True, timeout=30, check=False
    )
    assert (done.returncode, done.stdout) == (2, b"")
    one_line(done.stderr.decode())


def test_a_crash_writes_a_file_and_prints_one_line(tmp_path: Path) -> None:
    bug = (
        "from roadmap_tui.store import library\n"
        "def find(*_, **__): raise RuntimeError('a\\x1b[31m secret')\n"
        "library.find = find"
    )
    result = process(tmp_path, "status", code=bug)
    assert (result.returncode, result.stdout) == (1, "")
    crash = tmp_path / "state" / "crash.txt"
    assert str(crash) in one_line(result.stderr)
    assert "RuntimeError" in result.stderr
    assert "secret" not in result.stderr
    assert "Traceback" in crash.read_text()
    assert oct(crash.stat().st_mode)[-3:] == "600"
    assert process(None, "status", code=f"{NO_HOME}\n{bug}").returncode == 1


def test_windows_is_refused_at_once(tmp_path: Path) -> None:
    code = "import sys\nsys.platform = 'win32'\nsys.modules['fcntl'] = None"
    result = process(tmp_path, "status", code=code)
    assert (result.returncode, result.stdout) == (2, "")
    assert "WSL" in one_line(result.stderr)


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1"])
def test_the_help_is_printed_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    found = process(tmp_path, "--help", PYTHONIOENCODING=encoding)
    assert found.returncode == 0, found.stderr
    assert "Commands:" in found.stdout


def test_output_is_replaced_where_the_encoding_lacks_a_character(tmp_path: Path) -> None:
    path = write_roadmap(tmp_path / "x.json", [item("e", "Égalité ✓")])
    show = process(tmp_path, "--roadmap", str(path), "show", PYTHONIOENCODING="ascii")
    assert show.stdout.splitlines()[-1] == ". ?galit? ?"
    found = process(tmp_path, "--roadmap", str(path), "show", "--json", PYTHONIOENCODING="ascii")
    assert found.stdout.isascii()
    assert json.loads(found.stdout)[0]["title"] == "Égalité ✓"


HEAVY = {"textual", "rich", "fsrs", "markdown_it", "rapidfuzz"}


def _loaded(tmp_path: Path, *words: str) -> set[str]:
    code = (
        "import sys, atexit\natexit.register(lambda: print('\\n'.join(sys.modules), file=sys.stderr))\n"
        f"sys.argv[1:] = {list(words)!r}"
    )
    result = process(tmp_path, code=code)
    assert result.returncode == 0
    return set(result.stderr.split())


@pytest.mark.parametrize(
    "words",
    [
        *(["status"], ["mark", "done", "backprop"], ["next"], ["list"], ["show"], ["keys"]),
        *(["review"], ["status", "--json"], ["list", "--json"]),
    ],
)
def test_a_command_imports_no_heavy_module(tmp_path: Path, words: list[str]) -> None:
    loaded = _loaded(tmp_path, *words)
    assert "roadmap_tui.cli.main" in loaded
    assert not loaded & HEAVY
    assert ("click" in loaded) == (words[0] in {"list", "show", "keys"} or "--json" in words)


@pytest.mark.parametrize(
    ("words", "parses"),
    [([], False), (["--data-dir", "/"], False), (["--data-dir", "/no such"], True), (["--ascii"], True)],
)
def test_a_plain_start_does_not_import_click(tmp_path: Path, words: list[str], parses: bool) -> None:
    code = (
        "import sys, roadmap_tui.cli.screen as screen\n"
        "screen.open_screen = lambda context: print('click' in sys.modules, context.data_dir)\n"
        f"sys.argv[1:] = {words!r}"
    )
    told = process(tmp_path, code=code).stdout.split(maxsplit=1)
    assert [one.strip() for one in told] == [str(parses), words[1] if words[1:] else "None"]


def test_the_fast_commands_import_few_modules(tmp_path: Path) -> None:
    others = {
        f"roadmap_tui.cli.{name}" for name in ("show", "mark", "note", "log", "review", "doctor", "screen")
    }
    others |= {"roadmap_tui.study.reviews", "roadmap_tui.core.review.schedule"}
    slow = {"platformdirs", "pathlib", "difflib", "tempfile", "traceback", "importlib.metadata", "asyncio"}
    assert not _loaded(tmp_path, "status") & (others | slow)


def test_importing_the_command_line_loads_neither_framework(tmp_path: Path) -> None:
    code = "import sys, roadmap_tui.cli; print([name for name in ('textual', 'rich') if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(tmp_path), capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


# Completion


@pytest.fixture
def path_with_program(tmp_path: Path) -> str:
    program = tmp_path / "bin" / "roadmap-tui"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m roadmap_tui "$@"\n')
    program.chmod(0o755)
    return f"{program.parent}{os.pathsep}{os.environ['PATH']}"


# What macOS's bash 3.2 lacks.
_OLD_BASH = """
enable -n compopt
complete() { [ "$2" != nosort ] && builtin complete "$@"; }
"""


@pytest.mark.parametrize("is_old", [False, True], ids=["bash", "bash 3.2"])
def test_bash_completes(tmp_path: Path, path_with_program: str, is_old: bool) -> None:
    script = (_OLD_BASH if is_old else "") + process(tmp_path, "completion", "bash").stdout
    checked = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")

    def complete(*words: str) -> list[str]:
        asked = " ".join(f"'{word}'" for word in words)
        code = f"""{script}
        COMP_WORDS=({asked}); COMP_CWORD={len(words) - 1}
        _roadmap_tui_completion roadmap-tui; printf '%s\\n' "${{COMPREPLY[@]}}"; complete -p roadmap-tui """
        done = subprocess.run(
            ["bash", "-c", code], env=environment(tmp_path, PATH=path_with_program),
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stderr == ""
        *found, registered = done.stdout.splitlines()
        option = "default" if is_old else "nosort"
        assert registered == f"complete -o {option} -F _roadmap_tui_completion roadmap-tui"
        return [line for line in found if line]

    assert complete("roadmap-tui", "mark", "done", "backprop") == ["backpropagation"]
    assert complete("roadmap-tui", "ma") == ["mark"]
    assert complete("roadmap-tui", "import", "REA") == []  # the shell itself completes the file


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("roadmap-tui mark d", ["doing", "done"]),
        ("roadmap-tui mark done xavier", ["weight-initialization"]),
        ("roadmap-tui note backprop", ["backpropagation"]),
        ("roadmap-tui log backprop", ["backpropagation"]),
        ("roadmap-tui show core-deep", ["core-deep-learning"]),
        ("roadmap-tui mark --branch done core-deep", ["core-deep-learning"]),
        ("roadmap-tui status --roadmap ml", ["ml-dl"]),
        ("roadmap-tui ml", ["ml-dl"]),
        ("roadmap-tui --roadmap nope mark done x", []),
        ("roadmap-tui completion z", ["zsh"]),
        ("roadmap-tui show --sta", ["--status"]),
    ],
)
def test_completions(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    expected: list[str],
) -> None:
    from roadmap_tui.cli import run

    monkeypatch.setenv("ROADMAP_TUI_HOME", str(tmp_path))
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    monkeypatch.setenv("_ROADMAP_TUI_COMPLETE", "bash_complete")
    assert run([]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert [line.split(",")[1] for line in shown.out.splitlines() if line] == expected


def test_import_completes_files(tmp_path: Path) -> None:
    asked = {"COMP_WORDS": "roadmap-tui import REA", "COMP_CWORD": "2"}
    result = process(tmp_path, _ROADMAP_TUI_COMPLETE="bash_complete", **asked)
    assert result.stdout == "file,REA\n"


def test_a_time_zone_that_no_date_can_have_is_replaced_by_utc(tmp_path: Path) -> None:
    for zone in ("ABC-24:30", "ABC30", "ABC-23DEF-24"):
        result = process(tmp_path, "mark", "done", "lenet", "--json", TZ=zone)
        assert (result.returncode, result.stderr) == (
            0,
            f"roadmap-tui: TZ: {zone} is a day or more from UTC; using UTC\n",
        )
        assert process(tmp_path, "log", "--json", TZ=zone).returncode == 0
    assert process(tmp_path, "status", TZ="ABC-23:59").stderr == ""


def test_the_program_runs_from_a_zip_archive(tmp_path: Path) -> None:
    archive = tmp_path / "roadmap-tui.pyz"
    with zipfile.ZipFile(archive, "w") as file:
        for path in (ROOT / "roadmap_tui").rglob("*"):
            if path.suffix in {".py", ".tcss"}:
                file.write(path, path.relative_to(ROOT))
        for path in (ROOT / "data").rglob("*.json"):
            file.write(path, "roadmap_tui" / path.relative_to(ROOT))
        file.writestr("__main__.py", "from roadmap_tui.__main__ import main\nmain()\n")
    for args in (["status"], ["list"], ["show", "backpropagation", "--answers"], ["doctor"]):
        done = subprocess.run(
            [sys.executable, str(archive), *args],
            env=environment(tmp_path / "home", PYTHONPATH=""), cwd="/",
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, ""), args
        if args[0] == "show":
            assert "Exercise" in done.stdout
    (tmp_path / "home").mkdir(exist_ok=True)
    command = (sys.executable, str(archive))
    terminal = Terminal(home=tmp_path / "home", command=command, PYTHONPATH="")
    try:
        terminal.until_drawn()
        terminal.type("jq")
        assert terminal.wait(20) == 0
    finally:
        terminal.close()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_each_shell(tmp_path: Path, shell: str) -> None:
    result = process(tmp_path, "completion", shell)
    assert result.returncode == 0
    assert "_ROADMAP_TUI_COMPLETE" in result.stdout


def test_a_completion_variable_set_by_hand_is_a_usage_error(tmp_path: Path) -> None:
    assert process(tmp_path, _ROADMAP_TUI_COMPLETE="bash_complete").returncode == 2
