"""Pictures of comparisons, drawn here as SVG: bars, months of a year, a heat map.

Every number stands beside its mark as text, so that none hangs on colour; each picture has a title
and a description, and the page the table that it shows. There is no style in them and no script, as
the pages allow none.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate

from markupsafe import Markup

#: The ink of marks, light to dark: the steps differ in lightness and so also in print.
_STEPS = ("#ffffff", "#d3e8e5", "#9fcdc7", "#5fa8a0", "#2b7d76", "#0b5c56")
_INK, _SOFT, _LINE, _MARK = "#1b2328", "#56636b", "#d5dce0", "#2b7d76"
_FONT = "Segoe UI, Noto Sans, Liberation Sans, Arial, sans-serif"

#: A bar: what it is of, its value, and that value as people read it.
Bar = tuple[str, float | None, str]


def bars(title: str, told: str, rows: Sequence[Bar], most: float | None = None) -> Markup:
    """A bar for each row, all on one scale; a row without a value has none, and says so."""
    top = most or max((value or 0 for _, value, _ in rows), default=0) or 1
    high, wide, left = 26, 320, 132
    marks = []
    for place, (name, value, words) in enumerate(rows):
        y = place * high
        length = (wide - left - 62) * min((value or 0) / top, 1)
        marks.append(_text(0, y + 17, _cut(name, 19), full=name))
        marks.append(
            Markup('<rect x="{}" y="{}" width="{:.1f}" height="14" fill="{}"/>').format(
                left, y + 6, length, _MARK
            )
        )
        marks.append(_text(left + length + 5, y + 17, words, soft=value is None))
    return _picture(title, told, wide, high * len(rows), marks)


def months(title: str, told: str, counts: Sequence[int], labels: Sequence[str]) -> Markup:
    """A column for each month, with its count above."""
    wide, high, step = 320, 110, 320 / max(len(counts), 1)
    top = max(counts, default=0) or 1
    marks = [_line(0, high - 18, wide, high - 18)]
    for place, (count, label) in enumerate(zip(counts, labels, strict=True)):
        tall = (high - 38) * count / top
        x = place * step
        if count:
            marks.append(
                Markup(
                    '<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}"/>'
                ).format(x + step * 0.15, high - 18 - tall, step * 0.7, tall, _MARK)
            )
            marks.append(_text(x + step / 2, high - 22 - tall, str(count), middle=True, small=True))
        marks.append(_text(x + step / 2, high - 4, label, middle=True, small=True, soft=True))
    return _picture(title, told, wide, high, marks)


def heat(
    title: str,
    told: str,
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float | None]],
    words: Sequence[Sequence[str]],
) -> Markup:
    """A cell for each row and column, the darker the more, with its words; hatched without any."""
    left = min(290, 24 + 7 * max(map(len, rows), default=0))
    cell, high, head = 112, 28, 26
    wide = left + cell * len(columns)
    top = max((value for row in values for value in row if value is not None), default=0) or 1
    marks = [
        Markup(
            '<defs><pattern id="none" width="6" height="6" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/>'
            '<line x1="0" y1="0" x2="0" y2="6" stroke="{}" stroke-width="2"/></pattern></defs>'
        ).format(_LINE)
    ]
    for place, name in enumerate(columns):
        at = left + cell * place + cell / 2
        marks.append(_text(at, head - 8, _cut(name, 15), middle=True, soft=True, full=name))
    for row, name in enumerate(rows):
        y = head + row * high
        marks.append(_text(0, y + 19, _cut(name, 41), full=name))
        for place, value in enumerate(values[row]):
            step = 0 if not value else 1 + min(int(value / top * (len(_STEPS) - 1)), 4)
            fill = "url(#none)" if value is None else _STEPS[step]
            marks.append(
                Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="{}"/>').format(
                    left + cell * place, y, cell, high, fill, _LINE
                )
            )
            ink = "#ffffff" if value is not None and step >= 4 else _INK
            marks.append(
                _text(
                    left + cell * place + cell / 2, y + 19, words[row][place], middle=True, ink=ink
                )
            )
    return _picture(title, told, wide, head + high * len(rows), marks)


def _picture(title: str, told: str, wide: float, high: float, marks: Iterable[Markup]) -> Markup:
    return Markup(
        '<svg class="chart" role="img" viewBox="0 0 {} {}" width="{}" height="{}" '
        'font-family="{}" font-size="13"><title>{}</title><desc>{}</desc>{}</svg>'
    ).format(wide, high, wide, high, _FONT, title, told, Markup("").join(marks))


def _text(
    x: float,
    y: float,
    words: str,
    *,
    middle: bool = False,
    small: bool = False,
    soft: bool = False,
    ink: str | None = None,
    full: str | None = None,
) -> Markup:
    anchor = Markup(' text-anchor="middle"') if middle else Markup("")
    size = Markup(' font-size="11"') if small else Markup("")
    whole = Markup("<title>{}</title>").format(full) if full and full != words else Markup("")
    return Markup('<text x="{:.1f}" y="{:.1f}" fill="{}"{}{}>{}{}</text>').format(
        x, y, ink or (_SOFT if soft else _INK), anchor, size, words, whole
    )


def _line(x1: float, y1: float, x2: float, y2: float) -> Markup:
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}"/>').format(
        x1, y1, x2, y2, _LINE
    )


def _cut(words: str, size: int) -> str:
    """Words that fit into the room of so many small letters; the whole of them is told beside.

    >>> _cut("Ủy ban nhân dân", 8)
    'Ủy ban…'
    """
    ends = list(accumulate(1.35 if sign.isupper() else 1.0 for sign in words))
    if not ends or ends[-1] <= size:
        return words
    return f"{words[: sum(end <= size - 1 for end in ends)].rstrip()}…"
