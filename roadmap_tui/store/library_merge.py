"""Three-way merge of the imported roadmaps of two machines, file by file; no item with progress is lost."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from typing import Any, Final, NamedTuple

from roadmap_tui.core.roadmap.format import ID_LIMIT, encode
from roadmap_tui.core.roadmap.model import Roadmap
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.store.library import ROADMAP_SUFFIX, TRASH_DIR, is_damaged, try_decode

_MAX_EVENT_ID: Final = 200

# The files of a library, by their path in it.
Files = Mapping[str, bytes]


class MergeResult(NamedTuple):
    """The merged library.

    ``renamed`` gives the old id of each of our roadmaps by its new id, if it had to make room for another
    roadmap with the same id; ``notes`` tells the user what was done.
    """

    files: dict[str, bytes]
    renamed: dict[str, str]
    notes: list[str]


class LibraryMerge:
    """One merge of our library with theirs, given their common ancestor (empty if there is none).

    ``is_ours_newer`` compares the last change of a path, ``has_progress`` is called with a roadmap's and an
    item's id.
    """

    def __init__(
        self,
        base: Files,
        ours: Files,
        theirs: Files,
        *,
        is_ours_newer: Callable[[str], bool],
        has_progress: Callable[[str, str], bool],
    ) -> None:
        self._base = base
        self._ours = ours
        self._theirs = theirs
        self._is_ours_newer = is_ours_newer
        self._has_progress = has_progress
        self._result = MergeResult({}, {}, [])

    def run(self) -> MergeResult:
        """Return the merged library: merge only the files that both sides changed.

        A file removed on one side is removed, unless it was changed on the other. Of a file changed on both,
        the newer text wins and items with progress stay.
        """
        for path in sorted({*self._ours, *self._theirs}):
            base, ours, theirs = self._base.get(path), self._ours.get(path), self._theirs.get(path)
            if ours is None or theirs is None:
                merged = ours or theirs
                if merged == base and not path.startswith(TRASH_DIR):
                    continue
            elif ours == theirs:
                merged = ours
            elif base in {ours, theirs}:
                merged = self._fast_forward(*((ours, theirs) if ours == base else (theirs, ours)))
            else:
                merged = self._merge_conflict(path, base, ours, theirs)
            if merged is not None:
                self._result.files[path] = merged
        return self._result

    def _fast_forward(self, old: bytes, new: bytes) -> bytes:
        """Return the new version with dropped items added that have progress unknown to its machine."""
        from roadmap_tui.core.roadmap.merge import keep_items_with_progress

        if is_damaged(new):
            return old
        old_roadmap, new_roadmap = try_decode(old), try_decode(new)
        if old_roadmap is None or new_roadmap is None:
            return new
        kept = keep_items_with_progress(new_roadmap, old_roadmap, self._has_progress_in(new_roadmap))
        return new if kept == new_roadmap else encode(kept)

    def _merge_conflict(self, path: str, base: bytes | None, ours: bytes, theirs: bytes) -> bytes:
        from roadmap_tui.core.roadmap.merge import is_same_source, merge_versions

        our_roadmap, their_roadmap = try_decode(ours), try_decode(theirs)
        if our_roadmap is None or their_roadmap is None:
            # A damaged file never wins; a file of a later format is newer than one of ours.
            if is_damaged(theirs) or (our_roadmap is None and their_roadmap and not is_damaged(ours)):
                return ours
            return theirs
        if base is None and not is_same_source(our_roadmap, their_roadmap):
            self._rename_ours(path, our_roadmap)
            return theirs
        name = path.removesuffix(ROADMAP_SUFFIX)
        ours_wins = self._prefers_ours(path, base, our_roadmap, their_roadmap)
        old, new = (their_roadmap, our_roadmap) if ours_wins else (our_roadmap, their_roadmap)
        merged = encode(merge_versions(old, new, self._has_progress_in(our_roadmap)))
        if is_damaged(merged):
            # Together they break a limit of the format, such as the number of items.
            self._result.notes.append(
                f"roadmap {name}: two versions could not be merged; using the newer one"
            )
            return ours if ours_wins else theirs
        whose = "this machine's" if ours_wins else "the other one's"
        self._result.notes.append(f"roadmap {name}: two versions were merged; the newer text is {whose}")
        return merged

    def _prefers_ours(self, path: str, base: bytes | None, ours: Roadmap, theirs: Roadmap) -> bool:
        """Prefer the side that alone updated to a new source, else the side that was changed last."""
        if base is not None and (base_roadmap := try_decode(base)):
            our_update, their_update = (
                roadmap.source.sha256 != base_roadmap.source.sha256 for roadmap in (ours, theirs)
            )
            if our_update != their_update:
                return our_update
        return self._is_ours_newer(path)

    def _rename_ours(self, path: str, roadmap: Roadmap) -> None:
        """Save our roadmap under a free name: the same one again if an earlier sync was interrupted."""
        folder, slash, _ = path.rpartition("/")
        for number in count(2):
            tail = f"-{number}"
            new_id = roadmap.id[: ID_LIMIT - len(tail)].rstrip("-") + tail
            new_path = f"{folder}{slash}{new_id}{ROADMAP_SUFFIX}"
            content = encode(roadmap._replace(id=new_id))
            if {side.get(new_path, content) for side in (self._ours, self._theirs)} == {content}:
                break
        self._result.files[new_path] = content
        if not folder:
            self._result.renamed[new_id] = roadmap.id
            self._result.notes.append(
                f"roadmap {path.removesuffix(ROADMAP_SUFFIX)} was another one here than there: "
                f"this one is {new_id} now, and its progress is with it"
            )

    def _has_progress_in(self, roadmap: Roadmap) -> Callable[[str], bool]:
        return lambda node_id: self._has_progress(roadmap.id, node_id)


def records_of(
    lines: Iterable[bytes], roadmap: Roadmap, old: str, moved_lines: Iterable[bytes]
) -> list[bytes]:
    """Return the records of roadmap ``old`` that are about nodes of ``roadmap``, and undos of moved ones."""
    ids = {"", *(node.id for node in FlatTree(roadmap, with_retired=True).nodes)}
    moved = {record["id"] for _, record in _records(moved_lines, old)}
    found: list[bytes] = []
    for line, record in _records(lines, old):
        target = record.get("t")
        targets = target if isinstance(target, list) else [target]
        if record.get("ref") in moved or any(isinstance(one, str) and one in ids for one in targets):
            moved.add(record["id"])
            found.append(line)
    return found


def _records(lines: Iterable[bytes], roadmap: str) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Yield the lines that are records of a roadmap id, with their fields."""
    for line in lines:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict) and record.get("r") == roadmap and isinstance(record.get("id"), str):
            yield line, record


def rewrite_roadmap_id(lines: Iterable[bytes], old: str, new: str) -> list[bytes]:
    """Copy the records of all kinds from roadmap ``old`` to roadmap ``new``.

    Each copy's id is derived from the original's, so a repeated copy adds nothing; references between the
    records are rewritten to the copies.
    """
    records = [record for _, record in _records(lines, old)]
    tail = f"~{new}"
    copy_ids = {record["id"]: record["id"][: _MAX_EVENT_ID - len(tail)] + tail for record in records}

    def rewrite(key: str, value: Any) -> Any:
        if key == "r":
            return new
        if isinstance(value, list):
            return [rewrite(key, element) for element in value]
        # ``t`` names an item, which may happen to look like an event's id.
        return copy_ids.get(value, value) if isinstance(value, str) and key != "t" else value

    return [
        json.dumps(
            {key: rewrite(key, value) for key, value in record.items()},
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode("utf-8", "surrogatepass")
        for record in records
    ]
