"""The reform field of a task: by the heading that names it, else by the words of the task.

Headings name a field of PAR INDEX (Bộ Nội vụ), an index or a part of one (PAPI, SIPAS, PCI), or
a criterion of PAR INDEX below its heading; the wordings are `corpora/fields.tsv` and
`field_criteria.tsv`. Where no heading does, a classifier reads the tasks of plans on
administrative reform, and of no others: a plan on another subject gets no field.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from corpora.fields import Field, criteria, fields
from corpora.tables import threshold
from extractor.labels import label_of
from extractor.text import key
from models.task import FieldMatch, Task

#: Below this probability the classifier states nothing.
BOUND = threshold("field.bound")

_PAR = "PARINDEX"
_INDICES = ("PAPI", "SIPAS", "PCI")
_INDEX = re.compile(r"^\s*chỉ số\s", re.IGNORECASE)
_AROUND = re.compile(r"^\s*đối với\s(?:các\s)?|\([^()]*\)", re.IGNORECASE)


def field_of(headings: Iterable[str]) -> FieldMatch | None:
    """The field the innermost of `headings` that names one names, or None.

    >>> field_of(["II. CẢI CÁCH THỂ CHẾ"]).code
    'PAR.2'
    >>> field_of(["I. Chỉ số PAPI", "Tri thức công dân"]).code
    'PAPI.1.1'
    >>> field_of(["Tri thức công dân"])
    """
    index: str | None = None
    found: str | None = None
    for heading in headings:
        for name in _names(heading):
            if index and (part := _parts(index).get(name)):
                found = part
            elif named := _par().get(name):
                index, found = None, named
            elif opened := _indices().get(name):
                index, found = opened, None if opened == _PAR else opened
            else:
                continue
            break
    return FieldMatch(found, "heading", 1.0) if found else None


@lru_cache(maxsize=4096)
def _names(heading: str) -> tuple[str, ...]:
    """The keys of a heading: without its label, and without what stands around its name."""
    label = label_of(heading)
    bare = label.rest if label else heading
    name = _AROUND.sub("", bare)
    return tuple(dict.fromkeys((key(bare), key(name), key(_INDEX.sub("", name)))))


def _wordings(known: Iterable[Field]) -> dict[str, str]:
    codes: dict[str, str] = {}
    for field in known:
        for wording in (field.name, *field.aliases):
            codes.setdefault(key(wording), field.code)
    return codes


@cache
def _par() -> dict[str, str]:
    """The fields of PAR INDEX by their wordings."""
    return _wordings(f for f in fields() if f.code.startswith("PAR.") and f.code.count(".") == 1)


@cache
def _indices() -> dict[str, str]:
    """The indices by their wordings."""
    return _wordings(field for field in fields() if field.code in (_PAR, *_INDICES))


@cache
def _parts(index: str) -> dict[str, str]:
    """The parts of an index by their wordings; of PAR INDEX the fields of its criteria."""
    if index == _PAR:
        return {key(c.text): c.code for c in criteria() if c.kind == "criterion"}
    return _wordings(field for field in fields() if field.code.startswith(f"{index}."))


def speaks_of_reform(text: str) -> bool:
    """Whether a title is about administrative reform.

    >>> speaks_of_reform("Kế hoạch CCHC năm 2024"), speaks_of_reform("Kế hoạch phát triển 5G")
    (True, False)
    """
    letters = key(text)
    return any(word in letters for word in _reform())


@cache
def _reform() -> tuple[str, ...]:
    return tuple(map(key, ("cải cách hành chính", "CCHC", "PAR INDEX")))


def _is_of_par(heading: str) -> bool:
    return any(_indices().get(name) == _PAR for name in _names(heading))


def fields_of_tasks(tasks: Sequence[Task], title: str | None) -> list[FieldMatch | None]:
    """The field of each task of a plan of this title, as far as one can be told.

    The headings above a task tell it, else its words, by the classifier: rows of one table under
    the same headings are read together, in order. A duty that repeats a row has the field of it.
    """
    reform = speaks_of_reform(title or "")
    done = [field_of((*task.group, task.subject or "")) for task in tasks]
    runs: dict[object, list[int]] = {}
    for at, task in enumerate(tasks):
        if done[at] is None and (reform or any(map(_is_of_par, task.group))):
            row = task.origin == "table"
            place = (task.appendix, task.provenance.table, task.group) if row else at
            runs.setdefault(place, []).append(at)
    rows = {task.id: at for at, task in enumerate(tasks) if task.same_as is None}
    for run in runs.values():
        for at, match in zip(run, _classified([tasks[at] for at in run]), strict=True):
            done[at] = match
    for at, task in enumerate(tasks):
        repeated = rows.get(task.same_as) if task.same_as else None
        field = done[at]
        if repeated is not None and not (field and field.by == "heading"):
            done[at] = done[repeated] or field
    return done


def _classified(tasks: Sequence[Task]) -> list[FieldMatch | None]:
    from extractor.language.field_model import fields_of

    texts = [
        " ".join(filter(None, (task.subject, task.description or task.product))) for task in tasks
    ]
    return [
        FieldMatch(code, "classifier", round(score, 2)) if text and score >= BOUND else None
        for text, (code, score) in zip(texts, fields_of(texts, ordered=True), strict=True)
    ]
