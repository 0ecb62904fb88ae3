"""The path to an item: everything to know before it, in topological levels."""

from typing import NamedTuple

from roadmap_tui.core.forecast import Effort, Range, hours_left
from roadmap_tui.core.progress.statuses import FINISHED, Status
from roadmap_tui.core.roadmap.graph import levels, reduce
from roadmap_tui.study.estimates import Estimates
from roadmap_tui.study.study import Study


class PathStep(NamedTuple):
    """An item of a path; ``level`` counts from 1, and items of one level can be studied in any order.

    ``needs`` are the ids that it requires and that do not follow from each other. ``recall`` is None unless
    the item is done; ``hours`` are those left, None if it is finished, ``is_estimated`` if they are a guess.
    """

    id: str
    title: str
    level: int
    status: Status
    needs: tuple[str, ...]
    recall: float | None = None
    hours: float | None = None
    is_estimated: bool = False


class Path(NamedTuple):
    """The steps to an item, which is the last one, and the hours left.

    ``weakest`` is the id of the step with the lowest recall, if that is below the wanted retention.
    ``is_order`` means that there are no prerequisites, and the order of the roadmap counts.
    """

    title: str
    steps: tuple[PathStep, ...]
    left: Range
    weakest: str = ""
    is_order: bool = False

    @property
    def counted(self) -> list[PathStep]:
        """The steps that are not skipped."""
        return [step for step in self.steps if step.status != "skipped"]

    @property
    def done(self) -> int:
        """The number of steps done."""
        return sum(step.status == "done" for step in self.steps)

    @property
    def guesses(self) -> int:
        """The number of unfinished steps whose hours are a guess."""
        return sum(step.is_estimated for step in self.steps)

    @property
    def unfinished(self) -> list[PathStep]:
        """The steps to do or in progress."""
        return [step for step in self.steps if step.status not in FINISHED]


def find_path(study: Study, item_id: str, estimates: Estimates | None = None) -> Path:
    """Return the path to an item."""
    requirements = study.graph.path_or_order(item_id)
    estimates = estimates or Estimates(study)
    by_level = levels(requirements)
    reduced = reduce(requirements, (name for level in by_level for name in level))
    steps, efforts = list[PathStep](), list[Effort]()
    tree = study.tree
    for number, level in enumerate(by_level, 1):
        for item in study.items(level):
            status, recall, hours, is_estimated = study.status(item.id), None, None, False
            if status == "done":
                recall = study.reviews.recall(item.id)
            elif status not in FINISHED and tree.has_status(tree.index_of[item.id]):
                efforts.append(effort := estimates.effort(item))
                hours, is_estimated = effort.left(estimates.ratio), effort.is_estimated
            needs = tuple(reduced[item.id])
            steps.append(PathStep(item.id, item.title, number, status, needs, recall, hours, is_estimated))
    recalls = [(step.recall, step.id) for step in steps if step.recall is not None]
    lowest, weakest = min(recalls, default=(1.0, ""))
    return Path(
        study.title(item_id),
        tuple(steps),
        hours_left(efforts, estimates.ratio),
        weakest if lowest < study.settings.retention else "",
        study.graph.follows_order(item_id),
    )
