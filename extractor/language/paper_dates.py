"""The day of a paper, as printed behind its number or title."""

import re
from datetime import date

_DATE = re.compile(
    r"\s{0,3},?\s{0,3}(?P<open>\(\s?)?(?:(?i:ban\s+hành|ký|đề)\s+)?(?:(?i:ngày)\s{0,3}"
    r"(?P<day>\d{1,2})?(?(day)|[\s.…_]{0,20})"
    r"(?:\s?[/.-]\s?|\s+(?i:tháng)\s+)(?P<month>\d{1,2}|[.…_\s]{1,12})"
    r"(?:\s?[/.-]\s?|\s+(?i:năm)\s+)(?P<year>(?:19|20)\d\d)(?!\d)"
    r"|(?(open)(?P<day2>\d{1,2})/(?P<month2>\d{1,2})/(?P<year2>(?:19|20)\d\d)(?!\d)|(?!))"
    r"|(?i:(?:tháng\s+(?P<month3>\d{1,2})\s+)?năm\s+(?P<year3>(?:19|20)\d\d))(?![\d\w]|\s?[-–]\s?\d))"
    r"(?(open)\s?\))"
)


def date_at(text: str, at: int) -> tuple[str | None, int] | None:
    """The date printed at `at`, ISO 8601, and where it ends; None where there is none.

    It is cut to the year or the month where a draft leaves the day open; a day that does not
    exist gives no date.

    >>> date_at(" ngày 15/7/2021", 0), date_at(" ngày/12/2023", 0), date_at(" năm 2008", 0)
    (('2021-07-15', 15), ('2023-12', 13), ('2008', 9))
    >>> date_at(" ngày 31 tháng 02 năm 2024", 0)
    (None, 26)
    """
    found = _DATE.match(text, at)
    if found is None:
        return None
    year = found["year"] or found["year2"] or found["year3"]
    month = found["month"] or found["month2"] or found["month3"] or ""
    day = found["day"] or found["day2"] or ""
    if not month.isdigit():
        return str(year), found.end()
    try:
        whole = date(int(year), int(month), int(day or 1)).isoformat()
    except ValueError:
        return None, found.end()
    return whole if day else whole[:7], found.end()
