"""The review session of ``review`` on a terminal, line by line: it needs no control sequences."""

import sys
import time
from collections.abc import Callable, Iterable
from typing import Final

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, flush, terminal_width
from roadmap_tui.core.errors import RoadmapTuiError
from roadmap_tui.core.humanize import capitalize
from roadmap_tui.core.progress.events import GRADES
from roadmap_tui.core.review.questions import split_note
from roadmap_tui.core.review.schedule import GOOD
from roadmap_tui.core.roadmap.model import Question
from roadmap_tui.core.sanitize import clean
from roadmap_tui.study.review_session import ReviewSession, SessionNotice
from roadmap_tui.text.keymap import KEYMAP
from roadmap_tui.text.markdown import render_markdown
from roadmap_tui.text.review import (
    NO_QUESTION,
    format_intervals,
    format_notice,
    question_origin,
    render_question,
    session_summary,
    summarize_session,
)
from roadmap_tui.text.styled_text import StyledLine, wrap

_WIDEST: Final = 76
_HELP: Final = (
    "enter shows the answer, then it means Good; 1 Again, 2 Hard, 3 Good, 4 Easy; u undoes; "
    "+ adds a question to your note; @ hides this question; p reviews the prerequisite that was offered; "
    "d sets the topic back to doing; q ends"
)


def run_session(context: CliContext, ids: list[str], *, by_choice: bool) -> None:
    """Review items until all are graded, the input ends or the reader quits. Raises SaveError at the end."""
    with context.writing() as study:
        dialog = _Dialog(context, ReviewSession(study, ids, time.monotonic, by_choice=by_choice))
        dialog.run()
    context.back_up()


class _Dialog:
    def __init__(self, context: CliContext, session: ReviewSession) -> None:
        self._session = session
        self._glyphs = context.glyphs
        self._width = terminal_width(_WIDEST)

    def run(self) -> None:
        """Ask for commands and carry them out until the session ends."""
        session = self._session
        commands = {
            "u": session.undo,
            "@": session.hide_question,
            "p": session.review_prerequisite,
            "d": session.set_back,
            "+": self._add_question,
        }
        self._show_card()
        while session.node_id is not None:
            line = self._ask("> ")
            if line is None or line == "q":
                echo([session_summary(session) or "Nothing was graded"])
                return
            rating = GOOD if line == "" and session.answer_shown else int(line) if line in {*"1234"} else 0
            if rating:
                self._run_command(lambda rating=rating: session.grade(rating))  # type: ignore[misc] # mypy can't infer a default
            elif line == "":
                session.show_answer()
                self._show_answer()
            elif line in commands:
                self._run_command(commands[line])
            else:
                echo(wrap(_HELP, self._width))
        echo(["", *summarize_session(session)])

    def _run_command(self, command: Callable[[], SessionNotice | None]) -> None:
        """Run a command of the session, print its notice, and print the card if it changed."""
        session = self._session
        before = session.index, session.question, session.answer_shown
        try:
            notice = command()
        except RoadmapTuiError as error:
            echo([capitalize(str(error))])
            return
        if notice is not None:
            echo(wrap(format_notice(notice, KEYMAP), self._width))
        if (session.index, session.question, session.answer_shown) != before and session.node_id is not None:
            self._show_card()
            if session.answer_shown:
                self._show_answer()

    def _show_card(self) -> None:
        session, question = self._session, self._session.question
        if session.node_id is None:
            return
        parts = [f"{session.index + 1} of {session.count}", session.study.title(session.node_id)]
        origin = question_origin(question)
        heading = f" {self._glyphs.separator} ".join([*parts, *([origin] if origin else [])])
        ask = self._render(question, question.ask) if question else [f"  {NO_QUESTION}"]
        echo(["", *wrap(heading, self._width), "", *ask, ""])

    def _show_answer(self) -> None:
        session, question = self._session, self._session.question
        if session.node_id is None:
            return
        node, state = session.study.node(session.node_id), session.study.state(session.node_id)
        parts = [self._markdown(node.summary)]
        if question and question.answer:
            parts = [self._render(question, question.answer)]
        parts += [self._markdown(text) for note in state.notes if (text := split_note(note.text)[1])]
        for part in parts:
            if any(part):
                echo([*part, ""])
        if intervals := format_intervals(session):
            named = zip("1234", GRADES, intervals, strict=True)
            grades = "   ".join(f"{key} {name.title()} {days}" for key, name, days in named)
            echo(wrap(grades, self._width))

    def _add_question(self) -> SessionNotice | None:
        ask = self._ask("Question: ")
        answer = self._ask("Answer: ") if ask else ""
        return self._session.add_question(clean(ask or ""), clean(answer or ""))

    def _ask(self, prompt: str) -> str | None:
        """Print a prompt and read a line; None at the end of the input."""
        sys.stdout.write(prompt)
        flush()
        line = sys.stdin.readline()
        if not line:
            echo([""])
            return None
        return line.strip()

    def _markdown(self, text: str) -> list[str]:
        return self._plain(render_markdown(text, self._width - 2, is_ascii=self._glyphs.is_ascii))

    def _render(self, question: Question, text: str) -> list[str]:
        return self._plain(render_question(question, text, self._width - 2, self._glyphs))

    def _plain(self, lines: Iterable[StyledLine]) -> list[str]:
        return [f"  {''.join(span.text for span in line)}".rstrip() for line in lines]
