"""The review questions of a roadmap as an Anki package (.apkg), one note each.

Ids of notes, decks and the note type never change, so that importing a newer package updates the notes.
"""

from collections.abc import Iterator
from hashlib import sha256
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.review.questions import BUNDLED
from roadmap_tui.core.roadmap.model import Item, Question
from roadmap_tui.core.sanitize import safe_url
from roadmap_tui.study.study import Study
from roadmap_tui.text.item_details import resource_title
from roadmap_tui.text.markdown import to_html

if TYPE_CHECKING:
    import genanki

_MODEL_ID: Final = 1_732_754_101
_FIELDS: Final = ("Question", "Answer", "Topic", "Sources")
_FRONT: Final = '<div class="topic">{{Topic}}</div>{{Question}}'
_BACK: Final = '{{FrontSide}}<hr id="answer">{{Answer}}<div class="sources">{{Sources}}</div>'
_CSS: Final = (
    ".card { font-family: sans-serif; font-size: 20px; text-align: left; max-width: 40em; margin: 0 auto }"
    " .topic, .sources { color: gray; font-size: 14px; margin-bottom: 1em }"
    " .sources { margin-top: 1em }"
)


def questions_to_anki(study: Study) -> bytes:
    """Return the questions as a package with a deck for each section. Raises UsageError."""
    try:
        import genanki
    except ImportError:
        remedy = "pip install 'roadmap-tui[anki]'"
        raise UsageError("export --format anki", "genanki is not installed", remedy) from None
    model = genanki.Model(
        _MODEL_ID,
        "roadmap-tui question",
        fields=[{"name": name} for name in _FIELDS],
        templates=[{"name": "Question", "qfmt": _FRONT, "afmt": _BACK}],
        css=_CSS,
    )
    decks: dict[str, genanki.Deck] = {}
    for item in study.tree.items():
        index = study.tree.index_of[item.id]
        if not study.tree.is_active_item(item.id):
            continue
        sections = study.tree.sections(index)
        titles = [study.roadmap.title, *(section.title for section in sections)]
        name = "::".join(title.replace("::", ":") for title in titles)
        section_id = sections[-1].id if sections else ""
        for question in study.reviews.questions.of(item.id):
            deck = decks.setdefault(section_id, genanki.Deck(_stable_id(study.source.id, section_id), name))
            deck.add_note(_note(model, study, item, question))
    if not decks:
        raise UsageError("export --format anki", "the roadmap has no questions", "write `Q:` lines in a note")
    package, output = genanki.Package(list(decks.values())), BytesIO()
    package.write_to_file(output, timestamp=study.now().timestamp())
    return output.getvalue()


def _note(model: "genanki.Model", study: Study, item: Item, question: Question) -> Any:
    import genanki

    sections = study.tree.sections(study.tree.index_of[item.id])
    texts = _html(question, question.ask), _html(question, question.answer or item.summary)
    return genanki.Note(
        model,
        fields=[*texts, escape(item.title), _sources(study, item)],
        guid=genanki.guid_for(study.source.id, item.id, question.id),
        tags=[study.source.id, *(section.id for section in sections), item.id],
    )


def _html(question: Question, text: str) -> str:
    """Return a question or an answer as HTML; the bundled ones are plain text, all others Markdown."""
    if question.id.startswith(f"{BUNDLED}:"):
        return escape(text).replace("\n", "<br>")
    return to_html(text)


def _sources(study: Study, item: Item) -> str:
    def links() -> Iterator[str]:
        for resource in study.resources(item.id):
            if url := safe_url(resource.url):
                yield f'<a href="{escape(url)}">{escape(resource_title(resource))}</a>'

    return "<br>".join(links())


def _stable_id(*names: str) -> int:
    """Return a stable 31-bit id for a deck, as Anki requires."""
    return (1 << 30) + int.from_bytes(sha256("\0".join(names).encode()).digest()[:4], "big") % (1 << 30)
