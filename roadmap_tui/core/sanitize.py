"""Sanitize foreign text for the terminal, and decide which addresses may be links."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

# Letters, punctuation, Greek, arrows and mathematics: nearly all non-ASCII text consists of them. There is
# no control, space, combining or invisible character among them. All patterns are plain strings, because
# compiling them takes longer than the rest of this module, and most starts clean no text.
_PLAIN = r"\n -~\xa1-\xac\xae-\u02ff\u0391-\u03c9\u2010-\u2027\u2030-\u205e\u2190-\u27ff"
_ALL_PLAIN = f"[{_PLAIN}]*"

_LINE_ENDS = r"\r\n|[\r\v\f\x85\u2028\u2029]"
_UNSHOWABLE = r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]"  # C0, DEL, C1, lone surrogates
# Unicode's Default_Ignorable_Code_Point (bidi controls, fillers, tags, …), annotations, hieroglyph controls.
# Joiners and variation selectors too: terminals disagree on the width of the glyph they modify, and a row of
# the wrong width breaks the screen.
_INVISIBLE = (
    r"[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_MARKS_IN_A_ROW = 3

# User name and password of an address, even with a slash in it or without a scheme; a port is no password.
_CREDENTIALS = (
    r"(?<=//)(?:[^/\s]*@|[^/\s:@]*:(?!\d+(?:/|$))\S*@)"
    r"|(?<![^\s'\"(/])[^\s/:@]+:[^\s/@]+@(?=[\w\[])"
)

_ADDRESS = (
    r"[Hh][Tt][Tt][Pp][Ss]?://"
    r"(?:([^\s\\/?#@:%\[\]]+)|\[([0-9A-Fa-f:.]+)\])"
    r"(?::([0-9]{1,5}))?"
    r"(?:[/?#][^\s\\]*)?"
)
# A last label that begins with a digit is not a name: 127.1 and 0x7f000001 are IP addresses.
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
_ASCII_HOST = rf"(?:{_LABEL}\.)*(?![0-9]){_LABEL}\.?"
_URL_LIMIT = 2000
LONGEST_TEXT = 20_000
LONGEST_TITLE = 500


@cache
def _matcher(pattern: str) -> Callable[[str], re.Match[str] | None]:
    return re.compile(pattern).fullmatch


def clean(text: str, limit: int = LONGEST_TEXT, *, one_line: bool = False) -> str:
    """Return a text that is safe to print in a terminal; idempotent.

    Control characters and lone surrogates become U+FFFD; bidi controls, invisible characters, and combining
    marks after the third in a row are dropped. Line ends become newlines and tabs spaces; with ``one_line``
    white space is collapsed and stripped. A text longer than ``limit`` (at least 1) is cut and ends in ``…``.
    """
    if len(text) <= limit and ((text.isascii() and text.isprintable()) or _matcher(_ALL_PLAIN)(text)):
        if not one_line:
            return text
        if "\n" not in text and "  " not in text and text[:1] != " " and text[-1:] != " ":
            return text
    else:
        text = re.sub(_LINE_ENDS, "\n", text).expandtabs(4)
        text = re.sub(_UNSHOWABLE, "\ufffd", text)
        text = re.sub(_INVISIBLE, "", text)
        text = text.replace("\u2800", " ")  # braille pattern blank
        text = re.sub(f"[^{_PLAIN}]{{{_MARKS_IN_A_ROW + 1},}}", _limit_combining_marks, text)
    if one_line:
        text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def hide_credentials(text: str) -> str:
    """Remove user names and passwords from the addresses in a text."""
    return re.sub(_CREDENTIALS, "", text) if "@" in text else text


def safe_url(url: str) -> str | None:
    """Return ``url`` if it may be a link, else None.

    It must be an http or https address of at most 2000 visible characters, without user information or
    backslash, with a valid port and host (a name, also an international one, or an IP address).
    """
    if len(url) > _URL_LIMIT or not url.isprintable() or not (match := _matcher(_ADDRESS)(url)):
        return None
    host, ipv6, port = match.groups()
    if port and not 0 < int(port) < 65536:
        return None
    if not url.isascii() and clean(url, _URL_LIMIT) != url:
        return None
    if host is None:
        valid = _is_ip_address(ipv6, 6)
    elif host.isascii():
        valid = len(host) <= 253 and bool(_matcher(_ASCII_HOST)(host) or _is_ip_address(host, 4))
    else:
        valid = _is_international(host)
    return url if valid else None


def _limit_combining_marks(match: re.Match[str]) -> str:
    from unicodedata import category  # slow to import and rarely needed

    kept: list[str] = []
    marks = 0
    for char in match[0]:
        marks = marks + 1 if category(char) in {"Mn", "Me"} else 0
        if marks <= _MARKS_IN_A_ROW:
            kept.append(char)
    return "".join(kept)


def _is_ip_address(host: str, version: int) -> bool:
    from ipaddress import ip_address  # rarely needed

    try:
        return ip_address(host).version == version
    except ValueError:
        return False


def _is_international(host: str) -> bool:
    """Return True if all labels consist of letters, digits and marks (RFC 5892) that are not confusable.

    Refused are characters that compatibility normalization would change (full-width letters, a fraction that
    hides a slash) or that look like ASCII punctuation, and labels that mix Latin with a similar alphabet.
    """
    from unicodedata import category, normalize  # rarely needed

    if len(host) > 253 or normalize("NFKC", host) != host:
        return False
    if re.search(r"[\u01c0-\u01c3\u02b0-\u036f]", host):  # clicks, modifiers, leftover marks
        return False
    labels = host.removesuffix(".").split(".")
    for label in labels:
        if not 0 < len(label) <= 63 or "-" in {label[0], label[-1]} or category(label[0])[0] == "M":
            return False
        if any(char not in "-_" and category(char)[0] not in "LMN" for char in label):
            return False
        if re.search(r"[A-Za-z\xc0-\u024f]", label) and re.search(r"[\u0370-\u058f\u13a0-\u13ff]", label):
            return False
    return not labels[-1][0].isnumeric()
