"""Properties of an address that has passed ``safe_url``: host, access (paid, video), ASCII form."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from roadmap_tui.core.roadmap.model import Resource

# What a resource takes besides reading; "" for nothing.
Access: TypeAlias = Literal["", "paid", "video"]

_VIDEOS: Final = {
    *("youtube.com", "youtu.be", "youtube-nocookie.com", "vimeo.com", "twitch.tv", "bilibili.com"),
    *("videolectures.net", "ted.com"),
}
# Most content there is paid or metered.
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
    """Return the host of an address in lower case, without port and leading ``www.``."""
    rest = url.partition("://")[2]
    for end in "/?#":
        rest = rest.partition(end)[0]
    name = rest.partition("]")[0] + "]" if rest.startswith("[") else rest.partition(":")[0]
    return name.lower().removesuffix(".").removeprefix("www.")


def access_note(resource: Resource) -> Access:
    """Guess from the note and host whether a resource is paid, or a video of another kind."""
    note = resource.note.lower()
    name = host(resource.url)
    if any(word in note for word in _PAID_WORDS) and not any(word in note for word in _FREE_WORDS):
        return "paid"
    if _is_subdomain(name, _PAID) and "free" not in note:
        return "paid"
    return "video" if resource.kind != "video" and _is_subdomain(name, _VIDEOS) else ""


def to_ascii_url(url: str) -> str:
    """Return the address in ASCII (RFC 3986; the host in Punycode, RFC 3492).

    Lower case is enough as IDNA mapping: ``safe_url`` refuses hosts that would need more.
    """
    if url.isascii():
        return url
    from urllib.parse import quote  # rarely needed

    scheme, _, rest = url.partition("://")
    end = min((index for index in map(rest.find, "/?#") if index >= 0), default=len(rest))
    labels = (label if label.isascii() else _punycode(label) for label in rest[:end].split("."))
    path = quote(rest[end:], safe=bytes(range(128)), errors="replace")
    return f"{scheme}://{'.'.join(labels)}{path}"


def _is_subdomain(name: str, hosts: set[str]) -> bool:
    labels = name.split(".")
    return any(".".join(labels[start:]) in hosts for start in range(len(labels)))


def _punycode(label: str) -> str:
    from unicodedata import normalize  # rarely needed

    # The last label may have a port.
    label, colon, port = label.partition(":")
    return f"xn--{normalize('NFC', label.lower()).encode('punycode').decode()}{colon}{port}"
