"""Suggest what to study in a given number of minutes."""

from typing import Final, Literal, NamedTuple

from roadmap_tui.core.roadmap.model import Resource
from roadmap_tui.study.estimates import Estimates
from roadmap_tui.study.study import Study

MIN_PART: Final = 10  # minutes: a part of an item that is worth while
_ITEMS: Final = 30  # how many of the next items are looked at


class Suggestion(NamedTuple):
    """A suggested activity and its duration in minutes.

    ``kind`` is review (of ``reviews`` items), resource (one of an item), item (all that is left of it) or
    part (of what is left of it).
    """

    kind: Literal["review", "resource", "item", "part"]
    minutes: int
    id: str = ""
    title: str = ""
    resource: Resource | None = None
    reviews: int = 0


def fill_minutes(study: Study, minutes: int) -> list[Suggestion]:
    """Fill some minutes: due reviews, then next items that fit, then a part of the first of them."""
    found: list[Suggestion] = []
    left = minutes
    count = min(len(study.reviews.queue()), int(left * 60 / study.reviews.seconds_each))
    if count:
        found.append(Suggestion("review", study.reviews.minutes(count), reviews=count))
        left -= found[-1].minutes
    estimates = Estimates(study)
    items = study.ranking.next_items()[:_ITEMS]
    for item in items:
        needed = max(1, round(estimates.effort(item).left(estimates.ratio) * 60))
        if needed <= left:
            found.append(Suggestion("item", needed, item.id, item.title))
            left -= needed
            continue
        state = study.state(item.id)
        for resource in study.resources(item.id):
            if 0 < resource.minutes <= left and not state.has_ticked(resource):
                found.append(Suggestion("resource", resource.minutes, item.id, item.title, resource))
                left -= resource.minutes
    if items and (left >= MIN_PART or not found):
        found.append(Suggestion("part", left, items[0].id, items[0].title))
    return found
