"""Split the text of an item into title, note and the author's mark; remove syntax of other programs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from roadmap_tui.core.importers.markdown.inline import InlineText

if TYPE_CHECKING:
    from collections.abc import Mapping

    from roadmap_tui.core.importers.markdown.node_builder import NodeBuilder

# Signs that stand for a status: x (done), / (in progress) or a space (to do).
_SIGN_STATUSES: Final = {
    "x": "✅ ☑ ✔ ✓ 🗹 :white_check_mark: :heavy_check_mark: :ballot_box_with_check: :check_mark:",
    "/": "🟢 🟡 🟠 🔄 ⏳ 🚧 :construction: :hourglass: :hourglass_flowing_sand: :arrows_counterclockwise: "
    ":yellow_circle: :green_circle: :large_yellow_circle: :large_green_circle:",
    " ": "🔜 ⬜ ☐ ◻ ◽ 🔲 ▢ ❌ ✗ ✘ ☒ ✖ 🔴 ⚪ :x: :white_large_square: :black_square_button: "
    ":red_circle: :white_circle: :negative_squared_cross_mark: :heavy_multiplication_x: "
    ":white_medium_square: :white_square_button:",
}
SIGNS: Final = {sign: mark for mark, signs in _SIGN_STATUSES.items() for sign in signs.split()}
_sign = "|".join(sorted(map(re.escape, SIGNS), key=len, reverse=True))
_LAST_OF_SIGNS: Final = frozenset(sign[-1] for sign in SIGNS)
_leading_sign = re.compile(rf"\s*({_sign})\ufe0f?[\s\u3000]*").match
_trailing_sign = re.compile(rf"(?s:(.*?\S))[\s:–—-]*({_sign})\ufe0f?\s*").fullmatch
_leading_box = re.compile(r"\[([ xX/-])\](?:\s+|$)").match
_trailing_box = re.compile(r"(?s:(.*\S))\s*[–—-]?\s*\[([ xX])\]\s*").fullmatch
_box_cell = re.compile(r"\s*\[([ xX✓✔/-]?)\]\s*").fullmatch
_DONE: Final = "done|completed?|finished"
_leading_done = re.compile(rf"\[(?:{_DONE})\]\s*", re.IGNORECASE).match
_trailing_done = re.compile(rf"(?s:(.*\S))\s*[\[(]({_DONE})[\])]\s*", re.IGNORECASE).fullmatch
# Words of logseq and org-mode, and their marks.
_KEYWORDS: Final = {
    "TODO": " ", "LATER": " ", "NOW": "/", "DOING": "/", "IN-PROGRESS": "/", "WAITING": " ", "WAIT": " ",
    "DONE": "x", "CANCELED": "-", "CANCELLED": "-",
}  # fmt: skip
_STATUS_WORDS: Final = {
    word: mark
    for mark, words in {
        "x": "done, complete, completed, finished, read, watched, solved, passed, learned, mastered, hecho, "
        "completado, terminado, feito, concluído, fait, terminé, erledigt, fertig, готово, сделано, "
        "выполнено, 已完成, 完成, 完了, 완료",
        "/": "in progress, doing, started, ongoing, wip, reading, current, learning, en progreso, en curso, "
        "em andamento, fazendo, en cours, in arbeit, в процессе, 进行中, 進行中, 진행중, 진행 중",
        " ": "todo, to do, not started, pending, planned, not yet, upcoming, not done, not completed, "
        "incomplete, later, queued, backlog, coming soon, pendiente, pendente, a fazer, à faire, offen, "
        "geplant, не начато, 未开始, 待办, 计划中, 未着手, 예정",
        "-": "skipped, skip, cancelled, canceled, dropped",
    }.items()
    for word in words.split(", ")
}
_keyword = re.compile(rf"({'|'.join(_KEYWORDS)})\s+(?=\S)").match

_wikilink = re.compile(r"!?\[\[([^][|#]*)(?:#([^][|]*))?(?:\|([^][]*))?\]\]")
_field = re.compile(r"\s*[\[(][\w -]{1,40}::\s*[^][()]*[\])]")  # dataview
_task_date = re.compile(r"\s*[📅⏳🛫✅❌\u2795🔁⏰🗓]\ufe0f?\s*\d{4}-\d{2}-\d{2}")  # obsidian-tasks
_priority = re.compile(r"\s*(?:[🔺⏫🔼🔽⏬]\ufe0f?|🆔\s*\w+|⛔\s*\w+)")
_property = re.compile(r"(?:^|(?<=\s))[a-z][\w-]*:: .*$")  # logseq
_schedule = re.compile(r"(?:SCHEDULED|DEADLINE|CLOSED): <[^>]*>")
_trailing_tags = re.compile(r"(?:\s+#[^\W\d_][\w/-]*)+\s*$")
_hidden = re.compile(r"\s*%%.*?%%")  # a comment of Obsidian
_notion_id = re.compile(r"(?<=\S) [0-9a-f]{32}$")
_embed = re.compile(r"\{\{\w+ (https?://[^\s}]+)\}\}")
_description = re.compile(r"\s*(?:[–—|:\uff1a→]|->|-(?=\s)|\.(?=\s)|⸺)\s*").match
_needs = re.compile(r"(needs|prerequisites?)\s*:\s*(\S.*)", re.IGNORECASE | re.DOTALL).fullmatch
_trailing_needs = re.compile(r"(.*\S)\s*\((needs\s*:[^()]*)\)\s*", re.IGNORECASE | re.DOTALL).fullmatch
_question = re.compile(r"Q\s*:\s*(\S.*)", re.DOTALL).fullmatch
_answer = re.compile(r"A\s*:\s*(\S.*)", re.DOTALL).fullmatch
_is_plain = re.compile(r"[A-Za-z0-9]?[a-z0-9 ,.'/&+]*").fullmatch  # nothing to interpret
_is_number = re.compile(
    r"(?:(?:day|week|part|lesson|step|chapter|module|unit|session|lecture|phase|month)s?)?[\W\d_]*",
    re.IGNORECASE,
).fullmatch
_NUMBERED_LENGTH: Final = 200  # what follows a number like ``Day 1`` is the name, unless it is longer
_NAME_WORDS: Final = 8  # at most, in a prerequisite
_DIFFICULTIES: Final = {"easy", "medium", "hard", "beginner", "intermediate", "advanced"}
_DESCRIPTION_LENGTH: Final = 60  # a longer text after a name is a description


class ItemText(NamedTuple):
    """The parts of an item's text; ``sign`` is a sign such as ✅, ``mark`` a status in other syntax."""

    title: str
    notes: tuple[str, ...] = ()
    sign: str = ""
    mark: str = ""


def split_item_text(text: InlineText, *, is_task: bool, strict: bool) -> ItemText:
    """Split an item's text; with ``strict``, the whole text is the title.

    A hard line break ends the title. If it begins with bold or linked text, and is not a task, so does a
    dash, colon or full stop after that, or a long text.
    """
    if strict or text.literal or not text.text:
        return ItemText(text.text or text.alt or next((link.url for link in text.links if link.url), ""))
    if (
        len(text.lines) == 1
        and not text.lead
        and not text.struck
        and not text.checkbox
        and _is_plain(text.text)
    ):
        return ItemText(text.text)
    title, *notes = text.lines or (text.text,)
    if text.code_lead.strip().lower() in _DIFFICULTIES:
        sign = take_sign(title)[1]
        title = " ".join([sign, title.partition(text.code_lead)[2].strip()]).strip()
        notes.insert(0, text.code_lead.strip())
    if text.lead and not is_task:
        title, notes = _split_lead(text, title, notes)
    title, mark = _take_mark(strip_syntax(title), is_task=is_task)
    title, sign = take_sign(title)
    if text.checkbox and not mark:
        mark = text.checkbox
    if text.struck and not mark:
        mark = "x"
    notes = [note for note in map(strip_syntax, notes) if note]
    if not title and notes:
        title, *notes = notes
    return ItemText(title or text.text, tuple(notes), sign, mark)


def _split_lead(text: InlineText, title: str, notes: list[str]) -> tuple[str, list[str]]:
    """Split a bold or linked lead off a title, if a description follows it."""
    if not title.startswith(text.lead) or len(text.lead) < 2:
        return title, notes
    rest = title[len(text.lead) :]
    name = text.lead.strip(" :\uff1a.–—-")
    if _is_number(name) and (len(rest) <= _NUMBERED_LENGTH or not any(map(str.isalpha, name))):
        return title, notes
    separator = _description(rest)
    after = rest[separator.end() :] if separator else rest.strip()
    if not any(map(str.isalnum, after)):
        return (text.lead if separator else title), notes
    if take_sign(rest)[1] or _trailing_mark(title):
        return title, notes
    lead = text.lead.rstrip(" :\uff1a.–—-")
    is_name = text.lead.endswith((":", "\uff1a", "."))
    if separator or is_name or (len(after) > _DESCRIPTION_LENGTH and not after.startswith((",", "&", "/"))):
        return lead or title, [after, *notes]
    return title, notes


def take_trailing_needs(title: str, owner: NodeBuilder) -> str:
    """Move ``(needs: a, b)`` at the end of a title to the prerequisites of ``owner``."""
    if title.endswith(")") and (match := _trailing_needs(title)):
        add_facts(match[2], owner)
        return match[1]
    return title


def add_facts(text: str, owner: NodeBuilder) -> bool:
    """Add prerequisites (``needs: a, b``), a question (``Q: …``) or its answer (``A: …``) to an item."""
    if match := _needs(text):
        names = [name.strip(" .") for name in re.split(r"[,;]", match[2]) if name.strip(" .")]
        if match[1].lower() != "needs" and any(_is_sentence(name) for name in names):
            return False
        owner.needs += names
    elif match := _question(text):
        owner.questions.append((match[1].strip(), ""))
    elif (match := _answer(text)) and owner.questions and not owner.questions[-1][1]:
        owner.questions[-1] = (owner.questions[-1][0], match[1].strip())
    else:
        return False
    return True


def _is_sentence(name: str) -> bool:
    return ". " in name or len(name.split()) > _NAME_WORDS


def is_interpreted(title: str) -> bool:
    """Return True if importing the plain text ``title`` results in another title or a mark."""
    parts = split_item_text(InlineText(title, lines=(title,)), is_task=True, strict=False)
    return parts != ItemText(title)


def strip_syntax(text: str) -> str:
    """Remove wiki links, fields, dates and tags of Obsidian, logseq and Notion."""
    if "[" in text:
        text = _wikilink.sub(lambda match: match[3] or match[1] or match[2] or "", text)
    if "::" in text:
        text = _property.sub("", _field.sub("", text))
    if "%%" in text:
        text = _hidden.sub("", text)
    if "{{" in text:
        text = _embed.sub(r"\1", text)
    if not text.isascii():
        text = _priority.sub("", _task_date.sub("", text))
    if "<" in text:
        text = _schedule.sub("", text)
    if text[-33:-32] == " ":
        text = _notion_id.sub("", text)
    return (_trailing_tags.sub("", text) or text).strip() if "#" in text else text.strip()


def _take_mark(title: str, *, is_task: bool) -> tuple[str, str]:
    """Split off a status written as a word or in brackets; of a task, only a repeated checkbox."""
    tests = (_leading_box,) if is_task else (_leading_box, _leading_done, _keyword)
    for match in (test(title) for test in tests):
        if match and title[match.end() :].strip():
            word = match[1] if match.re.groups else "x"
            return title[match.end() :], _KEYWORDS.get(word, word.lower())
    if is_task:
        return title, ""
    if match := _trailing_mark(title):
        return match[1].rstrip(" –—-"), match[2].lower() if len(match[2]) == 1 else "x"
    return title, ""


def _trailing_mark(title: str) -> re.Match[str] | None:
    # The last character is compared first, for the expressions try every start.
    if title.rstrip()[-1:] not in {")", "]"}:
        return None
    return _trailing_box(title) or _trailing_done(title)


def take_sign(title: str) -> tuple[str, str]:
    """Split off a status sign at the start or end."""
    match = _leading_sign(title)
    if match and title[match.end() :].strip():
        return title[match.end() :].strip(), match[1]
    last = title.rstrip(" \ufe0f")[-1:]
    if last in _LAST_OF_SIGNS and (match := _trailing_sign(title)):
        return match[1].rstrip(" –—-"), match[2]
    return title, ""


def mark_of_cell(text: str, legend: Mapping[str, str | None]) -> str | None:
    """Return the mark of a status cell, None for other text; ``legend`` has the marks of explained signs."""
    if match := _box_cell(text):
        return "x" if match[1] in {"✓", "✔"} else match[1].lower() or " "
    if (sign := text.strip().rstrip("\ufe0f")) in legend or sign in SIGNS:
        return legend.get(sign, SIGNS.get(sign))
    return mark_of_words(take_sign(text)[0])


def mark_of_words(text: str) -> str | None:
    """Return the status mark that a text such as ``in progress`` names, None if it names none."""
    return _STATUS_WORDS.get(text.strip(" .!*_()").lower())
