"""Markdown and formulas as styled lines."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmap_tui.core.sanitize import LONGEST_TEXT, clean
from roadmap_tui.text.markdown import render_markdown, wrap_spans
from roadmap_tui.text.maths import to_unicode
from roadmap_tui.text.styled_text import Span, length
from tests.hostile import TEXTS
from tests.journals import run_python


def plain(text: str, width: int = 40, **options: bool) -> list[str]:
    lines = render_markdown(text, width, **options)
    return ["".join(span.text for span in line).rstrip() for line in lines]


def styles(text: str) -> list[tuple[str, str]]:
    (line,) = render_markdown(text, 80)
    return [(span.text, span.style) for span in line]


def test_inline_markup_has_styles() -> None:
    assert styles("a **b** *c* `d*` ~~e~~") == [
        *(("a ", ""), ("b", "strong"), (" ", ""), ("c", "emphasis"), (" ", "")),
        *(("d*", "code"), (" ", ""), ("e", "muted")),
    ]
    assert styles("# Title") == [("Title", "accent")]
    assert styles("### Title") == [("Title", "strong")]
    assert styles("[x](https://a.org) ![y](b.png)") == [
        *(("x", "link"), (" (https://a.org)", "faint"), (" ", ""), ("y", "link"), (" (b.png)", "faint")),
    ]
    assert styles("<https://a.org>") == [("https://a.org", "link")]


def test_blocks() -> None:
    text = "- one\n- two\n  1. deep\n  2. er\n\n> quoted\n> text\n\n```\nx  = 1\n```\n\n    y\n***\nend"
    assert plain(text, 10) == [
        *("• one", "• two", "  1. deep", "  2. er", "", "│ quoted", "│ text", ""),
        *("  x  = 1", "", "  y", "", "──────────", "", "end"),
    ]
    assert "" not in plain(text, 10, roomy=False)
    assert plain("- a", is_ascii=True) == ["* a"]


def test_line_breaks_are_kept_and_long_lines_wrapped() -> None:
    assert plain("*one*\ntwo three four", 9) == ["one", "two three", "four"]
    assert plain("- a list item", 8) == ["• a list", "  item"]


def test_a_table_is_wrapped_in_its_columns() -> None:
    table = "| Loss | When |\n|---|---|\n| MSE | for a regression |\n| CE | |"
    assert plain(table, 40) == [
        *("Loss  When", "────  ────────────────", "MSE   for a regression", "CE"),
    ]
    assert plain(table, 18) == ["Loss  When", "────  ────────────", "MSE   for a", "      regression", "CE"]
    assert plain(table, 8) == ["Loss |", "When", "MSE |", "for a", "regressi", "on", "CE |"]


def test_html_and_entities_are_shown_as_typed() -> None:
    assert plain("<b>x</b> &#x202e; &amp; \\*") == ["<b>x</b> &#x202e; &amp; *"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$x^2$ and $$y_1$$", "x² and y₁"),
        ("from $5 to $6", "from $5 to $6"),
        ("a $ b $ c", "a $ b $ c"),
        ("`$x^2$` \\$x^2$", "$x^2$ $x^2$"),
        ("$\\foo{x}$", "\\foo{x}"),
    ],
)
def test_where_a_formula_is(text: str, expected: str) -> None:
    assert plain(text) == [expected]


def test_a_formula_of_several_lines() -> None:
    assert plain("Thus\n$$\na &= b \\\\\n- c\n$$\nholds") == ["Thus", "", "  a = b", "  - c", "", "holds"]
    assert plain("$$\nnot closed") == ["$$", "not closed"]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (r"\partial L/\partial W = X^T G", "∂L/∂W = Xᵀ G"),
        (r"\frac{a+1}{b} + \sqrt{x_1^2 + y_{ij}}", "(a+1)/b + √(x₁² + yᵢⱼ)"),
        (r"\hat{y} \in \mathbb{R}^{n\times d}", "ŷ ∈ ℝ^(n×d)"),
        (r"\sqrt[3]{x^{2^n}}", "³√(x^(2ⁿ))"),
        (r"\|x\|_2 \leq \{1, 2\}", "‖x‖₂ ≤ {1, 2}"),
        (r"\left( a \right)^{[l]}", "( a )^[l]"),
        (r"\operatorname{argmax}_x f", "argmaxₓ f"),
        *((each, each) for each in ("{", r"\frac{", r"\input{/etc/passwd}", r"\def\a{\a\a}\a", "x" * 2000)),
    ],
)
def test_a_formula(formula: str, expected: str) -> None:
    assert to_unicode(formula) == expected


@pytest.mark.parametrize("unit", ["{", "^{", r"\frac", r"\begin{a}", "x_", "{{}}", r"\left(", "\\"])
def test_a_hostile_formula_stays_as_typed_and_says_nothing(
    unit: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    text = (unit * 1000)[:1000]
    assert clean(to_unicode(text), one_line=True)
    assert (caplog.text, *capfd.readouterr()) == ("", "", "")


UNITS = (
    *(
        "[",
        "![",
        "*",
        "_",
        "**a ",
        "`",
        "``a` ",
        "$",
        "$$ ",
        "$a ",
        "$$\n",
        "> ",
        "- ",
        "1. ",
        "|a",
        "~",
        "\\",
    ),
    *("|\n|-|\n", "<a ", "[a](b", "* _ ", "[a]: b\n", "&#65;", "_*", "~~~", "a*b_c", "=\n", "    a\n", "$x$"),
)


@pytest.mark.parametrize("unit", UNITS)
def test_hostile_markdown_needs_steps_proportional_to_its_length(unit: str) -> None:
    """Counted in lines of Python that are run, not in seconds."""
    import sys

    def steps(size: int) -> int:
        count = 0

        def trace(*_: object) -> object:
            nonlocal count
            count += 1
            return trace

        text = unit * (size // len(unit) // 2 * 2)
        sys.settrace(trace)  # type: ignore[arg-type] # counts only
        try:
            render_markdown(text, 60)
        finally:
            sys.settrace(None)
        return count

    render_markdown("*x* $x^2$", 60)  # what is loaded once does not count
    assert steps(4000) < 2.7 * steps(2000) + 20_000


@given(st.text(alphabet="ab *_`#>|$[]()\\~-1.\n{}^é漢", max_size=200), st.integers(1, 30))
def test_any_text_fits_and_loses_no_letter(text: str, width: int) -> None:
    lines = render_markdown(text, width)
    shown = "".join(span.text for line in lines for span in line)
    assert all(length(line) <= max(width, 2) for line in lines)
    if "$" not in text and "[" not in text and "`" not in text:
        assert all(shown.count(letter) == text.count(letter) for letter in "abé漢")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_hostile_texts_stay_clean(text: str) -> None:
    for line in render_markdown(clean(text), 40):
        for span in line:
            assert clean(span.text, LONGEST_TEXT) == span.text
            assert span.link == ""


def test_wrapped_words_keep_their_styles() -> None:
    spans = [Span("one t"), Span("w", "strong"), Span("o three")]
    assert wrap_spans(spans, 7) == [[Span("one t"), Span("w", "strong"), Span("o")], [Span("three")]]
    assert wrap_spans([Span("abcdef", "code")], 4) == [[Span("abcd", "code")], [Span("ef", "code")]]
    assert wrap_spans([], 4) == [[]]


def test_the_parser_is_loaded_only_for_markup() -> None:
    code = (
        "import sys\n"
        "from roadmap_tui.text.markdown import render_markdown\n"
        "render_markdown('A sentence, with (words): a-b.', 30)\n"
        "print([name for name in ('markdown_it', 'pylatexenc', 'logging') if name in sys.modules])\n"
        "render_markdown('*x*', 30)\n"
        "print([name for name in ('markdown_it', 'pylatexenc') if name in sys.modules])\n"
    )
    assert run_python(code) == "[]\n['markdown_it']\n"
