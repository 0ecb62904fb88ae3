"""A year of reviews on two machines, and every bundled question in its turn."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random

from roadmap_tui.core.progress.states import Review
from roadmap_tui.core.review.questions import choose
from roadmap_tui.store import library
from roadmap_tui.store.journal import Journal
from roadmap_tui.study.study import Study
from tests.journals import NOON, Clock

TOPICS = ("linear-algebra", "calculus", "backpropagation", "loss-functions", "activation-functions")
DAY = 24 * 3600.0


class Machine:
    """A machine with its own log and its own clock; ``take`` reads what another one has written."""

    def __init__(self, folder: Path, name: str, minutes_off: int) -> None:
        self.clock = Clock(NOON + timedelta(minutes=minutes_off))
        self.study = Study(library.load_bundled(), Journal(str(folder / name), self.clock, host=name))

    def take(self, other: Machine) -> None:
        self.study.apply(other.study.progress.events())

    def evening(self, random: Random) -> None:
        """Review what is due, most often well; sometimes undo, hide or add a question."""
        reviews = self.study.reviews
        for node_id in reviews.queue():
            question = reviews.questions.next(node_id)
            assert question is not None
            reviews.grade(node_id, random.choice((1, 2, 3, 3, 3, 4)), 1000, question.id)
            match random.randrange(12):
                case 0:
                    self.study.undo()
                case 1 if not question.id.startswith("n:"):
                    reviews.questions.hide(node_id, question)
                case 2:
                    self.study.write_note(node_id, f"Q: What of {random.randrange(3)}?")

    @property
    def outcome(self) -> list[tuple[object, ...]]:
        reviews = self.study.reviews
        return [
            (name, reviews.cards.card(name), reviews.questions.next(name), self.study.state(name))
            for name in TOPICS
        ]


def test_a_year_on_two_machines_merges_to_the_same_cards_and_questions(tmp_path: Path) -> None:
    random = Random(16)
    laptop, server = Machine(tmp_path, "laptop", 0), Machine(tmp_path, "server", 7)
    laptop.study.set_status(TOPICS, "done")
    server.take(laptop)
    for day in range(365):
        for machine in (laptop, server):
            machine.clock.turn(DAY)
        # Both may review the same topics on the same day, before they hear of each other.
        for machine in random.choice(((laptop,), (server,), (laptop, server), ())):
            machine.evening(random)
        if day % 9 == 0:
            laptop.take(server)
            server.take(laptop)
    server.take(laptop)
    laptop.take(server)
    assert sum(len(laptop.study.state(name).reviews) for name in TOPICS) > 60
    assert laptop.study.reviews.today == server.study.reviews.today
    assert laptop.outcome == server.outcome
    # And a third one that reads the logs only now, in another order.
    third = Machine(tmp_path, "third", 3)
    third.clock.time = laptop.clock.time
    for machine in (server, laptop):
        third.take(machine)
    assert third.outcome == laptop.outcome


def test_every_bundled_question_is_asked_before_a_known_one_is_asked_a_third_time(tmp_path: Path) -> None:
    study = Machine(tmp_path, "box", 0).study
    random, asked_of_all = Random(7), set[tuple[str, str]]()
    items = [item.id for item in study.tree.items() if study.material(item.id).questions]
    assert len(items) == 127
    for name in items:
        questions = study.reviews.questions.of(name)
        reviews: list[Review] = []
        known: Counter[str] = Counter()
        while set(known) != {question.id for question in questions}:
            question = choose(questions, reviews)
            assert question is not None
            rating = random.choice((1, 3, 4))
            reviews.append(Review(NOON, rating, 0, question.id))
            known[question.id] += rating > 1
            unasked = {each.id for each in questions} - {review.question for review in reviews}
            assert max(known.values()) < 3 or not unasked
            known = +known
        asked_of_all |= {(name, review.question) for review in reviews}
    assert len(asked_of_all) == sum(len(study.material(name).questions) for name in items)
