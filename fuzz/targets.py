"""The fuzz targets: functions of bytes that fail with any exception but the documented one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from roadmap_tui.core.errors import InvalidRoadmap, RoadmapTuiError
from roadmap_tui.core.importers.base import Items
from roadmap_tui.core.importers.markdown import read_markdown
from roadmap_tui.core.progress import records
from roadmap_tui.core.progress.records import InvalidRecord
from roadmap_tui.core.progress.time_tracking import seconds_in
from roadmap_tui.core.review.questions import split_note
from roadmap_tui.core.roadmap.format import encode
from roadmap_tui.core.roadmap.model import Item, Resource, Roadmap, Section
from roadmap_tui.core.roadmap.validation import decode
from roadmap_tui.core.sanitize import clean
from roadmap_tui.core.strict_json import ErrorList
from roadmap_tui.core.strict_json import parse as parse_json
from roadmap_tui.core.study_lint import count, lint, lint_notes
from roadmap_tui.store import config
from roadmap_tui.store.drafts import Drafts
from roadmap_tui.store.log_reader import parse
from roadmap_tui.store.restore import inspect_backup
from roadmap_tui.store.view_state import last_roadmap, load_view_state
from roadmap_tui.text.keymap import KEYMAP, is_key, parse_key
from roadmap_tui.text.markdown import render_markdown
from roadmap_tui.text.styled_text import length

_ROADMAP: Final = encode(
    Roadmap(
        "a",
        "A",
        summary="s",
        resources=(Resource("R", "https://r.org/", "book", "by", "note"),),
        children=(
            Section("b", "B", children=(Item("c", "C", prerequisites=("d",), ticked=True), Item("d", "D"))),
        ),
        retired=(Item("e", "E"),),
    )
)
_HEAD: Final = '{"v":1,"id":"0-a-1","c":1,"at":"2025-01-02T03:04:05+01:00","r":"a","t":"b","title":"B",'
_LINES: Final = tuple(
    (_HEAD + body).encode()
    for body in (
        '"k":"status","s":"done"}',
        '"k":"note","x":"n","base":null}',
        '"k":"tick","url":"https://a.b/","on":true}',
        '"k":"review","g":3,"ms":1000,"q":"b:xor"}',
        '"k":"hide","q":"b:xor","on":true}',
        '"k":"time","s":60,"from":"2025-01-02T03:04:05Z","ref":"0-a-0"}',
        '"k":"resource","url":"https://a.b/","x":"n","kind":"book","was":""}',
        '"k":"item","x":"n","under":""}',
        '"k":"pause","until":"2025-01-02T03:04:05Z"}',
        '"k":"undo","ref":"0-a-0"}',
        '"k":"open","app":"roadmap-tui 1","min_reader":1}',
    )
)
_MARKDOWN: Final = (
    b"---\ntitle: t\n---\n# A\n\nwords [l](https://a.b) ![i](p)\n\n## 1. B\n- [x] **c** `d`\n  - [ ] e\n",
    b"* a\n* [b](http://c.d 'e')\n\n|f|g|\n|-|-|\n|[h](https://i.j)|k|\n|[l](https://m.n)|o|\n",
    b"<details><summary>S</summary>\n\n1. [/] a\n2. [-] b <a href='https://c.d'>e</a>\n\n</details>\n\n",
    b"- [ ] a [^1]\n\n[^1]: f\n",
    b"> - [ ] a\n>   ```\n>   b\n>   ```\n\nA\n===\n\n[b]: https://c.d 'e'\n\n- [ ] [b] <https://f.g>\n",
)  # fmt: skip

_STUDY_MATERIAL: Final = b"""{"format":1,"roadmap":"a","chapter":"b","items":{"c":{"goals":["Count."],
"questions":[{"id":"d","ask":"How many (one)?","answer":"Yes."}],"exercise":{"task":"Add.","check":"2"}}}}"""


def _check_clean(*texts: str) -> None:
    """Fail for text that ``clean`` would change."""
    for text in texts:
        if clean(text, max(1, len(text))) != text:
            raise AssertionError(f"not clean: {text!a}")


@contextmanager
def _file(data: bytes, name: str) -> Iterator[str]:
    """Create a temporary folder with one file; yield its path."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        with open(os.path.join(folder, name), "xb") as file:
            file.write(data)
        yield folder


def roadmap(data: bytes) -> None:
    """Decode a roadmap file: it is refused, or encoding and decoding gives an equal roadmap."""
    try:
        found = decode(data, "x.json")
    except InvalidRoadmap as error:
        _check_clean(*error.faults)
    else:
        again = decode(encode(found), "x.json")
        if again != found:
            raise AssertionError((found, again))


def journal_line(data: bytes) -> None:
    """Decode a line of the log: it is invalid, or encoding and decoding gives an equal event."""
    try:
        event = parse(data)
    except InvalidRecord as error:
        _check_clean(str(error))
    else:
        written = records.encode(event)  # without fractions of a second, which the program never writes
        if records.encode(records.decode(written)) != written:
            raise AssertionError(event)


def markdown(data: bytes) -> None:
    """Import Markdown: it is refused, or gives a roadmap that is valid in the roadmap format."""
    choices: tuple[Items, ...] = ("auto", "all")
    for items in choices:
        try:
            found = read_markdown(data, "x.md", items=items)
        except InvalidRoadmap as error:
            _check_clean(*error.faults)
        else:
            decode(encode(found.roadmap), "x.json")


def note(data: bytes) -> None:
    """Render a note: whatever it contains, its lines fit and can be printed, and its questions are found."""
    text = clean(data.decode("utf-8", "replace"))
    split_note(text)
    for line in render_markdown(text, 40):
        _check_clean(*(span.text for span in line))
        if length(line) > 40:
            raise AssertionError(line)


def settings(data: bytes) -> None:
    """Read a settings file: invalid settings give warnings, never an error."""
    with _file(data, config.FILE_NAME) as folder:
        found = config.read(folder, {"ROADMAP_TUI_THEME": data[:40].decode("utf-8", "replace")})
    _, faults = KEYMAP.rebind(found.settings.keys)
    for command_id, why in faults:
        found.add_warning(f"keys.{command_id}", why)
    _check_clean(*found.warnings)


def keys(data: bytes) -> None:
    """Rebind keys: each line has a command id and its keys."""
    overrides = [line.split(" ") for line in data.decode("utf-8", "replace").split("\n")]
    keymap, _ = KEYMAP.rebind([(name, tuple(new_keys)) for name, *new_keys in overrides])
    for command in keymap.commands:
        default = KEYMAP[command.id].keys
        numbered = len(default) == 9  # of nine keys, those given to another command are empty
        if not all(is_key(key) or key in default or (numbered and not key) for key in command.keys):
            raise AssertionError(command)
        for other in keymap.in_scope(command.scope):
            if other.id != command.id and set(other.keys) & set(command.keys):
                raise AssertionError((command, other))
    for name, *new_keys in overrides:
        is_key(parse_key(name)), *map(is_key, new_keys)


def duration(data: bytes) -> None:
    """Parse a duration that the user typed."""
    with suppress(RoadmapTuiError, ValueError):
        seconds_in(data.decode("utf-8", "replace"))


def state(data: bytes) -> None:
    """Read view state and drafts: damaged files must not prevent the start."""
    with _file(data, "place.json") as folder:
        last_roadmap(folder)
        load_view_state(folder, "a")
        for draft in Drafts(folder).for_roadmap("a"):
            _check_clean(draft.text, draft.before)


def backup(data: bytes) -> None:
    """Inspect a backup before it is restored."""
    with _file(data, "a.jsonl") as folder:
        try:
            inspect_backup(os.path.join(folder, "a.jsonl"), os.path.join(folder, "log"))
        except RoadmapTuiError as error:
            _check_clean(str(error))


def study_material(data: bytes) -> None:
    """Lint study material: whatever the file contains, the findings can be printed."""
    material = parse_json(data, ErrorList())
    count(material)
    for finding in [*lint(material), *lint_notes(material, ["a"])]:
        _check_clean(str(finding))


Target = Callable[[bytes], None]
TARGETS: Final[dict[str, tuple[Target, tuple[bytes, ...]]]] = {
    "roadmap": (roadmap, (_ROADMAP, b'{"format":1,"id":"a","title":"A","children":[]}')),
    "journal_line": (journal_line, _LINES),
    "markdown": (markdown, _MARKDOWN),
    "note": (note, (*_MARKDOWN, b"Q: $x^2_{ij}$?\nA: $$\\frac{a}{b} \\\\ c$$\n\n> - 1. `x` **y** [z](u)\n")),
    "settings": (
        settings,
        (config.template().encode(), b'[keys]\nnote = ["e", "f5"]\n[screen]\nascii = true\n'),
    ),
    "keys": (keys, (b"note e f5\nhelp ?\nnote.save ctrl+s\n", b"choose 1 2 3 4 5 6 7 8 9")),
    "duration": (duration, (b"1h 20m", b"+45m", b"1:30", b"90")),
    "state": (
        state,
        (b'{"last":"a","roadmaps":{"a":{"cursor":"b","folded":["c"]}}}', b'{"roadmap":"a","node":"b"}'),
    ),
    "study_material": (study_material, (_STUDY_MATERIAL,)),
    "backup": (backup, (b"\n\n".join(_LINES), b"\x1f\x8b\x08\x00")),
}  # fmt: skip
