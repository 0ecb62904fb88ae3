"""Reviewing on the screen: cards, grades, what is said, and what is in the journal afterwards."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path

import pytest
from textual.widgets import TextArea

from roadmap_tui.core.settings import DEFAULTS
from roadmap_tui.store import library
from roadmap_tui.store.drafts import Drafts
from roadmap_tui.store.journal import Journal
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.study.study import Study, wall_clock
from roadmap_tui.text.keymap import KEYMAP
from roadmap_tui.text.styled_text import ASCII, UNICODE, length
from roadmap_tui.tui.main.screen import MainScreen
from roadmap_tui.tui.render.bars import title_line
from roadmap_tui.tui.screens.note import NoteScreen
from roadmap_tui.tui.screens.own_question import OwnQuestionScreen
from roadmap_tui.tui.screens.review import ReviewScreen
from tests.cli.program_runs import process, small
from tests.journals import run_python
from tests.tui.pty_program import Terminal
from tests.tui.stage import FIRST, SECOND, Seat, Stage, text_of

DONE = ["one", "two", "four"]


def due(stage: Stage, *ids: str, days: int = 1) -> Study:
    """A study in which these items were done so many days ago."""
    study = stage.study()
    study.set_status(ids or DONE, "done")
    stage.clock.time += timedelta(days=days)
    return study


def ratings(study: Study, node_id: str) -> list[int]:
    """The grades of an item, by whoever reads the journal anew."""
    anew = Study(study.roadmap, Journal(study.journal.folder, study.now))
    assert anew.state(node_id).reviews == study.state(node_id).reviews
    return [review.rating for review in anew.state(node_id).reviews]


def shown(seat: Seat) -> str:
    """The whole screen, without the blanks at the ends of its lines."""
    return "\n".join(line.rstrip() for line in seat.screen)


def foot(seat: Seat) -> list[str]:
    """The two lines at the bottom."""
    return [line.strip() for line in seat.screen[-2:]]


async def begin(seat: Seat) -> None:
    await seat.press("r")
    await seat.until(lambda: seat.is_on(ReviewScreen))
    await seat.settle()


# How many are due


async def test_the_title_says_how_many_are_due(stage: Stage) -> None:
    async with stage.seat(due(stage), place=ViewState("one", ())) as seat:
        await seat.until(lambda: seat.title.endswith("· 3 due"))
        await seat.press("i")
        assert seat.title.endswith("· 2 due")
        await seat.press("u")
        assert seat.title.endswith("· 3 due")


async def test_nothing_is_said_of_nothing(stage: Stage) -> None:
    async with stage.seat(due(stage, days=0)) as seat:
        await seat.until(lambda: seat.main.watcher.due == 0)
        assert "due" not in seat.title


async def test_another_day_comes_by_itself(stage: Stage) -> None:
    study = due(stage, days=0)
    study.reviews.grade("one", 1)
    async with stage.seat(study) as seat:
        await seat.until(lambda: seat.main.watcher.due == 0)
        stage.clock.time += timedelta(days=1)
        await seat.until(lambda: seat.title.endswith("· 3 due"))


def test_what_is_due_moves_nothing_but_the_bar(stage: Stage) -> None:
    study = due(stage)
    for glyphs in (UNICODE, ASCII):
        for width in range(30, 130):
            without = text_of(title_line(study, width, glyphs))
            lines = [title_line(study, width, glyphs, number) for number in (1, 10)]
            assert [length(line) for line in lines] == [width, width]
            if width >= 80:
                place = without.index("3/7")
                assert [text_of(line).index("3/7") for line in lines] == [place, place]
    assert text_of(title_line(study, 80, UNICODE, 3)).endswith(" · 3 due ")


def test_the_first_frame_does_not_wait_for_the_count(tmp_path: Path) -> None:
    assert process(tmp_path, "mark", "done", "backpropagation").returncode == 0
    assert process(tmp_path, "review", "--grade", "again", "backpropagation").returncode == 0
    code = (
        "import sys\n"
        "from roadmap_tui.store import library\n"
        "from roadmap_tui.store.view_state import ViewState\n"
        "from roadmap_tui.study.study import Study\n"
        "from roadmap_tui.tui.main.state import MainState\n"
        "from roadmap_tui.tui.splash import frame\n"
        "from roadmap_tui.text.styled_text import UNICODE\n"
        "study = Study.open(library.load_bundled(), sys.argv[1])\n"
        "assert study.state('backpropagation').reviews\n"
        "assert '1/127' in frame(MainState(study, UNICODE, ViewState()), 80, 24, None)\n"
        "print([name for name in ('fsrs', 'roadmap_tui.study.reviews') if name in sys.modules])\n"
    )
    assert run_python(code, str(tmp_path / "log")) == "[]\n"


# A review


async def test_a_whole_review(stage: Stage) -> None:
    study = due(stage)
    study.write_note("one", "my own words")
    async with stage.seat(study, size=(80, 30)) as seat:
        await begin(seat)
        assert "1 of 3" in shown(seat)
        assert "  One\n  Alpha\n\n  Explain it aloud." in shown(seat)
        assert not any(words in shown(seat) for words in ("The first of them", "my own words", FIRST))
        await seat.press("3")
        assert foot(seat) == ["space shows the answer", "Answer it first; space shows the answer"]
        assert ratings(study, "one") == []
        await seat.press("space")
        for words in ("The first of them.", "my own words", "3 resources; j shows them"):
            assert words in shown(seat)
        assert FIRST not in shown(seat)
        await seat.press("j")
        assert FIRST in shown(seat)
        assert "1 · book" not in shown(seat)
        await seat.press("k")
        assert FIRST not in shown(seat)
        again, hard, good, easy = study.reviews.intervals("one")
        assert foot(seat)[0] == (
            f"1 Again today, then {again} d  2 Hard {hard} d  3 Good {good} d  4 Easy {easy} d"
        )
        await seat.press("3")
        assert "2 of 3" in shown(seat)
        assert "The first of them" not in shown(seat)
        await seat.press("enter")
        assert "No note yet; n writes a note." in shown(seat)
        await seat.press("1", "space", "4")
        assert "4 of 4" in shown(seat)  # what was forgotten comes again
        assert "  Two\n" in shown(seat)
        await seat.press("enter", "enter")
        assert (
            "  3 reviewed in 0 min\n\n  Recall today 67%, last 30 days 67%\n  Forgotten: Two\n"
            "  Due tomorrow 1, within a week 2\n"
        ) in shown(seat)
        assert foot(seat) == ["space continues with Three", "u undo  esc leave"]
        await seat.press("1", "j", "y", "p", "@", "space")
        assert seat.is_on(MainScreen)
        assert "Three" in seat.here
        assert seat.bar == "Reviewed 3"
        assert "due" not in seat.title
    assert [ratings(study, name) for name in DONE] == [[3], [1, 3], [4]]


async def test_leaving_keeps_what_was_graded(stage: Stage) -> None:
    study = due(stage)
    async with stage.seat(study) as seat:
        await begin(seat)
        await seat.press("space", "2", "space", "q")
        assert seat.bar == "Reviewed 1; 2 are left today"
        assert (ratings(study, "one"), ratings(study, "two")) == ([2], [])
        await begin(seat)
        assert "1 of 2" in shown(seat)
        await seat.press("escape")
        assert seat.bar.startswith("j/k move")


async def test_a_grade_is_taken_back_and_its_card_is_there_again(stage: Stage) -> None:
    study = due(stage)
    before = study.reviews.status_of("one")
    async with stage.seat(study) as seat:
        await begin(seat)
        await seat.press("u")
        assert foot(seat)[1] == "Nothing to undo in this review"
        await seat.press("space", "1", "space", "u")
        assert ("1 of 3" in shown(seat), "The first of them." in shown(seat)) == (True, True)
        assert (ratings(study, "one"), study.reviews.status_of("one")) == ([], before)
        await seat.press("4", "space", "3", "space", "3", "u")
        assert "3 of 3" in shown(seat)
        assert [ratings(study, name) for name in DONE] == [[4], [3], []]


QUESTIONS = "Q: What is **one**?\nA: $x_1$ alone\n\nQ: And two?\nA: a pair"


async def test_the_question_of_the_note_is_asked_and_recorded(stage: Stage) -> None:
    study = due(stage, "one")
    study.write_note("one", f"Nearby.\n\n{QUESTIONS}")
    first, second = study.reviews.questions.of("one")
    async with stage.seat(study) as seat:
        await begin(seat)
        assert "your question" in shown(seat)
        assert "\n  What is one?\n" in shown(seat)
        assert "alone" not in shown(seat)
        await seat.press("space")
        assert "\n  x₁ alone\n" in shown(seat)
        assert ("Nearby." in shown(seat), "a pair" in shown(seat)) == (True, False)
        await seat.press("1")
        assert "\n  What is one?\n" in shown(seat)
        await seat.press("space", "space")
    assert [review.question for review in study.state("one").reviews] == [first.id, first.id]
    assert study.reviews.questions.next("one") == second


async def test_a_question_is_added_on_the_spot_and_undone(stage: Stage) -> None:
    study = due(stage, "one")
    async with stage.seat(study) as seat:
        await begin(seat)
        await seat.press("@")
        assert foot(seat)[1] == "There is no question to hide"
        await seat.press("+")
        await seat.until(lambda: seat.is_on(OwnQuestionScreen))
        await seat.press("enter", "enter")
        assert seat.is_on(OwnQuestionScreen)  # without a question there is nothing to add
        await seat.write("Why?")
        await seat.press("enter")
        await seat.write("Because")
        await seat.press("enter")
        await seat.until(lambda: seat.is_on(ReviewScreen))
        await seat.settle()
        assert study.note_text("one") == "Q: Why?\nA: Because"
        assert "\n  Why?\n" in shown(seat)
        assert foot(seat)[1] == "Question added to the note; u removes it"
        await seat.press("@")
        assert foot(seat)[1].startswith("Question of 'One': it is in your note")
        await seat.press("u")
        assert (study.note_text("one"), "Explain it aloud." in shown(seat)) == ("", True)
        await seat.press("+")
        await seat.until(lambda: seat.is_on(OwnQuestionScreen))
        await seat.press("escape")
        await seat.until(lambda: seat.is_on(ReviewScreen))
        assert study.note_text("one") == ""


async def test_a_question_being_typed_stays_as_a_draft(stage: Stage, tmp_path: Path) -> None:
    study, drafts = due(stage, "one"), Drafts(str(tmp_path / "drafts"))
    async with stage.seat(study, drafts=drafts) as seat:
        await begin(seat)
        await seat.press("+")
        await seat.until(lambda: seat.is_on(OwnQuestionScreen))
        await seat.write("Half a quest")
        screen = seat.app.screen
        assert isinstance(screen, OwnQuestionScreen)
        screen.save_draft()
        draft = drafts.get(study.roadmap.id, "one")
        assert draft is not None
        assert draft.text == "Q: Half a quest"


async def test_again_twice_offers_to_go_back_to_doing(stage: Stage) -> None:
    study = due(stage)
    study.reviews.grade("one", 1)
    stage.clock.time += timedelta(days=1)
    async with stage.seat(study) as seat:
        await begin(seat)
        await seat.press("d")
        assert foot(seat)[1] == "Available after Again twice in a row, or on a topic known from placement"
        await seat.press("space", "1")
        assert foot(seat)[1] == "Again twice: d marks One in progress again"
        assert study.state("one").status == "done"
        await seat.press("space", "d")
        assert foot(seat)[1] == "One: in progress; u undoes it"
        assert study.state("one").status == "doing"
        await seat.press("u")
        assert "  One\n" in shown(seat)
        assert (study.state("one").status, ratings(study, "one")) == ("done", [1])


async def test_a_note_is_written_from_the_card(stage: Stage) -> None:
    study = due(stage)
    async with stage.seat(study) as seat:
        await begin(seat)
        for key, text in (("n", "matrix"), ("e", " transposed")):
            await seat.press(key)
            await seat.until(lambda: seat.is_on(NoteScreen))
            await seat.write(text)
            await seat.press("ctrl+s")
            await seat.until(lambda: seat.is_on(ReviewScreen))
        await seat.settle()
        assert study.note_text("one") == "matrix transposed"
        await seat.press("space")
        assert "matrix transposed" in shown(seat)
        await seat.press("n")
        await seat.until(lambda: seat.is_on(NoteScreen))
        assert seat.app.screen.query_one(TextArea).text == "matrix transposed"
        await seat.write("!")
        await seat.press("escape")
        await seat.until(lambda: seat.is_on(ReviewScreen))
        await seat.settle()
        assert foot(seat)[1].startswith("Not saved; kept as a draft")
        assert study.note_text("one") == "matrix transposed"


@pytest.mark.parametrize(("down", "up"), [("j", "k"), ("down", "up")])
async def test_a_resource_is_chosen_and_copied(
    stage: Stage, down: str, up: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage.seat(due(stage)) as seat:
        await begin(seat)
        await seat.press("y")
        assert foot(seat)[1] == "No link is selected"
        await seat.press("space", down, down, up, down)
        copied: list[str] = []
        monkeypatch.setattr(seat.app, "copy_to_clipboard", copied.append)
        await seat.press("y")
        assert copied == [SECOND]
        assert foot(seat)[1].endswith(SECOND)
        line = next(line for line in seat.screen if "Second" in line)
        assert line.strip().startswith("▌")


@pytest.mark.parametrize(("down", "up"), [("ctrl+d", "ctrl+u"), ("pagedown", "pageup")])
async def test_a_long_answer_scrolls(stage: Stage, down: str, up: str) -> None:
    study = due(stage)
    study.write_note("one", "\n".join(f"line {n}" for n in range(40)))
    async with stage.seat(study) as seat:
        await begin(seat)
        await seat.press("space")
        assert ("line 0\n" in shown(seat), "line 39" in shown(seat)) == (True, False)
        await seat.press("j", down, down, down, down, down, down)
        assert ("line 39" in shown(seat), FIRST in shown(seat)) == (True, True)
        assert "  One\n" in shown(seat)
        await seat.press(up, up, up, up, up, up)
        assert "line 0\n" in shown(seat)
        await seat.press("j")
        assert SECOND in shown(seat)


async def test_what_is_typed_ahead_is_the_review_s(stage: Stage) -> None:
    study = due(stage)
    async with stage.seat(study) as seat:
        seat.send("r", "space", "2", "space", "3")
        await seat.until(lambda: ratings(study, "two") == [3])
        assert ratings(study, "one") == [2]
        assert study.counts_at().done == 3


# When there is nothing, or only this


async def test_nothing_is_due(stage: Stage) -> None:
    study = stage.study()
    async with stage.seat(study) as seat:
        await seat.press("r")
        assert seat.bar == "Nothing is due: finished items come up the next day"
        study.set_status(DONE, "done")
        await seat.press("r")
        assert seat.bar == "Nothing due; next: 3 on 13 Oct"
        stage.clock.time += timedelta(days=1)
        study.settings = DEFAULTS._replace(reviews_a_day=2)
        for name in ("one", "two"):
            study.reviews.grade(name, 4)
        await seat.press("r")
        assert seat.bar == "All reviewed for today; next: 1 on 14 Oct"
        study.settings = DEFAULTS._replace(reviews_a_day=0)
        await seat.press("r")
        assert seat.bar == "Reviews are off: review.a_day is 0"
        study.settings = DEFAULTS
        study.reviews.pause(study.reviews.today + timedelta(days=30))
        await seat.press("r")
        assert seat.bar == "Reviews are paused; next: 3 on 12 Nov"
        assert seat.is_on(MainScreen)
        await seat.press("j")
        assert seat.here.startswith("▾ Alpha")


async def test_this_one_now(stage: Stage) -> None:
    study = due(stage, "one", "two", days=0)
    async with stage.seat(study, place=ViewState("one", ())) as seat:
        await seat.press("!")
        await seat.until(lambda: seat.is_on(ReviewScreen))
        assert "1 of 1" in shown(seat)
        await seat.press("space", "3", "escape")
        assert ratings(study, "one") == [3]
        assert seat.bar == "Reviewed 1"
        for key, said in (
            ("g", "Only an item can be reviewed"),
            ("j", "Only an item can be reviewed"),
            ("G", "'Seven': only finished items can be reviewed; mark it done first"),
        ):
            await seat.press(key, "!")
            assert seat.bar == said
        assert seat.is_on(MainScreen)


# What goes wrong


async def test_a_grade_that_is_not_saved_stays_on_its_card(stage: Stage) -> None:
    study = due(stage)

    def refuse(lines: list[bytes]) -> None:
        raise OSError(28, "No space left on device")

    async with stage.seat(study) as seat:
        await begin(seat)
        writer = study.journal._writer
        assert writer is not None
        with pytest.MonkeyPatch.context() as full:
            full.setattr(writer, "append", refuse)
            await seat.press("space", "3")
            assert foot(seat)[1] == "Not saved: No space left on device; nothing was changed; try again"
            assert "1 of 3" in shown(seat)
            assert foot(seat)[0].startswith("1 Again")
            await seat.press("3")
        await seat.press("2")
        assert "2 of 3" in shown(seat)
    assert ratings(study, "one") == [2]


async def test_view_only(stage: Stage) -> None:
    study = stage.study(log=None)
    study.apply(due(stage).history())
    async with stage.seat(study) as seat:
        await begin(seat)
        await seat.press("space", "3")
        assert "Not saved: view only: there is no home folder" in shown(seat)
        assert "1 of 3" in shown(seat)
        await seat.press("n")
        assert foot(seat)[1].startswith("View only: there is no home folder")
        assert study.state("one").reviews == ()


async def test_what_another_session_graded_is_passed_over(stage: Stage) -> None:
    study = due(stage)
    async with stage.seat(study) as seat:
        await begin(seat)
        await seat.press("space")
        other = stage.study()
        for name in ("one", "two"):
            other.reviews.grade(name, 4)
        await seat.until(lambda: study.state("two").reviews != ())
        await seat.press("1")
        assert foot(seat)[1] == "One was reviewed or changed elsewhere"
        assert "  Four\n" in shown(seat)
        assert "1 of 1" in shown(seat)
        await seat.press("space", "3", "u")
        assert "  Four\n" in shown(seat)
    assert [ratings(study, name) for name in DONE] == [[4], [4], []]


@pytest.mark.parametrize("size", [(40, 10), (20, 5), (1, 1), (200, 60)])
async def test_every_size(stage: Stage, size: tuple[int, int]) -> None:
    study = due(stage)
    async with stage.seat(study, size=size, glyphs=ASCII) as seat:
        await begin(seat)
        await seat.press("space", "j", "1", "space", "2", "space", "3", "escape")
    assert [ratings(study, name) for name in DONE] == [[1], [2], [3]]


def test_every_key_of_a_review_is_pressed_in_this_file() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    keys = [key for command in KEYMAP.in_scope("review") for key in command.keys]
    assert [key for key in [*keys, "r", "!"] if f'"{key}"' not in source] == []


# In a real terminal


def test_a_review_in_a_terminal(tmp_path: Path) -> None:
    """From the title's count, which comes after the first frame, to the journal."""
    small(tmp_path)
    assert process(tmp_path, "mark", "done", "sets", "relu", "--roadmap", "small").returncode == 0
    assert process(tmp_path, "review", "--grade", "again", "sets", "--roadmap", "small").returncode == 0
    (log,) = (tmp_path / "log").iterdir()
    today = wall_clock().isoformat()[:11]
    log.write_text(log.read_text().replace(f'"at":"{today}', '"at":"2026-01-05T'))
    terminal = Terminal("small", home=tmp_path)
    try:
        terminal.until_text("· 2 due")
        terminal.type("r")
        terminal.until_text("Explain it aloud.")
        assert "Sets" in terminal.text  # reviewed once: it goes before what never was
        assert "example.org/film" not in terminal.text
        terminal.type(" ")
        terminal.until_text("1 resource")
        terminal.type("j")
        terminal.until_text("https://example.org/film")
        terminal.type("y")
        terminal.until_text("Copied")
        assert base64.b64encode(b"https://example.org/film") in terminal.output
        terminal.type("3")
        terminal.until_text("2 of 2")
        terminal.type("u")
        terminal.until_text("1 of 2")
        terminal.type("4 3")
        terminal.until_text("2 reviewed")
        terminal.type("\x1b")
        terminal.until(lambda: "j/k move" in terminal.text or "Reviewed 2" in terminal.lines[-1])
        assert "due" not in terminal.lines[0]
        terminal.type("q")
        assert terminal.wait() == 0
    finally:
        terminal.close()
    lines = [line for path in (tmp_path / "log").iterdir() for line in path.read_text().split("\n") if line]
    records = sorted(map(json.loads, lines), key=lambda record: int(record["c"]))
    done = [(record["k"], record.get("g")) for record in records if record["k"] != "open"]
    assert done == [
        ("status", None),
        ("review", 1),
        ("review", 3),
        ("undo", None),
        ("review", 4),
        ("review", 3),
    ]
    assert all(0 < one["ms"] < 60_000 for one in records if one["k"] == "review" and one["g"] > 1)


# What is known, outside of reviews


async def test_due_items_are_seen_in_the_outline_and_the_details(stage: Stage) -> None:
    study = due(stage, "one", "two")
    study.reviews.grade("two", 3)
    async with stage.seat(study, place=ViewState("one", ()), size=(100, 30)) as seat:
        await seat.until(lambda: "1 due" in seat.title)
        row = next(line for line in seat.outline if "One" in line)
        assert ("↻ One" in row, "95% due" in row) == (True, True)
        assert any("✓ Two" in line for line in seat.outline)
        assert "due today" in shown(seat)
        await seat.press("j")
        assert "next review 15 Oct · recall 100%" in shown(seat)
        await seat.press("k", "r", "space", "3", "escape")
        await seat.settle()
        assert any("✓ One" in line for line in seat.outline)


def leech(stage: Stage) -> Study:
    study = due(stage, "one", "two")
    for rating in (3, 1, 1, 1, 1):
        study.reviews.grade("one", rating)
        study.reviews.grade("one", 1)  # on the same day it is no lapse
        stage.clock.time += timedelta(days=1)
    return study


async def test_what_is_forgotten_often_is_found(stage: Stage) -> None:
    study = leech(stage)
    assert (study.reviews.lapses("one"), study.reviews.leech_ids()) == (4, ["one"])
    marked = [study.tree.ids[index] for index, facets in study.search.facets().items() if "leech" in facets]
    assert marked == ["one"]
    stats = study.statistics()
    assert (stats.leeches, stats.due_by_day[0], len(stats.due_by_day)) == (("One",), 2, 30)
    async with stage.seat(study, place=ViewState("one", ()), size=(100, 30)) as seat:
        await seat.until(lambda: "due" in seat.title)
        assert "recall 41% · forgotten 4" in shown(seat)


async def test_the_exercise_is_ticked_like_a_resource(stage: Stage) -> None:
    study = stage.study(library.load_bundled())
    place = ViewState("backpropagation", ())
    async with stage.seat(study, place=place, size=(100, 50)) as seat:
        assert "You can  write forward" in shown(seat)
        assert "… " in shown(seat)
        count = len(study.resources("backpropagation"))
        await seat.press("tab", *["j"] * (count + 20))
        assert "Check: " in shown(seat)  # unfolded while it is selected
        await seat.press("y")
        assert seat.bar == "No link here" or "address" in seat.bar
        await seat.press("x")
        assert study.state("backpropagation").ticks == {"exercise:"}
        await seat.press("enter")
        assert study.state("backpropagation").ticks == frozenset()
        await seat.press("u")
        assert study.state("backpropagation").ticks == {"exercise:"}
