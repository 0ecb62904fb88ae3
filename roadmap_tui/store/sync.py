"""Sync a data folder with other machines through a git remote.

Logs are merged as sets of lines and roadmaps by a three-way merge; git provides transport, authentication and
history. There is no working tree, although `merge=union` seems to suit logs: git would check out what others
pushed (symlinks, odd names), replace a log that a session is appending to, keep a line twice if it is in two
files, and lose lines if histories are unrelated (a recreated or rewritten remote, or two first syncs).

Killing the program between any two steps is safe: local changes are committed before anything is
received, received data is on disk before the commit that contains it, and repeating a step changes nothing.
"""

import errno
import os
import re
import threading
from collections.abc import Collection, Mapping
from itertools import chain
from shutil import which
from typing import Final, NamedTuple

from roadmap_tui.core.errors import SaveError, UsageError
from roadmap_tui.core.progress.progress import Progress
from roadmap_tui.core.roadmap.model import Roadmap
from roadmap_tui.store import library
from roadmap_tui.store.files import printable_path
from roadmap_tui.store.git import GitError, git_not_installed
from roadmap_tui.store.git_url import checked_remote, without_secrets
from roadmap_tui.store.library import ROADMAP_SUFFIX, TRASH_DIR, is_damaged, try_decode
from roadmap_tui.store.library_merge import LibraryMerge, records_of, rewrite_roadmap_id
from roadmap_tui.store.locations import Locations
from roadmap_tui.store.log_lines import Logs, append_lines, count_events, lines_of, missing_lines, read_logs
from roadmap_tui.store.log_reader import LOG_SUFFIX, LogReader
from roadmap_tui.store.log_writer import host_name
from roadmap_tui.store.moved_records import late_copies
from roadmap_tui.store.repository import BRANCH, REMOTE_BRANCH, Edit, Repository

ATTEMPTS: Final = 12
_LOG: Final = "log/"
_ROADMAPS: Final = "roadmaps/"
_MAX_LOGS_WRITTEN: Final = 100  # each needs an fsync; the lines of more go into one log
# Files that a hosting service puts into a new repository.
_INITIAL_FILES: Final = ("readme", "license", "licence", "copying", ".git")


class SyncResult(NamedTuple):
    """The result of a sync.

    ``received`` and ``sent`` count events, ``roadmaps`` the roadmaps that changed on either side, ``waiting``
    the commits that could not be pushed because of ``why``. ``notes`` are further messages for the user.
    """

    remote: str
    received: int
    sent: int
    roadmaps: int
    waiting: int
    why: str
    notes: tuple[str, ...]


class ConcurrentEditError(Exception):
    """A roadmap was changed on disk during the merge, which has to start again."""


class _Contents:
    """The logs and roadmaps of a commit: ``files`` by their path, ``logs`` and ``roadmaps`` by their name.

    ``left_out`` are the paths of those that are too large.
    """

    def __init__(self, files: dict[str, bytes], left_out: Collection[str] = ()) -> None:
        self.files = files
        self.left_out = left_out
        self.logs = {path[len(_LOG) :]: lines_of((data,)) for path, data in files.items() if _is_log(path)}
        self.roadmaps = {path[len(_ROADMAPS) :]: data for path, data in files.items() if _is_roadmap(path)}

    def with_lines(self, lines: Logs) -> dict[str, bytes | None]:
        """Return the changed logs: the given lines appended to each."""
        changes: dict[str, bytes | None] = {}
        for name, new in lines.items():
            path = _LOG + name
            while path in self.left_out:
                path = f"{path.removesuffix(LOG_SUFFIX)}.more{LOG_SUFFIX}"
            before = self.files.get(path, b"")
            end = b"" if not before or before.endswith(b"\n") else b"\n"
            changes[path] = before + end + b"".join(line + b"\n" for line in new)
        return changes


def sync(
    locations: Locations, remote: str, *, can_ask: bool, stop: threading.Event | None = None
) -> SyncResult:
    """Exchange logs and roadmaps with a remote ("" for the one of the last successful sync).

    ``can_ask``: a user is present to type a password. ``stop`` ends the sync early when it is set. If a
    remote that was synced with before is unreachable, changes are committed and pushed by a later sync.
    Raises SaveError if the remote or the folder refuses, ReadError if git or the remote's folder is missing,
    UsageError if no remote is known or it belongs to something else.
    """
    data, path = locations.data, locations.repository
    if path is None:
        raise SaveError("sync", "there is no home folder", "set HOME or XDG_STATE_HOME")
    if remote:
        remote = checked_remote(remote)
    elif not os.path.isdir(path):
        raise _no_remote()
    if remote and os.path.realpath(remote) in {os.path.realpath(data), os.path.realpath(path)}:
        raise UsageError("sync", "that is the data folder itself", "give another repository")
    if which("git") is None:
        raise git_not_installed()
    try:
        os.makedirs(data, 0o700, exist_ok=True)
        git = Repository(path, can_ask=can_ask, stop=stop)
        with git.locked():
            url = checked_remote(remote or git.remote, is_new=False) if remote or git.remote else ""
            if not url:
                raise _no_remote()
            return _Sync(git, locations, url, stop or threading.Event(), can_ask=can_ask).run()
    except OSError as error:
        what = f"look at {printable_path(error.filename or data)}"
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            what = "free some space and sync again"
        raise SaveError("sync", error.strerror or str(error), what) from None


def has_remote(locations: Locations) -> bool:
    """Return True if a sync has succeeded before."""
    return locations.repository is not None and bool(Repository(locations.repository, can_ask=False).remote)


def count_to_send(locations: Locations) -> int:
    """Count the events here that the remote did not have at the last sync; 0 without a remote.

    Reads only, and takes no lock. Raises SaveError and OSError.
    """
    if locations.repository is None or not has_remote(locations) or which("git") is None:
        return 0
    git = Repository(locations.repository, can_ask=False)
    commit = git.resolve(REMOTE_BRANCH)
    sent = _Contents(git.read_files(commit, _is_log)[0] if commit else {}).logs
    unsent = missing_lines(sent, read_logs(locations.log).logs)
    return count_events(chain(*unsent.values()), chain(*sent.values()))


def _no_remote() -> UsageError:
    return UsageError("sync", "no remote is set", "set one: roadmap-tui sync --remote URL")


class _Sync:
    """One sync: fetches, merges and pushes until the remote has all local changes."""

    def __init__(
        self, git: Repository, locations: Locations, url: str, stop: threading.Event, *, can_ask: bool
    ) -> None:
        self.git = git
        self.url = url
        self._stop, self._can_ask = stop, can_ask
        self.is_new = url != git.remote
        self.log = locations.log
        self.library = locations.roadmaps
        self.notes: list[str] = []
        self.received = 0
        self.sent = 0
        # The remote's commit: at the last sync, then as fetched.
        self._theirs = "" if self.is_new else git.resolve(REMOTE_BRANCH)
        self._exchanged: set[str] = set()  # paths of roadmaps in the library
        self._contents: dict[str, _Contents] = {"": _Contents({})}

    def run(self) -> SyncResult:
        """Sync. Raises OSError, SaveError and UsageError."""
        reason = ""
        for attempt in range(ATTEMPTS):
            head = self._commit()
            try:
                theirs = self.git.fetch(self.url)
                self._warn_if_history_rewritten(self._theirs, theirs)
                self._theirs = theirs
                head = self._merge(head, theirs)
                if head != theirs:
                    self.git.push(self.url, head)
                self.git.remember(self.url, head)
                self.git.gc()
                return self._result(0, "")
            except ConcurrentEditError:
                reason = "a roadmap was changed here while it was merged"
            except GitError as error:
                if error.is_disk_full:
                    raise SaveError("sync", error.why, "free some space and sync again") from None
                # A remote folder that existed before may be on a disk that is not plugged in.
                is_unmounted = error.has_no_repository and os.path.isabs(self.url)
                # A new address may be mistyped: it must have answered once.
                if not self.is_new and (error.is_offline or is_unmounted):
                    return self._result(self._count_ahead(head), error.why)
                reason = error.why
                if not error.is_transient:
                    needs_prompt = error.needs_prompt and not self._can_ask
                    raise self._remote_refused(head, reason, needs_prompt=needs_prompt) from None
            # With a random part, so that two machines that collided do not collide again.
            if self._stop.wait(min(0.05 * 2**attempt, 2) * (0.5 + os.urandom(1)[0] / 256)):
                break
        raise self._remote_refused(self._commit(), f"tried {ATTEMPTS} times: {reason}")

    def _result(self, waiting: int, why: str) -> SyncResult:
        notes = tuple(dict.fromkeys([*self.git.repaired, *self.notes]))
        remote, roadmaps = without_secrets(self.url), len(self._exchanged)
        return SyncResult(remote, self.received, self.sent, roadmaps, waiting, why, notes)

    def _remote_refused(self, head: str, why: str, *, needs_prompt: bool = False) -> SaveError:
        ahead = self._count_ahead(head)
        what = "run `roadmap-tui sync` once in a terminal" if needs_prompt else "fix that and sync again"
        remedy = f"{ahead:,} commit{'' if ahead == 1 else 's'} waiting here; {what}"
        if self.is_new:
            remedy = "mend that and name it again: an address is saved after its first success"
        return SaveError(f"sync with {without_secrets(self.url)}", why, remedy)

    def _count_ahead(self, head: str) -> int:
        return self.git.count_ahead(head, self._theirs)

    def _warn_if_history_rewritten(self, tracked: str, theirs: str) -> None:
        """Add a note if the remote no longer has the commit it had at the last sync."""
        if tracked and not theirs:
            self.notes.append("the remote was empty; everything here was sent again")
        elif tracked and self.git.merge_base(tracked, theirs) != tracked:
            self.notes.append("the remote's history was rewritten; what it lacked was sent again")

    # Commit local changes

    def _read(self, commit: str) -> _Contents:
        if commit not in self._contents:
            contents = self.git.read_files(commit, lambda path: _is_log(path) or _is_roadmap(path))
            self._contents[commit] = _Contents(*contents)
            self.notes += [f"left out, too large: {printable_path(path)}" for path in sorted(contents[1])]
        return self._contents[commit]

    def _commit(self) -> str:
        """Commit local changes; return the branch's head."""
        head = self.git.resolve(BRANCH)
        committed = self._read(head)
        scan = read_logs(self.log)
        if late := self._copy_late_records(scan.logs):
            append_lines(self.log, f"{host_name()}{LOG_SUFFIX}", late)
            scan = read_logs(self.log)
        self.notes += [f"not synced: log/{printable_path(reason)}" for reason in scan.skipped]
        # One commit per roadmap, with the time of its change: a merge needs to know which version is newer.
        edits = [
            Edit({_ROADMAPS + path: data}, library.changed_at(self.library, path))
            for path, data in self._changed_roadmaps(committed).items()
        ]
        if lines := missing_lines(committed.logs, scan.logs):
            edits.append(Edit(committed.with_lines(lines)))
        if not edits:
            return head
        return self.git.commit([head] if head else [], f"{host_name()}\n", *edits)

    def _copy_late_records(self, logs: Logs) -> list[bytes]:
        """Return copies of records that a session wrote under an id that an earlier sync replaced."""
        lines = [line for name in logs if _is_from_here(name) for line in logs[name]]
        if not any(b"~" in line for line in lines):
            return []
        decoded = map(try_decode, library.read_all(self.library).values())
        return late_copies(lines, {roadmap.id: roadmap for roadmap in decoded if roadmap})

    def _changed_roadmaps(self, committed: _Contents) -> dict[str, bytes | None]:
        on_disk = library.read_all(self.library)
        changes: dict[str, bytes | None] = {
            path: data
            for path, data in on_disk.items()
            if committed.roadmaps.get(path) != data and not is_damaged(data)
        }
        # A file in the trash was removed by the user; any other missing file was lost and will be restored.
        removed = [path for path in committed.roadmaps if path not in on_disk and TRASH_DIR + path in on_disk]
        return changes | dict.fromkeys(removed)

    # Merge

    def _merge(self, head: str, theirs: str) -> str:
        """Merge the remote's commit; return the new head. Raises ConcurrentEditError and UsageError."""
        ours, remote = self._read(head), self._read(theirs)
        base = self.git.merge_base(head, theirs)
        if not base:
            self._check_remote_is_ours(theirs)
        unsent = missing_lines(remote.logs, ours.logs)
        logs = {name: [*remote.logs.get(name, []), *unsent.get(name, [])] for name in {*remote.logs, *unsent}}
        here = read_logs(self.log).logs
        received = missing_lines(here, logs)
        if len(received) > _MAX_LOGS_WRITTEN:
            received = {f"from-sync{LOG_SUFFIX}": list(chain(*received.values()))}
        for name, lines in received.items():
            append_lines(self.log, name, lines)
        self.received += count_events(chain(*received.values()), chain(*here.values()))
        roadmaps = self._merge_roadmaps(head, theirs, base, unsent)
        self.sent = count_events(chain(*unsent.values()), chain(*remote.logs.values()))
        changes = remote.with_lines(unsent) | {
            _ROADMAPS + path: roadmaps.get(path)
            for path in {*roadmaps, *remote.roadmaps}
            if roadmaps.get(path) != remote.roadmaps.get(path)
        }
        # The branch moves last: the next sync assumes that its content was on disk.
        if base == head and not changes:
            if head != theirs:
                self.git.update_ref(BRANCH, theirs)
            return theirs
        merged = {path: data for path, data in (remote.files | changes).items() if data is not None}
        if base == theirs and merged == ours.files:
            return head
        parents = [commit for commit in (theirs, head) if commit]
        return self.git.commit(parents, f"{host_name()}: merged\n", Edit(changes))

    def _check_remote_is_ours(self, theirs: str) -> None:
        if not theirs or self._read(theirs).files:
            return
        paths = self.git.list_files(theirs)
        if foreign := [path for path in paths if not path.lower().startswith(_INITIAL_FILES)]:
            raise UsageError(
                f"remote {without_secrets(self.url)}",
                f"it contains something else ({printable_path(min(foreign))})",
                "use an empty repository",
            )

    def _merge_roadmaps(
        self, head: str, theirs: str, base: str, unsent: dict[str, list[bytes]]
    ) -> Mapping[str, bytes]:
        """Merge the roadmaps, write the result to disk and return it. Raises ConcurrentEditError.

        Records of a roadmap that gets another id are added to ``unsent``.
        """
        ours, remote = self._read(head).roadmaps, self._read(theirs).roadmaps
        left_out = self._read(theirs).left_out
        remote = remote | {path: data for path, data in ours.items() if _ROADMAPS + path in left_out}
        merged: Mapping[str, bytes] = ours
        if theirs and ours != remote:
            progress: list[Progress] = []

            def has_progress(roadmap: str, node_id: str) -> bool:
                if not progress:  # read on first use: most merges do not need it
                    progress.append(Progress(LogReader(self.log).read()))
                return progress[0].has(roadmap, node_id)

            def is_ours_newer(path: str) -> bool:
                our_time, their_time = (
                    self.git.last_change(commit, _ROADMAPS + path) if commit else 0
                    for commit in (head, theirs)
                )
                return our_time > their_time

            result = LibraryMerge(
                self._read(base).roadmaps,
                ours,
                remote,
                is_ours_newer=is_ours_newer,
                has_progress=has_progress,
            ).run()
            merged = result.files
            self.notes += result.notes
            for new, old in result.renamed.items():
                roadmap = try_decode(merged[new + ROADMAP_SUFFIX])
                if roadmap is not None:
                    self._copy_records(roadmap, old, self._read(head).logs, unsent)
        self._write_roadmaps(merged, ours)
        changed = {path for path in {*merged, *remote} if merged.get(path) != remote.get(path)}
        self._exchanged.update(path.removeprefix(TRASH_DIR) for path in changed)
        return merged

    def _copy_records(self, roadmap: Roadmap, old: str, ours: Logs, unsent: dict[str, list[bytes]]) -> None:
        """Copy this machine's records of a roadmap that had the id ``old``, already pushed ones too."""
        own = f"{host_name()}{LOG_SUFFIX}"
        new_lines = [line for lines in unsent.values() for line in lines]
        old_lines = records_of(
            (line for name in ours if _is_from_here(name) for line in ours[name]), roadmap, old, new_lines
        )
        copies = rewrite_roadmap_id(dict.fromkeys([*new_lines, *old_lines]), old, roadmap.id)
        for name, lines in missing_lines(read_logs(self.log).logs, {own: copies}).items():
            append_lines(self.log, name, lines)
        unsent[own] = list(dict.fromkeys([*unsent.get(own, []), *copies]))

    def _write_roadmaps(self, merged: Mapping[str, bytes], ours: Mapping[str, bytes]) -> None:
        """Write the merge result to the library on disk. Raises ConcurrentEditError and OSError."""
        on_disk = library.read_all(self.library)
        removed = {
            path for path in on_disk.keys() & ours.keys() - merged.keys() if not path.startswith(TRASH_DIR)
        }
        for path in (*sorted(removed), *sorted(merged)):
            current = on_disk.get(path)
            if current == merged.get(path):
                continue
            if current is not None and current != ours.get(path) and not is_damaged(current):
                raise ConcurrentEditError
            if path in removed:
                library.move_to_trash(self.library, path)
                name = path.removesuffix(ROADMAP_SUFFIX)
                self.notes.append(f"roadmap {name} was removed on another machine")
            else:
                library.write(self.library, path, merged[path])
            self._exchanged.add(path.removeprefix(TRASH_DIR))


def _is_from_here(name: str) -> bool:
    """Return True if sessions of this machine write to logs of this name."""
    return re.fullmatch(rf"{re.escape(host_name())}([.]\d+|-\d+-[0-9a-f]+)?{LOG_SUFFIX}", name) is not None


def _is_log(path: str) -> bool:
    name = path.removeprefix(_LOG)
    return path.startswith(_LOG) and "/" not in name and name.endswith(LOG_SUFFIX)


def _is_roadmap(path: str) -> bool:
    return path.startswith(_ROADMAPS) and library.is_path(path.removeprefix(_ROADMAPS))
