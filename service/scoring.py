"""How right a plan is, measured against a gold annotation made by hand.

Rows are aligned first by equal words, then by likeness, and compared field by field after white
space is folded; a full stop at the very end does not count, case does. A row is right when each of
its fields is. The fields of the document are compared without regard to case, which letterheads
and titles print as they like.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from extractor.labels import label_of
from extractor.text import toneless

Row = Mapping[str, Any]

#: Two rows are the same row when their words are more alike than this.
ALIKE = 0.9
#: How many rows, the nearest first, are tried for a likeness.
NEAR = 40

_SPACE = re.compile(r"\s+")
_SPACE_BEFORE_MARK = re.compile(r"\s+([,;.:])")
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of rows: the fields compared, and those whose words say which row it is.

    Of rows of equal words those of the same `scope` are paired first, then those of the same `tie`.
    """

    fields: str
    words: str
    scope: str
    tie: str

    def words_of(self, row: Row) -> str:
        """What says which row it is; where that is blank, its product."""
        words = (as_said(row.get(name)) for name in self.words.split())
        return " ".join(filter(None, words)) or as_said(row.get("product"))

    def names_of(self, rows: Sequence[Row]) -> list[str]:
        """A name for each row that people can find it by; rows that read alike are counted."""
        seen: Counter[str] = Counter()
        names = []
        for row in rows:
            parts = (
                as_said(row.get("appendix")),
                as_said(row.get("ordinal")),
                self.words_of(row)[:70],
            )
            name = " · ".join(filter(None, parts))
            seen[name] += 1
            names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
        return names


TASKS = Kind(
    "ordinal task lead coordinating product subject target deadline note appendix group",
    words="subject target task",
    scope="appendix",
    tie="group",
)
TARGETS = Kind(
    "ordinal indicator value year baseline baseline_year rank",
    words="indicator",
    scope="ordinal",
    tie="ordinal",
)
GOALS = Kind(
    "text indicator comparator value unit year", words="text indicator", scope="year", tie="unit"
)
DUTIES = Kind("task", words="task", scope="task", tie="task")

#: Fields of tasks that are compared even where no gold row has one: an invented value must show.
ALWAYS = frozenset({"ordinal", "task", "deadline"})
DOCUMENT_FIELDS = ("number", "issued_on", "kind", "title", "issuer", "signer", "place", "years")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a list of gold rows.

    `wrong` gives the wrong fields of each row that was found but is not right, `lost` the rows
    that were not found, `invented` the rows that are not in the gold; all by name. `right` counts
    the right values of each field among the `matched` rows.
    """

    gold: int = 0
    predicted: int = 0
    matched: int = 0
    right: dict[str, int] = field(default_factory=dict)
    wrong: dict[str, list[str]] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.matched / self.gold if self.gold else 1.0

    @property
    def precision(self) -> float:
        if self.predicted:
            return self.matched / self.predicted
        return 0.0 if self.gold else 1.0

    @property
    def f1(self) -> float:
        both = self.gold + self.predicted
        return 2 * self.matched / both if both else 1.0

    @property
    def row(self) -> float:
        """The share of gold rows of which every field is right."""
        return (self.matched - len(self.wrong)) / self.gold if self.gold else 1.0

    def share(self, name: str) -> float:
        """The share of matched rows whose field `name` is right."""
        return self.right[name] / self.matched if self.matched else 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """A document against its gold; `document` says of each field whether it is right.

    `tasks` and `targets` are those of tables, `goals` and `duties` those of running text: of a
    gold that names duties by agency, those under an agency's own heading; else the narrative ones.
    """

    tasks: Outcome
    targets: Outcome
    document: dict[str, bool]
    goals: Outcome = field(default_factory=Outcome)
    duties: Outcome = field(default_factory=Outcome)


def as_said(value: Any) -> str:
    """The words of a value: white space folded, marks at the very end taken away.

    >>> as_said({"text": "Sở\\u00a0Nội vụ ."}), as_said(["I. A", "1. B"]), as_said(None)
    ('Sở Nội vụ', 'I. A / 1. B', '')
    """
    if isinstance(value, Mapping):
        value = value.get("text")
    if isinstance(value, list | tuple):
        value = " / ".join(map(as_said, value))
    if isinstance(value, float):
        value = f"{value:g}"
    text = unicodedata.normalize("NFC", "" if value is None else str(value))
    text = _SPACE.sub(" ", text.replace("\u00ad", "")).strip()
    return _SPACE_BEFORE_MARK.sub(r"\1", text).rstrip(" .;,:")


def field_of(name: str, row: Row) -> str:
    """The field `name` of a row as it is compared: headings by their words, ordinals bare."""
    text = as_said(row.get(name))
    if name == "ordinal":
        return text.rstrip(".)").strip()
    if name in ("appendix", "group"):
        return _NOT_WORDS.sub(" ", text).strip().lower()
    return text


def score(plan: Mapping[str, Any], gold: Mapping[str, Any]) -> Score:
    """The score of a plan (contract JSON) against a gold annotation."""
    tasks = [{**t, "task": t["description"]} for t in plan["tasks"] if t["origin"] == "table"]
    compared = [
        name
        for name in TASKS.fields.split()
        if name in ALWAYS or any(row.get(name) for row in gold["tasks"])
    ]
    aims = gold.get("targets", ())
    targets = [target for target in aims if "ordinal" in target]
    in_tables = [t for t in plan["targets"] if t["provenance"].get("table") is not None]
    return Score(
        outcome(TASKS, tasks, gold["tasks"], compared),
        # without any in the gold there is nothing to hold them against
        outcome(TARGETS, in_tables if targets else [], targets),
        compare_documents(plan, gold["document"]),
        outcome(
            GOALS,
            [t for t in plan["targets"] if t["provenance"].get("table") is None],
            [target for target in aims if "ordinal" not in target],
        ),
        outcome(DUTIES, *_duties(plan, gold)),
    )


def _duties(plan: Mapping[str, Any], gold: Mapping[str, Any]) -> tuple[list[Row], list[Row]]:
    """The duties of running text that were found, and those that the gold has.

    The gold names the duties of one part of a plan; what was found elsewhere is left out.
    """
    wanted: list[Row] = [
        {"task": label.rest if (label := label_of(item)) else item}
        for entry in gold.get("responsibilities", ())
        for item in entry["items"]
    ]
    origin = "assignment" if wanted else "narrative"
    wanted = wanted or [{"task": row["task"]} for row in gold.get("narrative_tasks", ())]
    texts = {as_said(row["task"]) for row in wanted}
    found: list[Row] = [
        {"task": task["description"], "part": task["group"][:1]}
        for task in plan["tasks"]
        if task["origin"] == origin
    ]
    parts = [row["part"] for row in found if as_said(row["task"]) in texts]
    return [row for row in found if row["part"] in parts], wanted


def outcome(
    kind: Kind, found: Sequence[Row], wanted: Sequence[Row], fields: Sequence[str] = ()
) -> Outcome:
    """What became of the rows `wanted` of a kind, in its `fields` or all."""
    fields = fields or kind.fields.split()
    pairs = align(kind, found, wanted)
    names, spare = kind.names_of(wanted), kind.names_of(found)
    right = dict.fromkeys(fields, 0)
    wrong: dict[str, list[str]] = {}
    for g, p in sorted(pairs.items()):
        bad = [name for name in fields if field_of(name, found[p]) != field_of(name, wanted[g])]
        for name in fields:
            right[name] += name not in bad
        if bad:
            wrong[names[g]] = bad
    lost = [name for g, name in enumerate(names) if g not in pairs]
    met = set(pairs.values())
    invented = [name for p, name in enumerate(spare) if p not in met]
    return Outcome(len(wanted), len(found), len(pairs), right, wrong, lost, invented)


def align(kind: Kind, found: Sequence[Row], wanted: Sequence[Row]) -> dict[int, int]:
    """Which row found (by its index) is which row wanted.

    Rows of equal words go first, within the same scope and then in any; where there are several,
    the one of the same tie, then the nearest in order. What is left is paired with the likest of
    the nearest rows.
    """
    texts, sought = [kind.words_of(row) for row in found], [kind.words_of(row) for row in wanted]
    free = dict.fromkeys(range(len(found)))
    pairs: dict[int, int] = {}

    def apart(p: int, g: int) -> float:
        return abs(p / max(1, len(found)) - g / max(1, len(wanted)))

    def pair(p: int, g: int) -> None:
        pairs[g] = p
        del free[p]

    def left() -> Iterable[int]:
        return [g for g in range(len(wanted)) if g not in pairs]

    for scope in (kind.scope, ""):
        same: dict[tuple[str, str], list[int]] = defaultdict(list)
        for p in free:
            same[field_of(scope, found[p]), texts[p]].append(p)
        for g in left():
            if alike := same[field_of(scope, wanted[g]), sought[g]]:
                tie = field_of(kind.tie, wanted[g])
                best = min(alike, key=lambda p: (field_of(kind.tie, found[p]) != tie, apart(p, g)))
                alike.remove(best)
                pair(best, g)
    for g in left():
        near = sorted(free, key=lambda p: apart(p, g))[:NEAR]
        likeness = {p: _likeness(texts[p], sought[g]) for p in near}
        likest = max(near, key=likeness.__getitem__, default=None)
        if likest is not None and likeness[likest] > ALIKE:
            pair(likest, g)
    return pairs


def _likeness(a: str, b: str) -> float:
    """How alike two texts are; 0 where they cannot be alike enough."""
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if not a or not b or matcher.real_quick_ratio() <= ALIKE or matcher.quick_ratio() <= ALIKE:
        return 0.0
    return matcher.ratio()


def compare_documents(plan: Mapping[str, Any], gold: Mapping[str, Any]) -> dict[str, bool]:
    """Whether each field of the document is as the gold has it; an empty one must be empty."""
    document = plan["document"]
    signer, period = document["signer"], document["period"]
    found = {
        **document,
        "signer": signer["name"] if signer else None,
        "years": period["years"] if period else [],
    }
    wanted = {**gold, "years": gold["plan_years"]}
    right = {
        name: _as_printed(name, found[name]) == _as_printed(name, wanted[name])
        for name in DOCUMENT_FIELDS
    }
    if (count := gold.get("legal_basis_count")) is not None:  # paragraphs that name papers
        named = {paper["basis"] for paper in plan["citations"] if paper["basis"] is not None}
        right["legal_basis"] = len(named) == count
    return right


def _as_printed(name: str, value: Any) -> str:
    text = as_said(value).casefold()
    if name == "issuer":  # printed in full or not, with the tone mark on either vowel
        return toneless(re.sub(r"\bubnd\b", "ủy ban nhân dân", text))
    return text
