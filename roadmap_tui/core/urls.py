"""What an address says of itself: its host, what one needs to get at what it leads to, how machines want it.

Every address here has passed ``safe_url``.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from roadmap_tui.core.roadmap.model import Resource

# What stands between the reader and the resource, beyond reading; empty for nothing.
Access: TypeAlias = Literal["", "paid", "video"]

_VIDEOS: Final = {
    *("youtube.com", "youtu.be", "youtube-nocookie.com", "vimeo.com", "twitch.tv", "bilibili.com"),
    *("videolectures.net", "ted.com"),
}
# Where most of what there is must be paid for, or is metered.
_PAID: Final = {
    *("udemy.com", "coursera.org", "udacity.com", "pluralsight.com", "datacamp.com", "educative.io"),
    *("skillshare.com", "frontendmasters.com", "egghead.io", "oreilly.com", "manning.com"),
    *("packtpub.com", "leanpub.com", "nostarch.com", "amazon.com", "medium.com"),
    *("towardsdatascience.com", "sciencedirect.com", "ieeexplore.ieee.org", "link.springer.com"),
    *("onlinelibrary.wiley.com", "nature.com", "wsj.com", "nytimes.com"),
}
_PAID_WORDS: Final = ("paywall", "paid", "subscription", "must be bought")
_FREE_WORDS: Final = ("not paid", "no paywall", "without paywall", "no subscription", "unpaid")


def host(url: str) -> str:
    """The host of an address in lower case, without port and without a ``www.`` before it."""
    rest = url.partition("://")[2]
    for end in "/?#":
        rest = rest.partition(end)[0]
    name = rest.partition("]")[0] + "]" if rest.startswith("[") else rest.partition(":")[0]
    return name.lower().removesuffix(".").removeprefix("www.")


def access_note(resource: Resource) -> Access:
    """What getting at a resource takes, as its note or else its host says: paying, or watching.

    Only what its kind does not say already: a video is one by its kind.
    """
    note = resource.note.lower()
    name = host(resource.url)
    if any(word in note for word in _PAID_WORDS) and not any(word in note for word in _FREE_WORDS):
        return "paid"
    if _is_below(name, _PAID) and "free" not in note:
        return "paid"
    return "video" if resource.kind != "video" and _is_below(name, _VIDEOS) else ""


def to_ascii_url(url: str) -> str:
    """The address in ASCII, as programs want it (RFC 3986; the host in Punycode, RFC 3492).

    ``safe_url`` has refused the hosts that IDNA would map to another; case is all that is left to fold.
    """
    if url.isascii():
        return url
    scheme, _, rest = url.partition("://")
    end = min((at for at in map(rest.find, "/?#") if at >= 0), default=len(rest))
    labels = (label if label.isascii() else _punycode(label) for label in rest[:end].split("."))
    return f"{scheme}://{'.'.join(labels)}{''.join(map(_escaped, rest[end:]))}"


def _is_below(name: str, hosts: set[str]) -> bool:
    labels = name.split(".")
    return any(".".join(labels[start:]) in hosts for start in range(len(labels)))


def _punycode(label: str) -> str:
    from unicodedata import normalize  # hardly ever needed

    # The port, if there is one, is behind the last label.
    label, colon, port = label.partition(":")
    return f"xn--{normalize('NFC', label.lower()).encode('punycode').decode()}{colon}{port}"


def _escaped(character: str) -> str:
    return (
        character
        if character.isascii()
        else "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))
    )
