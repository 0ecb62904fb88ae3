"""Programs that are started get a list of arguments, in which nothing of others can pass for an option."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from roadmap_tui.core.errors import RoadmapTuiError
from roadmap_tui.store.editor import run_editor
from roadmap_tui.store.git_url import checked_remote
from roadmap_tui.store.repository import Edit, Repository
from roadmap_tui.text.terminal import editor_command
from roadmap_tui.tui.terminal import browser
from tests.cli.program_runs import ROOT
from tests.hostile import ADDRESSES, NAMES, ODD_ADDRESS, TEXTS

PACKAGE = ROOT / "roadmap_tui"
# The one place that each is started from, and the words it is started with.
STARTED = {
    "store/git.py": "['git', *settings, *args]|['git', 'config', '--get', 'core.sshCommand']",
    "tui/terminal/browser.py": "[found, to_ascii_url(url)]",
    "store/editor.py": "[*command, path]",
    "tui/terminal/capabilities.py": "['tmux', *args]",
    "store/hooks.py": "[sys.executable, '-I', '-S', '-c', _SUPERVISOR, *arguments]",
}
_STARTERS = re.compile(
    r"subprocess\.\w+|os\.(system|popen|exec\w+|spawn\w+|posix_spawn\w*|startfile)|pty\.spawn"
)
_SHELLS = re.compile(
    r"asyncio\.create_subprocess\w+|shell_completion\.\w*run|webbrowser|pexpect|commands\.get"
)


def calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                yield str(path.relative_to(PACKAGE)), node


def test_programs_are_only_started_with_argument_lists() -> None:
    found: dict[str, list[str]] = {}
    for name, call in calls():
        function = ast.unparse(call.func)
        assert not _SHELLS.fullmatch(function), (name, ast.unparse(call))
        assert not any(word.arg == "shell" for word in call.keywords), (name, ast.unparse(call))
        if _STARTERS.fullmatch(function):
            assert function in {"subprocess.run", "subprocess.Popen", "os.posix_spawn"}, (
                name,
                ast.unparse(call),
            )
            words = call.args[1 if function == "os.posix_spawn" else 0]
            assert isinstance(words, ast.List), (name, ast.unparse(call))
            found.setdefault(name, []).append(ast.unparse(words))
    assert {name: "|".join(words) for name, words in found.items()} == STARTED
    # Nor is any of them taken out of its module, where a call would not be seen.
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert node.module not in {"subprocess", "pty"}, path
                assert node.module != "os" or not {one.name for one in node.names} & {"system", "popen"}, path


def test_foreign_text_never_reaches_tmux_as_an_argument() -> None:
    """What it is to copy goes in by stdin: every word is a literal."""
    words = [word for _, call in calls() if ast.unparse(call.func) == "_run_tmux" for word in call.args]
    assert len(words) > 3
    assert all(isinstance(word, ast.Constant) for word in words)


@pytest.fixture
def recorder(tmp_path: Path) -> Path:
    """A program that writes down its arguments, one a line."""
    path = tmp_path / "bin" / "recorder"
    path.parent.mkdir()
    path.write_text(f'#!/bin/sh\nfor word do printf "<%s>\\n" "$word"; done > {tmp_path}/words\n')
    path.chmod(0o755)
    return path


def test_a_browser_gets_one_valid_url_only(recorder: Path, tmp_path: Path) -> None:
    environment = {"PATH": f"{recorder.parent}:{os.environ['PATH']}"}
    browser.start("recorder", ODD_ADDRESS, environment).wait(10)
    assert (tmp_path / "words").read_text() == f"<{ODD_ADDRESS}>\n"
    (tmp_path / "words").unlink()
    for address in [*ADDRESSES, *NAMES, *TEXTS.values()]:
        with pytest.raises(ValueError, match=r"\A"):
            browser.start("recorder", address, environment)
    assert not (tmp_path / "words").exists()


@pytest.mark.parametrize("name", ["EDITOR", "VISUAL"])
def test_the_editor_command_is_not_run_by_a_shell(recorder: Path, tmp_path: Path, name: str) -> None:
    command = f"{recorder} '$(touch {tmp_path}/owned)' ; touch {tmp_path}/owned `touch {tmp_path}/owned` --"
    assert run_editor(editor_command({name: command}), str(tmp_path / "note.md")) == ("", 0)
    words = (tmp_path / "words").read_text().splitlines()
    assert words[0] == f"<$(touch {tmp_path}/owned)>"
    assert "<;>" in words
    assert words[-1].startswith("</")  # the file: never anything that begins with a hyphen
    assert not (tmp_path / "owned").exists()
    assert not os.path.exists(words[-1][1:-1])


@pytest.mark.parametrize(
    "word",
    ["-uexec", "--upload-pack=touch owned", "ext::sh -c touch% owned", "-oProxyCommand=x:y", "ssh://-oProxyCommand=touch/x",
     "me@-oProxyCommand=x:y", "fd::17", "foo::bar", "https://a\nb", "\x1b]52;c;AAAA\x07", "", "gopher://x/y"],
)  # fmt: skip
def test_a_git_remote_is_never_an_option_or_a_program(word: str) -> None:
    with pytest.raises(RoadmapTuiError):
        checked_remote(word)


def test_git_runs_no_hooks_or_programs_of_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither what the environment says nor what lies in the repository makes it run anything."""
    git = Repository(str(tmp_path / "git"), can_ask=False)
    (tmp_path / "git" / "hooks").mkdir(parents=True)
    for name in ("reference-transaction", "post-commit", "pre-auto-gc"):
        hook = tmp_path / "git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/owned\n")
        hook.chmod(0o755)
    for name in ("GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_EDITOR"):
        monkeypatch.setenv(name, f"touch {tmp_path}/owned")
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    with git.locked():
        commit = git.commit([], "$(touch owned)", Edit({"a": b"$(touch owned)"}))
    assert git.resolve("main") == commit
    assert git.read_files(commit, lambda _: True) == ({"a": b"$(touch owned)"}, set())
    assert not (tmp_path / "owned").exists()
