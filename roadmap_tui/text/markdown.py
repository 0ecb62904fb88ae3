"""Markdown and maths as styled lines, for notes, summaries and answers.

markdown-it-py parses the text; it is loaded only for one that has markup. Line breaks are kept. HTML,
entities and formulas that cannot be converted are shown as typed. Addresses are shown, but are no links: the
text may be foreign, and a terminal that opens addresses finds them itself.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from roadmap_tui.core.sanitize import clean, safe_url
from roadmap_tui.text.glyphs import ASCII, UNICODE, Glyphs
from roadmap_tui.text.styled_text import Span, StyledLine, cells, length, split_cells, wrap

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_has_markup = re.compile(r"[*_`#>|$\[\\~]|^[ \t]*(?:[-+=]|\d+[.)])|^(?: {4}|\t)|  $", re.MULTILINE).search
# The parser takes time proportional to the number of brackets before each bracket.
_BRACKETS: Final = 400
# As in Pandoc: no space after the first dollar sign or before the last one, and no digit behind it.
_formula = re.compile(
    r"\$\$((?:[^$\\]|\\.)+)\$\$|\$(?!\s)((?:[^$\\\n]|\\.)+)(?<!\s)\$(?!\d)", re.DOTALL
).match
_MIN_COLUMN: Final = 5


@lru_cache(64)
def render_markdown(
    text: str, width: int, *, style: str = "", is_ascii: bool = False, roomy: bool = True
) -> Sequence[StyledLine]:
    """Render a text as lines of at most ``width`` cells; ``roomy`` puts empty lines between its blocks.

    ``style`` is that of text without a style of its own. The lines are cached: do not change them.
    """
    width = max(1, width)
    if not _has_markup(text) or text.count("[") + text.count("]") > _BRACKETS:
        return [[Span(line, style)] if line else [] for line in wrap(text, width)]
    renderer = _Renderer(width, style, ASCII if is_ascii else UNICODE, roomy=roomy)
    renderer.add_blocks(_parser().parse(text))
    return renderer.lines


def to_html(text: str, *, is_page: bool = False) -> str:
    """Convert a text to HTML; HTML in it stays text.

    Formulas are as MathJax reads them. On a page without scripts they are Unicode, images are their text, and
    only safe addresses are links.
    """
    html: str = _parser().render(text, {"is_page": is_page})
    return html.strip()


@cache
def _parser() -> "MarkdownIt":
    from html import escape

    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    # An entity could be a character that is not safe to print.
    parser.disable(["entity", "html_block", "html_inline", "reference"])
    parser.inline.ruler.before("escape", "maths", _maths_inline)
    parser.block.ruler.before("fence", "maths", _maths_block, {"alt": ["paragraph", "blockquote", "list"]})

    def formula(delimiters: str) -> "Callable[..., str]":
        def render(_: object, tokens: "Sequence[Token]", at: int, __: object, env: dict[str, bool]) -> str:
            content = tokens[at].content
            if env["is_page"]:
                return escape(clean(_to_unicode(content) or content))
            return f"\\{delimiters[0]}{escape(content)}\\{delimiters[1]}"

        return render

    def image(self: "RendererHTML", tokens: "Sequence[Token]", at: int, *rest: Any) -> str:
        options, env = rest
        return escape(tokens[at].content) if env["is_page"] else self.image(tokens, at, options, env)

    def link(self: "RendererHTML", tokens: "Sequence[Token]", at: int, *rest: Any) -> str:
        options, env = rest
        token = tokens[at]
        if env["is_page"] and not safe_url(str(token.attrGet("href"))):
            token.attrs.pop("href")
        elif env["is_page"]:
            token.attrSet("rel", "noopener noreferrer")
        return self.renderToken(tokens, at, options, env)

    parser.add_render_rule("maths", formula("()"))
    parser.add_render_rule("maths_block", formula("[]"))
    parser.add_render_rule("softbreak", lambda *_: "<br>\n")
    parser.add_render_rule("image", image)
    parser.add_render_rule("link_open", link)
    return parser


def _maths_inline(state: "StateInline", silent: bool) -> bool:
    match = _formula(state.src, state.pos) if state.src[state.pos] == "$" else None
    if match is None:
        return False
    if not silent:
        state.push("maths", "", 0).content = match[1] or match[2]
    state.pos = match.end()
    return True


def _maths_block(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
    """Parse lines from one that begins with ``$$`` to one that ends with it."""
    first = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("$$", first):
        return False
    for line in range(start, end):
        if state.isEmpty(line) or (line > start and state.sCount[line] < state.blkIndent):
            return False
        last = state.eMarks[line]
        content = state.src[first + 2 : last].rstrip()
        if content.endswith("$$"):
            break
    else:
        return False
    if not silent:
        token = state.push("maths_block", "", 0)
        token.content, token.map = content[:-2], [start, line + 1]
        state.line = line + 1
    return True


def _to_unicode(formula: str) -> str:
    from roadmap_tui.text.maths import to_unicode  # loaded only if there is a formula

    return to_unicode(formula)


class _Renderer:
    """Collects lines. Each level of nesting has a prefix for its first line and one for the others."""

    def __init__(self, width: int, style: str, glyphs: Glyphs, *, roomy: bool) -> None:
        self.lines: list[StyledLine] = []
        self._width = width
        self._style = style
        self._glyphs = glyphs
        self._roomy = roomy
        self._prefixes: list[tuple[Span, Span]] = []
        self._is_first: list[bool] = []
        self._numbers: list[int | None] = []
        self._wants_gap = False
        self._text_style = ""  # of a heading
        self._rows: list[list[list[Span]]] | None = None  # of a table that is being read

    def add_blocks(self, tokens: "Sequence[Token]") -> None:
        """Add the blocks of a document."""
        for token in tokens:
            if token.nesting > 0:
                self._open(token)
            elif token.nesting < 0:
                self._close(token)
            else:
                self._add_leaf(token)
                self._wants_gap = token.type != "inline" or (self._rows is not None and self._wants_gap)

    def _open(self, token: "Token") -> None:
        match token.type:
            case "heading_open":
                self._text_style = "accent" if token.tag in {"h1", "h2"} else "strong"
            case "blockquote_open":
                bar = Span(f"{self._glyphs.vline} ", "faint")
                self._push(bar, bar)
            case "bullet_list_open":
                self._numbers.append(None)
            case "ordered_list_open":
                self._numbers.append(int(token.attrGet("start") or 1))
            case "list_item_open":
                self._open_item()
            case "table_open":
                self._rows = []
            case "tr_open" if self._rows is not None:
                self._text_style = "" if self._rows else "strong"
                self._rows.append([])

    def _close(self, token: "Token") -> None:
        match token.type:
            case "table_close" if self._rows is not None:
                self._add_table(self._rows)
                self._rows = None
            case "blockquote_close" | "list_item_close":
                self._pop()
            case "bullet_list_close" | "ordered_list_close":
                self._numbers.pop()
        if self._rows is None:
            self._text_style = ""
            self._wants_gap = not token.hidden and token.type != "list_item_close"

    def _add_leaf(self, token: "Token") -> None:
        match token.type:
            case "inline" if self._rows is not None:
                self._rows[-1].append(list(self._inline(token.children or [])))
            case "inline":
                self._add(self._inline(token.children or []))
            case "fence" | "code_block":
                lines = token.content.removesuffix("\n").split("\n")
                self._add_indented([Span(clean(line), "code") for line in lines])
            case "maths_block":
                formulas = re.split(r"\\\\|\n", token.content.strip())
                texts = (_to_unicode(formula.replace("&", "").strip()) for formula in formulas)
                self._add_indented([self._span(text) for text in texts if text])
            case "hr":
                self._emit([Span(self._glyphs.hline * self._room, "faint")])

    def _open_item(self) -> None:
        number = self._numbers[-1]
        label = f"{self._glyphs.selected} " if number is None else f"{number}. "
        if number is not None:
            self._numbers[-1] = number + 1
        self._push(Span(label, "muted"), Span(" " * len(label)))

    def _push(self, first: Span, rest: Span) -> None:
        self._prefixes.append((first, rest))
        self._is_first.append(True)

    def _pop(self) -> None:
        if self._is_first[-1]:  # an empty item
            self._emit([])
        self._prefixes.pop()
        self._is_first.pop()

    @property
    def _room(self) -> int:
        return max(1, self._width - sum(cells(rest.text) for _, rest in self._prefixes))

    def _emit(self, line: StyledLine) -> None:
        """Add a line with its prefixes, after an empty line if it begins another block."""
        if self._wants_gap and self._roomy and self.lines:
            begun = zip(self._prefixes, self._is_first, strict=True)
            self.lines.append([rest for (_, rest), first in begun if rest.text.strip() and not first])
        self._wants_gap = False
        prefixes = [pair[not first] for pair, first in zip(self._prefixes, self._is_first, strict=True)]
        self._is_first = [False] * len(self._is_first)
        # Nested so deep that nothing else fits, the text matters more.
        self.lines.append([*prefixes, *line] if length(prefixes) < self._width else line)

    def _add(self, spans: Iterable[Span]) -> None:
        for line in wrap_spans(spans, self._room):
            self._emit(line)

    def _add_indented(self, lines: Sequence[Span]) -> None:
        for line in lines:
            for piece in split_cells(line.text, max(1, self._room - 2)):
                self._emit([Span("  "), line._replace(text=piece)])

    def _add_table(self, rows: list[list[list[Span]]]) -> None:
        """Add rows with columns of equal width, wrapped where they do not fit."""
        count = max(map(len, rows), default=0)
        room = self._room - 2 * (count - 1)
        if room < count * _MIN_COLUMN:
            for row in rows:
                self._add([span for cell in row for span in (*cell, Span(" | "))][:-1])
            return
        natural = [
            max((length(row[column]) for row in rows if column < len(row)), default=1)
            for column in range(count)
        ]
        widths = _shrink(natural, room)
        for number, row in enumerate(rows):
            cell_lines = [wrap_spans(cell, width) for cell, width in zip(row, widths, strict=False)]
            for at in range(max(map(len, cell_lines), default=0)):
                line: StyledLine = []
                for lines, width in zip(cell_lines, widths, strict=False):
                    cell = lines[at] if at < len(lines) else []
                    line += [*cell, Span(" " * (width - length(cell) + 2))]
                self._emit(line[:-1])
            if number == 0:
                self._emit([Span("  ".join(self._glyphs.hline * width for width in widths), "faint")])

    def _inline(self, tokens: "Sequence[Token]") -> Iterator[Span]:
        """Yield the spans of a paragraph, with newlines where its lines end."""
        strong = emphasis = struck = 0
        link, link_text = "", ""
        for token in tokens:
            current = "link" if link else "strong" if strong else "emphasis" if emphasis else self._text_style
            current = "muted" if struck else current
            match token.type:
                case "strong_open" | "strong_close":
                    strong += token.nesting
                case "em_open" | "em_close":
                    emphasis += token.nesting
                case "s_open" | "s_close":
                    struck += token.nesting
                case "link_open":
                    link, link_text = clean(str(token.attrGet("href") or ""), one_line=True), ""
                case "link_close":
                    if link_text != link and link:
                        yield self._span(f" ({link})", "faint")
                    link = ""
                case "softbreak" | "hardbreak":
                    yield Span("\n")
                case "code_inline":
                    yield self._span(token.content, "code")
                case "maths":
                    yield self._span(_to_unicode(" ".join(token.content.split())), current)
                case "image":
                    yield self._span(token.content or "image", "link")
                    yield self._span(f" ({token.attrGet('src') or ''})", "faint")
                case _:
                    link_text += token.content
                    yield self._span(token.content, current)

    def _span(self, text: str, style: str = "") -> Span:
        return Span(clean(text), style or self._style)


def _shrink(widths: list[int], room: int) -> list[int]:
    """Reduce the widest columns until all fit into ``room`` cells."""
    limit = max(widths, default=0)
    while limit > 1 and sum(min(width, limit) for width in widths) > room:
        limit -= 1
    return [max(1, min(width, limit)) for width in widths]


def wrap_spans(spans: Iterable[Span], width: int) -> list[StyledLine]:
    """Wrap styled text at spaces and newlines to ``width`` cells; words that are longer are split."""
    lines: list[StyledLine] = [[]]
    used = 0
    word: StyledLine = []
    space: Span | None = None

    def finish() -> None:
        nonlocal word, used, space
        size = length(word)
        if word and used and used + 1 + size > width:
            lines.append([])
            used, space = 0, None
        if word and space is not None and used:
            word.insert(0, space)
            size += 1
        for span in word:
            for piece in split_cells(span.text, width) if size > width else [span.text]:
                if size > width and used and used + cells(piece) > width:
                    lines.append([])
                    used = 0
                _append(lines[-1], span._replace(text=piece))
                used += cells(piece)
        word, space = [], None

    for span in spans:
        for number, row in enumerate(span.text.split("\n")):
            if number:
                finish()
                lines.append([])
                used, space = 0, None
            for at, part in enumerate(row.split(" ")):
                if at:
                    finish()
                    space = span._replace(text=" ")
                if part:
                    word.append(span._replace(text=part))
    finish()
    return lines


def _append(line: StyledLine, span: Span) -> None:
    """Add a span to a line, joined with the last one if they look the same."""
    if line and line[-1][1:] == span[1:]:
        line[-1] = span._replace(text=line[-1].text + span.text)
    else:
        line.append(span)
