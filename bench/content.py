"""Generate the inputs of the measurements: Markdown, roadmaps and logs of any size.

They are deterministic, except that the reviews end yesterday, so that as much is due as for a reader.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from time import time  # noqa: TID251 - no clock of the program

# The words of titles.
_TEXT = """
    gradient kernel tensor policy encoder graph sampling attention margin prior bayes momentum residual sparse
    convex entropy token latent reward boosting spectral causal diffusion retrieval embedding pruning dropout
    markov variance pooling clustering ensemble hashing ranking tuning serving profiling quantised federated
"""
_WORDS = _TEXT.split()
_PER_SECTION = 25
_BEGIN = 1_760_000_000_000  # in milliseconds since 1970
CHAPTER = "The first chapter"  # visible as soon as the outline is


def _title(rng: random.Random, number: int) -> str:
    return f"{' '.join(rng.sample(_WORDS, 3)).capitalize()} {number}"


def tasks(count: int, version: int = 1) -> bytes:
    """Return a README of ``count`` tasks. Version 2 retitles, moves and replaces a tenth each."""
    rng = random.Random(count)
    titles = [_title(rng, number) for number in range(count)]
    if version == 2:
        for at in range(0, count, 10):
            titles[at] += " in depth"
            titles[at + 1] = _title(rng, count + at)
        moved = [titles.pop(at) for at in range(count - 8, 0, -10)]
        titles[count // 2 : count // 2] = moved
    lines = ["# A plan of study"]
    for at, title in enumerate(titles):
        if at % _PER_SECTION == 0:
            lines.append(f"\n## {at // _PER_SECTION + 1}. {_WORDS[at // _PER_SECTION % len(_WORDS)]}\n")
        link = f" ([book](https://example.org/{at}))" if at % 5 == 0 else ""
        lines.append(f"- [{'x' if at % 3 else ' '}] {title}{link}")
    return "\n".join(lines).encode()


def bullets(count: int, size: int) -> bytes:
    """Return a README of ``count`` linked bullets and about ``size`` bytes."""
    rng = random.Random(count)
    lines = ["# A list of lists", "", "What there is to read, by topic."]
    for at in range(count):
        if at % _PER_SECTION == 0:
            lines.append(f"\n## {_title(rng, at // _PER_SECTION)}\n")
        head = (
            f"{'  ' * (at % 3)}- [{_title(rng, at)}](https://example.org/{at}/{_WORDS[at % len(_WORDS)]}) - "
        )
        words = [f"`{word}`" if rng.random() < 0.05 else word for word in rng.choices(_WORDS, k=40)]
        lines.append((head + " ".join(words))[: size // count - 1].replace("`", ""))
    return "\n".join(lines).encode()


def roadmap(count: int) -> bytes:
    """Return a roadmap file of ``count`` items, in chapters of sections."""
    rng = random.Random(count)
    chapters: list[dict[str, object]] = []
    for first in range(0, count, 20 * _PER_SECTION):
        sections: list[dict[str, object]] = []
        chapters.append(_section(f"chapter-{len(chapters)}", "The next chapter", sections))
        for begin in range(first, min(first + 20 * _PER_SECTION, count), _PER_SECTION):
            items = [_item(rng, at) for at in range(begin, min(begin + _PER_SECTION, count))]
            sections.append(_section(f"section-{begin}", _title(rng, begin), items))
    chapters[0]["title"] = CHAPTER
    return json.dumps(
        {"format": 1, "id": "bench", "title": f"{count:,} items", "children": chapters}
    ).encode()


def _section(name: str, title: str, children: list[dict[str, object]]) -> dict[str, object]:
    return {"type": "section", "id": name, "title": title, "children": children}


def _item(rng: random.Random, at: int) -> dict[str, object]:
    about = " ".join(rng.choices(_WORDS, k=12)).capitalize() + "."
    source = {"title": "The book of it", "url": f"https://example.org/{at}", "kind": "book"}
    return {
        "type": "item",
        "id": f"item-{at}",
        "title": _title(rng, at),
        "summary": about,
        "resources": [source],
    }


def log(events: int, items: int) -> bytes:
    """Return a log of ``events`` status changes on the items of such a roadmap."""
    rng = random.Random(events)
    statuses = ("doing", "done", "done", "todo")
    return b"".join(
        _record(number, rng.randrange(items), k="status", s=rng.choice(statuses)) for number in range(events)
    )


def reviews(grades: int, items: int) -> bytes:
    """Return a log in which every item is done, then ``grades`` review grades in the year until yesterday."""
    rng = random.Random(grades)
    year, day = 365 * 86_400_000, 86_400_000
    begin = int(time() * 1000) - year - day - 1000 * (items + grades)
    done = [_record(number, number, k="status", s="done", begin=begin) for number in range(items)]
    step = year // max(1, grades)
    graded = [
        _record(
            items + number,
            number % items,
            step * number,
            begin=begin,
            k="review",
            g=rng.choice((1, 3, 3, 3, 4)),
            ms=20_000,
        )
        for number in range(grades)
    ]
    return b"".join(done + graded)


def _record(number: int, item: int, later_ms: int = 0, *, begin: int = _BEGIN, **fields: object) -> bytes:
    """Return the line of one event; ``later_ms`` after the first one, which is at ``begin``."""
    clock = begin + number * 1000 + later_ms
    at = datetime.fromtimestamp(clock / 1000, UTC).isoformat(timespec="seconds")
    record = {"v": 1, "id": f"{clock:012x}-0000be9c-{number + 1}", "c": clock, "at": at, "r": "bench"}
    record |= {"t": f"item-{item}", "title": f"Item {item}", **fields}
    return json.dumps(record, separators=(",", ":")).encode() + b"\n"
