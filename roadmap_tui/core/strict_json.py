"""Strict JSON: no duplicate keys, no NaN, no over-long integers; all errors of a file are collected."""

from collections import Counter
from json import JSONDecodeError, JSONDecoder
from math import isfinite
from typing import NamedTuple, TypeAlias

from roadmap_tui.core.humanize import pluralize
from roadmap_tui.core.sanitize import clean

BYTE_LIMIT = 16 * 1024 * 1024
_DIGITS = 15  # every integer of 15 digits is exact in a double, which most readers use


class ErrorList:
    """Error messages: the first ``limit`` are kept, the others only counted, to save memory."""

    def __init__(self, limit: int = 20) -> None:
        self.limit = limit
        self.count = 0
        self._kept: list[str] = []

    def add(self, line: str) -> None:
        """Keep a message if there is room, and count it."""
        self.count += 1
        if self.count <= self.limit:
            self._kept.append(line)

    def count_if_full(self) -> bool:
        """If the list is full, count an error without its message and return True."""
        is_full = self.count >= self.limit
        self.count += is_full
        return is_full

    def lines(self) -> tuple[str, ...]:
        """Return the messages kept, and one more with the number of the others."""
        more = self.count - self.limit
        return (*self._kept, f"and {pluralize(more, 'more fault')}") if more > 0 else tuple(self._kept)


class InvalidValue(NamedTuple):
    """A placeholder for a disallowed value in parsed JSON: the value found, and the expected one."""

    there: str
    expected: str


class _DuplicateKeys(dict[str, object]):
    """An object with duplicate keys, ``duplicates``; it holds the last value of each."""

    duplicates: tuple[str, ...] = ()


_JsonPath: TypeAlias = "tuple[_JsonPath, str | int] | None"


def parse(data: bytes, errors: ErrorList, byte_limit: int = BYTE_LIMIT) -> object:
    """Parse JSON and add a line to ``errors`` for each violation.

    An InvalidValue replaces each invalid part, or everything if the data cannot be parsed at all. A duplicate
    key has its last value.
    """
    invalid: list[object] = []

    def reject(there: str, expected: str) -> InvalidValue:
        invalid.append(part := InvalidValue(there, expected))
        return part

    def number(digits: str) -> object:
        value = float(digits)
        return value if isfinite(value) else reject("a number too large", "a finite number")

    def integer(digits: str) -> object:
        count = len(digits.removeprefix("-"))
        if count <= _DIGITS:
            return int(digits)
        return reject(f"a whole number of {count} digits", f"at most {_DIGITS}")

    def json_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
        fields = dict(pairs)
        if len(fields) != len(pairs):
            invalid.append(fields := _DuplicateKeys(fields))
            fields.duplicates = tuple(key for key, n in Counter(key for key, _ in pairs).items() if n > 1)
        return fields

    decoder = JSONDecoder(
        object_pairs_hook=json_object,
        parse_float=number,
        parse_int=integer,
        parse_constant=lambda name: reject(name, "a finite number"),
    )
    value = _decode(decoder, data, byte_limit)
    if isinstance(value, InvalidValue):
        invalid.append(value)
    if invalid:
        _collect(value, errors)
    return value


def _decode(decoder: JSONDecoder, data: bytes, byte_limit: int) -> object:
    if len(data) > byte_limit:
        return InvalidValue(f"{len(data):,} bytes", f"at most {byte_limit:,}")
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return InvalidValue(f"line {line}, byte {error.start + 1}: not UTF-8", "a file in UTF-8")
    try:
        return decoder.decode(text)
    except RecursionError:
        return InvalidValue("nested too deeply to be read", "at most 50 levels")
    except JSONDecodeError as error:
        if not text.strip():
            return InvalidValue("an empty file", "a JSON object")
        where = f"line {error.lineno}, column {error.colno}"
        if _is_truncated(text, error):
            return InvalidValue(f"{where}: the file ends in the middle", "the rest of it")
        return InvalidValue(f"{where}: not JSON ({error.msg})", "a JSON object")


def _is_truncated(text: str, error: JSONDecodeError) -> bool:
    """Return True if the text looks like a JSON object that was cut off."""
    text = text.rstrip()
    if not text.lstrip().startswith("{") or error.msg == "Extra data":
        return False
    # The parser reports the start of an incomplete literal or escape: tru, -, \u00
    is_in_last_word = len(text) - error.pos < 6 and text[-1] not in '}],"'
    return is_in_last_word or error.pos >= len(text) or error.msg.startswith("Unterminated string")


def _collect(value: object, errors: ErrorList) -> None:
    """Add a line for each invalid part of a value. Iterative, because nesting may be deep."""
    stack: list[tuple[object, _JsonPath]] = [(value, None)]
    while stack:
        value, path = stack.pop()
        if isinstance(value, InvalidValue):
            if not errors.count_if_full():
                errors.add(f"{_format_path(path)}: {value.there}, expected {value.expected}")
            continue
        if isinstance(value, _DuplicateKeys):
            for key in value.duplicates:
                errors.add(f"{_format_path((path, key))}: twice, expected once")
        if isinstance(value, (dict, list)):
            children = list(value.items() if isinstance(value, dict) else enumerate(value))
            stack += [
                (part, (path, step))
                for step, part in reversed(children)
                if isinstance(part, (dict, list, InvalidValue))
            ]


def _format_path(path: _JsonPath) -> str:
    steps: list[str] = []
    while path:
        path, step = path
        if isinstance(step, int):
            steps.append(f"[{step}]")
        elif step.isidentifier() and step.isascii() and len(step) <= 40:
            steps.append(f".{step}")
        else:
            steps.append(f'["{clean(step, 40, one_line=True)}"]')
    steps.append("$")
    if len(steps) > 200:  # no roadmap is nested so deep; the middle is not informative
        steps[100:-100] = ["…"]
    return "".join(reversed(steps))
