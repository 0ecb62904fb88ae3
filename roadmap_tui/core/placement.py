"""An adaptive placement test: a few questions that determine which items the reader knows."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from roadmap_tui.core.roadmap.graph import levels

Answer: TypeAlias = Literal["yes", "partly", "no"]
ANSWERS: Final[tuple[Answer, ...]] = ("yes", "partly", "no")
MAX_QUESTIONS: Final = 20


class PlacementResult(NamedTuple):
    """The result of a placement test: the ids of known and of begun items, in roadmap order."""

    known: tuple[str, ...]
    begun: tuple[str, ...]


class Placement:
    """A placement test: asks about the most informative item and infers the status of others.

    Who knows an item knows everything that it requires; who does not know it knows nothing that requires it.
    ``requirements`` has the ids that each item requires. Items in ``settled`` are never asked about and never
    changed.
    """

    def __init__(self, requirements: Mapping[str, Sequence[str]], settled: frozenset[str]) -> None:
        self._ids = list(requirements)
        position = {name: index for index, name in enumerate(self._ids)}
        self._below = dict.fromkeys(self._ids, 0)  # bits of everything that an item requires
        self._above = dict.fromkeys(self._ids, 0)  # bits of everything that requires it
        order = [name for level in levels(requirements) for name in level]
        for name in order:
            for other in requirements[name]:
                if other in position:
                    self._below[name] |= self._below[other] | 1 << position[other]
        for name in reversed(order):
            for other in requirements[name]:
                if other in position:
                    self._above[other] |= self._above[name] | 1 << position[name]
        self._bit = {name: 1 << position[name] for name in self._ids}
        self._fixed = sum(self._bit[name] for name in settled if name in position)
        self.answers: list[tuple[str, Answer]] = []

    @property
    def total(self) -> int:
        """The number of items that the test covers."""
        return len(self._ids) - self._fixed.bit_count()

    @property
    def settled(self) -> int:
        """The number of items whose status the answers so far determine."""
        return self.total - self._open().bit_count()

    def _open(self) -> int:
        left = (1 << len(self._ids)) - 1 & ~self._fixed
        for name, answer in self.answers:
            left &= ~self._bit[name]
            if answer == "yes":
                left &= ~self._below[name]
            elif answer == "no":
                left &= ~self._above[name]
        return left

    def question(self) -> str | None:
        """Return the id of the item to ask about; None at the end."""
        left = self._open()
        if not left or len(self.answers) >= MAX_QUESTIONS:
            return None

        def gain(name: str) -> tuple[int, int]:
            below, above = (self._below[name] & left).bit_count(), (self._above[name] & left).bit_count()
            return min(below, above), below + above

        return max((name for name in self._ids if self._bit[name] & left), key=gain)

    def answer(self, answer: Answer) -> None:
        """Record the answer to the current question."""
        if (name := self.question()) is not None:
            self.answers.append((name, answer))

    def back(self) -> bool:
        """Undo the last answer; return False if there is none."""
        return bool(self.answers and self.answers.pop())

    def result(self) -> PlacementResult:
        """Return the items that the answers so far show to be known or in progress."""
        known = begun = 0
        for name, answer in self.answers:
            if answer == "yes":
                known |= self._bit[name] | self._below[name]
            elif answer == "partly":
                begun |= self._bit[name]
        known &= ~self._fixed
        return PlacementResult(self._names(known), self._names(begun & ~known & ~self._fixed))

    def _names(self, bits: int) -> tuple[str, ...]:
        return tuple([name for name in self._ids if self._bit[name] & bits])
