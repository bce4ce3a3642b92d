"""The head of a paper: number, date, place and issuer.

Nghị định 30/2020/NĐ-CP, appendix I, parts 2-4. What the head lacks is looked for in the record
that web sites print beside a paper, in the sentence with which news pages report one, and in the
line that says which paper a plan or an appendix comes with.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from corpora.kinds import kind_of_abbreviation, kinds, labels
from corpora.wordings import pattern
from extractor.labels import ATTACHED, NATIONAL_TITLE, OPEN_END
from extractor.layout import Cell
from extractor.structure.lines import PrintedLine
from extractor.text import toneless

_NUMBER = re.compile(
    r"(?:^|\s)(?:[Ss][ốỐ]\s*:?|So\s*:)\s*(?P<number>\d{1,5}[a-zđ]?\s*/+\s*(?:\d{4}\s*/+\s*)?"
    r"(?!Ngày)[A-ZĐ][\w&]*(?:\s*[-–]\s*[A-ZĐ][\w&.]*)*|\d{1,5}\s*[-–]\s*[A-ZĐ]\w*\s*/\s*[A-ZĐ]\w*"
    r"(?:\s*[-–]\s*[A-ZĐ][\w&]*)*)",
)
_STATES_NUMBER = re.compile(
    rf"\s*(?:(?:{pattern('form_words', 'record')})\s+)?(?:số\b|so\s*:)", re.IGNORECASE
)
#: A number that is left blank, or written by hand so that it cannot be read: "Số: #6 /QĐ-UBND".
_BLANK_NUMBER = re.compile(
    r"^\s*(?:[Ss]ố\s*:?[\s.…_]*[/-]+\s*[A-ZĐ]|/\s*[A-ZĐ][A-ZĐa-z]*\s*-\s*[A-ZĐ]"
    r"|[Ss]ố\s*:\s*(?!\d+[\s/])[^\s/]{1,6}\s*/+\s*[A-ZĐ]{2})"
)
#: Number and day that a digital signature put behind the line whose gaps they belong in.
_STAMPED_NUMBER = re.compile(
    r"\s*[Ss][ốỐ]\s*:?[\s.…_]*(?P<sign>/+\s*[A-ZĐ](?:(?!\bn[ăa]m\b).)*?)\s+(?P<number>\d{1,5})\s*$"
)
#: A blank one where the place and the day stand behind it on the same line.
_BLANK_BESIDE = re.compile(r"\s*[Ss]ố\s*:?[\s.…_]*/\S*[^\s-]\s+(?=[A-ZĐ][^\WA-Z\d])")
_STAMPED_DAY = re.compile(r"\s+(\d{1,2})(?:\s+(\d{1,2}))?\s*$")
_SIGN = re.compile(r"/\s*(?P<kind>[A-ZĐ][^\W\d_]*)\s*-\s*(?P<agency>[A-ZĐ]\w*)")
_DATED = re.compile(
    r"^(?P<place>[^\W\d_][^\d,;:()]{1,40}?)\s*,\s*[Nn]g[àa]y[\s.…_–-]*(?P<day>\d?\s?\d?)[\s.…_]*"
    r"th[áa]ng[\s.…_–-]*(?P<month>\d?\s?\d?)[\s.…_]*n[ăa]m\s*(?P<year>(?:\d\s?){3}\d)?",
)
#: The same where the day is written by hand and cannot be read.
_SCRAWLED = re.compile(
    r"^(?P<place>[^\W\d_][^\d,;:()]{1,40}?)\s*,\s*[Nn]gày\b.{1,8}?(?P<day>)\S?[áa]ng\b.{1,8}?"
    r"(?P<month>)\bn[ăa]m\s*(?P<year>(?:\d\s?){3}\d)?",
)
_REST_OF_DAY = re.compile(r"\d{0,2}\s*(?:tháng\s*[\d\s.…]*)?(?:năm\s*)?(?:20\d\d)?", re.IGNORECASE)
_REPORTED = re.compile(
    r"[Nn]gày\s+(?P<day>\d{1,2})[/-](?P<month>\d{1,2})[/-](?P<year>\d{4}),?\s+"
    rf"(?P<issuer>(?:{pattern('form_words', 'reporter')})[^,.;]{{0,60}}?)"
    rf"\s+(?:đã\s+)?(?:{pattern('form_words', 'reported')})",
)
_CAPTION_DATE = re.compile(
    r"[Nn]gày\s*(\d{1,2})(?:\s*[/-]\s*|\s+tháng\s+)(\d{1,2})(?:\s*[/-]\s*|\s+năm\s+)(\d{4})"
)
_PLAIN_DATE = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_RULE = re.compile(r"[\s\-–—_*=.…⎯]*")
_TERRITORY = re.compile(rf"(?:{pattern('form_words', 'territory')})\s", re.IGNORECASE)
_BODY_ALONE = re.compile(pattern("form_words", "issuer.alone"), re.IGNORECASE)
_POST_ALONE = re.compile(pattern("form_words", "post.alone", "grade"), re.IGNORECASE)
_JOURNAL = re.compile(pattern("form_words", "journal"), re.IGNORECASE)
_BODY = re.compile(rf"(?:{pattern('form_words', 'issuer')})\b")


@dataclass(slots=True)
class Letterhead:
    """What the head says, as printed; `issued_on` is ISO. `lines` are those it was read from;
    `captioned` says that the number is that in the caption of what the paper carries."""

    number: str | None = None
    issued_on: str | None = None
    year: int | None = None
    place: str | None = None
    issuer: str | None = None
    parent: str | None = None
    signer: str | None = None
    blanks: list[str] = field(default_factory=list)
    captioned: bool = False
    lines: dict[str, tuple[PrintedLine, ...]] = field(default_factory=dict)

    @property
    def sign(self) -> tuple[str, str]:
        """The first two parts of the number's sign: ("KH", "UBND") of 336/KH-UBND.

        They are kind and agency; of an official letter, which has no kind, agency and division.
        """
        found = _SIGN.search(self.number or "")
        return (found["kind"], found["agency"]) if found else ("", "")

    @property
    def kind(self) -> str | None:
        """The kind of the paper as its number tells it."""
        return kind_of_abbreviation(self.sign[0])


def read_letterhead(lines: Sequence[PrintedLine], head: int) -> Letterhead:
    """The letterhead among `lines`, of which the first `head` stand before the title."""
    found = Letterhead()
    _number_and_date(found, lines[:head])
    _issuer(found, lines[:head])
    if found.issuer is None:  # some papers carry their letterhead only in front of an appendix
        for at, line in enumerate(lines[head:], head):
            if _BODY_ALONE.fullmatch(line.text.strip()) and line.text.isupper():
                _issuer(found, lines[at : at + 3])
                break
    return found


def number_of(text: str) -> str | None:
    """The number and sign a line states, with the blanks of careless typing taken out.

    >>> number_of("Số: 2621/QĐ-UBND"), number_of("Số: 76 /NQ- CP"), number_of("Số:   /KH-UBND")
    ('2621/QĐ-UBND', '76/NQ-CP', None)
    """
    if stamped := _STAMPED_NUMBER.match(text):
        text = f"Số {stamped['number']}{stamped['sign']}"
    found = _NUMBER.search(text)
    if not found or _JOURNAL.search(text):
        return None
    number = re.sub(r"\s+", "", found["number"]).replace("–", "-").rstrip(".-")
    return re.sub("/+", "/", number)


def _number_and_date(found: Letterhead, lines: Sequence[PrintedLine]) -> None:
    for at, line in enumerate(lines):
        named = at > 0 and _names_paper(line.text, lines[at - 1])
        if found.number is None and len(line.text) < 120 and not named:
            number = number_of(line.text) if _STATES_NUMBER.match(line.text) else None
            if number:
                found.number = number
                found.lines["number"] = (line,)
            elif _BLANK_NUMBER.match(line.text) and "number" not in found.blanks:
                found.blanks.append("number")
                found.lines["number"] = (line,)
        # "Số: 12/KH-SYT  Vĩnh Long, ngày …" in one line
        beside = _NUMBER.match(line.text) or _BLANK_BESIDE.match(line.text)
        text = line.text[beside.end() :].lstrip() if beside else line.text
        dated, used = _DATED.match(text) or _SCRAWLED.match(text), lines[at : at + 1]
        if "place" in found.lines:
            continue
        if line.text.count(",") == 1 and not (dated and dated["year"]):
            for after in lines[at + 1 : at + 3]:  # in a narrow column the day takes two lines
                if not _REST_OF_DAY.fullmatch(after.text):
                    break
                used = [*used, after]
            dated = _DATED.match(" ".join(part.text for part in used)) or dated
        if dated:
            found.place = " ".join(dated["place"].split())
            found.lines["place"] = found.lines["issued_on"] = tuple(used)
            year, month, day = (re.sub(r"\s", "", dated[n] or "") for n in ("year", "month", "day"))
            if year and not (month and day) and (late := _STAMPED_DAY.match(text, dated.end())):
                stamps = [stamp for stamp in late.groups() if stamp]
                day = day or stamps.pop(0)
                month = month or (stamps.pop(0) if stamps else "")
            found.issued_on = iso(year, month, day)
            found.year = int(year) if year else None
            if found.issued_on is None:
                found.blanks.append("issued_on")


def iso(year: str | None, month: str | None, day: str | None) -> str | None:
    """The ISO date, or None where a part is missing or there is no such day."""
    try:
        return date(int(year or ""), int(month or ""), int(day or "")).isoformat()
    except ValueError:
        return None


def _issuer(found: Letterhead, lines: Sequence[PrintedLine]) -> None:
    names: list[tuple[str, tuple[PrintedLine, ...]]] = []
    pending: list[PrintedLine] = []
    above: PrintedLine | None = None
    for line in lines:
        text = line.text.strip(" *-–—_")
        if not text or any(
            (_RULE.fullmatch(text), _JOURNAL.search(text), _BLANK_NUMBER.match(text))
        ):
            continue
        before, above = above, line
        if names and NATIONAL_TITLE.search(text) and not NATIONAL_TITLE.match(text):
            continue
        text = NATIONAL_TITLE.split(text)[0].strip(" -–—_")
        text = re.split(r"\s+-{3,}", text)[0].strip()
        if not text.isupper():
            continue
        if pending and (_TERRITORY.match(text) or _goes_on(text, pending[-1], line, before)):
            whole = " ".join(" ".join(p.text.split()) for p in (*pending, line))
            names.append((_plain(whole), (*pending, line)))
            pending = []
        elif _BODY_ALONE.fullmatch(text):
            pending = [line]
        elif len(text) < 120 and _BODY.match(text):
            names.append((text, (line,)))
        elif names and _goes_on(text, names[-1][1][-1], line, before):
            name, used = names.pop()
            names.append((f"{name} {text}", (*used, line)))
    if pending:
        names.append((_plain(" ".join(p.text for p in pending)), tuple(pending)))
    if names:
        found.issuer, used = names[-1]
        found.lines["issuer"] = used
        if len(names) > 1:
            found.parent = names[-2][0]
            found.lines["parent"] = names[-2][1]


def _goes_on(text: str, last: PrintedLine, line: PrintedLine, before: PrintedLine | None) -> bool:
    """Whether `text`, in `line`, goes on with the name whose last line is `last`.

    In a cell every line in capitals does; paragraphs of their own where the name is not at its
    end ("BAN CHỈ ĐẠO", "SỞ VĂN HÓA," or "VÀ DU LỊCH" below).
    """
    if before is last and _names_paper(text, last):
        return True
    if _POST_ALONE.fullmatch(text) or len(text) >= 80 or any(c.isdigit() for c in text):
        return False
    if line.owner is last.owner:
        return True
    name = last.text.strip(" *-–—_")
    open_ = _BODY_ALONE.fullmatch(name) or text.startswith("VÀ ") or OPEN_END.search(name.lower())
    open_ = open_ or _TERRITORY.match(text)
    return before is last and bool(open_)


def _names_paper(text: str, above: PrintedLine) -> bool:
    """Whether the name of a body goes on with a number: "ĐOÀN KIỂM TRA THEO QUYẾT ĐỊNH", "SỐ 1"."""
    words = above.text.lower().split()
    carried = len(words) > 2 and " ".join(words[-2:]) in kinds()
    return carried and text.isupper() and text.startswith("SỐ ")


def _plain(name: str) -> str:
    return re.sub(r"\s*-{3,}.*", "", " ".join(name.split())).strip()


def complete(found: Letterhead, lines: Sequence[PrintedLine]) -> None:
    """Fills what the head lacks from a site's record of the paper or a report of its issue."""
    for index, line in enumerate(lines[:80]):
        name, value, used = _record(lines, index)
        if name == "number" and found.number is None and (number := number_of(f"Số {value}")):
            found.number, found.lines["number"] = number, used
        elif name == "issued_on" and found.issued_on is None:
            if day := _PLAIN_DATE.search(value):
                found.issued_on = iso(day[3], day[2], day[1])
                found.lines["issued_on"] = used
        elif name == "signer" and found.signer is None:
            found.signer, found.lines["signer"] = value, used
        if found.issued_on is None and found.issuer is None:
            reported = _REPORTED.search(line.text)
            if reported:
                found.issued_on = iso(reported["year"], reported["month"], reported["day"])
                found.issuer = reported["issuer"].strip()
                found.lines["issued_on"] = found.lines["issuer"] = (line,)


def complete_by_caption(found: Letterhead, kind: str | None, lines: Sequence[PrintedLine]) -> None:
    """Fills a number and day that the head leaves to a pen, or blank, from `lines` it carries.

    Such a line ("Kèm theo Kế hoạch số 498/KH-UBND ngày …") names the paper itself where that is of
    its kind; under the title of a plan that a decision carries it names the decision. A stamp may
    hide its beginning: then it is told by a bracket that closes and never opened.
    """
    if found.number is not None or kind is None:
        return
    for line in lines:
        text = line.text.strip()
        cut = text.endswith(")") and "(" not in text
        number = number_of(text) if cut or ATTACHED.match(text) else None
        sign = _SIGN.search(number or "")
        if not sign or kind_of_abbreviation(sign["kind"]) != kind:
            continue
        found.number, found.lines["number"], found.captioned = number, (line,), True
        found.blanks = [blank for blank in found.blanks if blank != "number"]
        day = _CAPTION_DATE.search(line.text)
        if day and found.issued_on is None and (on := iso(day[3], day[2], day[1])):
            found.issued_on, found.year, found.lines["issued_on"] = on, int(day[3]), (line,)
            found.blanks = []
        return


#: The lines of a record that are looked at, label by label and then value by value.
_RECORD = 40


def _record(
    lines: Sequence[PrintedLine], index: int
) -> tuple[str | None, str, tuple[PrintedLine, ...]]:
    """A line of a site's record: "Người ký X", or the label alone and X in the next line."""
    text = lines[index].text.strip(" *")
    low = toneless(text)
    for label, name in labels():
        if low.startswith(label):
            value = text[len(label) :].strip(" :*\t")
            if value:
                return (name, value, (lines[index],)) if len(value) < 80 else (None, "", ())
            if (named := _named(lines, index)) is not None:
                return name, named.text.strip(" *"), (lines[index], named)
    return None, "", ()


def _named(lines: Sequence[PrintedLine], index: int) -> PrintedLine | None:
    """What a label alone in its line names: beside it in its row, else in the next line."""
    label, *below = lines[index : index + _RECORD]
    row = label.owner.row if isinstance(label.owner, Cell) else None
    for line in below:
        if line.block != label.block or not isinstance(line.owner, Cell):
            break
        if line.owner.row == row:
            return line
    return below[0] if below else None
