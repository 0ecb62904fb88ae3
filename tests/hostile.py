"""Texts made to do harm, folders full of them, and what may come out of the program at all."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from roadmap_tui.core.sanitize import clean, safe_url

SECRET: Final = "stolen"
_STOLEN: Final = base64.b64encode(SECRET.encode()).decode()

# Each would be seen on the terminal if it got there: as a sequence that is not on the list below.
TEXTS: Final[dict[str, str]] = {
    "colour": "a\x1b[5;8mb\x1b[31;43mc",
    "clear": "a\x1b[2J\x1b[3J\x1b[H\x1bc",
    "questions": "a\x1b[6n\x1b[c\x1b[?u\x1b[21t\x05",
    "modes": "a\x1b[?1049l\x1b[?1000l\x1b[?2004l\x1b[4h",
    "clipboard": f"a\x1b]52;c;{_STOLEN}\x07b\x1b]52;c;{_STOLEN}\x1b\\",
    "window title": "a\x1b]0;owned\x07b\x1b]2;owned\x1b\\",
    "hyperlink": "a\x1b]8;;https://evil.test/\x1b\\b\x1b]8;;\x1b\\",
    "hyperlink to a program": "a\x1b]8;;file:///bin/sh\x07b\x1b]8;;\x07",
    "device control": 'a\x1bP$q"p\x1b\\b\x1bP1000pls\x1b\\',
    "application command": "a\x1b_Gf=100;AAAA\x1b\\b\x1b^x\x1b\\\x1bXy\x1b\\",
    "notification": "a\x1b]9;owned\x07\x1b]777;notify;owned;owned\x07\x1b]1337;File=:AAAA\x07",
    "controls": "a\x00\x07\x08\x08\x0b\x0c\x0e\x0f\x1a\x7fb",
    "C1": "a\x9b2J\x9d52;c;AAAA\x9c\x90q\x9c\x9f\x98\x8d\x84\x85b",
    "line ends": "a\r\nb\rc\x85d\u2028e\u2029f\ng\n\n# h",
    "bidi": "a\u202egnp.exe\u202c\u2066b\u2069\u200fc\u061c",
    "zero width": "a\u200bb\u200cc\u200dd\u2060e\ufefff\xadg\u034fh\u180ei\u3164j\u115fk\uffa0l",
    "marks": "a" + "\u0301" * 3000 + "b" + "\u0489\u20dd\u0e49" * 300,
    "tags": "a" + "".join(chr(0xE0000 + ord(letter)) for letter in "rm -rf") + "b\U000e0001",
    "selectors": "a\ufe0f\ufe0e\U000e0100b\u180bc",
    "surrogates": "a\ud800b\udc00c\udfff\ud83d",
    "emoji": "👩‍💻🏴‍☠️👨‍👩‍👧‍👦❤️🇩🇪☝🏽1️⃣🫠㊗️⌚",
    "wide": "漢字ｆｕｌｌ½①☃ﷺ𒐫⸻㍿",
    "nothing": "\u200b\u2060\u2800\u3164 ",
    "spaces": "  \t a\u00a0\u2003\u3000b\u2800  ",
    "markup": "[/] [/b] [b [bold red]x[/bold red] [$error on $text]y[/]",
    "markup that acts": "[@click=app.bell]x[/] [@click=app.quit]y[/] [@click='app.copy']z[/]",
    "markup that links": "[link=https://evil.test/]x[/link] [link='file:///bin/sh']y[/]",
    "markup cut short": "[@click=app.bell [link= [[ ]] \\[ [/",
    "unprintable names": "$(touch owned) `touch owned` ; touch owned | & > owned \" ' \\ * ? ~ ! #",
    "option": "--help",
    "options": "-rf --exec=touch -oProxyCommand=touch",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:x'>a</a>&lt;b&gt;-->",
    "HTML attributes": "\"><b onclick=x> ' onmouseover='x </title></style></a></li>]]>",
    "Markdown links": "[a](https://evil.test) ![a](https://evil.test/p.png) [b]: https://evil.test <https://evil.test>",
    "Markdown addresses": "https://evil.test www.evil.test ftp://evil.test me@evil.test mailto:me@evil.test",
    "Markdown code": "`a` ``b`` ```c``` ~~~d~~~     e\t\tf",
    "Markdown blocks": "# a\n> b\n- [x] c\n1. d\n---\n===\n|e|f|\n|-|-|\n    g\n"
    "[^1]: h\n<!-- i -->\n> [!NOTE]\n> j",
    "percent": "%s %d %(x)s {0} {x!r} {} \\N{BELL} \\x1b \\033[31m \\e[31m ^[[31m",
    "long": "long " * 20_000,
    "long word": "x" * 100_000,
    "nested": "[" * 5000 + "(" * 5000,
}  # fmt: skip

# None of them may become a link.
ADDRESSES: Final = (
    "javascript:alert(1)",
    "file:///bin/sh",
    "data:text/html,<script>alert(1)</script>",
    "https://me:secret@evil.test/",
    "https://evil.test/\x1b]52;c;AAAA\x07",
    "https://evil.test/a b",
    "https://evil.test\\@good.test/",
    "https://evil.test/\u202egnp.exe",
    "https://[::1",
    "-oProxyCommand=touch",
    "ssh://-oProxyCommand=touch/x",
    "https://evil.test/" + "a" * 2000,
)
# A link, though it looks for trouble wherever it is written out.
ODD_ADDRESS: Final = "https://example.org/(a)_[b]<c>'d'\"e\"&amp;f=$(g)`h`;i|j*k*"

# Names that a file of a folder can have.
NAMES: Final = (
    "-rf",
    "--help",
    "$(touch owned)",
    "`touch owned`",
    "a;touch owned",
    "a\nb",
    "a\x1b]52;c;AAAA\x07b",
    "a\u202eb",
    "a\u200b\u0301\u0301\u0301\u0301\u0301b",
    "[@click=app.bell]x[b]",
    "'\"",
    "~",
    "%s",
    "b\udcff\udc80",
    "a\x9b31mb\x85c",
    "a\u0301\u0301\u0301\u0301\u0301\u0301b",
)


def strangers(text: str) -> list[str]:
    """What is in a text, as it was shown, that ``clean`` lets nobody show."""
    kept = clean(text, len(text) + 1)
    if kept == text:
        return []
    return sorted({char for char in text if clean(char) != char}) or ["a flood of marks"]


# What the program says to the terminal


class Said(NamedTuple):
    """A stretch of text, or one sequence with its kind: CSI, OSC, DCS, or ESC for what is none of them."""

    kind: str
    text: str


_sequence = re.compile(
    r"\x1b\[(?P<csi>[0-?]*[ -/]*[@-~])"
    r"|\x1b\](?P<osc>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    r"|\x1b[P_^X](?P<dcs>[^\x1b]*(?:\x1b(?!\\)[^\x1b]*)*)\x1b\\"
    r"|\x1b(?P<esc>[^\[\]P_^X]?)"
)
_colour = r"(?:[34]8;2;\d{1,3};\d{1,3};\d{1,3}|[34]8;5;\d{1,3}|3[0-79]|4[0-79]|9[0-7]|10[0-7])"
_pen = re.compile(rf"(?:0|[123479]|2[1-479]|{_colour})?(?:;(?:0|[123479]|2[1-479]|{_colour}))*m").fullmatch
_jump = re.compile(r"(?:([1-9]\d{0,3});([1-9]\d{0,3}))?H").fullmatch
# What this program and its toolkit switch: mouse, paste, focus, wrap, caret, screens, whole frames.
_MODES: Final = {7, 25, 1000, 1003, 1004, 1006, 1015, 1049, 2004, 2026, 2048}
_mode = re.compile(r"\?(\d+)([hl]|\$p)").fullmatch
_ONCE: Final = {">25u", "<u", "J", "2J", "K"}


def said(output: bytes) -> Iterator[Said]:
    """The output of a program, taken apart. Raises UnicodeDecodeError for what is no UTF-8."""
    text = output.decode()
    at = 0
    for found in _sequence.finditer(text):
        if found.start() > at:
            yield Said("text", text[at : found.start()])
        kind = found.lastgroup or "esc"
        yield Said(kind, found[kind])
        at = found.end()
    if at < len(text):
        yield Said("text", text[at:])


def _may_lead_to(url: str) -> bool:
    """Whether a link may lead there: no resource of these folders has an address at that host."""
    return not url or (safe_url(url) is not None and "evil.test" not in url)


def unmeant(output: bytes, size: tuple[int, int], *, copied: Iterable[str] = ()) -> list[str]:
    """What the output of the screen holds that the program has no cause to say; empty where all is well.

    ``copied`` are the texts that the reader had put into the clipboard.
    """
    clipboard = {base64.b64encode(text.encode()).decode() for text in copied}
    wrong = []
    for kind, text in said(output):
        match kind:
            case "text":
                wrong += [f"text {char!r}" for char in strangers(re.sub("\r+\n", "\n", text))]
            case "csi":
                jump, mode = _jump(text), _mode(text)
                if jump:
                    fine = jump[1] is None or (int(jump[1]) <= size[1] and int(jump[2]) <= size[0])
                else:
                    fine = bool(_pen(text)) or text in _ONCE or (mode is not None and int(mode[1]) in _MODES)
                wrong += [] if fine else [f"CSI {text!r}"]
            case "osc":
                number, _, rest = text.partition(";")
                if number == "8":
                    id_, _, url = rest.partition(";")
                    fine = bool(re.fullmatch(r"(id=[\w.-]+)?", id_)) and _may_lead_to(url)
                elif number == "52":
                    fine = rest.startswith("c;") and rest[2:] in clipboard
                else:
                    fine = text in {"22;default", "22;pointer", "22;text"}  # the mouse's pointer
                wrong += [] if fine else [f"OSC {text!r}"]
            case _:
                wrong.append(f"{kind} {text!r}")
    return wrong


# A data folder full of it


def nodes(texts: dict[str, str] = TEXTS) -> list[dict[str, Any]]:
    """A section of items, one for each text, which is all that they say; as a roadmap file holds them."""
    items = []
    for number, (name, text) in enumerate(texts.items()):
        titled = clean(text, one_line=True) != ""
        link = {
            "title": text if titled else name,
            "url": f"https://example.org/{number}",
            "by": text,
            "note": text,
        }
        odd = {"title": text if titled else name, "url": ODD_ADDRESS, "kind": "paper"}
        items.append(
            {
                "type": "item",
                "id": f"i{number}",
                "title": text if titled else name,
                "summary": text,
                "note": text,
                "prerequisites": [f"i{number - 1}"] if number else [],
                "resources": [link, odd],
            }
        )
    title = TEXTS["clipboard"]
    return [
        {"type": "section", "id": "all", "title": title, "summary": title, "note": title, "children": items},
        {"type": "section", "id": "end", "title": TEXTS["markup that acts"], "children": []},
    ]


def records(roadmap: str, count: int = len(TEXTS)) -> Iterator[dict[str, Any]]:
    """What a log says about those items, whoever wrote to it."""
    number = 0

    def one(kind: str, title: str, /, **body: Any) -> dict[str, Any]:
        nonlocal number
        number += 1
        at = f"2026-10-{1 + number % 27:02}T09:30:00+02:00"
        head = {"v": 1, "id": f"{number:012x}-evil-{number}", "c": number, "at": at, "k": kind, "r": roadmap}
        return head | {"title": title} | body

    texts = list(TEXTS.values())[:count]
    for at, text in enumerate(texts):
        target = f"i{at}"
        yield one("note", text, t=target, x=text, base=None)
        yield one("note", text, t=target, x=f"{text} again", base=None)  # two versions
        yield one("tick", text, t=target, url=f"https://example.org/{at}", on=True)
        yield one("resource", text, t=target, url=f"https://example.org/own/{at}", x=text, kind=text, was="")
        yield one("item", text, t=f"own-{at}", x=text, under="all")
        yield one("status", text, t=target, s=("done", "doing", "todo", "skipped")[at % 4])
        yield one("review", text, t=target, g=1, ms=1000)
        yield one("time", text, t=target, s=600, **{"from": "2026-10-01T09:30:00+02:00"})
    yield one("note", texts[0], t="", x=TEXTS["clipboard"], base=None)
    yield one("open", "", app=TEXTS["clipboard"], min_reader=1)
    for text in texts:
        # Names that are none: of roadmaps, nodes, events.
        yield one("status", text, t=text, s="done")
        yield one("status", text, t=f"x{text[:100]}", s="done") | {"r": f"x{text[:100]}"}
        yield one("undo", text, ref=text) | {"id": text}
        yield one(text, text)


def furnish(home: Path, *, timer: bool = False) -> Path:
    """A data folder in which every file that others may have written is hostile; the roadmap is ``evil``."""
    (home / "roadmaps").mkdir(parents=True)
    (home / "log").mkdir()
    source = {"kind": "markdown", "name": TEXTS["clipboard"], "sha256": TEXTS["markup that acts"]}
    roadmap = {"format": 1, "id": "evil", "title": TEXTS["hyperlink"] + TEXTS["markup that acts"]}
    roadmap |= {
        "summary": TEXTS["bidi"],
        "note": TEXTS["device control"],
        "source": source,
        "children": nodes(),
    }
    (home / "roadmaps" / "evil.json").write_text(json.dumps(roadmap))
    lines = [json.dumps(record) for record in records("evil")]
    if timer:
        record = {
            "v": 1,
            "id": "f-evil-f",
            "c": 10**6,
            "at": "2026-10-01T09:30:00+02:00",
            "k": "time",
            "r": "evil",
        }
        lines.append(
            json.dumps(record | {"t": "i4", "title": "", "s": None, "from": "2026-10-01T09:30:00+02:00"})
        )
    (home / "log" / "evil.jsonl").write_text("\n".join(lines) + "\n")
    _furnish_with_names(home, json.dumps(roadmap | {"children": nodes(dict([*TEXTS.items()][:2]))}))
    return home


def _furnish_with_names(home: Path, roadmap: str) -> None:
    """Add files with hostile names to all folders: good ones, and folders that cannot be read as files."""
    for folder in ("roadmaps/removed", "roadmaps/.versions", "state/backups", "state/drafts"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    draft = {"roadmap": "evil", "node": "i4", "text": "x", "before": ""}
    for name in NAMES:
        (home / "roadmaps" / f"{name}.json").write_text(roadmap)
        (home / "roadmaps" / "removed" / f"{name}.json").write_text(roadmap)
        (home / "roadmaps" / ".versions" / f"{name}.json").write_text(roadmap)
        (home / "log" / f"{name}.jsonl").write_bytes(b"\x1b]52;c;AAAA\x07\n\xff\n")
        (home / "log" / f"{name}-2.jsonl").mkdir()
        (home / "state" / "backups" / f"{name}.jsonl.gz").write_bytes(b"x")
        (home / "state" / "drafts" / f"{name}.json").write_text(json.dumps(draft))
        (home / "state" / "drafts" / name).mkdir()
