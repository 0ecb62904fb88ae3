"""What the program is measured on: Markdown, roadmaps and logs of any size, the same ones each time."""

from __future__ import annotations

import json
import random

# The words of titles; seldom the same two beside each other, as in a real plan.
_TEXT = """
    gradient kernel tensor policy encoder graph sampling attention margin prior bayes momentum residual sparse
    convex entropy token latent reward boosting spectral causal diffusion retrieval embedding pruning dropout
    markov variance pooling clustering ensemble hashing ranking tuning serving profiling quantised federated
"""
_WORDS = _TEXT.split()
_PER_SECTION = 25
CHAPTER = "The first chapter"  # what is on the screen once the outline is


def _title(rng: random.Random, number: int) -> str:
    return f"{' '.join(rng.sample(_WORDS, 3)).capitalize()} {number}"


def tasks(count: int, version: int = 1) -> bytes:
    """A README of so many tasks. In version 2 a tenth is retitled, a tenth moved, and a tenth is others."""
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
    """A README of so many linked bullets, in all of about so many bytes."""
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
    """A roadmap file of so many items, in chapters of sections."""
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
    """A log of so many marks on the items of such a roadmap."""
    rng = random.Random(events)
    lines = []
    for at in range(events):
        clock = 1_760_000_000_000 + at * 60_000
        number = rng.randrange(items)
        record = {
            "v": 1,
            "id": f"{clock:012x}-0000be9c-{at + 1}",
            "c": clock,
            "at": "2026-01-05T09:30:00+00:00",
            "k": "status",
            "r": "bench",
            "t": f"item-{number}",
            "title": f"Item {number}",
            "s": rng.choice(("doing", "done", "done", "todo")),
        }
        lines.append(json.dumps(record, separators=(",", ":")) + "\n")
    return "".join(lines).encode()
