"""Who signed, and who was sent the paper (Nghị định 30/2020/NĐ-CP, appendix I, parts 7 and 9)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpora.wordings import pattern
from extractor.labels import AUTHORITY, BULLETS
from extractor.layout import Cell
from extractor.structure.lines import PrintedLine

_POSITION = re.compile(rf"\s*(?:{AUTHORITY}|(?:{pattern('form_words', 'post')})\b)")
_DEGREE = re.compile(
    rf"\s*(?:(?:{pattern('form_words', 'degree')})\.?|{pattern('form_words', 'rank')})\s*"
)
_RECIPIENTS = re.compile(rf"\s*(?:{pattern('form_words', 'recipients')})\s*:?\s*", re.IGNORECASE)
_ITEM = re.compile(rf"\s*[{re.escape(BULLETS)}]\s*\S")
_APPENDIX = re.compile(rf"\s*(?:{pattern('form_words', 'appendix')})\b")
#: A position at the end of a line of the recipients beside it, where a table lost its columns.
_BESIDE = re.compile(
    rf"(?<=[;.,:])\s+(?P<position>(?:{AUTHORITY}|(?:{pattern('form_words', 'post')})\b)[^;]*)$"
)
_SIGNED = re.compile(rf"\(?\s*(?:{pattern('form_words', 'signed')})\b|\[|\(", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Signature:
    """The signer's name, the position as printed, and the lines both were read from."""

    name: str | None
    position: str | None
    lines: tuple[PrintedLine, ...]


def is_name(text: str) -> bool:
    """Whether a line is nothing but a person's name, with or without rank or degree.

    >>> is_name("Nguyễn Thị Quyên Thanh"), is_name("TS. Lê Văn An"), is_name("Sở Nội vụ")
    (True, True, False)
    """
    while found := _DEGREE.match(text):
        text = text[found.end() :]
    words = text.replace(",", " ").split()
    return 2 <= len(words) <= 6 and all(_is_name_word(word) for word in words)


def _is_name_word(word: str) -> bool:
    return word.isalpha() and word[0].isupper() and (len(word) == 1 or word[1:].islower())


def name_behind(text: str) -> tuple[str, str] | None:
    """Position and name of a line that holds both: capitals first, then a name.

    >>> name_behind("KT. CHỦ TỊCH PHÓ CHỦ TỊCH Lê Văn An")
    ('KT. CHỦ TỊCH PHÓ CHỦ TỊCH', 'Lê Văn An')
    """
    words = text.split()
    for count in range(2, 7):
        name = words[-count:]
        position = words[:-count]
        if position and is_name(" ".join(name)) and position[-1].isupper():
            return " ".join(position), " ".join(name)
    return None


def signature_of(lines: Sequence[PrintedLine]) -> Signature | None:
    """The first signature block among `lines`: positions in capitals, then a name.

    Where no name follows (a draft), the first block beside a list of recipients or above an
    appendix.
    """
    nameless: Signature | None = None
    for start, line in enumerate(lines):
        if found := _beside(lines, start):
            return found
        if not is_position(line.text) or (start and _joined(lines[start - 1], line)):
            continue
        found = _block(*_gather(lines, start))
        if found and found.name:
            return found
        if found and nameless is None and _ends_paper(lines, start, found):
            nameless = found
    return nameless


#: How many lines a signature block may take, with its remarks, and a list of recipients.
_BLOCK, _LIST = 10, 40


def _beside(lines: Sequence[PrintedLine], start: int) -> Signature | None:
    """The signature beside "Nơi nhận" whose position ran into the line of the recipients."""
    line = lines[start]
    found = _BESIDE.search(line.text) if _RECIPIENTS.match(line.text) else None
    if found is None or not found["position"].isupper():
        return None
    position, used = " ".join(found["position"].split()), [line]
    for other in lines[start + 1 : start + _LIST]:
        if other.column >= line.column and is_name(other.text):
            return Signature(other.text, position, (*used, other))
        if other.column == line.column and is_position(other.text) and other.text.isupper():
            position, used = f"{position} {other.text}", [*used, other]
    return None


def _gather(
    lines: Sequence[PrintedLine], start: int
) -> tuple[list[PrintedLine], PrintedLine | None]:
    """The lines of a position that starts at `start`, and the line of the name below, if any."""
    block = [lines[start]]
    if name_behind(lines[start].text):
        return block, None
    boxed = isinstance(lines[start].owner, Cell)
    for following in lines[start + 1 : start + _BLOCK]:
        turned = following.place.page != block[-1].place.page
        if boxed and turned and _ITEM.match(following.text):
            continue  # the end of the recipients, which stood beside the name
        over = turned and is_name(following.text)
        if _APPENDIX.match(following.text) or (
            boxed > isinstance(following.owner, Cell) and not over
        ):
            break
        if is_name(following.text) and not following.text.isupper():
            return block, following
        if is_position(following.text) or _capitals(following.text):
            block.append(following)
            if name_behind(following.text):
                break
        elif not _SIGNED.match(following.text):
            break
    return block, None


def _joined(before: PrintedLine, line: PrintedLine) -> bool:
    """Whether `line` only goes on with the position in the line before."""
    return is_position(before.text) and before.column == line.column and before.text.isupper()


def is_position(text: str) -> bool:
    """Whether a line opens a signature block: an authority mark or a post, in capitals."""
    if len(text) > 160 or not _POSITION.match(text):
        return False
    words = list(re.findall(r"[^\W\d_]{2,}", text))
    return bool(words) and words[0].isupper()


def _capitals(text: str) -> bool:
    return len(text) < 80 and text.isupper() and not any(c.isdigit() for c in text)


def _block(lines: list[PrintedLine], name: PrintedLine | None) -> Signature | None:
    position = " ".join(" ".join(line.text.split()) for line in lines)
    if name is not None:
        return Signature(" ".join(name.text.split()), position, (*lines, name))
    if together := name_behind(position):
        return Signature(together[1], together[0], tuple(lines))
    if not position.isupper():
        return None
    return Signature(None, position, tuple(lines))


def _ends_paper(lines: Sequence[PrintedLine], start: int, found: Signature) -> bool:
    """Whether a block without a name stands beside recipients, or right before an appendix."""
    below = lines[start + len(found.lines) : start + len(found.lines) + 1]
    if any(_APPENDIX.match(line.text) for line in below):
        return True
    window = lines[max(0, start - 30) : start + 30]
    return any(_RECIPIENTS.match(line.text) for line in window)


def recipients_of(lines: Sequence[PrintedLine]) -> tuple[tuple[str, ...], tuple[PrintedLine, ...]]:
    """The items under "Nơi nhận" and the lines they stand in, the heading included."""
    for index, line in enumerate(lines):
        found = _RECIPIENTS.match(line.text)
        if not found or (len(line.text) > 400 and not _ITEM.match(line.text[found.end() :])):
            continue
        beside = _BESIDE.search(line.text)
        end = beside.start() if beside and beside["position"].isupper() else None
        rest = line.text[found.end() : end].strip()
        items = [i for i in re.split(r"(?:^|(?<=;)|(?<=\.))\s*[-–]\s+", rest) if i.strip()]
        used = [line]
        for following in lines[index + 1 :]:
            boxed = isinstance(line.owner, Cell)
            if boxed and following.block == line.block and following.column != line.column:
                continue  # beside the list, which may go on on the next page
            turned = following.place.page != line.place.page and _ITEM.match(following.text)
            if boxed and following.block != line.block and not turned:
                break
            if following.column != line.column or is_position(following.text):
                break
            if _ITEM.match(following.text):
                items.append(following.text.strip())
            elif (items and following.owner is line.owner) or (
                items and following.text[0].islower()
            ):
                items[-1] += " " + following.text.strip()
            else:
                break
            used.append(following)
        clean = tuple(item.lstrip(BULLETS + " ").rstrip(" ;.,") for item in items)
        return clean, tuple(used)
    return (), ()
