"""The kind and title of a paper, also of a plan that a decision carries, and its years."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from corpora.kinds import kinds
from corpora.wordings import pattern, wordings
from extractor.labels import ATTACHED, NATIONAL_TITLE, label_of
from extractor.layout import Cell
from extractor.structure.lines import PrintedLine
from extractor.text import toneless

#: Kinds that a decision or resolution carries as its attachment.
CARRIED = wordings("form_words", "carried")

_BASIS = pattern("form_words", "basis", "basis.proposal", "basis.act", "basis.aim", "opening")
_OPENING = re.compile(rf"\s*(?:{_BASIS})\s")
_BODY_NAME = re.compile(rf"\s*(?:{pattern('form_words', 'authority', 'office')})\b")
_APPENDIX = re.compile(rf"\s*[*_]*(?:{pattern('form_words', 'appendix', 'appendix.small')})\b")
_SUBJECT = re.compile(rf"\s*(?:{pattern('form_words', 'subject')})\b", re.IGNORECASE)
_ADDRESSED = re.compile(
    rf"\s*(?:{pattern('form_words', 'addressed', 'recipients')})\b", re.IGNORECASE
)
_DAY = re.compile(r",\s*ngày\b.*\btháng\b.*\bnăm\b", re.IGNORECASE)
_DRAFT = re.compile(rf"\s*\(?\s*(?:{pattern('form_words', 'draft')})\b", re.IGNORECASE)
#: The longest title met takes about 400 characters.
LONGEST = 600
#: What stands beside the kind in a line of at most this length only completes it ("KẾ HOẠCH HÀNH
#: ĐỘNG"): the subject is in the next line.
SHORT = 40


@dataclass(frozen=True, slots=True)
class Title:
    """A title as printed, on one line, with its kind in front; `lines` first to last."""

    kind: str
    text: str
    lines: tuple[PrintedLine, ...]
    first: int
    attached: bool


def kind_line(line: PrintedLine) -> tuple[str, str] | None:
    """The kind that a line in capitals names, and the rest of the line (title in one piece).

    >>> from models.provenance import Place
    >>> from extractor.layout import Paragraph
    >>> kind_line(PrintedLine("KẾ HOẠCH", Place(), Paragraph("", Place()), 0))
    ('kế hoạch', '')
    """
    text = line.text.strip(" *_#")
    if not text[:2].isupper():
        return None
    for kind in kinds():
        if not text[: len(kind)].isupper() or toneless(text[: len(kind)]) != toneless(kind):
            continue
        rest = text[len(kind) :]
        if not rest.strip(" .-–"):
            return kind, ""
        if rest[0] != " " or rest.strip().startswith(":"):
            continue
        if kind in CARRIED and (rest.isupper() or line.centered or line.bold):
            return kind, rest.strip()
    return None


def below_the_head(lines: Sequence[PrintedLine]) -> list[PrintedLine]:
    """`lines`, with a title that ends the left column of the letterhead put below both columns.

    A title set at the left margin is read as more of that column where no line tells them apart.
    """
    for index, line in enumerate(lines):
        if not isinstance(line.owner, Cell) or kind_line(line) is None:
            continue
        column = [i for i, other in enumerate(lines) if other.owner is line.owner]
        beside = [
            i for i, other in enumerate(lines)
            if other.block == line.block and other.column > line.column
        ]  # fmt: skip
        if beside and beside[0] == column[-1] + 1 and column[0] < index:
            moved, end = column[-1] + 1, beside[-1] + 1
            return [*lines[:index], *lines[moved:end], *lines[index:moved], *lines[end:]]
    return list(lines)


def titles_of(lines: Sequence[PrintedLine]) -> list[Title]:
    """All titles among `lines`: that of the paper first, that of a plan it carries after it."""
    found: list[Title] = []
    end = 0
    for index, line in enumerate(lines):
        if index < end:
            continue
        named = kind_line(line)
        if named is None:
            continue
        kind, rest = named
        used, texts = [line], [rest] if rest else []
        index += 1
        if found and any(_APPENDIX.match(before.text) for before in lines[: index - 1]):
            break
        while index < len(lines) and _goes_on(lines[index], used, texts):
            texts.append(lines[index].text.strip(" *_"))
            used.append(lines[index])
            index += 1
        end = index
        attached = any(ATTACHED.match(after.text) for after in lines[index : index + 3])
        text = re.sub(r"\s+", " ", " ".join((line.text.strip(" *_#"), *texts[bool(rest) :])))
        if found and not (attached and kind in CARRIED):
            continue
        found.append(Title(kind, text.strip(), tuple(used), lines.index(line), attached))
    return found


def _goes_on(line: PrintedLine, used: list[PrintedLine], texts: list[str]) -> bool:
    """Whether `line` belongs to the title: set like its lines, before the text begins."""
    text = line.text.strip(" *_")
    length = sum(map(len, texts)) + len(text)
    if ATTACHED.match(text) or _DRAFT.match(text) or _ADDRESSED.match(text) or length > LONGEST:
        return False
    if not text or not any(c.isalpha() for c in text):
        return False
    if not texts or (len(texts) == 1 and texts[0] in used[0].text and length < SHORT + len(text)):
        label = label_of(text)
        return label is None or label.kind == "bullet"
    if text[0].islower():
        return True
    if text.isupper():
        return texts[-1].isupper() and not _BODY_NAME.match(text) and label_of(text) is None
    last = used[-1]
    if _OPENING.match(text) or label_of(text) or texts[-1].isupper():
        return False
    return (line.centered and last.centered) or (line.bold and last.bold)


def subject_of(lines: Sequence[PrintedLine]) -> tuple[PrintedLine, ...]:
    """The lines of the subject of an official letter: "V/v …" below its number."""
    for index, line in enumerate(lines[:40]):
        if _SUBJECT.match(line.text):
            rest = takewhile(lambda after: after.text[:1].islower(), lines[index + 1 : index + 8])
            return (line, *rest)
    return ()


def letter_at(lines: Sequence[PrintedLine]) -> tuple[int, tuple[str, ...]]:
    """How many lines stand over the text of an official letter, and to whom it is written.

    The last of them are those it is written to: "Kính gửi: …", or a list below it.
    """
    end = 0
    for index, line in enumerate(lines[:40]):
        text = line.text.strip(" *_")
        if found := _ADDRESSED.match(text):
            named = [text[found.end() :].strip(" :")]
            end = index + 1
            for after in lines[end : end + 30]:
                label = label_of(after.text)
                if label is not None and label.kind == "bullet":
                    named.append(label.rest)
                elif not (named[-1] and after.text[:1].islower()):
                    break
                else:
                    named[-1] += f" {after.text}"
                end += 1
            return end, tuple(name.rstrip(" ;.") for name in named if name)
        if NATIONAL_TITLE.search(text) or _SUBJECT.match(text) or _DAY.search(text):
            end = index + 1
    return end, ()


def _run_in(text: str, issuer: str | None) -> tuple[str, str] | None:
    """Kind and title that open a paragraph of running text, all in capitals.

    Over the text stands who decides; the name is that of the letterhead.
    """
    for kind in kinds():
        opens = text[: len(kind) + 1]
        if not opens.isupper() or toneless(opens) != f"{toneless(kind)} ":
            continue
        words = text.split()
        loud = next((n for n, word in enumerate(words) if word != word.upper()), 0)
        title = " ".join(words[:loud]).removesuffix(issuer or "").rstrip(" ,-–")
        if len(kind) + 10 < len(title) < LONGEST:
            return kind, title
    return None


def fallback_title(
    lines: Sequence[PrintedLine], metadata: str | None, issuer: str | None
) -> tuple[str, str, PrintedLine | None] | None:
    """Kind, title and line of a paper whose title has no line for its kind.

    So has a paper whose line breaks were lost, and a news page with nothing but a heading.
    """
    for line in lines[:20]:
        if found := _run_in(line.text.strip(" *_#"), issuer):
            return *found, None
    for line in lines[:60]:
        text = line.text.strip(" *_#")
        for kind in CARRIED:
            if (
                text.lower().startswith(kind + " ")
                and 20 < len(text) < 400
                and text[-1] not in ".;:"
            ):
                return kind, text, line
    if metadata:
        for kind in CARRIED:
            if metadata.lower().startswith(kind + " "):
                return kind, metadata, None
    return None


_DATES = re.compile(
    r"ngày\s+\d{1,2}\s*(?:[/-]\s*\d{1,2}\s*[/-]\s*|tháng\s+\d{1,2}\s+năm\s+)\d{4}"
    r"|(?:số\s*:?\s*)?\d+\s*/\s*(?:20|19)\d\d\s*/\s*[\w-]+|\d{1,2}/\d{1,2}/\d{4}",
    re.IGNORECASE,
)
_SPAN = re.compile(r"((?:20|19)\d\d)\s*(?:[-–—]|đến(?:\s+năm)?|và)\s*((?:20|19)\d\d)")
_UNTIL = re.compile(r"đến(?:\s+hết)?\s+(?:năm|cuối năm)\s+((?:20|19)\d\d)", re.IGNORECASE)
_VISION = re.compile(rf"(?:,|;|và)?\s*(?:{pattern('form_words', 'vision')}).*", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\d/])(?:20|19)\d\d(?![\d/]|\s*/)")


def years_of(title: str, issued: int | None, goals: Sequence[int]) -> tuple[int, ...]:
    """The years a plan is for, from its title.

    Dates and numbers of other papers in the title do not count, nor does a vision ("tầm nhìn đến
    năm 2045"). "Đến năm 2030" runs from the year of issue. A title without a year: from the year
    of issue to the furthest year of its tables of goals.

    >>> years_of("Kế hoạch CCHC năm 2023", 2022, [])
    (2023,)
    >>> years_of("Kế hoạch giai đoạn 2021-2023, tầm nhìn đến năm 2045", 2021, [])
    (2021, 2022, 2023)
    >>> years_of("KẾ HOẠCH THỰC HIỆN CHỈ THỊ SỐ 36-CT/TU NGÀY 06/8/2024", 2024, [2025])
    (2024, 2025)
    """
    text = _DATES.sub(" ", title)
    text = _VISION.sub("", text)
    if span := _SPAN.search(text):
        first, last = int(span[1]), int(span[2])
        if first <= last <= first + 30:
            return tuple(range(first, last + 1))
    if until := _UNTIL.search(text):
        last = int(until[1])
        first = issued if issued and issued <= last else last
        return tuple(range(first, last + 1))
    if years := sorted({int(y) for y in _YEAR.findall(text)}):
        return tuple(years)
    if issued is None:
        return ()
    last = max((y for y in goals if issued <= y <= issued + 10), default=issued)
    return tuple(range(issued, last + 1))
