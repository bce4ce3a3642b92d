"""Running text as a spaCy pipeline: words, sentences, and what they name.

>>> doc = doc_of("Giao Sở Nội vụ báo cáo UBND tỉnh trước ngày 30/6/2024.", unit="vn-86")
>>> [(span.text, span.label_) for span in doc.spans[SPANS]]
... # doctest: +NORMALIZE_WHITESPACE
[('Sở Nội vụ', 'AGENCY'), ('UBND tỉnh', 'AGENCY'), ('trước ngày 30/6/2024', 'DEADLINE')]
>>> doc.spans[SPANS][0]._.agency.id
'vn-86/so-noi-vu'

The components go by the names `kehoach_sentences`, `kehoach_agencies`, `kehoach_deadlines`,
`kehoach_citations` and `kehoach_quantities`, each of use alone in any pipeline; importing this
module makes them known. What the words of a paper depend on (its unit, its day, its years) is
given by each text (`doc_of`), else by a component's config. Found things are kept in the Doc as
plain data, so that a Doc can be stored; the attributes of its spans give them their type:
`span._.agency`, `span._.deadline`, `span._.citation`, `span._.quantity`.

Importing this module loads spaCy (half a second): only where running text is read.
"""

import dataclasses
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

import msgspec
import numpy
import spacy
from spacy.attrs import IS_SPACE, LENGTH, SENT_START, SPACY
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import DummyTokenizer, registry
from spacy.vocab import Vocab

from extractor.context import Context
from extractor.language.agencies import find_agencies
from extractor.language.citations import Cited, read_citations
from extractor.language.deadlines import find_deadlines
from extractor.language.quantities import Quantity, read_quantities
from extractor.language.sentences import sentences
from extractor.language.words import words
from models.agency import AgencyMention
from models.deadline import Deadline

#: The group of spans that holds what was found, in the order of the text; they may overlap.
SPANS = "entities"
COMPONENTS = (
    "kehoach_sentences",
    "kehoach_agencies",
    "kehoach_deadlines",
    "kehoach_citations",
    "kehoach_quantities",
)
_CONTEXT, _TEXT = "kehoach.context", "kehoach.text"
_TYPES: dict[str, type] = {
    "agency": AgencyMention,
    "deadline": Deadline,
    "citation": Cited,
    "quantity": Quantity,
}


#: One thing found: its first and last character, and what it means.
Found = tuple[int, int, Any]


@cache
def pipeline() -> Language:
    """The whole pipeline; made once. Texts go in by `doc_of`, or as strings."""
    nlp = spacy.blank("vi", config={"nlp": {"tokenizer": {"@tokenizers": "kehoach.words.v1"}}})
    for name in COMPONENTS:
        nlp.add_pipe(name)
    return nlp


def doc_of(
    text: str,
    unit: str | None = None,
    on: date | None = None,
    years: Sequence[int] = (),
) -> Doc:
    """One section of a paper, read; its words are those of the text in NFC.

    `unit` is the unit of the paper (`vn-86`), `on` its day, `years` those the plan is for.
    """
    nlp = pipeline()
    doc = nlp.make_doc(unicodedata.normalize("NFC", text))
    doc.user_data[_CONTEXT] = msgspec.to_builtins(Context(unit, on, tuple(years)))
    return nlp(doc)


class Words(DummyTokenizer):
    """A tokenizer by underthesea's words: `doc.text` is the text given, to the character."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        printed: list[str] = []
        spaces: list[bool] = []
        at = 0
        for start, end in [*words(text), (len(text), len(text))]:
            blank = text[at:start]
            if blank:
                if printed and blank[0] == " ":
                    spaces[-1] = True
                    blank = blank[1:]
                if blank:
                    printed.append(blank)
                    spaces.append(False)
            if end > start:
                printed.append(text[start:end])
                spaces.append(False)
            at = end
        return Doc(self.vocab, words=printed, spaces=spaces, user_data={_TEXT: text})

    def __reduce__(self) -> tuple[type["Words"], tuple[Vocab]]:
        return Words, (self.vocab,)


@registry.tokenizers("kehoach.words.v1")  # type: ignore[untyped-decorator]
def _tokenizer() -> Callable[[Language], Words]:
    return lambda nlp: Words(nlp.vocab)


@Language.component("kehoach_sentences", assigns=["token.is_sent_start"])
def mark_sentences(doc: Doc) -> Doc:
    """Sets where sentences begin; white space belongs to the sentence before it."""
    if not len(doc):
        return doc
    lengths, spaced, blank = doc.to_array([LENGTH, SPACY, IS_SPACE]).astype("int64").T
    ends = numpy.cumsum(lengths + spaced) - spaced
    printed = numpy.flatnonzero(blank == 0)
    places = list(zip((ends - lengths)[printed].tolist(), ends[printed].tolist(), strict=True))
    starts = numpy.full(len(doc), -1, dtype="int64")
    starts[printed[sentences(_text(doc), places)]] = 1
    starts[0] = 1
    doc.from_array([SENT_START], starts.astype("uint64").reshape(-1, 1))  # type: ignore[arg-type]
    return doc


def _text(doc: Doc) -> str:
    """The text of a Doc, which spaCy would put together anew from its tokens each time."""
    text: str | None = doc.user_data.get(_TEXT)
    return doc.text if text is None else text


class Finder:
    """A component that finds things of one kind and adds them to the spans of a Doc."""

    def __init__(
        self, name: str, find: Callable[[Doc, Context], Iterator[Found]], context: Context
    ) -> None:
        self._name = name
        self._find = find
        self._frame = context

    def __call__(self, doc: Doc) -> Doc:
        given = doc.user_data.get(_CONTEXT)
        context = msgspec.convert(given, Context) if given else self._frame
        found = list(doc.spans[SPANS]) if SPANS in doc.spans else []
        label = self._name.upper()
        for start, end, meaning in self._find(doc, context):
            span = doc.char_span(start, end, label=label, alignment_mode="expand")
            if span is not None:
                doc.user_data[_key(self._name, span)] = msgspec.to_builtins(meaning)
                found.append(span)
        doc.spans[SPANS] = sorted(found, key=lambda span: (span.start, -span.end, span.label_))
        return doc


def _key(name: str, span: Span) -> str:
    return f"kehoach.{name}.{span.start_char}.{span.end_char}"


def _attribute(name: str, kind: type) -> None:
    def meaning(span: Span) -> Any:
        found = span.doc.user_data.get(_key(name, span))
        return None if found is None else msgspec.convert(found, kind)

    Span.set_extension(name, getter=meaning, force=True)


for _name, _kind in _TYPES.items():
    _attribute(_name, _kind)


def _agencies(doc: Doc, context: Context) -> Iterator[Found]:
    for mention in find_agencies(_text(doc), context.unit, context.on):
        assert mention.span
        start, end = mention.span
        if doc.char_span(start, end) is not None:
            yield start, end, mention
            continue
        # "các địa phương ban hành": the name went on into the next word.
        whole = doc.char_span(start, end, alignment_mode="expand")
        last = whole[-1].idx if whole else end
        shorter = find_agencies(_text(doc)[start:last], context.unit, context.on)
        for found in shorter or (mention,):
            first, after = found.span if shorter and found.span else (0, end - start)
            yield (
                start + first,
                start + after,
                dataclasses.replace(found, span=(start + first, start + after)),
            )


def _deadlines(doc: Doc, context: Context) -> Iterator[Found]:
    yield from find_deadlines(_text(doc), context.years, context.on)


def _citations(doc: Doc, context: Context) -> Iterator[Found]:
    for cited in read_citations(_text(doc)):
        yield *cited.span, cited


def _quantities(doc: Doc, context: Context) -> Iterator[Found]:
    for quantity in read_quantities(_text(doc)):
        yield *quantity.span, quantity


def _register(component: str, kind: str, find: Callable[[Doc, Context], Iterator[Found]]) -> None:
    def make(
        nlp: Language, name: str, unit: str | None, on: str | None, years: list[int]
    ) -> Finder:
        day = date.fromisoformat(on) if on else None
        return Finder(kind, find, Context(unit, day, tuple(years)))

    Language.factory(component, default_config={"unit": None, "on": None, "years": []}, func=make)


_register("kehoach_agencies", "agency", _agencies)
_register("kehoach_deadlines", "deadline", _deadlines)
_register("kehoach_citations", "citation", _citations)
_register("kehoach_quantities", "quantity", _quantities)
