"""Make short, readable, unique ids from titles."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final
from unicodedata import normalize

_LIMIT: Final = 60
_LIMIT_WITH_PARENT: Final = 80

_brackets = re.compile(r"\([^()]*\)|\[[^][]*\]|\{[^{}]*\}|\uff08[^\uff08\uff09]*\uff09")
_numbering = re.compile(
    r"\s*(?:(?:[0-9]{1,3}[.):]){1,4}[0-9]{0,3}[.):]?(?=\s)|[0-9]{1,3}\s*[–—-](?=\s))\s*"
).match
_REPLACEMENTS: Final = {
    "+": " plus ",
    "#": " sharp ",
    "&": " and ",
    "ß": "ss",
    "æ": "ae",
    "ø": "o",
    "ł": "l",
    "đ": "d",
}
_other_script = re.compile(r"[^\W\d_\u0000-\u036f]").search
_replaced = re.compile(r"(?<=[A-Za-z+])[+]|(?<=[A-Za-z])#(?![A-Za-z])|[&ßæøłđ]")


def slug(title: str) -> str:
    """Return a slug of ``title`` without leading numbering and bracketed text.

    Other scripts are transliterated; a title without letters or digits gives a hash.
    """
    text = title.lower()
    match = _numbering(text)
    for candidate in (_brackets.sub(" ", text[match.end() if match else 0 :]), text):
        if found := _to_ascii(candidate):
            return found
    return f"n-{sha256(title.casefold().encode()).hexdigest()[:8]}"


def _to_ascii(text: str) -> str:
    text = _replaced.sub(lambda match: _REPLACEMENTS[match[0]], text)
    text = text.replace("'", "").replace("\u2019", "")
    if not text.isascii():
        text = normalize("NFKD", text)
        if _other_script(text):
            from anyascii import anyascii  # which loads its tables by block

            text = anyascii(text)
        text = text.encode("ascii", "ignore").decode()
    return _truncate("-".join(re.findall(r"[a-z0-9]+", text.lower())), _LIMIT)


def _truncate(text: str, limit: int) -> str:
    """Truncate a slug, between words if possible."""
    if len(text) <= limit:
        return text
    return text[: limit + 1].rpartition("-")[0] or text[:limit]


def unique_slug(base: str, used: set[str], number: int = 1) -> str:
    """Append the first free number from ``number + 1`` on if ``base`` is used; add the result to ``used``."""
    found = base
    while found in used:
        number += 1
        found = f"{base}-{number}"
    used.add(found)
    return found


class Slugs:
    """Generator of ids that are unique in one roadmap."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._numbers: dict[str, int] = {}  # the last number appended to a slug

    def new(self, title: str, parent: str) -> str:
        """Return a new id: the slug of ``title``, prefixed with the parent's or numbered if it is used."""
        base = slug(title)
        if base in self._used and parent and not parent.endswith(base):
            base = _truncate(f"{parent}-{base}", _LIMIT_WITH_PARENT)
        found = unique_slug(base, self._used, self._numbers.get(base, 1))
        if found != base:
            self._numbers[base] = int(found.rpartition("-")[2])
        return found
