"""JSON as its standard means it: each key once, no NaN, no number that another reader would bend."""

from __future__ import annotations

from json import JSONDecodeError, JSONDecoder
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from roadmap_tui.core.sanitize import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

BYTE_LIMIT = 16 * 1024 * 1024
_INF = float("inf")
_DIGITS = 15  # every integer of so many digits is exact in a double, which is what most readers hold it in


class ErrorList:
    """Lines about what is wrong: the first few are kept, the others only counted.

    A hostile file of 16 MiB can hold millions, which must not become as many texts in memory.
    """

    def __init__(self, room: int = 20) -> None:
        self.room = room
        self.count = 0
        self._kept: list[str] = []

    def add(self, line: str) -> None:
        """Keep or count ``line``."""
        self.count += 1
        if self.count <= self.room:
            self._kept.append(line)

    def only_counted(self) -> bool:
        """Whether there is no room for a line, which then needn't be written; the fault is counted if so."""
        full = self.count >= self.room
        self.count += full
        return full

    def lines(self) -> tuple[str, ...]:
        """The lines kept, and one more that says how many were not."""
        more = self.count - self.room
        if more <= 0:
            return tuple(self._kept)
        return *self._kept, f"and {more:,} more fault{'s' if more > 1 else ''}"


class InvalidValue(NamedTuple):
    """Stands in a parsed value where something was that JSON or this program does not allow."""

    there: str
    expected: str


class _Repeating(dict[str, object]):
    """An object in which ``keys_again`` came more than once; it holds the last value of each."""

    __slots__ = ("keys_again",)

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__()
        again: dict[str, None] = {}
        for key, value in pairs:
            if key in self:
                again[key] = None
            self[key] = value
        self.keys_again = tuple(again)


_JsonPath: TypeAlias = "tuple[_JsonPath, str | int] | None"


def parse(data: bytes, faults: ErrorList, byte_limit: int = BYTE_LIMIT) -> object:
    """The value that ``data`` holds, having added a line to ``faults`` for all that is unfit in it.

    Where it could not be parsed at all the value is ``Unfit`` and there is one line. Else the value can
    be used in spite of the faults: ``Unfit`` stands where one was, and a repeated key has its last value.
    """
    unfit: list[object] = []

    def mark(there: str, expected: str) -> InvalidValue:
        unfit.append(flaw := InvalidValue(there, expected))
        return flaw

    def number(digits: str) -> object:
        value = float(digits)
        return mark("a number too large", "a finite number") if value in {_INF, -_INF} else value

    def whole(digits: str) -> object:
        count = len(digits.removeprefix("-"))
        if count <= _DIGITS:
            return int(digits)
        return mark(f"a whole number of {count} digits", f"at most {_DIGITS}")

    def record(pairs: list[tuple[str, object]]) -> dict[str, object]:
        fields = dict(pairs)
        if len(fields) != len(pairs):
            unfit.append(fields := _Repeating(pairs))
        return fields

    decoder = JSONDecoder(
        object_pairs_hook=record,
        parse_float=number,
        parse_int=whole,
        parse_constant=lambda name: mark(name, "a finite number"),
    )
    value = _decode(decoder, data, byte_limit)
    if isinstance(value, InvalidValue):
        unfit.append(value)
    if unfit:
        _collect(value, faults)
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
        value: object = decoder.decode(text)
    except RecursionError:
        return InvalidValue("nested too deeply to be read", "at most 50 levels")
    except JSONDecodeError as error:
        if not text.strip():
            return InvalidValue("an empty file", "a JSON object")
        where = f"line {error.lineno}, column {error.colno}"
        if _is_truncated(text, error):
            return InvalidValue(f"{where}: the file ends in the middle", "the rest of it")
        return InvalidValue(f"{where}: not JSON ({error.msg})", "a JSON object")
    return value


def _is_truncated(text: str, error: JSONDecodeError) -> bool:
    """Whether ``text`` is the beginning of a JSON object, as far as can be told from its end."""
    body = text.strip()
    if not body.startswith("{") or error.msg == "Extra data":
        return False
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        return True
    # The parser stops where a literal or an escape begins: tru, -, \u00
    return len(text.rstrip()) - error.pos < 6 and body[-1] not in '}],"'


def _collect(value: object, faults: ErrorList) -> None:
    """Add a line for all that is unfit in ``value``; a walk with a stack, however deep that is."""
    stack: list[tuple[object, _JsonPath]] = [(value, None)]
    while stack:
        value, trail = stack.pop()
        if isinstance(value, InvalidValue):
            if not faults.only_counted():
                faults.add(f"{_path(trail)}: {value.there}, expected {value.expected}")
            continue
        below: Iterable[tuple[str | int, object]] = ()
        if isinstance(value, dict):
            if isinstance(value, _Repeating):
                for key in value.keys_again:
                    faults.add(f"{_path((trail, key))}: twice, expected once")
            below = reversed(value.items())
        elif isinstance(value, list):
            below = zip(range(len(value) - 1, -1, -1), reversed(value), strict=True)
        stack += [
            (part, (trail, step)) for step, part in below if isinstance(part, (dict, list, InvalidValue))
        ]


def _path(trail: _JsonPath) -> str:
    steps: list[str] = []
    while trail:
        trail, step = trail
        if isinstance(step, int):
            steps.append(f"[{step}]")
        elif step.isidentifier() and step.isascii() and len(step) <= 40:
            steps.append(f".{step}")
        else:
            steps.append(f'["{clean(step, 40, one_line=True)}"]')
    steps.append("$")
    if len(steps) > 200:  # nesting that no roadmap has; its middle tells nothing
        steps[100:-100] = ["…"]
    return "".join(reversed(steps))
