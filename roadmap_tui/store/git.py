"""git as a process: argument lists, with nothing of the outside in the way."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Mapping
from typing import Final

from roadmap_tui.core.errors import ReadError, SaveError
from roadmap_tui.store.git_url import PROTOCOLS, without_secrets

LOCAL_SECONDS: Final = 60
# Without a terminal nobody can be typing a password, and a cron job must not wait for ever.
REMOTE_SECONDS: Final = 120
ASKING_SECONDS: Final = 600

_SETTINGS: Final = (
    "core.bare=true",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.fsync=committed",
    "color.ui=false",
    "commit.gpgSign=false",
    "push.gpgSign=false",
    "push.followTags=false",
    "push.recurseSubmodules=no",
    "fetch.recurseSubmodules=no",
    "gc.auto=0",
    "gc.autoDetach=false",
    "maintenance.auto=false",
    "log.showSignature=false",
    "http.lowSpeedLimit=1",
    "http.lowSpeedTime=60",
    "protocol.ext.allow=never",
)
# What a user may have set so that git finds its way out; every other GIT_… would lead ours astray.
_KEPT: Final = re.compile(
    r"GIT_(SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|SSL_\w+|HTTP_\w+|PROXY\w*|EXEC_PATH"
    r"|CONFIG_GLOBAL|CONFIG_SYSTEM|CONFIG_NOSYSTEM)"
).fullmatch
_OFFLINE: Final = re.compile(
    r"could not resolve|couldn't connect|failed to connect|connection (refused|timed out|reset|closed)"
    r"|network is unreachable|no route to host|timed out|temporary failure|host is down"
    r"|unable to connect|could not connect",
    re.IGNORECASE,
).search
_PASSING: Final = re.compile(
    r"\[rejected\]|cannot lock ref|failed to (update|lock) ref|incorrect old value"
    r"|unable to create '.*\.lock'",
    re.IGNORECASE,
).search


def no_git() -> ReadError:
    """What to say where git is missing."""
    return ReadError("sync", "git is not installed", "install git")


class GitFailed(Exception):
    """A command of git that failed; ``why`` is its last word, cleaned, ``said`` all that it said."""

    def __init__(self, why: str, said: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.said = said

    @property
    def is_offline(self) -> bool:
        """Whether the remote was out of reach, rather than there and unwilling."""
        return bool(_OFFLINE(self.said or self.why))

    @property
    def has_no_repository(self) -> bool:
        """Whether there was no repository at the address."""
        return "does not appear to be a git repository" in self.said

    @property
    def is_passing(self) -> bool:
        """Whether somebody else was at it at the same moment."""
        return bool(_PASSING(self.said))


def run_git(
    folder: str,
    *words: str,
    feed: bytes = b"",
    talks: bool = False,
    asks: bool = False,
    index: str = "",
    more: Mapping[str, str] | None = None,
    lock: int = -1,
) -> bytes:
    """What a command prints that works on the repository ``.git`` of a folder.

    ``talks``: it speaks with a remote, and ``asks`` for a password where it must. ``lock`` is a handle
    that git holds as long as it runs. Raises GitFailed, CannotRead where there is no git, CannotSave.
    """
    asks = asks and talks
    settings = [word for setting in _SETTINGS for word in ("-c", setting)]
    if not asks:
        settings += ["-c", "core.askPass="]
    try:
        child = subprocess.Popen(
            ["git", *settings, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=_environment(folder, index, asks) | dict(more or {}),
            # Not to one that talks: what it starts to remember a password would keep the lock.
            pass_fds=[] if talks or lock < 0 else [lock],
            # With no terminal to ask at, ssh finds none either, and fails where it would wait.
            start_new_session=not asks,
            umask=0o077,
        )
    except FileNotFoundError:
        raise no_git() from None
    except OSError as error:
        raise SaveError("sync", f"git: {error.strerror or error}", "look at how git is installed") from None
    seconds = ASKING_SECONDS if asks else REMOTE_SECONDS if talks else LOCAL_SECONDS
    try:
        out, err = child.communicate(feed, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise GitFailed(f"git timed out after {seconds} s") from None
    finally:
        if child.poll() is None:
            _end(child, with_others=not asks)
    if child.returncode:
        # Why a push was refused stands in what it prints, not in what it complains of.
        complaint, said = (text.decode("utf-8", "replace") for text in (err, err + out))
        raise GitFailed(_last_word(complaint, said, child.returncode), said.strip())
    return out


def _environment(folder: str, index: str, asks: bool) -> dict[str, str]:
    outside = os.environ.items()
    env = {name: value for name, value in outside if not name.startswith("GIT_") or _KEPT(name)}
    env |= {
        "GIT_DIR": os.path.join(folder, ".git"),
        "GIT_ALLOW_PROTOCOL": ":".join(PROTOCOLS),
        "GIT_AUTHOR_NAME": "roadmap-tui",
        "GIT_AUTHOR_EMAIL": "roadmap-tui@localhost",
        "GIT_COMMITTER_NAME": "roadmap-tui",
        "GIT_COMMITTER_EMAIL": "roadmap-tui@localhost",
        "LC_ALL": "C",
        "LANGUAGE": "C",
    }
    if index:
        env["GIT_INDEX_FILE"] = index
    if not asks:
        env |= {"GIT_TERMINAL_PROMPT": "0", "SSH_ASKPASS_REQUIRE": "never"}
        env.pop("SSH_ASKPASS", None)  # a window that nobody looks at would wait for ever
    return env


def _end(child: subprocess.Popen[bytes], *, with_others: bool) -> None:
    """End a git that takes too long, with what it started where that is a session of its own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if with_others:
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(5)
    for stream in (child.stdin, child.stdout, child.stderr):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()


def _last_word(complaint: str, said: str, code: int) -> str:
    """What git says is the matter: what a remote said of a push, else the first line that says something."""
    for line in said.splitlines():
        if refused := re.match(r"!\t\S+\t\[(?:remote )?rejected\] \((.*)\)", line):
            return without_secrets(f"the remote refused it: {refused[1]}")
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith(("hint: ", "To ", "Done", "warning: "))]
    # Behind the reason git adds that it could not read, which nobody can do anything about.
    told = [line for line in lines if line != "fatal: Could not read from remote repository."] or lines
    fatal = [line for line in told if line.startswith("fatal: ")] or told
    return without_secrets(re.sub(r"^(fatal|error): ", "", fatal[0] if fatal else f"git ended with {code}"))
