"""Host, access and ASCII form of addresses."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from roadmap_tui.core.roadmap.model import Resource
from roadmap_tui.core.sanitize import safe_url
from roadmap_tui.core.urls import access_note, host, to_ascii_url

_LETTERS = "abZ09-._~/?#&=%;:@'()\u00fc\u00df\u6df1\u5c64\u05e9\U0001f9e0"
_HOSTS = ["d2l.ai", "M\u00fcller.example:8080", "\u6df1.example", "[::1]:80"]
addresses = (
    st.tuples(st.sampled_from(_HOSTS), st.text(_LETTERS))
    .map(lambda parts: f"https://{parts[0]}/{parts[1]}")
    .filter(lambda url: safe_url(url) is not None)
)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://d2l.ai/chapter", "d2l.ai"),
        ("HTTPS://WWW.Example.org", "example.org"),
        ("http://www.example.org.:8080?q=www.x.org/", "example.org"),
        ("https://example.org#www.", "example.org"),
        ("http://[::1]:8000/x", "[::1]"),
        ("https://wwwhost.org/", "wwwhost.org"),
        ("https://m\u00fcller.example/", "m\u00fcller.example"),
    ],
)
def test_the_host_has_no_port_and_no_www(url: str, name: str) -> None:
    assert safe_url(url)
    assert host(url) == name


@given(addresses)
def test_the_ascii_form_is_the_same_address(url: str) -> None:
    plain = to_ascii_url(url)
    assert plain.isascii()
    assert plain.isprintable()
    assume(len(plain) <= 2000)
    assert safe_url(plain) == plain
    assert to_ascii_url(plain) == plain
    assert plain == url if url.isascii() else plain != url
    assert urlsplit(plain).port == urlsplit(url).port


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        (
            "https://de.example/Stra\u00dfe?q=\u00fc#\u6df1",
            "https://de.example/Stra%C3%9Fe?q=%C3%BC#%E6%B7%B1",
        ),
        ("https://M\u00fcnchen.Example:81/", "https://xn--mnchen-3ya.Example:81/"),
        ("https://stra\u00dfe.example", "https://xn--strae-oqa.example"),
        ("https://example.org/%C3%9F", "https://example.org/%C3%9F"),
    ],
)
def test_addresses_are_converted_to_ascii(url: str, plain: str) -> None:
    assert to_ascii_url(url) == plain


@pytest.mark.parametrize(
    ("url", "kind", "note", "what"),
    [
        ("https://www.youtube.com/playlist?list=x", "course", "", "video"),
        ("https://youtu.be/x", "video", "", ""),
        ("https://m.youtube.com/x", "article", "", "video"),
        ("https://www.udemy.com/course/x", "course", "", "paid"),
        ("https://www.udemy.com/course/x", "course", "The first week is free.", ""),
        ("https://example.org/x", "book", "Behind a paywall.", "paid"),
        ("https://example.org/x", "book", "No subscription needed.", ""),
        ("https://notyoutube.com/x", "course", "", ""),
        ("https://example.org/?u=youtube.com", "course", "", ""),
    ],
)
def test_paid_resources_and_videos_are_recognized(url: str, kind: str, note: str, what: str) -> None:
    assert access_note(Resource("x", url, kind, note=note)) == what
