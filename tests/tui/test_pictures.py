"""Pictures of the screen that were looked at and found good, one for each kind of state."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeAlias

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from roadmap_tui.core.roadmap.model import Item, Resource
from roadmap_tui.store import library
from roadmap_tui.store.journal import Journal
from roadmap_tui.store.locations import Locations
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.study.goal import set_goal
from roadmap_tui.study.library import Library
from roadmap_tui.study.study import Study
from roadmap_tui.text.styled_text import ASCII, UNICODE
from roadmap_tui.tui.app import RoadmapApp
from roadmap_tui.tui.flows import review
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.render.colors import DARK_NAME, LIGHT_NAME, SIXTEEN_NAME
from roadmap_tui.tui.screens.import_preview import ImportPreviewScreen
from roadmap_tui.tui.screens.library import LibraryScreen
from roadmap_tui.tui.screens.qr import QrScreen
from tests import years
from tests.journals import ROOT
from tests.tui.stage import SMALL, Seat, Stage

pytestmark = pytest.mark.picture

Before: TypeAlias = Callable[[Pilot[int]], Awaitable[None]]
Compare: TypeAlias = Callable[..., bool]

CHAPTER = "core-deep-learning"
README_PICTURE = "test_half_way.svg"
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])


def half_way(stage: Stage) -> Study:
    """Chapters 1 and 2 are behind, chapter 3 is being worked at."""
    study = stage.study(library.load_bundled())
    order = study.tree
    for section in ("numpy-pandas-matplotlib", "mathematical-foundations", "classical-machine-learning"):
        study.set_status([item.id for item in order.branch(order.index_of[section])], "done")
    study.set_status(["gaussian-mixture-models", "support-vector-machines"], "todo")
    study.set_status(["mit-6-s191", "dive-into-deep-learning", "linear-regression-model"], "done")
    study.set_status(["feedforward-networks", "activation-functions", "backpropagation"], "done")
    study.set_status(["weight-initialization", "loss-functions"], "done")
    study.set_status(["dropout-and-normalization"], "doing")
    study.set_status(["early-stopping"], "skipped")
    study.write_note("backpropagation", "By hand for two layers: it is all in which matrix is transposed.")
    study.write_note("loss-functions", "Cross-entropy is the log-likelihood.")
    for resource in study.node("backpropagation").resources[:2]:
        study.tick_resource("backpropagation", resource.url, True)
    return study


def _place(study: Study, cursor: str = "backpropagation") -> ViewState:
    """Only the chapter of the cursor is open."""
    order = study.tree
    sections = {section.id for section in order.sections(order.index_of[cursor])}
    branches = (node.id for node in order.nodes if node.children)
    return ViewState(cursor, tuple(name for name in branches if name not in sections))


def _app(stage: Stage, **options: object) -> RoadmapApp:
    study = half_way(stage)
    return stage.app(study, place=_place(study), **options)  # type: ignore[arg-type]


def _keys(*keys: str) -> Before:
    async def press(pilot: Pilot[int]) -> None:
        app = pilot.app
        assert isinstance(app, RoadmapApp)
        seat = Seat(app, pilot)
        await seat.settle()
        # What is due is counted in the background, and shown at the top.
        await seat.until(lambda: seat.main.watcher.due is not None)
        await seat.settle()
        await seat.press(*keys)

    return press


def test_first_run(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(stage.app(stage.study(library.load_bundled())))


def test_half_way(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_app(stage), terminal_size=(120, 40))


def test_half_way_light(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_app(stage, theme=LIGHT_NAME), terminal_size=(120, 40))


def test_all_done(stage: Stage, snap_compare: Compare) -> None:
    study = half_way(stage)
    study.set_status(["early-stopping"], "todo")
    study.set_status([item.id for item in study.tree.items()], "done")
    app = stage.app(study, place=_place(study))
    assert snap_compare(app, terminal_size=(120, 40), run_before=_keys("g"))


def test_40_by_10(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_app(stage), terminal_size=(40, 10))


def test_200_by_60(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_app(stage), terminal_size=(200, 60), run_before=_keys("="))


def test_narrow(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_app(stage))


def test_narrow_with_the_detail_alone(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_app(stage), run_before=_keys("enter", "j", "j"))


def test_ascii(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_app(stage, glyphs=ASCII))


def test_no_color(stage: Stage, snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(_app(stage))


def test_sixteen_colors(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_app(stage, theme=SIXTEEN_NAME))


@SIZES
def test_help(stage: Stage, snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(_app(stage), terminal_size=size, run_before=_keys("question_mark"))


def _with_year(stage: Stage, **options: object) -> RoadmapApp:
    """A year of study lies behind."""
    years.write(years.year(library.load_bundled()), stage.log)
    stage.clock.time = years.NOW
    return stage.app(stage.study(library.load_bundled()), **options)  # type: ignore[arg-type]


@SIZES
def test_stats_of_nothing(stage: Stage, snap_compare: Compare, size: tuple[int, int]) -> None:
    app = stage.app(stage.study(library.load_bundled()))
    assert snap_compare(app, terminal_size=size, run_before=_keys("#"))


@SIZES
def test_stats_of_a_first_day(stage: Stage, snap_compare: Compare, size: tuple[int, int]) -> None:
    study = stage.study(library.load_bundled())
    for name in ("calculus", "backpropagation", "lenet"):
        study.set_status([name], "done")
    assert snap_compare(stage.app(study), terminal_size=size, run_before=_keys("#"))


@SIZES
def test_stats_of_a_year(stage: Stage, snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(_with_year(stage), terminal_size=size, run_before=_keys("#"))


def test_stats_of_a_year_light(stage: Stage, snap_compare: Compare) -> None:
    app = _with_year(stage, theme=LIGHT_NAME)
    assert snap_compare(app, terminal_size=(120, 40), run_before=_keys("#", "G"))


def test_stats_of_a_year_ascii(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_with_year(stage, glyphs=ASCII), run_before=_keys("#", "space"))


def test_history(stage: Stage, snap_compare: Compare) -> None:
    app = _with_year(stage, place=ViewState("lenet", ()))
    assert snap_compare(app, terminal_size=(120, 40))


def test_note(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_app(stage), run_before=_keys("e"))


def test_own_item(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_app(stage), run_before=_keys("A", *"Adam"))


def test_own_resource(stage: Stage, snap_compare: Compare) -> None:
    address = "https://arxiv.org/abs/1412.6980"
    assert snap_compare(_app(stage), run_before=_keys("+", *address, "enter", *"Adam"))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_today(stage: Stage, snap_compare: Compare, size: tuple[int, int]) -> None:
    study = half_way(stage)
    stage.clock.time += timedelta(days=1)
    study.time_tracker.start("dropout-and-normalization")
    stage.clock.time += timedelta(minutes=48)
    stage.clock.stop()
    study.set_status(["learning-rate-schedules"], "done")
    app = stage.app(study, place=_place(study), theme=LIGHT_NAME if size[0] > 80 else DARK_NAME)
    assert snap_compare(app, terminal_size=size, run_before=_keys("escape", "T", "j"))


@SIZES
def test_path(stage: Stage, snap_compare: Compare, size: tuple[int, int]) -> None:
    study = half_way(stage)
    stage.clock.time += timedelta(days=9)
    stage.clock.stop()
    app = stage.app(study, place=ViewState("ppo", ()), theme=LIGHT_NAME if size[0] > 80 else DARK_NAME)
    assert snap_compare(app, terminal_size=size, run_before=_keys("p"))


@SIZES
def test_plan(stage: Stage, snap_compare: Compare, size: tuple[int, int]) -> None:
    study = half_way(stage)
    stage.clock.time += timedelta(days=9)
    stage.clock.stop()
    set_goal(study, "ppo", study.today() + timedelta(days=200), 6)
    app = stage.app(study, theme=LIGHT_NAME if size[0] > 80 else DARK_NAME)
    assert snap_compare(app, terminal_size=size, run_before=_keys("P"))


def test_timer_left_running(stage: Stage, snap_compare: Compare) -> None:
    study = half_way(stage)
    study.time_tracker.start("backpropagation")
    stage.clock.time += timedelta(minutes=48)
    stage.clock.stop()
    assert snap_compare(stage.app(study, place=_place(study)), run_before=_keys())


def test_placement(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_app(stage), run_before=_keys("K"))


def test_code(stage: Stage, snap_compare: Compare) -> None:
    async def show(pilot: Pilot[int]) -> None:
        app = pilot.app
        assert isinstance(app, RoadmapApp)
        seat = Seat(app, pilot)
        await seat.settle()
        await seat.press("2", "Q")
        await seat.until(lambda: seat.is_on(QrScreen))
        await seat.settle()

    assert snap_compare(_app(stage), run_before=show)


def test_resources(stage: Stage, snap_compare: Compare) -> None:
    """One that is paid for, one to watch, one without an author, and an address of three lines."""
    resources = (
        Resource("Practical deep learning", "https://www.udemy.com/course/practical", "course", "A. Teacher"),
        Resource("Lectures", "https://www.youtube.com/playlist?list=PLoROMvodv4rNRRG", "course", "MIT"),
        Resource("A talk", "https://youtu.be/VMj-3S1tku0", "video"),
        Resource(
            "What is written about it",
            "https://example.org/a-long-way/to-the/chapter_multilayer-perceptrons/and/backprop.html?part=1&page=2",
            "article",
            note="Behind a paywall; the first half is enough.",
        ),
    )
    roadmap = SMALL._replace(children=(Item("one", "One", "Where it is told.", resources=resources),))
    study = stage.study(roadmap)
    study.tick_resource("one", resources[1].url, True)
    app = stage.app(study, place=ViewState("one", ()))
    assert snap_compare(app, terminal_size=(100, 30), run_before=_keys("4", "enter"))


def test_palette(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_app(stage), run_before=_keys("ctrl+p", *"note"))


def test_find(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_app(stage), run_before=_keys("slash", *"entropy"))


def test_find_light(stage: Stage, snap_compare: Compare) -> None:
    app = _app(stage, theme=LIGHT_NAME)
    assert snap_compare(app, terminal_size=(120, 40), run_before=_keys("slash", *"gradeint"))


def test_filter(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_app(stage), run_before=_keys("f", "1", "2", "5"))


def test_filtered(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_app(stage), run_before=_keys("f", "1", "2", "5", "enter"))


def test_picked(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_app(stage), run_before=_keys("v", "j", "j", "j", "V"))


def test_view_only(stage: Stage, snap_compare: Compare) -> None:
    app = stage.app(stage.study(library.load_bundled(), log=None))
    assert snap_compare(app, run_before=_keys("]", "space"))


def _unsaved(stage: Stage) -> RoadmapApp:
    """A session whose every write fails: no file may have a name that long."""
    study = Study(SMALL, Journal(str(stage.log), stage.clock, host="x" * 300))
    return stage.app(study, place=ViewState("one", ()))


def test_not_saved(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_unsaved(stage), run_before=_keys("space", "j", "i"))


def test_question_on_leaving(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_unsaved(stage), run_before=_keys("space", "j", "i", "q"))


def test_the_picture_in_the_readme_is_one_of_these() -> None:
    here = Path(__file__).parent / "__snapshots__" / "test_pictures" / README_PICTURE
    assert (ROOT / "docs" / "screen.svg").read_text(encoding="utf-8") == here.read_text(encoding="utf-8")
    assert "docs/screen.svg" in (ROOT / "README.md").read_text(encoding="utf-8")


PLAN = "# A plan\n\n## Basics\n\n- [x] Sets\n- [ ] Object detection (U-Net)\n- [ ] Graphs\n"
NEXT = "# A plan\n\n## First\n\n- [ ] Object detection (YOLO)\n- [ ] Sets\n- [ ] Maps\n"


def with_library(stage: Stage) -> RoadmapApp:
    """A second roadmap, of which a newer version lies ready."""
    locations = Locations(*(str(stage.folder / name) for name in ("data", "state", "config")))
    shelf = Library(locations, stage.clock)
    source = stage.folder / "plan.md"
    source.write_text(PLAN)
    shelf.apply(shelf.plan_import(str(source)).plan())
    plan = shelf.open("a-plan").study
    plan.set_status(["sets", "object-detection"], "done")
    plan.close()
    source.write_text(NEXT)
    first = shelf.open("ml-dl")
    first.study.set_status(["lenet", "vgg", "alexnet", "resnet"], "done")
    app = RoadmapApp(
        MainState(first.study, UNICODE, first.view_state),
        first.save_view_state,
        DARK_NAME,
        open_library=lambda: shelf,
    )
    app.animation_level = "none"
    return app


def _in_library(*keys: str, then: type[Screen[Any]] = LibraryScreen) -> Before:
    async def press(pilot: Pilot[int]) -> None:
        app = pilot.app
        assert isinstance(app, RoadmapApp)
        seat = Seat(app, pilot)
        await seat.settle()
        await seat.press("R")
        await seat.until(lambda: seat.is_on(LibraryScreen))
        await seat.press(*keys)
        await seat.until(lambda: seat.is_on(then))
        await seat.settle()
        seat.study.close()

    return press


def test_library(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(with_library(stage), run_before=_in_library("j"))


def test_changes(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(with_library(stage), run_before=_in_library("j", "u", then=ImportPreviewScreen))


@pytest.fixture(autouse=True)
def _no_time_passes_in_reviews(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review, "time", SimpleNamespace(monotonic=lambda: 0.0))


NOTE = """\
Mind the sum over the **batch** for the bias: $\\partial L/\\partial b = \\sum_i G_i$, see \
[the notes](https://cs231n.github.io/optimization-2/).

| Variable | Gradient | Shape |
|---|---|---|
| $X$ | $G W^T$ | $N \\times D$ |
| $W$ | $X^T G$ | $D \\times M$ |

```python
dW = X.T @ G  # not averaged
```

> The chain rule, *backward*.

- once per layer
- with `cache`
"""


@SIZES
def test_note_in_markdown(stage: Stage, snap_compare: Compare, size: tuple[int, int]) -> None:
    study = stage.study(library.load_bundled())
    study.write_note("backpropagation", NOTE)
    app = stage.app(study, place=ViewState("backpropagation", ()), theme=DARK_NAME)
    keys = ("enter",) if size[0] == 80 else ()
    assert snap_compare(app, terminal_size=size, run_before=_keys(*keys))


def _due(stage: Stage, theme: str = DARK_NAME) -> RoadmapApp:
    """What was done half way is due; some of it was reviewed before."""
    study = half_way(stage)
    stage.clock.time += timedelta(days=1)
    for name, rating in (("backpropagation", 1), ("loss-functions", 3), ("activation-functions", 2)):
        study.reviews.grade(name, rating)
    stage.clock.time += timedelta(days=9)
    return stage.app(study, place=_place(study), theme=theme)


def _in_review(*keys: str) -> Before:
    async def press(pilot: Pilot[int]) -> None:
        app = pilot.app
        assert isinstance(app, RoadmapApp)
        seat = Seat(app, pilot)
        await seat.until(lambda: not app.is_batching)
        await seat.settle()
        await seat.until(lambda: "due" in seat.title)
        await seat.press(*keys)

    return press


def test_due(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_due(stage), run_before=_in_review())


def test_review_card(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_due(stage), run_before=_in_review("r"))


def test_review_answer(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_due(stage), run_before=_in_review("r", "space", "j"))


def test_review_answer_light(stage: Stage, snap_compare: Compare) -> None:
    app = _due(stage, LIGHT_NAME)
    assert snap_compare(app, terminal_size=(120, 40), run_before=_in_review("r", "space"))


def test_review_again_twice(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_due(stage), run_before=_in_review("r", "space", "1"))


def test_review_end(stage: Stage, snap_compare: Compare) -> None:
    grades = [key for rating in "13333343233" for key in ("space", rating)]
    assert snap_compare(_due(stage), terminal_size=(120, 40), run_before=_in_review("r", *grades))


def test_nothing_to_review(stage: Stage, snap_compare: Compare) -> None:
    assert snap_compare(_app(stage), run_before=_keys("r"))
