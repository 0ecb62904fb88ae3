"""The bare git repository of a data folder, driven by plumbing commands.

It is outside the data folder, which others may have prepared, and in the user's state folder. It has no
working tree and no index: this program reads blobs and writes the files itself, so git can never replace a
log that a session is writing to.
"""

import contextlib
import errno
import fcntl
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from roadmap_tui.core.errors import SaveError
from roadmap_tui.store.files import atomic_write, make_folder, printable_path, read_regular
from roadmap_tui.store.git import CONFIG, GitError, run_git
from roadmap_tui.store.git_url import without_secrets

BRANCH: Final = "refs/heads/main"
REMOTE_BRANCH: Final = "refs/remotes/origin/main"
LOCK_SECONDS: Final = 30
# A repository from elsewhere is read into memory up to these sizes.
MAX_FILE_BYTES: Final = 256 << 20
MAX_TOTAL_BYTES: Final = 512 << 20
MAX_FILES: Final = 50_000
_FOLDERS: Final = ("log/", "roadmaps/", "roadmaps/removed/")

# The lock files git holds while it changes the file of that name; a killed git leaves them behind.
_GIT_LOCKS: Final = (
    "HEAD.lock",
    "packed-refs.lock",
    f"{BRANCH}.lock",
    f"{REMOTE_BRANCH}.lock",
)
# How git runs for a remote that is a folder here: nothing that its config or hooks name is run as this user.
_LOCAL_SERVICE: Final = (
    "git -c core.hooksPath=/dev/null -c receive.autogc=false -c core.alternateRefsCommand=true"
    " -c core.fsmonitor=false -c core.sshCommand=false -c core.gitProxy=false -c credential.helper="
)
_IDENTITY: Final = "roadmap-tui <roadmap-tui@localhost>"


class Blob(NamedTuple):
    """The id of a file's content in git, and its size in bytes."""

    id: str
    size: int


class Edit(NamedTuple):
    """The content of one new commit: new bytes by path, None to delete; ``when`` is the author time.

    ``when`` is in seconds since 1970; 0 means now.
    """

    files: Mapping[str, bytes | None]
    when: int = 0


class Repository:
    """A bare repository. Commits are given as ids, the empty string for none."""

    def __init__(self, path: str, *, can_ask: bool, stop: threading.Event | None = None) -> None:
        """Use the repository at ``path``; with ``can_ask`` git may ask for a password.

        ``stop`` ends a command that talks to the remote when it is set.
        """
        self.path = path
        self.remote_branch = BRANCH
        self.repaired: list[str] = []
        self._can_ask, self._stop = can_ask, stop
        self._lock = -1
        self._blobs: dict[str, bytes] = {}

    # Open and lock

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the repository's lock, and create the repository if there is none.

        git inherits the lock: a git that outlives a killed program still keeps others out. Raises OSError
        and SaveError.
        """
        make_folder(self.path)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        self._lock = os.open(os.path.join(self.path, "roadmap-tui.lock"), flags, 0o600)
        try:
            self._wait_for_lock()
            self._remove_stale_locks()
            self._create_missing_files()
            yield
        finally:
            os.close(self._lock)
            self._lock = -1

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

    def _create_missing_files(self) -> None:
        """Create missing files without `git init`, which would apply the user's templates and formats."""
        for folder in ("objects", "refs"):
            make_folder(os.path.join(self.path, folder))
        for name, content in (("HEAD", f"ref: {BRANCH}\n".encode()), ("config", CONFIG)):
            path = os.path.join(self.path, name)
            if not os.path.isfile(path):
                atomic_write(path, content)

    # Read

    def resolve(self, ref: str) -> str:
        """Return the commit a ref points to, "" if there is no such ref. Raises SaveError."""
        return self._try("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").strip()

    def list_files(self, commit: str) -> dict[str, Blob]:
        """Return each regular file in a commit by its path; symlinks are left out.

        Only the folders that a sync writes are listed, others by their name with a slash: a tree can be made
        that expands to more entries than anybody could read.
        """
        blobs: dict[str, Blob] = {}
        for folders in ((), _FOLDERS):
            for entry in self._run("ls-tree", "-z", "--long", "--full-tree", commit, *folders).split(b"\0"):
                head, _, path = entry.partition(b"\t")
                if head.startswith((b"100644 ", b"100755 ", b"100664 ")):
                    _, _, blob, size = head.split()
                    blobs[os.fsdecode(path)] = Blob(blob.decode(), int(size))
                elif head.startswith(b"040000 ") and f"{os.fsdecode(path)}/" not in _FOLDERS:
                    blobs[f"{os.fsdecode(path)}/"] = Blob("", 0)
        return blobs

    def read_files(self, commit: str, accept: Callable[[str], bool]) -> tuple[dict[str, bytes], set[str]]:
        """Return the content of the files in a commit whose path is accepted, and the paths left out.

        Files that are too large are left out: a small repository can expand to more than fits into memory.
        Raises SaveError.
        """
        found = {path: blob for path, blob in self.list_files(commit).items() if accept(path)}
        total, ids = 0, dict[str, str]()
        for path, blob in sorted(found.items(), key=lambda pair: (pair[1].size, pair[0])):
            total += blob.size
            if blob.size <= MAX_FILE_BYTES and total <= MAX_TOTAL_BYTES and len(ids) < MAX_FILES:
                ids[path] = blob.id
        self._blobs |= self._read_objects(set(ids.values()) - self._blobs.keys())
        try:
            return {path: self._blobs[blob] for path, blob in ids.items()}, found.keys() - ids.keys()
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
        """Count the commits reachable from ``commit`` but not from ``upstream`` (may be "")."""
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
            run_git(self.path, "-c", "gc.auto=400", "gc", "--auto", "--quiet", lock=self._lock)

    # The remote

    @property
    def remote(self) -> str:
        """The address of the last successful sync, "" before the first one."""
        try:
            return os.fsdecode(read_regular(self._remote_file, 4096)).strip()
        except FileNotFoundError:
            return ""

    @property
    def _remote_file(self) -> str:
        return os.path.join(self.path, "roadmap-tui.remote")

    def remember(self, url: str, commit: str) -> None:
        """Save a remote's address and commit after a successful sync. Raises OSError and SaveError."""
        if commit != self.resolve(REMOTE_BRANCH):
            self.update_ref(REMOTE_BRANCH, commit)
        if url != self.remote:
            atomic_write(self._remote_file, os.fsencode(f"{url}\n"))

    def fetch(self, url: str) -> str:
        """Fetch the remote's branch ``main``, else its default branch; return its commit.

        Returns "" if the remote is empty. Raises GitError, and SaveError if the remote cannot be used.
        """
        self.remote_branch = BRANCH
        try:
            self._fetch(url)
        except GitError as error:
            if "couldn't find remote ref" not in error.output.lower():
                raise
            if not (branch := self._default_branch(url)):
                return ""
            self.remote_branch = branch
            self._fetch(url)
        # git writes nothing there if it rejected the branch.
        commit = read_regular(os.path.join(self.path, "FETCH_HEAD"), 4096).partition(b"\t")[0].decode()
        if not commit:
            remedy = "run `git fetch --unshallow` in it, or name a full repository"
            raise SaveError(f"sync with {without_secrets(url)}", "it is a shallow clone", remedy)
        return commit

    def _fetch(self, url: str) -> None:
        args = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules")
        self._run_network(*args, *_local_remote_option(url, "upload-pack"), "--", url, self.remote_branch)

    def _default_branch(self, url: str) -> str:
        """Return the only branch, else ``main`` or the default one; "" if there is none."""
        options = _local_remote_option(url, "upload-pack")
        answer = self._run_network("ls-remote", "--symref", *options, "--", url, "HEAD", "refs/heads/*")
        head, refs = "", []
        for line in answer.decode("utf-8", "replace").splitlines():
            value, _, name = line.partition("\t")
            if name == "HEAD":
                head = value.removeprefix("ref: ") if value.startswith("ref: ") else head
            elif re.fullmatch(r"refs/heads/[\w./+@-]+", name):
                refs.append(name)
        if len(refs) <= 1:
            return "".join(refs)
        for branch in (BRANCH, head):
            if branch in refs:
                return branch
        why = "it has no branch main and no default branch"
        raise SaveError(f"sync with {without_secrets(url)}", why, "set its default branch")

    def push(self, url: str, commit: str) -> None:
        """Push a commit to the branch that was fetched, fast-forward only. Raises GitError."""
        target = f"{commit}:{self.remote_branch}"
        args = ("push", "--quiet", "--porcelain", "--no-verify", *_local_remote_option(url, "receive-pack"))
        self._run_network(*args, "--", url, target)

    # Run git

    def _run_network(self, *args: str) -> bytes:
        return run_git(self.path, *args, network=True, interactive=self._can_ask, stop=self._stop)

    def _run(self, *args: str, stdin: bytes = b"") -> bytes:
        """Run a local command. Raises SaveError, which tells the user how to replace a broken repository."""
        try:
            return run_git(self.path, *args, stdin=stdin, lock=self._lock)
        except GitError as error:
            raise self._broken(error) from None

    def _try(self, *args: str) -> str:
        """Run a local command; return "" if it exits with 1: no such object. Raises SaveError.

        What it printed does not matter: a warning of the user's own config is no damage.
        """
        try:
            return os.fsdecode(run_git(self.path, *args, lock=self._lock))
        except GitError as error:
            if error.code != 1:
                raise self._broken(error) from None
            return ""

    def _broken(self, error: GitError) -> SaveError:
        if error.is_disk_full:
            return SaveError("sync", error.why, "free some space and sync again")
        remedy = f"if it stays so, move {printable_path(self.path)} away and name the remote again"
        return SaveError("sync", error.why, f"{remedy}: nothing is lost by that")


def _local_remote_option(url: str, service: str) -> list[str]:
    """Return the git option that sets the command of the other side, if the remote is a local folder."""
    return [f"--{service}={_LOCAL_SERVICE} {service}"] if url.startswith(("/", "file://")) else []


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
