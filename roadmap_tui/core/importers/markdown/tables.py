"""Turn table rows into items: find the columns with names, statuses, kinds and notes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from roadmap_tui.core.importers.markdown.item_text import mark_of_cell, split_item_text, strip_syntax
from roadmap_tui.core.importers.markdown.node_builder import NodeBuilder, has_link, links_of_item, title_of
from roadmap_tui.core.importers.markdown.section_names import normalize

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from roadmap_tui.core.importers.markdown.inline import InlineText


_COLUMNS_LIMIT: Final = 50
_DISTINCT: Final = 0.8  # share of different texts among names


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NAME: Final = _words(
    "name title topic topics course courses subject subjects lesson lessons chapter chapters resource "
    "resources project projects concept concepts skill skills section module modules item items task "
    "tasks problem problems book books video videos lecture lectures article articles paper papers "
    "exercise exercises goal goals tutorial tutorials playlist channel tool tools website site "
    "content contents what theme system systems method methods model models algorithm "
    "session class question questions tema temas assunto tópico "
    "tópicos disciplina disciplinas curso cursos matéria recurso nombre título nom titre sujet cours "
    "thema kurs titel argomento corso тема темы курс название урок книга 名称 标题 主题 课程 题目 "
    "内容 タイトル 제목 주제"
)
_PART: Final = _words("key main core covered")  # of what is named elsewhere
_NUMBER: Final = _words(
    "no nr num number day days week weeks id code unit sr s n sno order part date dia semana"
)
_STATUS: Final = _words(
    "status done progress completed complete finished read watched solved state check checked estado "
    "concluído статус 状态"
)
_LINK: Final = _words("link links url urls run open 链接 連結 enlace ссылка lien リンク")
_KIND: Final = _words("type format kind category medium media tipo formato typ тип 类型")
_KINDS: Final = {
    "book": "book", "books": "book", "ebook": "book", "video": "video", "videos": "video", "youtube": "video",
    "lecture": "video", "playlist": "video", "course": "course", "courses": "course", "mooc": "course",
    "article": "article", "articles": "article", "blog": "article", "post": "article", "tutorial": "article",
    "paper": "paper", "papers": "paper", "docs": "docs", "documentation": "docs", "doc": "docs",
    "repo": "repository", "repository": "repository", "github": "repository", "tool": "tool",
    "website": "website", "site": "website",
    "dataset": "dataset", "project": "project", "curso": "course", "livro": "book", "vídeo": "video",
}  # fmt: skip
_number_like = re.compile(
    r"(?:[\W_]*|(?:day|week|unit|part|no|lesson|chapter|module|year|phase|semester|step)\s*)?"
    r"[#(]?\d{1,4}(?:[.–—:/-]\d+)*[.):ºª]?(?:\s*(?:bonus|h|hrs?|hours?|min|mins|weeks?|days?|%|\+))?",
    re.IGNORECASE,
).fullmatch
_code_like = re.compile(r"[A-Z]{1,6}[ .-]?\d{1,5}[A-Z]?(?:[ /.-]\d+)*").fullmatch


class _Column(NamedTuple):
    """Statistics of the cells of a column, as fractions of the rows."""

    header: str
    words: frozenset[str]
    filled: float
    linked: float
    numeric: float
    status: float
    kind: float
    length: float
    distinct: float


class TableReader:
    """Converts table rows to items; ``legend`` maps the explained signs to marks."""

    def __init__(self, legend: Mapping[str, str | None], *, strict: bool) -> None:
        self._legend = legend
        self._strict = strict

    def items(
        self, rows: Sequence[tuple[InlineText, ...]], line: int, *, has_header: bool
    ) -> list[NodeBuilder]:
        """Return an item per row, below a section for a row with one cell; ``[]`` for another table."""
        header, body = (rows[0], rows[1:]) if has_header else ((), rows)
        body = [row for row in body if any(cell.text or cell.links for cell in row)]
        if not body:
            return []
        width = max(map(len, body))
        if width > _COLUMNS_LIMIT:
            return []
        columns = [self._column(header, body, index) for index in range(width)]
        if tiles := _link_grid(body, columns, has_header=has_header):
            return [_tile(cell, line) for cell in tiles]
        name = _name_column(columns)
        if name is None or (len(body) < 2 and not has_header):
            return []
        nodes: list[NodeBuilder] = []
        group: NodeBuilder | None = None
        previous = ""
        for row in body:
            filled = [cell for cell in row if cell.text]
            if width > 2 and len(filled) == 1 and self._is_group_row(row, filled[0]):
                group = NodeBuilder("section", filled[0].text.strip(" :"), line)
                group.level = 8
                nodes.append(group)
                continue
            item = self._item(row, columns, name, line, previous)
            if item is None:  # without a name: its text belongs to the section
                aside = NodeBuilder("aside", "", line)
                aside.rows.append(row)
                (group.children if group else nodes).append(aside)
                continue
            previous = item.kind_hint or previous
            (group.children if group else nodes).append(item)
        return nodes

    def _mark(self, cell: InlineText) -> str | None:
        return cell.checkbox or mark_of_cell(cell.text, self._legend)

    def _status(self, cell: InlineText, column: _Column) -> str | None:
        """Return the mark of a cell in a status column; the header decides about ``yes`` and ``no``."""
        mark = self._mark(cell) if column.status >= 0.5 or column.words & _STATUS else None
        if mark is None and column.words & _STATUS:
            mark = {"yes": "x", "y": "x", "no": " ", "n": " "}.get(cell.text.lower())
        return mark or None

    def _is_group_row(self, row: tuple[InlineText, ...], cell: InlineText) -> bool:
        is_title = cell.bold or row[0] is cell
        return is_title and not has_link(cell) and self._mark(cell) is None and not _is_number(cell.text)

    def _column(
        self, header: Sequence[InlineText], body: Sequence[tuple[InlineText, ...]], index: int
    ) -> _Column:
        cells = [row[index] for row in body if index < len(row)]
        filled = [cell for cell in cells if cell.text or cell.links]
        count = len(filled) or 1
        title = header[index].text if index < len(header) else ""

        def share(test: Callable[[InlineText], object]) -> float:
            return sum(bool(test(cell)) for cell in filled) / count

        return _Column(
            title,
            _words(normalize(title)),
            len(filled) / (len(cells) or 1),
            share(lambda cell: any(link.text and not link.url.startswith("#") for link in cell.links)),
            share(lambda cell: _is_number(cell.text)),
            share(self._mark),
            share(lambda cell: normalize(cell.text) in _KINDS),
            sum(len(cell.text) for cell in filled) / count,
            len({cell.text for cell in filled}) / count,
        )

    def _item(
        self, row: tuple[InlineText, ...], columns: Sequence[_Column], name: int, line: int, kind: str
    ) -> NodeBuilder | None:
        cell = row[name] if name < len(row) else None
        if cell is None or not title_of(cell) or not any(map(str.isalnum, title_of(cell))):
            return None
        text = split_item_text(cell, is_task=False, strict=self._strict)
        item = NodeBuilder("item", text.title, line)
        item.sign, item.mark = text.sign, text.mark or cell.checkbox
        item.links.extend(links_of_item(cell, item.title))
        short: list[str] = []
        long: list[str] = []
        for index, other in enumerate(row):
            if index == name:
                continue
            column = columns[index]
            item.links.extend(links_of_item(other, column.header))
            if mark := self._status(other, column):
                item.mark = item.mark or mark
            elif column.kind >= 0.6 or (column.words & _KIND and normalize(other.text) in _KINDS):
                item.kind_hint = _KINDS.get(normalize(other.text), "")
            elif other.text and not other.only_links and other.text not in {"-", "–", "—", "n/a", "N/A"}:
                label = _labelled(other.text, column)
                (short if len(label) <= 40 else long).append(label)
        if column_kind := next(
            (column for column in columns if column.kind >= 0.6 or column.words & _KIND), None
        ):
            index = columns.index(column_kind)
            if index < len(row) and not row[index].text and kind:
                item.kind_hint = kind
        if item.kind_hint:
            item.links = [link if link.type else link._replace(type=item.kind_hint) for link in item.links]
        item.notes.extend(text.notes)
        if short:
            item.notes.append(strip_syntax(" · ".join(short)))
        item.notes.extend(long)
        return item


def _is_number(text: str) -> bool:
    return bool(_number_like(text.strip()) or _code_like(text.strip()))


def _name_column(columns: Sequence[_Column]) -> int | None:
    """Return the index of the column with the names of the items."""
    candidates = [
        index
        for index, column in enumerate(columns)
        if column.filled >= 0.5 and column.numeric < 0.6 and column.status < 0.8 and column.length >= 1
        and not (column.kind >= 0.6 and len(columns) > 1)
    ]  # fmt: skip
    if not candidates:
        candidates = [index for index, column in enumerate(columns) if column.linked >= 0.5]

    distinct = max((columns[index].distinct for index in candidates), default=0.0)
    if distinct >= _DISTINCT:
        candidates = [index for index in candidates if columns[index].distinct >= _DISTINCT / 2]

    def rank(index: int) -> tuple[bool, bool, bool, int]:
        column = columns[index]
        is_name = bool(column.words & _NAME) and not column.words & (_KIND | _STATUS | _PART)
        is_other = bool(column.words & (_NUMBER | _KIND | _STATUS)) and not is_name
        is_other |= bool(column.words & _LINK) and column.distinct < distinct
        return (is_name, not is_other, column.linked >= 0.5, -index)

    return max(candidates, key=rank, default=None)


def _labelled(text: str, column: _Column) -> str:
    """Add the column's header to a bare number: ``Day 1``, ``2 weeks``."""
    header = column.header.strip("#№ ")
    if not text.strip().isdigit() or not any(map(str.isalpha, header)) or len(header) < 3:
        return text
    return f"{text} {header.lower()}" if header.lower().endswith("s") else f"{header} {text}"


def _link_grid(
    body: Sequence[tuple[InlineText, ...]], columns: Sequence[_Column], *, has_header: bool
) -> list[InlineText]:
    """Return the cells of a table that is a grid of links instead of rows; ``[]`` for another table."""
    cells = [cell for row in body for cell in row if cell.text or cell.links]
    linked = sum(any(link.text for link in cell.links) and cell.only_links for cell in cells)
    is_tiled = len(columns) >= 2 and len(cells) >= 4 and linked >= len(cells) * 0.8
    is_named = has_header and any(column.words for column in columns)
    return [cell for cell in cells if cell.text] if is_tiled and not is_named else []


def _tile(cell: InlineText, line: int) -> NodeBuilder:
    item = NodeBuilder("item", cell.text, line)
    item.links.extend(cell.links)
    return item
