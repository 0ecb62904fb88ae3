"""The tokenizer of terminal input: which bytes are keys, sequences or pastes, and when."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmap_tui.tui.terminal.key_events import EventParser
from roadmap_tui.tui.terminal.tokenizer import (
    PASTE_LIMIT,
    PASTE_SECONDS,
    SEQUENCE_SECONDS,
    STRING_SECONDS,
    InputTokenizer,
    Pasted,
    Token,
)

ESCAPE = 0.1  # seconds


def read(*inputs: str | float) -> list[Token]:
    """The tokens of texts that are read one after the other; a number is a pause in seconds."""
    tokenizer, now, tokens = InputTokenizer(), 100.0, []
    for piece in (*inputs, 10.0):
        if isinstance(piece, str):
            tokens += tokenizer.feed(piece, now)
            continue
        end = now + piece
        while tokenizer.deadline is not None and tokenizer.deadline <= end:
            now = tokenizer.deadline
            tokens += tokenizer.expire(now)
        now = end
    return tokens


def keys(*inputs: str | float) -> list[str]:
    """The names of the keys that the app gets."""
    parser = EventParser()
    return [
        getattr(message, "key", repr(message))
        for token in read(*inputs)
        for message in parser.messages(token)
    ]


@pytest.mark.parametrize(
    "unknown",
    ["\x1b[106;1:1u", "\x1b[1;1:3B", "\x1b[106:74;2u", "\x1b[1114112u", "\x1b[99999999999999999999u"],
)
def test_what_the_parser_rejects_is_dropped(unknown: str) -> None:
    assert keys(unknown, "j") == keys(*unknown, "j") == ["j"]


REPLIES = {
    "version": "\x1bP>|xterm.js(5.5.0)\x1b\\",
    "cursor shape": "\x1bP1$r0 q\x1b\\",
    "background": "\x1b]11;rgb:1c1c/1c1c/1c1c\x1b\\",
    "background, BEL": "\x1b]11;rgb:1c1c/1c1c/1c1c\x07",
    "attributes": "\x1b[?62;4c",
    "secondary attributes": "\x1b[>41;330;0c",
    "color scheme": "\x1b[?997;1n",
    "synchronized": "\x1b[?2026;2$y",
    "image": "\x1b_Gi=31;OK\x1b\\",
    "privacy message": "\x1b^D D D\x1b\\",
    "start of string": "\x1bXD D D\x1b\\",
    "keyboard": "\x1b[?25u",
    "size": "\x1b[48;9999;9999;1;1t",
    "8 bits": "\x9b?62;4c\x90>|D D\x9c",
    "X10 mouse": "\x1b[M !!",
}  # fmt: skip


@pytest.mark.parametrize("name", REPLIES)
@given(data=st.data())
def test_a_reply_is_dropped_however_it_is_split(name: str, data: st.DataObject) -> None:
    reply = REPLIES[name]
    cut = data.draw(st.integers(1, len(reply)))
    got = keys("k", reply[:cut], 0.02, reply[cut:], "j")
    assert [key for key in got if not key.startswith("Term")] == ["k", "j"]


@pytest.mark.parametrize("name", sorted(REPLIES.keys() - {"8 bits"}))
def test_a_reply_split_after_its_escape_is_dropped_even_if_late(name: str) -> None:
    assert keys("\x1b", 0.3, REPLIES[name][1:], "j") == ["escape", "j"]


@pytest.mark.parametrize("first", list("[]OPX^_"))
def test_an_introducer_that_is_typed_is_a_key(first: str) -> None:
    assert read("\x1b", 0.05, first) == ["\x1b", first]
    assert read("\x1b" + first) == ["\x1b", first]
    assert read("\x1b", 0.5, first) == ["\x1b", first]
    assert read("\x1b", 0.5, first, 0.2, "j") == ["\x1b", first, "j"]
    assert read("\x1b", 0.2, "j", 0.2, first + "D") == ["\x1b", "j", *first, "D"]
    assert read("\x1b", 1.5, first + "D") == ["\x1b", *first, "D"]


@pytest.mark.parametrize(
    "typed", ["\x1b] ", "\x1b]]]", "\x1b[[", "\x1b[[j", "\x1bP ", "\x1b]\r", "\x1bO\x1b["]
)
def test_keys_typed_quickly_after_escape_are_keys(typed: str) -> None:
    assert read(typed) == read(*typed) == list(typed)


def test_a_key_that_is_split_is_that_key_or_dropped() -> None:
    assert keys("\x1b", 0.09, "[D") == keys("\x1b[", 0.09, "D") == keys("\x1b[1", 0.9, ";2D"[2:]) == ["left"]
    assert keys("\x1b", 0.15, "[D") == ["escape"]
    assert keys("\x1b", 0.15, "[", 0.05, "D") == ["escape"]
    assert keys("\x1b[1", SEQUENCE_SECONDS, "j") == ["j"]


def test_the_start_of_a_paste_is_never_late() -> None:
    assert read("\x1b", 0.5, "[200~DDD\x1b[201~") == ["\x1b", Pasted("DDD")]


def test_escape_and_a_key_are_both() -> None:
    assert keys("\x1bj") == keys("\x1b[106;3u") == ["escape", "j"]
    assert keys("\x1b\r") == keys("\x1b[13;3u") == ["escape", "enter"]
    assert keys("\x1b\x1b[A") == keys("\x1b[1;3A") == ["escape", "up"]
    assert keys("\x1b\x1b\x1b") == ["escape"] * 3
    assert keys("\x1b[106;4u") == ["escape", "J"]
    assert keys("\x1b\x7f") == ["escape", "backspace"]


def test_a_lone_escape_waits_no_longer_than_it_must() -> None:
    tokenizer = InputTokenizer()
    assert tokenizer.feed("\x1b", 5.0) == []
    assert tokenizer.deadline == pytest.approx(5.0 + ESCAPE)
    assert tokenizer.expire(5.1) == ["\x1b"]
    assert tokenizer.deadline is None


@pytest.mark.parametrize(
    ("sequence", "key"),
    [
        ("\x1b[13;2u", "enter"), ("\x1b[127;2u", "backspace"), ("\x1b[32;2u", "space"),
        ("\x1b[32;2;32u", "space"), ("\x1b[106;2;74u", "J"), ("\x1b[106;2u", "J"), ("\x1b[106;65u", "j"),
        ("\x1b[9;2u", "shift+tab"), ("\x1b[1;2D", "shift+left"), ("\x1b[97;5u", "ctrl+a"),
        ("\x1b[57414u", "enter"), ("\x1b[[A", "f1"), ("\x1bOP", "f1"), ("\x1b[3$", "shift+delete"),
        ("\x1b[Z", "shift+tab"),
    ],
)  # fmt: skip
def test_keys_of_many_terminals(sequence: str, key: str) -> None:
    assert keys(sequence, "q") == [key, "q"]


# Bounds


@given(st.text(st.characters(exclude_characters="\x1b\x9c\a", exclude_categories=["Cs"]), min_size=1))
def test_a_string_without_an_end_does_not_block_the_keyboard(text: str) -> None:
    assert keys("\x1bP1" + text, SEQUENCE_SECONDS, "j") == ["j"]
    typed = [piece for char in text * 9 for piece in (char, 0.9)]
    assert keys("\x1bP1", *typed, 1.0, "j")[-1:] == ["j"]


def test_keys_typed_into_a_string_without_an_end_come_through_after_a_while() -> None:
    typed = [piece for _ in range(20) for piece in ("j", 0.4)]
    assert len(keys("\x1bP1", *typed)) == 20 - STRING_SECONDS // 0.4 - 1


def test_a_sequence_has_a_longest_length() -> None:
    assert keys(f"\x1b[{'1;' * 100_000}A", "j") == ["j"]


@pytest.mark.parametrize("end", ["", "\x1b[20"])
def test_a_paste_without_an_end_is_what_came(end: str) -> None:
    assert read("\x1b[200~abc" + end, PASTE_SECONDS, "j") == [Pasted("abc"), "j"]
    assert read("\x1b[200~abc", PASTE_SECONDS, "\x1b[201~", "j")[0] == Pasted("abc")
    assert keys("\x1b[201~j") == ["j"]


def test_a_paste_has_a_limit() -> None:
    pasted = read("\x1b[200~", *["x" * 4096] * 300, "\x1b[201~j")
    assert pasted == [Pasted("x" * PASTE_LIMIT), "j"]


# Everything together

PIECES = ["j", "ü", "\r", "\x1b[A", "\x1bOP", "\x1b[200~a\x1bb\x1b[201~", *REPLIES.values()]


@given(st.lists(st.sampled_from(PIECES)), st.integers(0, 2**32))
def test_no_split_within_the_time_changes_anything(pieces: list[str], seed: int) -> None:
    dice, text = random.Random(seed), "".join(pieces)
    split: list[str | float] = []
    while text:
        size = dice.randint(1, 8)
        split += [text[:size], dice.random() * ESCAPE * 0.9]
        text = text[size:]
    assert read(*split) == [token for piece in pieces for token in read(piece)]


@given(st.lists(st.one_of(st.text(max_size=9), st.floats(0, 4), st.sampled_from(["\x1b", "\x1b[", "[200~"]))))
def test_any_input_is_bounded(inputs: list[str | float]) -> None:
    tokens = read(*inputs, 9.0, "j")
    assert tokens[-1] == "j"
    assert all(isinstance(token, Pasted) or token == "\x1b" or "\x1b" not in token[1:] for token in tokens)
