"""The wording of suggestions for some spare minutes."""

from roadmap_tui.core.humanize import pluralize, strip_parenthesis
from roadmap_tui.study.spare_time import Suggestion
from roadmap_tui.text.item_details import resource_kind, resource_title


def format_suggestion(suggestion: Suggestion) -> str:
    """Describe a suggestion: ``video: Backpropagation, intuitions (Backpropagation)``."""
    title = strip_parenthesis(suggestion.title)
    if suggestion.kind == "review":
        return f"review {pluralize(suggestion.reviews, 'due item')}"
    if suggestion.resource is not None:
        return f"{resource_kind(suggestion.resource)}: {resource_title(suggestion.resource)} ({title})"
    return title if suggestion.kind == "item" else f"part of {title}"


def suggestion_to_json(suggestion: Suggestion) -> dict[str, object]:
    """Return a suggestion as its ``--json`` object."""
    return {
        "kind": suggestion.kind,
        "minutes": suggestion.minutes,
        "id": suggestion.id or None,
        "title": suggestion.title or None,
        "url": suggestion.resource.url if suggestion.resource else None,
        "reviews": suggestion.reviews or None,
    }
