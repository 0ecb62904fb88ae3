"""The bare git repository in a data folder, driven by plumbing commands.

It has no working tree and no index: this program reads blobs and writes the files itself, so git can never
replace a log that a session is writing to.
"""

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from roadmap_tui.core.errors import SaveError, UsageError
from roadmap_tui.core.sanitize import clean
from roadmap_tui.store.git import GitError, run_git

BRANCH: Final = "refs/heads/main"
REMOTE_BRANCH: Final = "refs/remotes/origin/main"
LOCK_SECONDS: Final = 30

# The lock files git holds while it changes the file of that name; a killed git leaves them behind.
_GIT_LOCKS: Final = (
    "HEAD.lock",
    "config.lock",
    "packed-refs.lock",
    f"{BRANCH}.lock",
    f"{REMOTE_BRANCH}.lock",
)
_IDENTITY: Final = "roadmap-tui <roadmap-tui@localhost>"


class Edit(NamedTuple):
    """The content of one new commit: new bytes by path, None to delete; ``when`` is the author time.

    ``when`` is in seconds since 1970; 0 means now.
    """

    files: Mapping[str, bytes | None]
    when: int = 0


class Repository:
    """The repository ``folder``/.git. Commits are given as ids, the empty string for none."""

    def __init__(self, folder: str, *, can_ask: bool) -> None:
        """Use the repository of ``folder``; with ``can_ask`` git may ask for a password."""
        self.folder = folder
        self.path = os.path.join(folder, ".git")
        self.repaired: list[str] = []
        self._can_ask = can_ask
        self._lock = -1
        self._blobs: dict[str, bytes] = {}

    # Open and lock

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the repository's lock, and create the repository if there is none.

        git inherits the lock: a git that outlives a killed program still keeps others out. Raises OSError,
        SaveError, and UsageError if the repository was made by something else.
        """
        if os.path.lexists(self.path) and (os.path.islink(self.path) or not os.path.isdir(self.path)):
            raise UsageError(
                self._shown, "its .git is not a folder", "sync another data folder, or move it away"
            )
        with contextlib.suppress(FileExistsError):
            os.mkdir(self.path, 0o700)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        self._lock = os.open(os.path.join(self.path, "roadmap-tui.lock"), flags, 0o600)
        try:
            self._wait_for_lock()
            self._remove_stale_locks()
            self._init()
            yield
        finally:
            os.close(self._lock)
            self._lock = -1

    @property
    def _shown(self) -> str:
        return clean(self.folder, 200, one_line=True)

    def _wait_for_lock(self) -> None:
        end = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in {errno.EWOULDBLOCK, errno.EACCES, errno.EINTR}:
                    return  # The file system has no flock; git's own ref locks still protect us.
            else:
                return
            if time.monotonic() > end:
                raise SaveError("sync", "another sync has been running all this time", "try again later")
            time.sleep(0.05)

    def _remove_stale_locks(self) -> None:
        """Remove lock files that a killed git left: those that stay unchanged for a second."""
        inodes = {path: _inode(path) for path in (os.path.join(self.path, name) for name in _GIT_LOCKS)}
        stale = {path: inode for path, inode in inodes.items() if inode}
        end = time.monotonic() + 1
        while stale and time.monotonic() < end:
            time.sleep(0.05)
            stale = {path: inode for path, inode in stale.items() if _inode(path) == inode}
        for path in stale:
            with contextlib.suppress(OSError):
                os.unlink(path)
                name = os.path.basename(path)
                self.repaired.append(f"removed a lock left by a killed git: {name}")

    def _init(self) -> None:
        has_head = os.path.isfile(os.path.join(self.path, "HEAD"))
        if has_head and self._config("roadmap-tui.format") == "1":
            return
        head = self.resolve("HEAD") if has_head else ""
        if head and not any(path.startswith(("log/", "roadmaps/")) for path in self.list_files(head)):
            raise UsageError(
                self._shown,
                "it is a git repository used for something else",
                "use another data folder, or move its .git away",
            )
        self._run("init", "--quiet", "--template=")
        self._run("symbolic-ref", "HEAD", BRANCH)
        # Bare, so that a `git checkout` by hand cannot replace logs that sessions are writing to.
        self._run("config", "core.bare", "true")
        self._run("config", "roadmap-tui.format", "1")

    # Read

    def resolve(self, ref: str) -> str:
        """Return the commit a ref points to, "" if there is no such ref. Raises SaveError."""
        return self._try("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").strip()

    def list_files(self, commit: str) -> dict[str, str]:
        """Return the blob id of each regular file in a commit by its path; symlinks are left out."""
        blobs: dict[str, str] = {}
        for entry in self._run("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0"):
            mode_and_id, _, path = entry.partition(b"\t")
            if mode_and_id.startswith((b"100644 ", b"100755 ", b"100664 ")):
                blobs[os.fsdecode(path)] = mode_and_id.split()[2].decode()
        return blobs

    def read_files(self, commit: str, accept: Callable[[str], bool]) -> dict[str, bytes]:
        """Return the content of the files in a commit whose path is accepted. Raises SaveError."""
        ids = {path: blob for path, blob in self.list_files(commit).items() if accept(path)}
        self._blobs |= self._read_objects(set(ids.values()) - self._blobs.keys())
        try:
            return {path: self._blobs[blob] for path, blob in ids.items()}
        except KeyError as missing:
            raise self._broken(GitError(f"{missing.args[0]} is missing")) from None

    def versions(self, path: str) -> list[bytes]:
        """Return up to 50 versions of a file, the newest first. Raises SaveError."""
        commits = self._run("rev-list", "-n", "50", BRANCH, "--", f":(literal,top){path}").decode().split()
        return list(self._read_objects(f"{commit}:{path}" for commit in commits).values())

    def _read_objects(self, names: Iterable[str]) -> dict[str, bytes]:
        """Return the content of objects by the name they were asked for; missing ones are left out."""
        if not (names := list(names)):
            return {}
        answer = self._run("cat-file", "--batch", stdin="".join(f"{name}\n" for name in names).encode())
        contents: dict[str, bytes] = {}
        start = 0
        for name in names:
            end = answer.index(b"\n", start)
            size = answer[start:end].split()[-1]  # "<id> blob <size>", or "<name> missing"
            start = end + 1
            if size.isdigit():
                contents[name] = answer[start : start + int(size)]
                start += int(size) + 1
        return contents

    def merge_base(self, commit: str, other: str) -> str:
        """Return the best common ancestor of two commits, "" if there is none."""
        return self._try("merge-base", commit, other).strip() if commit and other else ""

    def last_change(self, commit: str, path: str) -> int:
        """Return the author time of a file's last change, in seconds since 1970; 0 if unknown."""
        time_text = self._run("log", "-1", "--format=%at", commit, "--", f":(literal,top){path}").strip()
        return int(time_text) if time_text.isdigit() else 0

    def count_ahead(self, commit: str, upstream: str) -> int:
        """Return how many commits ``commit`` has that ``upstream`` (may be "") has not."""
        if not commit:
            return 0
        return int(self._run("rev-list", "--count", commit, *([f"^{upstream}"] if upstream else [])))

    # Write

    def commit(self, parents: Iterable[str], message: str, *edits: Edit) -> str:
        """Add one commit per edit to the branch, each on top of the one before; return the last one.

        The first gets ``parents`` and starts from the files of the first parent. One `git fast-import` writes
        all blobs, trees and commits, then updates the ref. Raises SaveError.
        """
        now = int(time.time())  # noqa: TID251 - the commit date, which git itself would take from the clock
        stream: list[bytes] = []
        for edit in edits:
            stream.append(
                f"commit {BRANCH}\nauthor {_IDENTITY} {edit.when or now} +0000\n"
                f"committer {_IDENTITY} {now} +0000\n".encode()
            )
            stream += _data(message.encode("utf-8", "replace"))
            stream += [
                f"{key} {parent}\n".encode() for key, parent in zip(_PARENT_KEYS, parents, strict=False)
            ]
            parents = ()
            for path, content in edit.files.items():
                quoted = _quote(path)
                if content is None:
                    stream.append(b"D %s\n" % quoted)
                else:
                    stream += [b"M 100644 inline %s\n" % quoted, *_data(content)]
        stream.append(b"done\n")
        self._run("fast-import", "--quiet", "--done", "--date-format=raw", stdin=b"".join(stream))
        return self.resolve(BRANCH)

    def update_ref(self, ref: str, commit: str) -> None:
        """Point a ref at a commit; delete the ref if that is "". Raises SaveError."""
        self._run("update-ref", *([ref, commit] if commit else ["-d", ref]))

    def gc(self) -> None:
        """Pack loose objects if many have piled up. A failure is ignored: the next sync tries again."""
        with contextlib.suppress(GitError):
            run_git(self.folder, "-c", "gc.auto=400", "gc", "--auto", "--quiet", lock=self._lock)

    # The remote

    @property
    def remote(self) -> str:
        """The address to sync with, "" if none was set yet."""
        return self._config("remote.origin.url")

    @remote.setter
    def remote(self, url: str) -> None:
        # A value edited into the config by hand could look like an option when it is restored.
        if url != self.remote and not url.startswith("-"):
            self._run("config", "--replace-all", "remote.origin.url", url)
            self.update_ref(REMOTE_BRANCH, "")

    def fetch(self, url: str) -> str:
        """Fetch the remote's branch and return its commit, "" if the remote is empty. Raises GitError."""
        args = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules")
        try:
            self._run_network(*args, "--", url, f"+{BRANCH}:{REMOTE_BRANCH}")
        except GitError as error:
            if "couldn't find remote ref" not in error.output.lower():
                raise
            self.update_ref(REMOTE_BRANCH, "")
        return self.resolve(REMOTE_BRANCH)

    def push(self, url: str, commit: str) -> None:
        """Push a commit to the remote's branch, fast-forward only. Raises GitError."""
        self._run_network("push", "--quiet", "--porcelain", "--no-verify", "--", url, f"{commit}:{BRANCH}")
        self.update_ref(REMOTE_BRANCH, commit)

    # Run git

    def _run_network(self, *args: str) -> None:
        run_git(self.folder, *args, network=True, interactive=self._can_ask)

    def _run(self, *args: str, stdin: bytes = b"") -> bytes:
        """Run a local command. Raises SaveError, which tells the user how to replace a broken repository."""
        try:
            return run_git(self.folder, *args, stdin=stdin, lock=self._lock)
        except GitError as error:
            raise self._broken(error) from None

    def _try(self, *args: str) -> str:
        """Run a command that fails silently if there is no such object; return "" then. Raises SaveError."""
        try:
            return os.fsdecode(run_git(self.folder, *args, lock=self._lock))
        except GitError as error:
            if error.output:
                raise self._broken(error) from None
            return ""

    def _config(self, name: str) -> str:
        return self._try("config", "--local", "--get", name).strip()

    def _broken(self, error: GitError) -> SaveError:
        remedy = f"if it stays so, move {self._shown}/.git away and name the remote again"
        return SaveError("sync", error.why, f"{remedy}: nothing is lost by that")


_PARENT_KEYS: Final = ("from", "merge")


def _data(content: bytes) -> list[bytes]:
    return [b"data %d\n" % len(content), content, b"\n"]


def _quote(path: str) -> bytes:
    """Quote a path the way git does (C style)."""
    escaped = os.fsencode(path).replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"%s"' % escaped


def _inode(path: str) -> int:
    try:
        return os.lstat(path).st_ino
    except OSError:
        return 0
