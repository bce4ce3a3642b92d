"""Symbols: the signs that Word keeps as places in a pictorial font rather than as characters.

The fonts Symbol and Wingdings put their signs at U+F020 to U+F0FF (or at the plain code below
it). Symbol is read in full (Adobe's Symbol encoding); of the Wingdings family the signs that
have a meaning in a text are, and any other is a bullet.
"""

import re

BULLET = "•"

_SYMBOL = dict(
    zip(
        range(0x20, 0x7F),
        " !∀#∃%&∋()*+,-./0123456789:;<=>?"
        "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}~",
        strict=True,
    )
) | dict(
    zip(
        range(0xA0, 0xF0),
        "€ϒ′≤/∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪",
        strict=True,
    )
)
_WINGDINGS = {
    0x20: " ",
    0x6F: "☐",
    0xA8: "☐",
    0xFB: "✗",
    0xFC: "✓",
    0xFD: "☒",
    0xFE: "☑",
    0xDF: "←",
    0xE0: "→",
    0xE8: "→",
    0xF0: "→",
}
_FAMILY = ("wingdings", "webdings", "zapfdingbats", "marlett")

#: The private characters in which Word keeps the signs of pictorial fonts.
PRIVATE = re.compile("[\uf020-\uf0ff]")

# Signs that stand for themselves before an item; any other sign of a pictorial font is a bullet.
_PLAIN = frozenset("-–—+*○◦▪●")


def is_pictorial(font: str | None) -> bool:
    """Whether the letters of `font` are pictures."""
    return font is not None and (font.lower() == "symbol" or font.lower().startswith(_FAMILY))


def sign(code: int, font: str | None) -> str:
    """The character for place `code` of a pictorial font; without a known one, of Symbol.

    >>> sign(0xF0B3, "Symbol"), sign(0xFC, "Wingdings"), sign(0xF076, "Wingdings")
    ('≥', '✓', '•')
    """
    place = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    if font is not None and font.lower().startswith(_FAMILY):
        return _WINGDINGS.get(place, BULLET)
    if place <= 0xFF and (code >= 0xF000 or is_pictorial(font)):
        return _SYMBOL.get(place, BULLET)
    return chr(code) if 0x20 <= code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def plain(text: str, font: str | None = None) -> str:
    """`text` with each private character as the sign it shows."""
    return PRIVATE.sub(lambda match: sign(ord(match[0]), font), text)


def bullet(text: str, font: str | None) -> str:
    """What a list level with the text `text` in `font` prints before an item.

    >>> bullet("\\uf0b7", "Symbol"), bullet("\\uf0d8", "Wingdings"), bullet("-", None)
    ('•', '•', '-')
    >>> bullet("o", "Courier New")
    '○'
    """
    if text == "o":
        return "○"
    if not (is_pictorial(font) or PRIVATE.search(text)):
        return text
    shown = "".join(sign(ord(character), font) for character in text).strip()
    return shown if shown in _PLAIN else BULLET
