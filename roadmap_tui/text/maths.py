"""LaTeX formulas as a line of Unicode text."""

import logging
import re
from functools import cache, lru_cache
from typing import Any, Final
from unicodedata import normalize

from roadmap_tui.core.sanitize import clean

_LONGEST: Final = 1000  # characters of a formula; longer ones stay as typed
_DEEPEST: Final = 30  # braces in braces
_RAISED: Final = str.maketrans(
    "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδεθιφχ⊤",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᵋᶿᶥᵠᵡᵀ",
)
_LOWERED: Final = str.maketrans(
    "0123456789+-−=()aehijklmnoprstuvxβγρφχ",
    "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
)
# What is to be seen, told apart from what groups, raises and lowers.
_LITERAL: Final = str.maketrans({"\ue000": "{", "\ue001": "}", "\ue002": "^", "\ue003": "_"})
_ACCENTS: Final = {
    "hat": "\u0302",
    "widehat": "\u0302",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "bar": "\u0304",
    "overline": "\u0304",
    "dot": "\u0307",
    "ddot": "\u0308",
    "vec": "\u20d7",
}
_IGNORED: Final = (
    *("left", "right", "middle", "big", "Big", "bigl", "bigr", "Bigl", "Bigr"),
    *("limits", "displaystyle", "operatorname"),
)
_script = re.compile(r"([_^])\s*(?:\{([^{}]*)\}|([^\s{}]))").sub
_group = re.compile(r"\{([^{}]*)\}").sub
_spaced = re.compile(r"\s*(?:([≤≥≠≈∼∈∉⊂⊆→⇒⇔←])|([×·±=<>]))\s*").sub


class _UnknownMacroError(ValueError):
    """A macro that cannot be converted."""


@lru_cache(256)
def to_unicode(formula: str) -> str:
    """Convert a LaTeX formula to Unicode text; one that cannot be converted stays as typed."""
    depth = deepest = 0
    for character in formula:
        depth += (character == "{") - (character == "}")
        deepest = max(deepest, depth)
    if len(formula) > _LONGEST or deepest > _DEEPEST or depth:
        return formula
    from pylatexenc.latexwalker import LatexWalkerParseError

    try:
        text = _convert(formula)
    except (LatexWalkerParseError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return formula
    return clean(text, one_line=True) or formula


def _convert(formula: str) -> str:
    text = _converter().latex_to_text(f"${formula}$", tolerant_parsing=False)
    before = ""
    while before != text:
        before, text = text, _group(_unbraced, _script(_to_script_characters, text))
    return _spaced(_relation, text.translate(_LITERAL)).replace("∂ ", "∂")


def _relation(match: re.Match[str]) -> str:
    """Add the missing spaces around a relation sign or a binary operator."""
    return match[0] if match[0] == match[2] else f" {match[1] or match[2]} "


def _unbraced(match: re.Match[str]) -> str:
    return match[1]


def _to_script_characters(match: re.Match[str]) -> str:
    """Convert a match to super- or subscript characters; without those, to ``^(…)`` or ``_(…)``."""
    text = (match[2] or match[3] or "").replace(" ", "")
    moved = text.translate(_RAISED if match[1] == "^" else _LOWERED)
    if not any(old == new for old, new in zip(text, moved, strict=True)):
        return moved
    mark = "\ue002" if match[1] == "^" else "\ue003"
    return f"{mark}{text}" if len(text) == 1 or text[0] in "([" else f"{mark}({text})"


@cache
def _converter() -> Any:
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL + 1)  # it would write to the screen

    def unknown(*_: object, **__: object) -> str:
        raise _UnknownMacroError

    def argument(node: Any, number: int, converter: Any) -> str:
        arguments = node.nodeargd.argnlist
        text: str = converter.nodelist_to_text([arguments[number]]) if arguments[number] else ""
        text = text.strip()
        return text[1:-1].strip() if text[:1] + text[-1:] in {"{}", "[]"} else text

    def bracketed(text: str) -> str:
        return text if len(text) == 1 or text.isalnum() else f"({text})"

    def fraction(node: Any, l2tobj: Any) -> str:
        return f"{bracketed(argument(node, 0, l2tobj))}/{bracketed(argument(node, 1, l2tobj))}"

    def root(node: Any, l2tobj: Any) -> str:
        degree, body = argument(node, 0, l2tobj), bracketed(argument(node, 1, l2tobj))
        return f"^{{{degree}}}√{body}" if degree else f"√{body}"

    def accent(node: Any, l2tobj: Any) -> str:
        mark = _ACCENTS[node.macroname]
        return normalize("NFC", "".join(character + mark for character in argument(node, 0, l2tobj)))

    context = get_default_latex_context_db()
    context.add_context_category(
        "roadmap-tui",
        prepend=True,
        macros=[
            *(MacroTextSpec(name, fraction) for name in ("frac", "dfrac", "tfrac")),
            MacroTextSpec("sqrt", root),
            MacroTextSpec("{", "\ue000"),
            MacroTextSpec("}", "\ue001"),
            *(MacroTextSpec(name, "‖") for name in ("|", "Vert", "lVert", "rVert")),
            *(MacroTextSpec(name, accent) for name in _ACCENTS),
            *(MacroTextSpec(name, "") for name in _IGNORED),
        ],
    )
    context.set_unknown_macro_spec(MacroTextSpec("", unknown))
    return LatexNodes2Text(
        context, math_mode="text", keep_braced_groups=True, keep_braced_groups_minlen=0, fill_text=False
    )
