"""The git repository of a data folder: a bare one, driven by its plumbing.

It has no working tree and no index of its own: files are hashed here and written by this program,
so that git can never replace a log that a session is writing to.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from roadmap_tui.core.errors import SaveError, UsageError
from roadmap_tui.core.sanitize import clean
from roadmap_tui.store.git import GitFailed, run_git

BRANCH: Final = "refs/heads/main"
TRACKED: Final = "refs/remotes/origin/main"
LOCK_SECONDS: Final = 30

# Every file that git holds while it changes another one; a git that was killed leaves it there.
_LOCKS: Final = ("HEAD.lock", "config.lock", "packed-refs.lock", f"{BRANCH}.lock", f"{TRACKED}.lock")
_INDEX: Final = "roadmap-tui-index-"


class Commit(NamedTuple):
    """A commit and the tree it holds."""

    id: str
    tree: str


class Repository:
    """The repository of one folder, in its ``.git``; one process at a time works with it: see ``locked``."""

    def __init__(self, folder: str, *, can_ask: bool) -> None:
        self.folder = folder
        self.path = os.path.join(folder, ".git")
        self.mended: list[str] = []
        self._can_ask = can_ask
        self._lock = -1

    # Its beginning

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only one at work here, in a repository that is made where there is none.

        The lock is passed on to git: while one that outlived a killed program is at work, nobody
        else begins. Raises OSError, CannotSave, and Refused where the repository is something else's.
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
            self._mend_locks()
            self._begin()
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
                    return  # A file system without locks: git's own, of each ref, are still there.
            else:
                return
            if time.monotonic() > end:
                raise SaveError("sync", "another one has been at work here all the time", "try again later")
            time.sleep(0.05)

    def _mend_locks(self) -> None:
        """Take away what a killed git left: none of ours is at work, and others hold a lock for a moment."""
        stale = {path: _inode(path) for path in (os.path.join(self.path, name) for name in _LOCKS)}
        stale = {path: inode for path, inode in stale.items() if inode}
        end = time.monotonic() + 1
        while stale and time.monotonic() < end:
            time.sleep(0.05)
            stale = {path: inode for path, inode in stale.items() if _inode(path) == inode}
        for path in stale:
            with contextlib.suppress(OSError):
                os.unlink(path)
                self.mended.append(
                    f"a lock that a killed git had left was taken away: {os.path.basename(path)}"
                )
        for name in os.listdir(self.path):
            if name.startswith(_INDEX):
                with contextlib.suppress(OSError):
                    os.unlink(os.path.join(self.path, name))

    def _begin(self) -> None:
        marked = self._config("roadmap-tui.format")
        if marked == "1" and os.path.isfile(os.path.join(self.path, "HEAD")):
            return
        if os.path.isfile(os.path.join(self.path, "HEAD")) and (head := self._resolved("HEAD")):
            names = {path.split("/")[0] for path in self.files(head)}
            if not names & {"log", "roadmaps"}:
                raise UsageError(
                    self._shown,
                    "it is a git repository of something else",
                    "use another data folder, or move its .git away",
                )
        self._local("init", "--quiet", "--template=")
        self._local("symbolic-ref", "HEAD", BRANCH)
        # No working tree: a checkout would replace logs that sessions are writing to.
        self._local("config", "core.bare", "true")
        self._local("config", "roadmap-tui.format", "1")

    # What is in it

    def commit_of(self, ref: str) -> Commit | None:
        """The commit that a ref names, None where there is none. Raises CannotSave."""
        found = self._resolved(ref)
        return (
            Commit(found, self._text("rev-parse", "--verify", "--quiet", f"{found}^{{tree}}"))
            if found
            else None
        )

    def _resolved(self, ref: str) -> str:
        try:
            return self._run("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").decode().strip()
        except GitFailed as failure:
            if failure.said:
                raise self._broken(failure) from None
            return ""

    def files(self, tree: str) -> dict[str, str]:
        """The plain files of a tree, by their path, and the id of what each holds; links are left out."""
        found: dict[str, str] = {}
        for entry in self._local("ls-tree", "-r", "-z", "--full-tree", tree).split(b"\0"):
            head, _, path = entry.partition(b"\t")
            if head.startswith((b"100644 ", b"100755 ", b"100664 ")):
                found[os.fsdecode(path)] = head.split()[2].decode()
        return found

    def contents(self, ids: Iterable[str]) -> dict[str, bytes]:
        """What the files of these ids hold."""
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return {}
        answer = self._local("cat-file", "--batch", feed="".join(f"{one}\n" for one in wanted).encode())
        found: dict[str, bytes] = {}
        at = 0
        for one in wanted:
            end = answer.index(b"\n", at)
            size = answer[at:end].split()[-1]
            if not size.isdigit():
                raise self._broken(GitFailed(f"{one} is missing"))
            found[one] = answer[end + 1 : end + 1 + int(size)]
            at = end + 2 + int(size)
        return found

    def versions(self, path: str) -> list[bytes]:
        """What a file held in each commit that changed it, the newest first; at most fifty."""
        try:
            commits = (
                self._run("rev-list", "-n", "50", BRANCH, "--", f":(literal,top){path}").decode().split()
            )
            found = [self._run("cat-file", "blob", f"{commit}:{path}") for commit in commits]
        except GitFailed:
            found = []
        return found

    def common(self, one: str, other: str) -> Commit | None:
        """The newest commit that both come from, None where they have none in common."""
        try:
            return self.commit_of(self._run("merge-base", one, other).decode().split()[0])
        except GitFailed as failure:
            if failure.said:
                raise self._broken(failure) from None
            return None

    def last_change(self, commit: str, path: str) -> int:
        """When a file was changed last, in seconds since 1970, 0 where that is not known."""
        told = self._local("log", "-1", "--format=%at", commit, "--", f":(literal,top){path}").strip()
        return int(told) if told.isdigit() else 0

    def count(self, commit: str, without: str) -> int:
        """How many commits lead to one, those apart that lead to ``without`` (may be empty)."""
        return int(self._text("rev-list", "--count", commit, *([f"^{without}"] if without else [])))

    # Adding to it

    def write_tree(self, tree: str, changes: Mapping[str, bytes | None]) -> str:
        """The id of a tree in which some files of another (may be empty) are changed; None takes one away."""
        index = os.path.join(self.path, f"{_INDEX}{os.getpid()}")
        lines: list[bytes] = []
        for path, data in changes.items():
            oid = b"0" * len(tree) if data is None else self._hash(data)
            lines.append(b"%s %s\t%s\0" % (b"0" if data is None else b"100644", oid, os.fsencode(path)))
        try:
            self._local("read-tree", tree or "--empty", index=index)
            self._local("update-index", "-z", "--index-info", feed=b"".join(lines), index=index)
            return self._local("write-tree", index=index).decode().strip()
        finally:
            with contextlib.suppress(OSError):
                os.unlink(index)

    def _hash(self, data: bytes) -> bytes:
        return self._local("hash-object", "-w", "--no-filters", "--stdin", feed=data).strip()

    def commit(self, tree: str, parents: Iterable[str], words: str, when: int = 0) -> str:
        """The id of a new commit; ``when`` its author's time, in seconds since 1970, if that is not now."""
        above = [word for parent in parents for word in ("-p", parent)]
        date = {"GIT_AUTHOR_DATE": f"@{when} +0000"} if when else {}
        feed = words.encode("utf-8", "replace")
        return self._local("commit-tree", tree, *above, feed=feed, more=date).decode().strip()

    def point(self, ref: str, to: str) -> None:
        """Make a ref name another commit, none where that is empty."""
        if to:
            self._local("update-ref", ref, to)
        else:
            self._local("update-ref", "-d", ref)

    def tidy(self) -> None:
        """Pack what has piled up. What fails here is tried again another time."""
        with contextlib.suppress(GitFailed):
            self._run("-c", "gc.auto=400", "gc", "--auto", "--quiet")

    # The remote

    @property
    def remote(self) -> str:
        """The address to sync with, empty where none was named yet."""
        return self._config("remote.origin.url")

    @remote.setter
    def remote(self, url: str) -> None:
        # What was written into the settings by hand must not be taken for an option when it is put back.
        if url != self.remote and not url.startswith("-"):
            self._local("config", "--replace-all", "remote.origin.url", url)
            self.point(TRACKED, "")

    def fetch(self, url: str) -> Commit | None:
        """The commit that the remote has, None where it has none. Raises GitFailed."""
        words = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules")
        try:
            self._over_the_wire(*words, "--", url, f"+{BRANCH}:{TRACKED}")
        except GitFailed as failure:
            if "couldn't find remote ref" not in failure.said.lower():
                raise
            self.point(TRACKED, "")
        return self.commit_of(TRACKED)

    def push(self, url: str, commit: str) -> str:
        """Make the remote have a commit; why not, where another machine was faster. Raises GitFailed."""
        words = ("push", "--quiet", "--porcelain", "--no-verify")
        try:
            self._over_the_wire(*words, "--", url, f"{commit}:{BRANCH}")
        except GitFailed as failure:
            if failure.is_passing:
                return failure.why
            raise
        self.point(TRACKED, commit)
        return ""

    def _over_the_wire(self, *words: str) -> None:
        run_git(self.folder, *words, talks=True, asks=self._can_ask)

    # Running it

    def _config(self, name: str) -> str:
        try:
            return os.fsdecode(self._run("config", "--local", "--get", name)).strip()
        except GitFailed:
            return ""

    def _text(self, *words: str) -> str:
        return self._local(*words).decode().strip()

    def _local(
        self, *words: str, feed: bytes = b"", index: str = "", more: Mapping[str, str] | None = None
    ) -> bytes:
        """What a command that needs no remote prints. Raises CannotSave."""
        try:
            return self._run(*words, feed=feed, index=index, more=more)
        except GitFailed as failure:
            raise self._broken(failure) from None

    def _run(
        self, *words: str, feed: bytes = b"", index: str = "", more: Mapping[str, str] | None = None
    ) -> bytes:
        return run_git(self.folder, *words, feed=feed, index=index, more=more, lock=self._lock)

    def _broken(self, failure: GitFailed) -> SaveError:
        remedy = f"if it stays so, move {self._shown}/.git away and name the remote again"
        return SaveError("sync", failure.why, f"{remedy}: nothing is lost by that")


def _inode(path: str) -> int:
    try:
        return os.lstat(path).st_ino
    except OSError:
        return 0
