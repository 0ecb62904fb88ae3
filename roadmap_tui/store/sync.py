"""The data of several machines through a git remote: what one has, all have.

What is exchanged are lines of logs and files of roadmaps, not versions of a folder. git carries them
(its transport, its authentication, its history), but never touches the folder: a log that a session is
writing to only ever gets longer, and lines of other machines go into files that nobody writes to. So
nothing depends on who has which file: the union of all lines is the same everywhere.

The order of the steps makes it safe to be killed between any two of them: what is here is committed
before anything is taken in, what is taken in is on the disk before the commit that says so, and each
step, done twice, does nothing the second time.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from shutil import which
from typing import Final, NamedTuple

from roadmap_tui.core.errors import RoadmapTuiError, SaveError, UsageError
from roadmap_tui.core.progress.fold import Progress
from roadmap_tui.store import library
from roadmap_tui.store.files import printable_path
from roadmap_tui.store.git import GitFailed, no_git
from roadmap_tui.store.git_url import checked_remote, without_secrets
from roadmap_tui.store.library import ROADMAP_SUFFIX, TRASH_DIR, is_damaged
from roadmap_tui.store.library_merge import merge_libraries, rewrite_roadmap_id
from roadmap_tui.store.log_lines import Logs, append_lines, count_events, lines_of, missing_lines, read_logs
from roadmap_tui.store.log_reader import LOG_SUFFIX, LogReader
from roadmap_tui.store.log_writer import host_name
from roadmap_tui.store.repository import BRANCH, TRACKED, Commit, Repository
from roadmap_tui.text.format import pluralize

ATTEMPTS: Final = 12
_LOG: Final = "log/"
_ROADMAPS: Final = "roadmaps/"
# What a repository that was just made on a server may hold already.
_USUAL: Final = ("readme", "license", "licence", "copying", ".git")


class Synced(NamedTuple):
    """What a sync did.

    ``received`` and ``sent`` count events, ``roadmaps`` those that came or went, ``waiting`` commits that
    the remote has not got, ``why`` says why they wait; ``notes`` is what else there is to say.
    """

    remote: str
    received: int
    sent: int
    roadmaps: int
    waiting: int
    why: str
    notes: tuple[str, ...]


class _Meanwhile(Exception):
    """A roadmap was changed here while it was being merged: the merge is made anew."""


class _Held(NamedTuple):
    """What a commit holds: the logs' lines and the roadmaps' files, and the id of its tree."""

    tree: str
    logs: Logs
    blobs: Mapping[str, bytes]
    roadmaps: Mapping[str, bytes]


def sync(data: str, remote: str, *, can_ask: bool) -> Synced:
    """Exchange what is in a data folder with a remote, by default the one that was named before.

    ``can_ask`` says that somebody is there to type a password. Where the remote is out of reach all is
    committed and waits. Raises CannotSave where the remote or the folder refuses, CannotRead where git or
    the remote's folder is missing, Refused where no remote is known or it is one of something else.
    """
    if remote:
        remote = checked_remote(remote)
    elif not os.path.isdir(os.path.join(data, ".git")):
        raise _no_remote()
    if remote and os.path.realpath(remote) in {os.path.realpath(data), os.path.realpath(data) + "/.git"}:
        raise UsageError("sync", "that is the data folder itself", "give another repository")
    if which("git") is None:
        raise no_git()
    try:
        os.makedirs(data, 0o700, exist_ok=True)
        git = Repository(data, can_ask=can_ask)
        with git.locked():
            return _sync(git, data, remote)
    except OSError as error:
        what = f"look at {printable_path(error.filename or data)}"
        raise SaveError("sync", error.strerror or str(error), what) from None


def _sync(git: Repository, data: str, remote: str) -> Synced:
    before = git.remote
    url = checked_remote(remote or before, is_new=False) if remote or before else ""
    if not url:
        raise _no_remote()
    git.remote = url
    try:
        return _Sync(git, data, url, is_new=url != before).run()
    except RoadmapTuiError:
        # A slip of the pen must not be in the place of an address that was well.
        git.remote = before
        raise


def _no_remote() -> UsageError:
    return UsageError("sync", "no remote is known yet", "name one: roadmap-tui sync --remote URL")


class _Sync:
    """One sync, which goes round until the remote has what is here."""

    def __init__(self, git: Repository, data: str, url: str, *, is_new: bool) -> None:
        self.git = git
        self.url = url
        self.is_new = is_new
        self.log = os.path.join(data, "log")
        self.library = os.path.join(data, "roadmaps")
        self.notes: list[str] = []
        self.received = 0
        self.sent = 0
        self._exchanged: set[str] = set()  # roadmaps, by their path in the library
        self._blobs: dict[str, bytes] = {}
        self._trees: dict[str, _Held] = {}

    def run(self) -> Synced:
        """Sync. Raises OSError, CannotSave and Refused."""
        head = self._commit()
        refused = ""
        for attempt in range(ATTEMPTS):
            try:
                before = self.git.commit_of(TRACKED)
                theirs = self.git.fetch(self.url)
                self._notice(before, theirs)
                head = self._merge(head, theirs)
                refused = "" if head is None or head == theirs else self.git.push(self.url, head.id)
                if not refused:
                    self.git.tidy()
                    return self._told(0, "")
            except _Meanwhile:
                refused = "a roadmap was changed here while it was merged"
            except GitFailed as failure:
                if failure.is_offline or (failure.has_no_repository and self._is_unplugged()):
                    return self._told(self._waiting(head), failure.why)
                if not failure.is_passing:
                    raise self._unwilling(head, failure.why) from None
                refused = failure.why
            # Two that were at it at the same moment must not meet again at the next.
            time.sleep(min(0.05 * 2**attempt, 2) * (0.5 + os.urandom(1)[0] / 256))
            head = self._commit()
        raise self._unwilling(head, f"tried {ATTEMPTS} times: {refused}")

    def _is_unplugged(self) -> bool:
        """Whether the remote is a folder that was there once, as on a disk that is not plugged in."""
        return os.path.isabs(self.url) and not self.is_new

    def _told(self, waiting: int, why: str) -> Synced:
        notes = tuple(dict.fromkeys([*self.git.mended, *self.notes]))
        remote, roadmaps = without_secrets(self.url), len(self._exchanged)
        return Synced(remote, self.received, self.sent, roadmaps, waiting, why, notes)

    def _unwilling(self, head: Commit | None, why: str) -> SaveError:
        remedy = f"{pluralize(self._waiting(head), 'commit')} waiting here; mend that and sync again"
        return SaveError(f"sync with {without_secrets(self.url)}", why, remedy)

    def _waiting(self, head: Commit | None) -> int:
        if head is None:
            return 0
        theirs = self.git.commit_of(TRACKED)
        return self.git.count(head.id, theirs.id if theirs else "")

    def _notice(self, before: Commit | None, theirs: Commit | None) -> None:
        """Say it when the remote no longer has what it had: it gets that back."""
        if before is None or (theirs and before.id == theirs.id):
            return
        if theirs is None:
            self.notes.append("the remote was emptied; it got back what is here")
        elif (common := self.git.common(before.id, theirs.id)) is None or common.id != before.id:
            self.notes.append("the remote's history was rewritten; what it lacked was put back")

    # What is here, and what a commit holds

    def _held(self, commit: Commit | None) -> _Held:
        if commit is None:
            return _Held("", {}, {}, {})
        if commit.tree in self._trees:
            return self._trees[commit.tree]
        files = self.git.files(commit.tree)
        wanted = {path: oid for path, oid in files.items() if _is_log(path) or _is_roadmap(path)}
        self._blobs.update(self.git.contents(set(wanted.values()) - self._blobs.keys()))
        blobs = {path: self._blobs[oid] for path, oid in wanted.items()}
        logs = {path[len(_LOG) :]: lines_of(data) for path, data in blobs.items() if _is_log(path)}
        roadmaps = {path[len(_ROADMAPS) :]: data for path, data in blobs.items() if _is_roadmap(path)}
        self._trees[commit.tree] = _Held(commit.tree, logs, blobs, roadmaps)
        return self._trees[commit.tree]

    def _commit(self) -> Commit | None:
        """Commit what is here and in no commit yet; the newest commit there is then."""
        head = self.git.commit_of(BRANCH)
        held = self._held(head)
        found = read_logs(self.log)
        self.notes += [f"not synced: log/{printable_path(one)}" for one in found.left_out]
        made = head
        # Each roadmap by itself: the time of its commit tells which of two versions is the newer one.
        for path, data in self._changed_roadmaps(held).items():
            made = self._add(made, {_ROADMAPS + path: data}, library.changed_at(self.library, path))
        if lines := _added(held, missing_lines(held.logs, found.logs)):
            made = self._add(made, lines)
        if made and made != head:
            self.git.point(BRANCH, made.id)
        return made

    def _changed_roadmaps(self, held: _Held) -> dict[str, bytes | None]:
        there = library.read_all(self.library)
        changes: dict[str, bytes | None] = {
            path: data
            for path, data in there.items()
            if held.roadmaps.get(path) != data and not is_damaged(data)
        }
        # A file that is gone was removed if it was put aside; any other is lost, and comes back.
        gone = [path for path in held.roadmaps if path not in there and TRASH_DIR + path in there]
        return changes | dict.fromkeys(gone)

    def _add(self, head: Commit | None, changes: Mapping[str, bytes | None], when: int = 0) -> Commit:
        tree = self.git.write_tree(head.tree if head else "", changes)
        parents = [head.id] if head else []
        return Commit(self.git.commit(tree, parents, f"{host_name()}\n", when), tree)

    # What both come to

    def _merge(self, head: Commit | None, theirs: Commit | None) -> Commit | None:
        """Take in what the remote has, and make the commit that holds all; None where there is nothing.

        Raises _Meanwhile, and Refused where the remote is a repository of something else.
        """
        if head is None and theirs is None:
            return None
        here, there = self._held(head), self._held(theirs)
        common = self.git.common(head.id, theirs.id) if head and theirs else None
        if theirs and common is None:
            self._require_ours(theirs, there)
        missing = missing_lines(there.logs, here.logs)
        everything = {
            name: there.logs.get(name, []) + missing.get(name, []) for name in {*there.logs, *missing}
        }
        for name, lines in missing_lines(read_logs(self.log).logs, everything).items():
            append_lines(self.log, name, lines)
            self.received += count_events(lines)
        roadmaps = self._merge_roadmaps(head, theirs, common, missing)
        self.sent = sum(map(count_events, missing.values()))
        changes = _added(there, missing) | roadmaps
        tree = self.git.write_tree(there.tree or here.tree, changes)
        if theirs and tree == theirs.tree and (head is None or (common and common.id == head.id)):
            merged = theirs
        elif head and tree == head.tree and (theirs is None or (common and common.id == theirs.id)):
            merged = head
        else:
            parents = [one.id for one in (head, theirs) if one]
            merged = Commit(self.git.commit(tree, parents, f"{host_name()}: merged\n"), tree)
        # Only now: what is on the disk by then is what the next sync compares with.
        self.git.point(BRANCH, merged.id)
        return merged

    def _require_ours(self, theirs: Commit, there: _Held) -> None:
        others = [path for path in self.git.files(theirs.tree) if not path.lower().startswith(_USUAL)]
        if others and not there.logs and not there.roadmaps:
            raise UsageError(
                f"remote {without_secrets(self.url)}",
                f"it holds something else ({printable_path(min(others))})",
                "name an empty repository",
            )

    def _merge_roadmaps(
        self,
        head: Commit | None,
        theirs: Commit | None,
        common: Commit | None,
        missing: dict[str, list[bytes]],
    ) -> dict[str, bytes | None]:
        """What changes in the remote's tree, once what it changes here is on the disk. Raises _Meanwhile."""
        here, there = self._held(head), self._held(theirs)
        if theirs is None or here.roadmaps == there.roadmaps:
            files = dict(here.roadmaps)
        else:
            files = self._unite(self._held(common), head, theirs, missing)
        self._take_in(files, here.roadmaps)
        changes: dict[str, bytes | None] = {
            _ROADMAPS + path: data for path, data in files.items() if there.roadmaps.get(path) != data
        }
        changes |= {_ROADMAPS + path: None for path in there.roadmaps if path not in files}
        self._exchanged.update(path.removeprefix(_ROADMAPS).removeprefix(TRASH_DIR) for path in changes)
        return changes

    def _unite(
        self,
        base: _Held,
        head: Commit | None,
        theirs: Commit,
        missing: dict[str, list[bytes]],
    ) -> dict[str, bytes]:
        progress: list[Progress] = []

        def has_progress(roadmap: str, node_id: str) -> bool:
            # Read when it is first asked for: hardly any sync merges a roadmap.
            if not progress:
                progress.append(Progress(LogReader(self.log).read()))
            return progress[0].has(roadmap, node_id)

        def is_ours_newer(path: str) -> bool:
            ours = self.git.last_change(head.id, _ROADMAPS + path) if head else 0
            return ours > self.git.last_change(theirs.id, _ROADMAPS + path)

        union = merge_libraries(
            base.roadmaps,
            self._held(head).roadmaps,
            self._held(theirs).roadmaps,
            is_ours_newer=is_ours_newer,
            has_progress=has_progress,
        )
        self.notes += union.notes
        for new, old in union.renamed.items():
            copies = rewrite_roadmap_id([line for lines in missing.values() for line in lines], old, new)
            own = f"{host_name()}{LOG_SUFFIX}"
            for name, lines in missing_lines(read_logs(self.log).logs, {own: copies}).items():
                append_lines(self.log, name, lines)
            missing[own] = list(dict.fromkeys([*missing.get(own, []), *copies]))
        return union.files

    def _take_in(self, files: Mapping[str, bytes], here: Mapping[str, bytes]) -> None:
        """Have the roadmaps on the disk, unless they are there. Raises _Meanwhile and OSError."""
        there = library.read_all(self.library)
        gone = {path for path in there.keys() & here.keys() - files.keys() if not path.startswith(TRASH_DIR)}
        for path in (*sorted(gone), *sorted(files)):
            now = there.get(path)
            if path in files and now == files[path]:
                continue
            if now is not None and now != here.get(path) and not is_damaged(now):
                raise _Meanwhile
            if path in gone:
                library.move_to_trash(self.library, path)
                self.notes.append(
                    f"roadmap {path.removesuffix(ROADMAP_SUFFIX)} was removed on another machine"
                )
            else:
                library.write(self.library, path, files[path])
            self._exchanged.add(path.removeprefix(TRASH_DIR))


def _is_log(path: str) -> bool:
    name = path.removeprefix(_LOG)
    return path.startswith(_LOG) and "/" not in name and name.endswith(LOG_SUFFIX)


def _is_roadmap(path: str) -> bool:
    return path.startswith(_ROADMAPS) and library.is_path(path.removeprefix(_ROADMAPS))


def _added(held: _Held, missing: Logs) -> dict[str, bytes | None]:
    """The logs of a commit with more lines behind those they have, byte for byte."""
    changes: dict[str, bytes | None] = {}
    for name, lines in missing.items():
        before = held.blobs.get(_LOG + name, b"")
        end = b"" if not before or before.endswith(b"\n") else b"\n"
        changes[_LOG + name] = before + end + b"".join(line + b"\n" for line in lines)
    return changes
