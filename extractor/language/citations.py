"""The papers that a text names by kind and number, or by kind, title and date."""

import re
from dataclasses import dataclass
from datetime import date

_KINDS = (
    "Nghị quyết|Nghị định|Quyết định|Chỉ thị|Thông tư liên tịch|Thông tư|Kế hoạch|"
    "Chương trình hành động|Chương trình|Công văn|Văn bản|Tờ trình|Báo cáo|Thông báo|Kết luận|"
    "Hướng dẫn|Quy định|Đề án|Công điện|"
    "Bộ luật|Luật|Pháp lệnh|Hiến pháp"
)
_NUMBER = (
    r"\d{1,5}[a-zđ]?\s*/\s*(?:\d{4}\s*/\s*)?[A-ZĐ][\w&]*(?:\s?-\s?[A-ZĐ][\w&]*)*"
    r"|\d{1,5}\s?-\s?[A-ZĐ]\w*\s?/\s?[A-ZĐ]\w*"
)
_DATE = r"ngày\s+(\d{1,2})(?:\s*[/-]\s*|\s+tháng\s+)(\d{1,2})(?:\s*[/-]\s*|\s+năm\s+)(\d{4})"
_CITED = re.compile(
    rf"(?P<kind>{_KINDS})\s+(?:(?:số\s*:?\s*)?(?P<number>{_NUMBER})|(?P<title>[A-ZĐ][^;.]{{4,200}}?)"
    rf"\s+(?=ngày\s+\d|số\s+\d)(?:số\s*(?P<behind>{_NUMBER}))?)"
    rf"(?:\s*,?\s*{_DATE})?"
    r"(?:\s+của\s+(?P<issuer>[^;.]{3,80}?)"
    r"(?=\s+(?:ban hành|về|quy định|phê duyệt|sửa đổi|triển khai|tại)\b|[;.,]|$))?"
)


@dataclass(frozen=True, slots=True)
class Cited:
    """A paper as named in a text; `span` are the characters [start, end) of the mention."""

    text: str
    kind: str
    number: str | None
    date: str | None
    issuer: str | None
    span: tuple[int, int]


def read_citations(text: str) -> tuple[Cited, ...]:
    """The papers named in `text`, in order.

    >>> read_citations("Căn cứ Nghị quyết số 76/NQ-CP ngày 15/7/2021 của Chính phủ …")[0].date
    '2021-07-15'
    """
    found = []
    for match in _CITED.finditer(text):
        day, month, year = match[5], match[6], match[7]
        number = match["number"] or match["behind"]
        if number is None and day is None:
            continue
        found.append(
            Cited(
                match[0].strip(),
                match["kind"].lower(),
                re.sub(r"\s+", "", number) if number else None,
                _iso(year, month, day),
                match["issuer"],
                match.span(),
            )
        )
    return tuple(found)


def _iso(year: str | None, month: str | None, day: str | None) -> str | None:
    try:
        return date(int(year or ""), int(month or ""), int(day or "")).isoformat()
    except ValueError:
        return None
