"""The words of texts that stand together, and the cues among them: what sentences are told by."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from corpora.tables import threshold
from corpora.wordings import wordings
from extractor.text import small
from models.agency import AgencyMention

#: Reads the bodies named in a text.
Read = Callable[[str], tuple[AgencyMention, ...]]
Order = Literal["order", "request"]

#: The share of a text's letters that must be names of bodies for it to name nothing else.
COVERED = threshold("duty.covered")


@cache
def _members() -> frozenset[str]:
    """First words of names of bodies, as the members of a set are called."""
    return frozenset(word.removeprefix("các ") for word in wordings("duty_words", "organ"))


_LETTERS = re.compile(r"[^\W_]")
_BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Doer:
    """The bodies that are to do something, as printed, and the word after their name."""

    text: str
    agencies: tuple[AgencyMention, ...]
    end: int
    order: Order | None = None
    #: Whether the text ends with them: "… (do Sở Y tế thực hiện)".
    last: bool = False


class Passage:
    """Texts that stand together, in one Doc, a line each; `read` reads the bodies in them."""

    def __init__(self, texts: Sequence[str], read: Read) -> None:
        from extractor.language.pipeline import marked  # here: it loads spaCy

        self.read = read
        self._text = "\n".join(texts)
        doc, cues = marked(self._text)
        # What is asked of a word ten times over is kept: spaCy makes a Token for each question.
        self.starts: list[int] = doc.to_array("IDX").tolist()
        lengths: list[int] = doc.to_array("LENGTH").tolist()
        self.words = [self._text[a : a + n] for a, n in zip(self.starts, lengths, strict=True)]
        self._cues: dict[int, dict[str, int]] = {}
        for label, start, end in cues:
            ends = self._cues.setdefault(start, {})
            ends[label] = max(end, ends.get(label, 0))
        self._cued = sorted(self._cues)

    def cue(self, at: int, *labels: str) -> int | None:
        """Where the longest cue of these labels ends that begins with word `at`."""
        ends = self._cues.get(at)
        found = [ends[label] for label in labels if label in ends] if ends else None
        return max(found) if found else None

    def cues(self, start: int, stop: int, *labels: str) -> Iterator[tuple[int, int]]:
        """First and last word of such cues in a stretch, from left to right, none in another."""
        first, last = bisect_left(self._cued, start), bisect_left(self._cued, stop)
        for at in self._cued[first:last]:
            if at >= start and (end := self.cue(at, *labels)) is not None:
                yield at, end
                start = end

    def at(self, start: int, characters: int) -> int:
        """The word after so many characters from word `start`."""
        return bisect_left(self.starts, self.starts[start] + characters)

    def text(self, start: int, end: int) -> str:
        """The words of a stretch as printed."""
        words = self.words[start:end]
        if not words:
            return ""
        last = start + len(words) - 1
        return self._text[self.starts[start] : self.starts[last] + len(words[-1])]

    def body(self, at: int, *labels: str) -> int | None:
        """Where the first word of a body's own name ends that begins at a word, past "các"."""
        end = self.cue(at, "organ", *labels)
        if end is None and self.text(at, at + 1).lower() in ("các", "mỗi"):
            end = self.cue(at + 1, "organ", *labels)
        return end

    def is_organ(self, at: int, stop: int, *labels: str) -> bool:
        """Whether words begin like a body's own name, and go on: "Sở …", "các Chi cục …"."""
        end = self.body(at, *labels)
        if end is None or end >= stop:
            return False
        several = self.words[at].lower() in ("các", "mỗi")
        if self.words[end] == ",":  # "các sở, ban", "Bộ, ngành"
            return several or self.cue(end + 1, "organ", "collective") is not None
        return self.words[end][0].isalnum()

    def bodies_in(
        self, start: int, text: str, *, unknown: bool = False
    ) -> tuple[AgencyMention, ...]:
        """The bodies in the text at word `start`, where it names nothing else; else none.

        >>> from extractor.language.agencies import read_agencies
        >>> texts = ["Sở Y tế, Sở Nội vụ", "Cải cách thể chế"]
        >>> passage = Passage(texts, lambda text: read_agencies(text, "vn-86"))
        >>> [agency.text for agency in passage.bodies_in(0, texts[0])]
        ['Sở Y tế', 'Sở Nội vụ']
        >>> passage.bodies_in(passage.at(0, len(texts[0]) + 1), texts[1])
        ()
        """
        agencies = self.read(text)
        several = text[:4].lower() == "các "  # "Các viện, trung tâm, khoa, phòng"
        known = [
            agency
            for agency in agencies
            if self._is_known(agency, start, unknown)
            or (several and small(agency.text) in _members())
            # "Phòng Bưu chính, Viễn thông": the rest of a name that is not known
            or (
                unknown
                and agency is not agencies[0]
                and agencies[0].kind == "unknown" == agency.kind
                and agency.text[0].isupper()
            )
        ]
        if not known or known[0] is not agencies[0] or (agencies[0].span or (0, 0))[0] > 2:
            return ()
        named = sum(len(_LETTERS.findall(agency.text)) for agency in known)
        whole = len(_LETTERS.findall(_BRACKETS.sub("", text)))
        return agencies if named >= COVERED * whole else ()

    def _is_known(self, agency: AgencyMention, start: int, unknown: bool) -> bool:
        """Whether a mention is a body: known, or worded like one; "các bước giám sát" are none."""
        if agency.id or agency.members:
            return True
        first, last = agency.span or (0, 0)
        at, end = self.at(start, first), self.at(start, last)
        if agency.kind == "group":
            named = self.body(at, "post", "person", "collective")
            return named is not None and named <= end
        return unknown and self.is_organ(at, end)

    def is_body(self, at: int, stop: int) -> bool:
        """Whether words begin like what may be told to do something: a body, a post, persons."""
        return self.is_organ(at, stop, "post", "person", "collective")
