"""Values of a spreadsheet as they are shown, by the format of their cell (ECMA-376, 18.8.31)."""

import re
from datetime import date, datetime, time

#: What of a format stands for itself: quoted or escaped signs, colours, conditions, the language.
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_DECIMALS = re.compile(r"[0#?]\.([0#?]+)")
#: A float holds so many digits.
_DIGITS = 15


def shown(value: object, code: str) -> str:
    """A value as text, by the format code of its cell.

    Of a date the parts that its format has, the day first, as it is written in Vietnam, whatever
    the format has first; of a number its decimals, in groups as in Vietnam where its format has
    groups, and its percent sign.

    >>> shown(datetime(2024, 3, 31), "m/d/yyyy"), shown(datetime(2024, 3, 31), "mm/yyyy")
    ('31/03/2024', '03/2024')
    >>> shown(time(8, 30), "h:mm")
    '08:30'
    >>> shown(0.955, "0.0%"), shown(1234567.5, "#,##0.0"), shown(1.1, "0.00"), shown(3.0, "General")
    ('95,5%', '1.234.567,5', '1.10', '3')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    bare = _LITERAL.sub("", code.split(";")[0])
    if isinstance(value, date):
        return _date(value, bare.lower())
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, int | float):
        return _number(value, bare)
    return str(value)


def _date(value: date, code: str) -> str:
    """The parts of a day that are in the format; the hour and the minute before them."""
    day = [f"{value:%d}"] if "d" in code else []
    if "m" in code and ("d" in code or "y" in code):
        day.append(f"{value:%m}")
    if "y" in code:
        day.append(str(value.year))
    hour = [f"{value:%H:%M}"] if "h" in code and isinstance(value, datetime) else []
    return " ".join([*hour, "/".join(day)]).strip() or f"{value:%d/%m/%Y}"


def _number(value: int | float, code: str) -> str:
    found = _DECIMALS.search(code)
    decimals = len(found[1]) if found else 0
    if "%" in code:
        return f"{value * 100:.{decimals}f}%".replace(".", ",")
    if "," in code and re.search(r"[0#]", code):
        grouped = f"{value:,.{decimals}f}"
        return grouped.translate(str.maketrans(",.", ".,"))
    if re.search(r"[0?]", code):
        return f"{value:.{decimals}f}"
    return str(value) if isinstance(value, int) else f"{value:.{_DIGITS}g}"
