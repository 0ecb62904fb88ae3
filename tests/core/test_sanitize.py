# ruff: noqa: RUF001 - characters that look like others are what this is about

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from roadmap_tui.core.sanitize import _ALL_PLAIN, clean, safe_url

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
INVISIBLE = "\xad\u034f\u115f\u180e\u200b\u2060\u3164\ufeff\uffa0\U000e0041\U000e0001"
JOINERS = "\u200c\u200d\ufe0e\ufe0f\U000e0100"
MARK = "\u0301"
EVIL = "\x00\x07\x0b\x1b\r\n\t\x7f\x85\x9b\xa0\u2028\u2029\u2800\ud800\udfff" + BIDI + INVISIBLE + JOINERS

evil_text = st.text(st.one_of(st.sampled_from("ab  é—" + MARK * 6 + EVIL), st.characters(codec=None)))


@given(evil_text, st.integers(1, 12) | st.just(20_000), st.booleans())
@example("a \u200b b", 20_000, True)
@example("\r\u200b\n", 20_000, False)
@example("ab cd", 4, True)
@example("a" + MARK * 9, 4, True)
def test_cleaning_is_idempotent(text: str, limit: int, one_line: bool) -> None:
    once = clean(text, limit, one_line=one_line)
    assert clean(once, limit, one_line=one_line) == once
    assert len(once) <= limit


@given(evil_text, st.booleans())
def test_no_terminal_control_is_left(text: str, one_line: bool) -> None:
    cleaned = clean(text, one_line=one_line)
    assert {unicodedata.category(char) for char in cleaned.replace("\n", "")}.isdisjoint({"Cc", "Cs"})
    assert set(cleaned).isdisjoint(BIDI + INVISIBLE + JOINERS)
    assert MARK * 4 not in cleaned
    if one_line:
        assert cleaned == " ".join(cleaned.split())


def test_every_character_of_the_fast_path_is_harmless() -> None:
    plain = [
        char
        for char in map(chr, range(sys.maxunicode + 1))
        if char != "\n" and re.fullmatch(_ALL_PLAIN, char)
    ]
    assert len(plain) > 2000
    harmful = {"Cc", "Cf", "Cs", "Mn", "Me", "Mc", "Zl", "Zp"}
    assert [
        char for char in plain if unicodedata.category(char) in harmful or (char.isspace() and char != " ")
    ] == []


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("\x1b[31mred\x1b]8;;x\x07", "\ufffd[31mred\ufffd]8;;x\ufffd"),
        ("\x9b2J\x7f\x00", "\ufffd2J\ufffd\ufffd"),
        ("lone \ud800 \udc00", "lone \ufffd \ufffd"),
        ("abc\u202edcba\u2066x\u200e", "abcdcbax"),
        ("in\xadvis\u200bi\u2060ble\ufeff\u3164", "invisible"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("\U0001f469\u200d\U0001f4bb \u2764\ufe0f", "\U0001f469\U0001f4bb \u2764"),
        ("Z" + MARK * 3, "Z" + MARK * 3),
        ("Z" + MARK * 50 + "a" + MARK + "l", "Z" + MARK * 3 + "a" + MARK + "l"),
        ("Z" + "\u0301\u0e31\u20dd\u0301\u05b0" + "!", "Z\u0301\u0e31\u20dd!"),
        ("Z" + (MARK + "\u200b") * 5, "Z" + MARK * 3),
        ("हिन्दी ภาษาไทย", "हिन्दी ภาษาไทย"),
        ("a\r\nb\rc\u2028d\u2029e\x85f\vg\fh\n", "a\nb\nc\nd\ne\nf\ng\nh\n"),
        ("a\tb\n\tc", "a   b\n    c"),
        ("  kept \n", "  kept \n"),
    ],
)
def test_control_and_invisible_characters_are_cleaned(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain", "plain"),
        ("— é λ → ∇", "— é λ → ∇"),
        ("  a  b ", "a b"),
        ("a ", "a"),
        (" a", "a"),
        ("a\nb", "a b"),
        ("\ta\r\n\xa0b\u3000c\u2003", "a b c"),
        ("\u2800", ""),
        ("\u200b \n", ""),
        ("a\x1fb", "a\ufffdb"),
    ],
)
def test_one_line_collapses_white_space(text: str, cleaned: str) -> None:
    assert clean(text, one_line=True) == cleaned


@pytest.mark.parametrize(
    ("text", "limit", "cleaned"),
    [
        ("abcde", 5, "abcde"),
        ("abcdef", 5, "abcd…"),
        ("abc def", 5, "abc…"),
        ("ab", 1, "…"),
        ("a\u200bb", 2, "ab"),
    ],
)
def test_a_long_text_is_cut_with_an_ellipsis(text: str, limit: int, cleaned: str) -> None:
    assert clean(text, limit) == cleaned


def test_plain_text_is_returned_unchanged() -> None:
    for text in ("Backpropagation", "Adam — a method", "two\nlines"):
        assert clean(text) is text


def test_cleaning_plain_text_imports_nothing() -> None:
    code = (
        "import sys\nloaded = set(sys.modules)\nfrom roadmap_tui.core.sanitize import clean, safe_url\n"
        "clean('é → \\x1b \\u200b \U0001f680')\nsafe_url('https://example.org/é')\n"
        "print({'unicodedata', 'ipaddress', 'urllib.parse', 'idna'} & (set(sys.modules) - loaded))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.parametrize(
    "url",
    [
        "https://d2l.ai/chapter_x/y.html#z",
        "http://localhost:8888",
        "HTTPS://EXAMPLE.ORG/A?b=c&d=%20",
        "https://example.org.",
        "https://example.org?q",
        "https://medium.com/@someone/post",
        "https://my_site.github.io/~x/(y)_[z]",
        "https://xn--bcher-kva.example/",
        "https://bücher.example/straße",
        "https://例え.テスト/道",
        "https://пример.рф",
        "https://हिन्दी.भारत/",
        "http://127.0.0.1:1/",
        "http://[::1]:65535/x",
        "http://[2001:db8::192.0.2.1]",
        "https://example.org/" + "a" * 1980,
    ],
)
def test_safe_addresses_are_returned_unchanged(url: str) -> None:
    assert safe_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "//example.org",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://example.org",
        "httpſ://example.org",
        "https:example.org",
        "https:///path",
        "https://",
        " https://example.org",
        "https://example.org\n",
        "https://example.org/a b",
        "https://example.org/\x1b]8;;",
        "https://example.org/\x9c",
        "https://example.org/\xa0",
        "https://example.org/\u200bx",
        "https://example.org/\u202egpj.exe",
        "https://example.org/\u115f",
        "https://example.org/\ud800",
        "https://example.org/a" + MARK * 4,
        "https://example.org\\@evil.test/",
        "https://example.org/\\",
        "https://user@example.org",
        "https://user:secret@example.org/",
        "https://good.test:80@evil.test/",
        "https://example.org:",
        "https://example.org:0",
        "https://example.org:65536",
        "https://example.org:8x",
        "https://example.org:٨٠",
        "https://exa%6dple.org",
        "https://-a.org",
        "https://a-.org",
        "https://a..org",
        "https://.org",
        "https://a,b.org",
        "https://" + "a" * 64 + ".org",
        "https://" + "a." * 130 + "org",
        "http://2130706433/",
        "http://127.1",
        "http://0x7f.0.0.1.0x1",
        "http://256.1.1.1",
        "http://01.1.1.1",
        "http://1.2.3.4.5",
        "http://[::1",
        "http://[::1]x",
        "http://[:::1]",
        "http://[1.2.3.4]",
        "http://[fe80::1%25eth0]",
        "https://good.test／evil.test",
        "https://good.test⁄evil.test",
        "https://good.test。evil.test",
        "https://ｇｏｏｄ.test",
        "https://𝐠𝐨𝐨𝐝.test",
        "https://℀.test",
        "https://gооd.test",  # two of these are Cyrillic
        "https://goodǃ.test",  # a click letter
        "https://goodː80.test",  # a mark of length
        "https://go\u0338od.test",
        "https://\u0947x.test",
        "https://é..test",
        "https://-é.test",
        "https://é.t☃st",
        "https://é.1",
        "https://" + "é" * 64 + ".org",
        "https://example.org/" + "a" * 1981,
    ],
)
def test_deceptive_addresses_are_refused(url: str) -> None:
    assert safe_url(url) is None


@given(st.text(st.one_of(st.sampled_from("htps:/.@[]\\ 0a-é%" + EVIL), st.characters(codec=None))))
def test_a_safe_address_is_one_clean_word(tail: str) -> None:
    url = safe_url("https://" + tail)
    if url is not None:
        assert clean(url, one_line=True) == url
        assert not set(" \\").intersection(url)
        assert "@" not in url.split("/")[2].split("?")[0].split("#")[0]
