"""Run git on a repository of this program, isolated from the environment.

The repository is in the user's state folder and has a constant config, so nothing that came with a data
folder is ever read by git. The user's own ``~/.gitconfig`` still applies: it has what the network needs.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from typing import Final

from roadmap_tui.core.errors import ReadError, SaveError
from roadmap_tui.store.files import printable_path, read_regular
from roadmap_tui.store.git_url import PROTOCOLS, without_secrets

# All that a repository's own config may contain; a single other byte could make git run a program.
CONFIG: Final = b"[core]\n\trepositoryformatversion = 0\n\tbare = true\n"

LOCAL_SECONDS: Final = 60
# Without a terminal nobody can type a password, and a cron job must not wait forever.
REMOTE_SECONDS: Final = 120
INTERACTIVE_SECONDS: Final = 600

_SETTINGS: Final = (
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
# Variables a user may need to reach the network. Every other GIT_* could redirect us to another repository.
_PASSED_ON: Final = re.compile(
    r"GIT_(SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|SSL_\w+|HTTP_\w+|PROXY\w*|EXEC_PATH"
    r"|CONFIG_GLOBAL|CONFIG_SYSTEM|CONFIG_NOSYSTEM)"
).fullmatch
_OFFLINE: Final = re.compile(
    r"could not resolve|couldn't connect|failed to connect|connection (refused|timed out|reset|closed)"
    r"|network is unreachable|no route to host|timed out|temporary failure|host is down"
    r"|unable to connect|could not connect",
    re.IGNORECASE,
).search
_TRANSIENT: Final = re.compile(
    r"\[rejected\]|cannot lock ref|failed to (update|lock) ref|incorrect old value"
    r"|unable to create '.*\.lock'",
    re.IGNORECASE,
).search
_NEEDS_PROMPT: Final = re.compile(
    r"terminal prompts disabled|could not read (username|password)|host key verification failed"
    r"|permission denied \(|authentication failed",
    re.IGNORECASE,
).search
_POLL_SECONDS: Final = 0.1
# A line without the prefix of what the remote says: the disk is ours.
_DISK_FULL: Final = re.compile(
    rf"^(?!remote:).*({os.strerror(errno.ENOSPC)}|{os.strerror(errno.EDQUOT)})", re.MULTILINE
).search


def git_not_installed() -> ReadError:
    """Return the error for a missing git executable."""
    return ReadError("sync", "git is not installed", "install git")


class GitError(Exception):
    """A git command that failed: ``why`` is one clean line for the user, ``output`` all that git printed.

    ``code`` is its exit code, 0 if it did not end by itself.
    """

    def __init__(self, why: str, output: str = "", code: int = 0) -> None:
        super().__init__(why)
        self.why = why
        self.output = output
        self.code = code

    @property
    def is_offline(self) -> bool:
        """Return True if the remote could not be reached (as opposed to: it refused)."""
        return bool(_OFFLINE(self.output or self.why))

    @property
    def has_no_repository(self) -> bool:
        """Return True if there is no repository at the address."""
        return "does not appear to be a git repository" in self.output

    @property
    def is_disk_full(self) -> bool:
        """Return True if there was no space left on this machine."""
        return bool(_DISK_FULL(self.output))

    @property
    def needs_prompt(self) -> bool:
        """Return True if git or ssh would have asked for a password or about a new host."""
        return bool(_NEEDS_PROMPT(self.output))

    @property
    def is_transient(self) -> bool:
        """Return True if another process was updating the same ref, so that a retry can succeed."""
        return bool(_TRANSIENT(self.output))


def run_git(
    repository: str,
    *args: str,
    stdin: bytes = b"",
    network: bool = False,
    interactive: bool = False,
    lock: int = -1,
    stop: threading.Event | None = None,
) -> bytes:
    """Run a git command on a bare repository and return its standard output.

    ``network``: it talks to a remote; with ``interactive`` it may ask for a password. ``lock`` is a file
    descriptor that git inherits, so that the lock lasts as long as git runs. ``stop`` ends git when it is
    set. Raises GitError if the command fails, times out or is stopped, ReadError if git is not installed,
    SaveError if it cannot be started or may not be, because the repository is another user's or has another
    config than ``CONFIG``.
    """
    _check_repository(repository)
    interactive = interactive and network
    settings = [arg for setting in _SETTINGS for arg in ("-c", setting)]
    if not interactive:
        settings += ["-c", "core.askPass="]
    try:
        child = subprocess.Popen(
            ["git", *settings, *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=repository,
            env=_environment(repository, interactive, network=network),
            # Not for network commands: a credential helper that git starts would keep the lock.
            pass_fds=[] if network or lock < 0 else [lock],
            # Without a controlling terminal ssh fails instead of waiting for a password.
            start_new_session=not interactive,
            umask=0o077,
        )
    except FileNotFoundError:
        raise git_not_installed() from None
    except OSError as error:
        raise SaveError("sync", f"git: {error.strerror or error}", "check your git installation") from None
    seconds = INTERACTIVE_SECONDS if interactive else REMOTE_SECONDS if network else LOCAL_SECONDS
    with child:
        try:
            out, err = _communicate(child, stdin, seconds, stop)
        except BaseException as error:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                # Without a terminal git leads a process group: its children are ended too.
                child.terminate() if interactive else os.killpg(child.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise GitError(f"git timed out after {seconds} s") from None
            raise
    if child.returncode:
        # `push --porcelain` prints the reason for a rejection on standard output, all else goes to stderr.
        complaint, output = (text.decode("utf-8", "replace") for text in (err, err + out))
        raise GitError(_error_summary(complaint, output, child.returncode), output.strip(), child.returncode)
    return out


def _communicate(
    child: subprocess.Popen[bytes], stdin: bytes, seconds: float, stop: threading.Event | None
) -> tuple[bytes, bytes]:
    """Wait for a git command. Raises TimeoutExpired, and GitError if ``stop`` is set meanwhile."""
    if stop is None:
        return child.communicate(stdin, timeout=seconds)
    end = time.monotonic() + seconds
    while not stop.is_set():
        try:
            return child.communicate(stdin, timeout=_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            if time.monotonic() > end:
                raise
    raise GitError("it was stopped")


def _check_repository(path: str) -> None:
    """Check the owner, as git does unless GIT_DIR is set, and the config. Raises SaveError."""
    user = os.geteuid()
    try:
        owner = os.lstat(path).st_uid
        is_ours = owner == user or (user == 0 and str(owner) == os.environ.get("SUDO_UID"))
        is_unchanged = read_regular(os.path.join(path, "config"), len(CONFIG)) == CONFIG
    except OSError as error:
        why = error.strerror or "cannot be read"
        raise SaveError("sync", why, f"look at {printable_path(error.filename or path)}") from None
    if not (is_ours and is_unchanged):
        why = "its config was changed" if is_ours else "it belongs to another user"
        raise SaveError(f"sync: {printable_path(path)}", why, "move it away and name the remote again")


def _environment(repository: str, interactive: bool, *, network: bool) -> Mapping[str, str]:
    env = {
        name: value for name, value in os.environ.items() if not name.startswith("GIT_") or _PASSED_ON(name)
    } | {
        "GIT_DIR": repository,
        "GIT_ALLOW_PROTOCOL": ":".join(PROTOCOLS),
        "LC_ALL": "C",
        "LANGUAGE": "C",
    }
    if not interactive:
        env |= {"GIT_TERMINAL_PROMPT": "0", "SSH_ASKPASS_REQUIRE": "never", "GCM_INTERACTIVE": "never"}
        env.pop("SSH_ASKPASS", None)  # its dialog would wait forever if nobody is at the screen
        if network:
            env |= _batch_ssh(env)
    return env


def _batch_ssh(env: Mapping[str, str]) -> Mapping[str, str]:
    """Return the variable that keeps the user's ssh command from asking; none if it is not OpenSSH's."""
    command = env.get("GIT_SSH_COMMAND", "")
    if not command:
        if "GIT_SSH" in env:
            return {}
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            answer = subprocess.run(
                ["git", "config", "--get", "core.sshCommand"],
                cwd=env.get("GIT_DIR"),
                env=dict(env),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=LOCAL_SECONDS,
            )
            command = os.fsdecode(answer.stdout).strip()
    try:
        program = shlex.split(command or "ssh")[0]
    except (ValueError, IndexError):
        return {}
    if os.path.basename(program) != "ssh":
        return {}
    return {"GIT_SSH_COMMAND": f"{command or 'ssh'} -o BatchMode=yes"}


def _error_summary(complaint: str, output: str, code: int) -> str:
    """Pick the line of git's output that says why it failed: a rejection, else ``fatal:``, else the first."""
    for line in output.splitlines():
        if rejected := re.match(r"!\t\S+\t\[(?:remote )?rejected\] \((.*)\)", line):
            return without_secrets(f"the remote refused it: {rejected[1]}")
    noise = ("hint: ", "To ", "Done", "warning: ", "Please make sure you have", "and the repository exists")
    lines = [text for line in complaint.splitlines() if (text := line.strip()) and not text.startswith(noise)]
    # git adds this line after the actual reason.
    reasons = [line for line in lines if line != "fatal: Could not read from remote repository."] or lines
    fatal = [line for line in reasons if line.startswith("fatal: ")] or reasons
    return without_secrets(re.sub(r"^(fatal|error): ", "", fatal[0] if fatal else f"git ended with {code}"))
