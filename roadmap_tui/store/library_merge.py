"""The imported roadmaps of two machines: what both come to, file by file, with nothing dropped."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from roadmap_tui.core.roadmap.format import ID_LIMIT, encode
from roadmap_tui.core.roadmap.model import Roadmap
from roadmap_tui.store.library import ROADMAP_SUFFIX, TRASH_DIR, is_damaged, try_decode

_LONGEST_EVENT_ID: Final = 200

# The files of a library, by their path in it.
Files = Mapping[str, bytes]


class MergeResult(NamedTuple):
    """What two libraries come to. ``renamed`` are roadmaps of ours, by their new names, that had to make
    room for one of the same name; ``notes`` says what was done about those that differed.
    """

    files: dict[str, bytes]
    renamed: dict[str, str]
    notes: list[str]


def merge_libraries(
    base: Files,
    ours: Files,
    theirs: Files,
    *,
    is_ours_newer: Callable[[str], bool],
    has_progress: Callable[[str, str], bool],
) -> MergeResult:
    """The union of two libraries that come from ``base`` (empty where that is not known).

    A file that changed on one side only is as it is there; one that was removed there is removed, unless
    it changed here. Of one that changed on both, the newer text wins and every id with progress stays.
    """
    union = MergeResult({}, {}, [])
    sides = _MergeInput(ours, theirs, is_ours_newer, has_progress)
    for path in sorted({*ours, *theirs}):
        was, our, their = base.get(path), ours.get(path), theirs.get(path)
        if our is None or their is None:
            # Removed on one side, unless it was worked on, or is among the removed already.
            data = our or their
            if data == was and not path.startswith(TRASH_DIR):
                continue
        elif our == their:
            data = our
        elif was in {our, their}:
            data = _fast_forward(*((their, our) if our == was else (our, their)), sides)
        else:
            data = _merge_conflict(path, was, our, their, union, sides)
        if data is not None:
            union.files[path] = data
    return union


class _MergeInput(NamedTuple):
    ours: Files
    theirs: Files
    is_ours_newer: Callable[[str], bool]
    has_progress: Callable[[str, str], bool]


def _fast_forward(data: bytes, before: bytes, sides: _MergeInput) -> bytes:
    """A newer version of one side, with what the other side's reader did things with that it dropped."""
    from roadmap_tui.core.roadmap.merge import keep_items_with_progress

    if is_damaged(data):
        return before
    new, old = try_decode(data), try_decode(before)
    if new is None or old is None:
        return data
    whole = keep_items_with_progress(new, old, lambda node_id: sides.has_progress(new.id, node_id))
    return data if whole == new else encode(whole)


def _merge_conflict(
    path: str, was: bytes | None, our: bytes, their: bytes, union: MergeResult, sides: _MergeInput
) -> bytes:
    from roadmap_tui.core.roadmap.merge import is_same_source, merge_versions

    name = path.removesuffix(ROADMAP_SUFFIX)
    one, other = try_decode(our), try_decode(their)
    if one is None or other is None:
        # A damaged one is no version; one that only a later version reads is newer than ours.
        if is_damaged(their) or (one is None and not is_damaged(our) and other is not None):
            return our
        return their
    if was is None and not is_same_source(one, other):
        new = _free_name(path, one, sides)
        union.files[new] = encode(one._replace(id=_stem(new)))
        if "/" not in path:
            union.renamed[_stem(new)] = one.id
            union.notes.append(
                f"roadmap {name} was another one here than there: this one is {_stem(new)} now, "
                "and its progress is with it"
            )
        return their
    before = try_decode(was) if was is not None else None
    if before is not None and (before.source.sha256 == one.source.sha256) != (
        before.source.sha256 == other.source.sha256
    ):
        ours_wins = before.source.sha256 == other.source.sha256
    else:
        ours_wins = sides.is_ours_newer(path)
    old, new_version = (other, one) if ours_wins else (one, other)
    united = encode(merge_versions(old, new_version, lambda node_id: sides.has_progress(one.id, node_id)))
    if is_damaged(united):
        # Together they break a rule of the format, as by too many items: then the newer one alone.
        union.notes.append(f"roadmap {name}: two versions could not be merged; the newer one is used")
        return our if ours_wins else their
    union.notes.append(f"roadmap {name}: two versions were merged; the newer text is {_whose(ours_wins)}")
    return united


def _whose(ours: bool) -> str:
    return "this machine's" if ours else "the other one's"


def _free_name(path: str, roadmap: Roadmap, sides: _MergeInput) -> str:
    """A path of our own for a roadmap; the one it was given before, if this was broken off then."""
    folder, slash, _ = path.rpartition("/")
    number = 2
    while True:
        tail = f"-{number}"
        stem = roadmap.id[: ID_LIMIT - len(tail)].rstrip("-") + tail
        new = f"{folder}{slash}{stem}{ROADMAP_SUFFIX}"
        data = encode(roadmap._replace(id=stem))
        if sides.ours.get(new, data) == data and sides.theirs.get(new, data) == data:
            return new
        number += 1


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(ROADMAP_SUFFIX)


def rewrite_roadmap_id(lines: Iterable[bytes], old: str, new: str) -> list[bytes]:
    """The records of a roadmap once more, for the same roadmap under a new name.

    Each has an id made from its old one, so that doing it twice adds nothing; what refers to one of
    them refers to its copy. Whatever kind a record is of, it is known by ``id`` and its roadmap by ``r``.
    """
    records: list[dict[str, Any]] = []
    for line in lines:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict) and record.get("r") == old and isinstance(record.get("id"), str):
            records.append(record)
    tail = f"~{new}"
    ids = {record["id"]: record["id"][: _LONGEST_EVENT_ID - len(tail)] + tail for record in records}

    def moved(key: str, value: Any) -> Any:
        if isinstance(value, list):
            return [moved(key, one) for one in value]
        # A text may happen to be anything: only what refers, by a name without spaces, is an id.
        return ids.get(value, value) if isinstance(value, str) and key != "t" else value

    return [
        json.dumps(
            {key: new if key == "r" else moved(key, value) for key, value in record.items()},
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode("utf-8", "surrogatepass")
        for record in records
    ]
