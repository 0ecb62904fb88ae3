"""Short, readable, unique ids made of titles."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final
from unicodedata import normalize

_LONGEST: Final = 60
_LONGEST_WITH_PARENT: Final = 80

_bracketed = re.compile(r"\([^()]*\)|\[[^][]*\]|\{[^{}]*\}|\uff08[^\uff08\uff09]*\uff09")
_numbers = re.compile(
    r"\s*(?:(?:[0-9]{1,3}[.):]){1,4}[0-9]{0,3}[.):]?(?=\s)|[0-9]{1,3}\s*[–—-](?=\s))\s*"
).match
_SIGNS: Final = {
    "+": " plus ",
    "#": " sharp ",
    "&": " and ",
    "ß": "ss",
    "æ": "ae",
    "ø": "o",
    "ł": "l",
    "đ": "d",
}
_sign = re.compile(r"(?<=[A-Za-z+])[+]|(?<=[A-Za-z])#(?![A-Za-z])|[&ßæøłđ]")


def slug(title: str) -> str:
    """The slug of ``title``, without what is in brackets and without the numbers before it.

    What has no Latin letter or digit gives a slug of its own all the same, always the same one.
    """
    text = title.lower()
    form = _numbers(text)
    for candidate in (_bracketed.sub(" ", text[form.end() if form else 0 :]), text):
        if found := _plain(candidate):
            return found
    return f"n-{sha256(title.casefold().encode()).hexdigest()[:8]}"


def _plain(text: str) -> str:
    text = _sign.sub(lambda sign: _SIGNS[sign[0]], text)
    ascii_text = (
        normalize("NFKD", text.replace("'", "").replace("\u2019", "")).encode("ascii", "ignore").decode()
    )
    return _cut("-".join(re.findall(r"[a-z0-9]+", ascii_text.lower())), _LONGEST)


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    whole = text[: limit + 1].rpartition("-")[0]
    return whole or text[:limit]


class Slugs:
    """The ids given so far, in one roadmap."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._repeats: dict[str, int] = {}

    def new(self, title: str, parent: str) -> str:
        """An unused id for ``title``: its slug, with its parent's before it or a number after it."""
        wanted = slug(title)
        if wanted in self._used and parent and not parent.endswith(wanted):
            wanted = _cut(f"{parent}-{wanted}", _LONGEST_WITH_PARENT)
        base, number = wanted, self._repeats.get(wanted, 1)
        while wanted in self._used:
            number += 1
            wanted = f"{base}-{number}"
        self._repeats[base] = number
        self._used.add(wanted)
        return wanted
