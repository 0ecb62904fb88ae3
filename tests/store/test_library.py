"""The library: reading with and without validation, finding by origin, saving over damaged files."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadmap_tui.core.errors import InvalidRoadmap, ReadError
from roadmap_tui.core.roadmap import validation
from roadmap_tui.core.roadmap.format import decode_trusted, encode
from roadmap_tui.core.roadmap.model import KINDS, Item, Resource, Roadmap, Section, Source
from roadmap_tui.core.roadmap.validation import decode
from roadmap_tui.core.sanitize import clean
from roadmap_tui.store import library
from tests.journals import ROADMAP


def large(count: int = 300, note: str = "x") -> bytes:
    """A roadmap file that is large enough to be read without validation the second time."""
    items = [
        {"type": "item", "id": f"i-{number}", "title": f"Item {number}", "note": f"{note} " * 50}
        for number in range(count)
    ]
    return json.dumps({"format": 1, "id": "r", "title": "R", "children": items}).encode()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "r.json"
    path.write_bytes(large())
    return path


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


class Validations:
    """Counts how often a file is validated."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0

        def counted(data: bytes, name: str, *, item_limit: int, byte_limit: int) -> Roadmap:
            self.count += 1
            return decode(data, name, item_limit=item_limit, byte_limit=byte_limit)

        monkeypatch.setattr(validation, "decode", counted)


@pytest.fixture
def validations(monkeypatch: pytest.MonkeyPatch) -> Validations:
    return Validations(monkeypatch)


def read(file: Path, cache: Path) -> Roadmap:
    return library.find(str(file), None, str(cache))


def test_the_same_content_is_validated_once(file: Path, cache: Path, validations: Validations) -> None:
    assert read(file, cache) == read(file, cache)
    copy = file.with_name("copy.json")
    copy.write_bytes(file.read_bytes())
    assert read(copy, cache) == decode(large(), "r")
    assert validations.count == 1
    (record,) = (cache / "trusted").iterdir()
    assert stat.S_IMODE(record.stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700


def test_an_edited_file_is_validated_though_it_looks_the_same(
    file: Path, cache: Path, validations: Validations
) -> None:
    read(file, cache)
    before = file.stat()
    with file.open("r+b") as edited:
        edited.write(large(note="y"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_ino, file.stat().st_size) == (before.st_ino, before.st_size)
    assert read(file, cache).children[0].note.startswith("y")
    assert validations.count == 2


def test_an_edited_file_that_breaks_a_rule_is_refused(file: Path, cache: Path) -> None:
    read(file, cache)
    file.write_bytes(file.read_bytes().replace(b'"id": "i-7"', b'"id": "i-8"'))
    for _ in range(2):
        with pytest.raises(InvalidRoadmap, match="another id"):
            read(file, cache)


def test_a_file_whose_texts_must_be_cleaned_is_validated_each_time(
    file: Path, cache: Path, validations: Validations
) -> None:
    file.write_bytes(large(note="a\x1bb"))
    assert read(file, cache) == read(file, cache)
    assert "\x1b" not in read(file, cache).children[0].note
    assert validations.count == 3


def test_a_file_is_validated_again_by_another_version_and_under_another_limit(
    file: Path, cache: Path, validations: Validations, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(file, cache)
    with monkeypatch.context() as patched:
        patched.setattr(library, "__version__", "0.0.1")
        read(file, cache)
    assert validations.count == 2
    with pytest.raises(InvalidRoadmap, match="more than 299 items"):
        library.find(str(file), None, str(cache), most_items=299)


@pytest.mark.parametrize("unusable", ["no folder", "a file", "a small roadmap"])
def test_without_a_record_every_read_validates(
    file: Path, cache: Path, validations: Validations, unusable: str
) -> None:
    if unusable == "a file":
        cache.write_text("")
    if unusable == "a small roadmap":
        file.write_bytes(large(3))
    for _ in range(2):
        library.find(str(file), None, None if unusable == "no folder" else str(cache))
    assert validations.count == 2
    assert not cache.is_dir()


def test_only_the_newest_records_are_kept(file: Path, cache: Path) -> None:
    read(file, cache)
    for number in range(300):
        (cache / "trusted" / f"old-{number}").touch()
        os.utime(cache / "trusted" / f"old-{number}", (number, number))
    file.write_bytes(large(note="y"))
    read(file, cache)
    names = os.listdir(cache / "trusted")
    assert len(names) == 200
    assert "old-299" in names
    assert "old-0" not in names


def test_the_bundled_roadmap_is_not_validated_and_valid(validations: Validations) -> None:
    roadmap = library.load_bundled()
    assert validations.count == 0
    data = Path(library.bundled_path()).read_bytes()
    assert roadmap == decode(data, "roadmap.json") == decode_trusted(data)


def test_a_damaged_bundled_roadmap_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "roadmap.json"
    monkeypatch.setattr(library, "bundled_path", lambda: str(path))
    with pytest.raises(ReadError, match="No such file"):
        library.load_bundled()
    for damaged in (b"", b"[]", b'{"format": 1, "id": "x"', b'{"format": 1, "id": "x"}'):
        path.write_bytes(damaged)
        with pytest.raises(InvalidRoadmap):
            library.load_bundled()


TEXTS = st.text(st.characters(exclude_categories=["C"]), max_size=12)
LINES = TEXTS.map(lambda text: " ".join(text.split()))
TITLES = LINES.filter(bool)
RESOURCES = st.lists(
    st.builds(
        Resource,
        *(TITLES, st.just("https://a.b/c"), st.sampled_from(KINDS), LINES, TEXTS),
        was=st.sampled_from([(), ("https://a.b/old",)]),
        minutes=st.integers(0, 6000),
        extra=st.sampled_from(["", '{"later": [1, "x"]}']),
    ),
    max_size=3,
).map(tuple)


@settings(max_examples=60, deadline=None)
@given(TITLES, TEXTS, RESOURCES, st.booleans())
def test_a_trusted_read_equals_a_validated_one(
    title: str, text: str, resources: tuple[Resource, ...], ticked: bool
) -> None:
    inner = Item("c", title, text, "", ("b",), ticked, resources, hours=2.5, level=3)
    items = (Item("a", title, children=(inner,)), Item("b", "B", note=text))
    roadmap = Roadmap(
        "r",
        title,
        text,
        "",
        Source("markdown", title, "0" * 64, origin="o"),
        resources,
        (Section("s", title, text, "", resources, items), Section("empty", "E")),
        (Item("gone", title),),
    )
    try:
        cleaned = decode(encode(roadmap), "r")
    except InvalidRoadmap:  # a title of invisible characters
        return
    data = encode(cleaned)
    assert decode_trusted(data) == decode(data, "r") == cleaned


def test_a_higher_limit_allows_a_larger_file(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_bytes(large(1) + b" " * (16 << 20))
    with pytest.raises(InvalidRoadmap, match="at most 16,777,216"):
        library.read_file(str(path))
    assert library.read_file(str(path), most_items=40_000).id == "r"


@pytest.mark.parametrize("name", ["none.json", "a\0b.json"])
def test_a_missing_file_is_reported(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReadError):
        library.find(str(tmp_path / name), None)


# Finding by origin


def imported(folder: Path, name: str, origin: str) -> Roadmap:
    roadmap = ROADMAP._replace(id=name, source=Source("markdown", "README.md", origin=origin))
    library.save(roadmap, str(folder))
    return roadmap


def test_a_roadmap_is_found_by_the_source_it_was_imported_from(tmp_path: Path) -> None:
    origin = 'https://example.org/é/"a"\\README.md'
    kept, removed = imported(tmp_path, "kept", origin), imported(tmp_path, "gone", origin)
    imported(tmp_path, "longer", f"{origin}.old")
    library.remove("gone", str(tmp_path))
    (tmp_path / "damaged.json").write_bytes(b"{" + json.dumps(origin).encode())
    assert list(library.find_by_origin(origin, str(tmp_path))) == [kept, removed]
    escaped = (tmp_path / "kept.json").read_text()
    (tmp_path / "kept.json").write_text(json.dumps(json.loads(escaped)))
    assert list(library.find_by_origin(origin, str(tmp_path))) == [kept, removed]
    assert list(library.find_by_origin("https://example.org/", str(tmp_path))) == []
    assert list(library.find_by_origin(origin, None)) == []


def test_finding_by_origin_decodes_no_other_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = imported(tmp_path, "wanted", "https://a.org")
    for number in range(5):
        imported(tmp_path, f"other-{number}", "https://b.org")
    decoded: list[str] = []

    def recorded(data: bytes, name: str, *, item_limit: int, byte_limit: int) -> Roadmap:
        decoded.append(os.path.basename(name))
        return decode(data, name, item_limit=item_limit, byte_limit=byte_limit)

    monkeypatch.setattr(validation, "decode", recorded)
    assert list(library.find_by_origin("https://a.org", str(tmp_path))) == [wanted]
    assert decoded == ["wanted.json"]


def test_saving_keeps_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A damaged one may be repairable; one of a later format belongs to a newer version."""
    newer = b'{"format": 99, "id": "maths"}'
    for content in (b"torn", newer):
        (tmp_path / "maths.json").write_bytes(content)
        library.save(ROADMAP, str(tmp_path))
    assert decode((tmp_path / "maths.json").read_bytes(), "maths") == ROADMAP
    assert (tmp_path / "maths.json.damaged").read_bytes() == b"torn"
    assert (tmp_path / "maths.json.damaged-2").read_bytes() == newer


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.binary(min_size=1, max_size=20)
        | st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).map(os.fsencode),
        max_size=4,
    )
)
def test_names_of_a_folder_are_safe_to_show_and_every_file_is_told(names: list[bytes]) -> None:
    """Any bytes but a slash and NUL can be the name of a file."""
    with tempfile.TemporaryDirectory() as folder:
        files = {name.replace(b"/", b"").replace(b"\0", b"") + b".json" for name in names}
        for name in files:
            Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(b"{}")
        found, others = library.names(folder)[1:], library.unusable_files(folder)
        assert [clean(name, one_line=True) for name in others] == others
        assert all(clean(name) == name and name.isprintable() and name[0] not in "-." for name in found)
        hidden = [name for name in files if name.startswith(b".")]
        assert len(found) + len(others) + len(hidden) == len(files)
