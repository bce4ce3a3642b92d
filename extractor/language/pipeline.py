"""Running text as a spaCy pipeline: its words, the wordings that lead it, and what it names.

>>> from extractor.language import pipeline
>>> doc = pipeline.read("Giao Sở Nội vụ báo cáo UBND tỉnh trước ngày 30/6/2024.", unit="vn-86")
>>> [(span.text, span.label_) for span in doc.spans[pipeline.ENTITIES]]
... # doctest: +NORMALIZE_WHITESPACE
[('Sở Nội vụ', 'AGENCY'), ('UBND tỉnh', 'AGENCY'), ('trước ngày 30/6/2024', 'DEADLINE')]
>>> doc.spans[pipeline.ENTITIES][0]._.agency.id
'vn-86/so-noi-vu'
>>> [(span.text, span.label_) for span in doc.spans[pipeline.CUES] if span.label_ == "order"]
[('Giao', 'order')]

A word's NORM is its key (`extractor.text.fold`): "HOÀ" and "hòa" are one. Over it a PhraseMatcher
marks the names of bodies and the wordings of `corpora` by their classes (`CUES`): all that duties
are told by. The components `kehoach_agencies`, `kehoach_deadlines`, `kehoach_citations` and
`kehoach_quantities` add what the text names (`ENTITIES`); each is of use alone in any pipeline.
What the words of a paper depend on (its unit, its day, its years) comes with a text (`read`), else
from a component's config. Found things are kept in the Doc as plain data, so that a Doc can be
stored; the attributes of its spans give them their type: `span._.agency`, `span._.deadline`,
`span._.citation`, `span._.quantity`.

Importing this module loads spaCy (most of a second): only where running text is read.
"""

import importlib
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cache, lru_cache
from types import ModuleType
from typing import Any

import msgspec

from corpora import agencies, collectives
from corpora.tables import rows
from corpora.wordings import openers, wordings
from extractor.context import Context
from extractor.language.agencies import find_agencies
from extractor.language.citations import Cited, read_citations
from extractor.language.deadlines import find_deadlines
from extractor.language.quantities import Quantity, read_quantities
from extractor.text import fold
from models.agency import AgencyMention
from models.deadline import Deadline


@contextmanager
def _without_commands() -> Iterator[None]:
    """Leaves out spaCy's commands while it loads: downloads, HTTP, templates, 365 modules.

    They take a third of its time and 18 MB of each reader, and have no business where foreign
    files are read. Whoever asks for them later gets them.
    """
    stubs = {name: ModuleType(name) for name in ("spacy.cli", "spacy.cli.info")}
    vars(stubs["spacy.cli.info"])["info"] = lambda *args, **options: importlib.import_module(
        "spacy.cli.info"
    ).info(*args, **options)
    left_out = {} if "spacy" in sys.modules else stubs
    sys.modules.update(left_out)
    try:
        yield
    finally:
        for name in left_out:
            sys.modules.pop(name, None)


with _without_commands():
    import spacy
    from spacy.attrs import NORM, ORTH
    from spacy.language import Language
    from spacy.matcher import PhraseMatcher
    from spacy.tokenizer import Tokenizer
    from spacy.tokens import Doc, Span
    from spacy.util import registry
    from spacy.vocab import Vocab

#: The groups of spans of a Doc: what leads and ends its sentences, and what it names; they overlap.
CUES, ENTITIES = "cues", "entities"
CUE_COMPONENT = "kehoach_cues"
COMPONENTS = ("kehoach_agencies", "kehoach_deadlines", "kehoach_citations", "kehoach_quantities")
_CONTEXT = "kehoach.context"

#: One thing found: its first and last character, and what it means.
Found = tuple[int, int, Any]


@cache
def pipeline() -> Language:
    """The whole pipeline; made once. Texts go in by `read`, or as strings."""
    nlp = spacy.blank("vi", config={"nlp": {"tokenizer": {"@tokenizers": "kehoach.words.v1"}}})
    nlp.max_length = sys.maxsize  # no parser takes memory by the length here
    for name in (CUE_COMPONENT, *COMPONENTS):
        nlp.add_pipe(name)
    return nlp


@cache
def _matcher(vocab: Vocab) -> PhraseMatcher:
    """Knows the wordings by their classes, whatever their letters and wherever their tones."""
    make_doc, found = _tokenizer(vocab), defaultdict(list)
    for label, words in _wordings():
        found[label].append(make_doc(words))
    matcher = PhraseMatcher(vocab, attr="NORM")
    for label, docs in found.items():
        matcher.add(label, docs)
    return matcher


def _wordings() -> Iterator[tuple[str, str]]:
    """What is marked: wordings of duties, verbs of tasks, what bodies are called, stops."""
    for row in rows("duty_words"):
        for words in wordings("duty_words", row["class"]):
            yield row["class"], words
    yield from (("task", words) for words, roles in openers().items() if "task" in roles)
    yield from (("post", words) for words in wordings("agency_words", "post"))
    yield from (("collective", noun) for noun in collectives.nouns())
    for role in agencies.roles().values():
        yield from (("name", words) for words in (role.name, *role.aliases))
    yield from (("stop", mark) for mark in ".:")


def read(
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


#: A cue: its class, its first word, and the word after it.
Cue = tuple[str, int, int]


def marked(text: str) -> tuple[Doc, list[Cue]]:
    """The words of a text with its cues alone: what duties are read from.

    It makes no Language of them, whose settings take as long to check as a plan to be read.
    """
    doc = _words()(text)
    return doc, _cues(doc)


@cache
def _words() -> Tokenizer:
    return _tokenizer(Vocab(lex_attr_getters={NORM: fold}))


def _cues(doc: Doc) -> list[Cue]:
    names = doc.vocab.strings
    return [(names[label], start, end) for label, start, end in _matcher(doc.vocab)(doc)]


@Language.component(CUE_COMPONENT)
def _with_cues(doc: Doc) -> Doc:
    doc.spans[CUES] = sorted(Span(doc, start, end, label) for label, start, end in _cues(doc))
    return doc


#: How many words of a text are looked at for the class of its first one.
_FIRST_WORDS = 6


@lru_cache(maxsize=4096)
def first_class(text: str) -> str:
    """The class of the first word of a text by underthesea: N a noun, V a verb, L a quantifier …

    It is asked for behind "cần" (needs to): where both could stand, a verb does.

    >>> first_class("Việc chấp hành quy định"), first_class("Kết nối dữ liệu")
    ('N', 'V')
    """
    from underthesea import pos_tag  # here: most texts open with a verb that is known

    words = " ".join(text.split()[:_FIRST_WORDS])
    tagged = pos_tag(f"cần {words[:1].lower()}{words[1:]}")
    return str(tagged[1][1]) if len(tagged) > 1 else ""


#: Marks are words of their own, but not those inside a number or a date: "4.34", "30/6/2024".
_MARK = re.compile(r"(?<![0-9])[^\w\s]|[^\w\s](?![0-9])")
_FIRST, _LAST = re.compile(rf"^(?:{_MARK.pattern})"), re.compile(rf"(?:{_MARK.pattern})$")


class _Ending:
    """Looks for the mark at the end of a word, not all through it: it may be a long run of marks.

    spaCy keeps its `pattern` where a pipeline is stored.
    """

    pattern = _LAST.pattern

    def search(self, word: str) -> re.Match[str] | None:
        return _LAST.search(word, len(word) - 1)


@registry.tokenizers("kehoach.words.v1")  # type: ignore[untyped-decorator]
def _tokenizers() -> Callable[[Language], Tokenizer]:
    def make(nlp: Language) -> Tokenizer:
        nlp.vocab.lex_attr_getters[NORM] = fold  # type: ignore[attr-defined]
        return _tokenizer(nlp.vocab)

    return make


def _tokenizer(vocab: Vocab) -> Tokenizer:
    """spaCy's own tokenizer by blanks and marks; `doc.text` is the text given, to the character."""
    dotted = {w for row in rows("dotted") for w in (row["word"], row["word"].upper())}
    rules = {word: [{ORTH: word}] for word in dotted | {word.capitalize() for word in dotted}}
    return Tokenizer(
        vocab, rules, _FIRST.search, _Ending().search, _MARK.finditer, token_match=None
    )


class Finder:
    """A component that finds things of one kind and adds them to the entities of a Doc."""

    def __init__(
        self, name: str, find: Callable[[str, Context], Iterator[Found]], context: Context
    ) -> None:
        self._name = name
        self._find = find
        self._frame = context

    def __call__(self, doc: Doc) -> Doc:
        given = doc.user_data.get(_CONTEXT)
        context = msgspec.convert(given, Context) if given else self._frame
        found = list(doc.spans[ENTITIES]) if ENTITIES in doc.spans else []
        label = self._name.upper()
        for start, end, meaning in self._find(doc.text, context):
            span = doc.char_span(start, end, label=label, alignment_mode="expand")
            if span is not None:
                doc.user_data[_key(self._name, span)] = msgspec.to_builtins(meaning)
                found.append(span)
        doc.spans[ENTITIES] = sorted(found, key=lambda span: (span.start, -span.end, span.label_))
        return doc


def _key(name: str, span: Span) -> str:
    return f"kehoach.{name}.{span.start_char}.{span.end_char}"


def _agencies(text: str, context: Context) -> Iterator[Found]:
    for mention in find_agencies(text, context.unit, context.on):
        assert mention.span
        yield *mention.span, mention


def _deadlines(text: str, context: Context) -> Iterator[Found]:
    yield from find_deadlines(text, context.years, context.on)


def _citations(text: str, context: Context) -> Iterator[Found]:
    for cited in read_citations(text):
        yield *cited.span, cited


def _quantities(text: str, context: Context) -> Iterator[Found]:
    for quantity in read_quantities(text):
        yield *quantity.span, quantity


def _register(
    component: str, kind: str, meant: type, find: Callable[[str, Context], Iterator[Found]]
) -> None:
    """Makes a component known to spaCy, and what its spans mean as an attribute of theirs."""

    def make(
        nlp: Language, name: str, unit: str | None, on: str | None, years: list[int]
    ) -> Finder:
        day = date.fromisoformat(on) if on else None
        return Finder(kind, find, Context(unit, day, tuple(years)))

    def meaning(span: Span) -> Any:
        found = span.doc.user_data.get(_key(kind, span))
        return None if found is None else msgspec.convert(found, meant)

    Language.factory(component, default_config={"unit": None, "on": None, "years": []}, func=make)
    Span.set_extension(kind, getter=meaning, force=True)


_register("kehoach_agencies", "agency", AgencyMention, _agencies)
_register("kehoach_deadlines", "deadline", Deadline, _deadlines)
_register("kehoach_citations", "citation", Cited, _citations)
_register("kehoach_quantities", "quantity", Quantity, _quantities)
