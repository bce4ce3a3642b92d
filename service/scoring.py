"""How right a plan is, measured against a gold annotation made by hand.

Tasks and targets are aligned first by equal words, then by likeness, and compared field by field
after white space is folded; a full stop at the very end does not count, case does. A row is right
when each of its fields is. The fields of the document are compared without regard to case, which
letterheads and titles print as they like.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from extractor.labels import label_of
from extractor.text import toneless

Row = Mapping[str, Any]

TASK_FIELDS = (
    "ordinal",
    "task",
    "lead",
    "coordinating",
    "product",
    "subject",
    "target",
    "deadline",
    "note",
    "appendix",
    "group",
)
#: Compared even where no gold row has one: an invented value must show.
ALWAYS = frozenset({"ordinal", "task", "deadline"})
TARGET_FIELDS = ("ordinal", "indicator", "value", "year", "baseline", "baseline_year", "rank")
GOAL_FIELDS = ("text", "indicator", "comparator", "value", "unit", "year")
DUTY_FIELDS = ("task",)
DOCUMENT_FIELDS = ("number", "issued_on", "kind", "title", "issuer", "signer", "place", "years")

#: Two rows are the same row when their words are more alike than this.
ALIKE = 0.9
#: How many rows, the nearest first, are tried for a likeness.
NEAR = 40

_SPACE = re.compile(r"\s+")
_SPACE_BEFORE_MARK = re.compile(r"\s+([,;.:])")
_NOT_WORDS = re.compile(r"[\W_]+")


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


def fold(value: Any) -> str:
    """The words of a value: white space folded, marks at the very end taken away.

    >>> fold({"text": "Sở\\u00a0Nội vụ ."}), fold(["I. A", "1. B"]), fold(None)
    ('Sở Nội vụ', 'I. A / 1. B', '')
    """
    if isinstance(value, Mapping):
        value = value.get("text")
    if isinstance(value, list | tuple):
        value = " / ".join(map(fold, value))
    if isinstance(value, float):
        value = f"{value:g}"
    text = unicodedata.normalize("NFC", "" if value is None else str(value))
    text = _SPACE.sub(" ", text.replace("\u00a0", " ").replace("\u00ad", "")).strip()
    return _SPACE_BEFORE_MARK.sub(r"\1", text).rstrip(" .;,:")


def folded(name: str, row: Row) -> str:
    """The field `name` of a row as it is compared: headings by their words, ordinals bare."""
    text = fold(row.get(name))
    if name == "ordinal":
        return text.rstrip(".)").strip()
    if name in ("appendix", "group"):
        return _NOT_WORDS.sub(" ", text).strip().lower()
    return text


def score(plan: Mapping[str, Any], gold: Mapping[str, Any]) -> Score:
    """The score of a plan (contract JSON) against a gold annotation."""
    tasks = [
        {**task, "task": task.get("description")}
        for task in plan["tasks"]
        if task["origin"] == "table"
    ]
    wanted: Sequence[Row] = gold["tasks"]
    fields = [f for f in TASK_FIELDS if f in ALWAYS or any(row.get(f) for row in wanted)]
    targets = [target for target in gold.get("targets", ()) if "ordinal" in target]
    goals = [target for target in gold.get("targets", ()) if "ordinal" not in target]
    found = [t for t in plan["targets"] if t["provenance"].get("table") is not None]
    read = [t for t in plan["targets"] if t["provenance"].get("table") is None]
    basis = gold["document"].get("legal_basis_count")
    return Score(
        _outcome(tasks, wanted, fields, _task_words, ("appendix", "group")),
        _outcome(
            found if targets else [],  # else there is nothing to hold them against
            targets,
            list(TARGET_FIELDS),
            _target_words,
            ("ordinal", "ordinal"),
        ),
        {
            **compare_documents(plan["document"], gold["document"]),
            **({} if basis is None else {"legal_basis": _grounds(plan) == basis}),
        },
        _outcome(read, goals, list(GOAL_FIELDS), _goal_words, ("year", "unit")),
        _outcome(*_duties(plan, gold), list(DUTY_FIELDS), _duty_words, ("task", "task")),
    )


def _grounds(plan: Mapping[str, Any]) -> int:
    """How many paragraphs of the legal basis name the papers cited."""
    return len({paper["basis"] for paper in plan["citations"] if paper["basis"] is not None})


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
    texts = {fold(row["task"]) for row in wanted}
    found: list[Row] = [
        {"task": task["description"], "part": task["group"][:1]}
        for task in plan["tasks"]
        if task["origin"] == origin
    ]
    parts = [row["part"] for row in found if fold(row["task"]) in texts]
    return [row for row in found if row["part"] in parts], wanted


def _task_words(row: Row) -> str:
    words = (fold(row.get(name)) for name in ("subject", "target", "task"))
    return " ".join(filter(None, words)) or fold(row.get("product"))


def _goal_words(row: Row) -> str:
    return f"{fold(row.get('text'))} {fold(row.get('indicator'))}"


def _duty_words(row: Row) -> str:
    return fold(row.get("task"))


def _target_words(row: Row) -> str:
    return fold(row.get("indicator"))


def _outcome(
    found: Sequence[Row],
    wanted: Sequence[Row],
    fields: list[str],
    words: Any,
    scopes: tuple[str, str],
) -> Outcome:
    pairs = align(found, wanted, words, scopes)
    names = _names(wanted, words)
    right = dict.fromkeys(fields, 0)
    wrong: dict[str, list[str]] = {}
    for p, g in sorted(pairs, key=lambda pair: pair[1]):
        bad = [f for f in fields if folded(f, found[p]) != folded(f, wanted[g])]
        for name in fields:
            right[name] += name not in bad
        if bad:
            wrong[names[g]] = bad
    seen_p, seen_g = {p for p, _ in pairs}, {g for _, g in pairs}
    spare = _names(found, words)
    return Outcome(
        len(wanted),
        len(found),
        len(pairs),
        right,
        wrong,
        [names[g] for g in range(len(wanted)) if g not in seen_g],
        [spare[p] for p in range(len(found)) if p not in seen_p],
    )


def _names(rows: Sequence[Row], words: Any) -> list[str]:
    """A name for each row that people can find it by; rows that read alike are counted."""
    seen: Counter[str] = Counter()
    names = []
    for row in rows:
        parts = (fold(row.get("appendix")), fold(row.get("ordinal")), words(row)[:70])
        name = " · ".join(filter(None, parts))
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def align(
    found: Sequence[Row], wanted: Sequence[Row], words: Any, scopes: tuple[str, str]
) -> list[tuple[int, int]]:
    """Pairs of (index found, index wanted) that are the same row.

    Rows of equal words go first, within the same `scopes[0]` and then in any; where there are
    several, the one with the same `scopes[1]`, then the nearest in order. What is left is paired
    with the likest of the nearest rows.
    """
    texts_p, texts_g = [words(row) for row in found], [words(row) for row in wanted]
    scope, tie = scopes

    def apart(p: int, g: int) -> float:
        return abs(p / max(1, len(found)) - g / max(1, len(wanted)))

    pairs: list[tuple[int, int]] = []
    free_p, free_g = dict.fromkeys(range(len(found))), dict.fromkeys(range(len(wanted)))

    def pair(p: int, g: int) -> None:
        pairs.append((p, g))
        del free_p[p], free_g[g]

    for scoped in (True, False):
        where: dict[tuple[str, str], list[int]] = defaultdict(list)
        for p in free_p:
            where[folded(scope, found[p]) if scoped else "", texts_p[p]].append(p)
        for g in list(free_g):
            same = where[folded(scope, wanted[g]) if scoped else "", texts_g[g]]
            if same:
                group = folded(tie, wanted[g])
                best = min(same, key=lambda p: (folded(tie, found[p]) != group, apart(p, g)))
                same.remove(best)
                pair(best, g)
    for g in list(free_g):
        near = sorted(free_p, key=lambda p: apart(p, g))[:NEAR]
        likeness = [(_likeness(texts_p[p], texts_g[g]), -n, p) for n, p in enumerate(near)]
        top = max(likeness, default=(0.0, 0, 0))
        if top[0] > ALIKE:
            pair(top[2], g)
    return pairs


def _likeness(a: str, b: str) -> float:
    if a == b:
        return 1.0
    if not a or not b:
        return 0.0
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if matcher.real_quick_ratio() <= ALIKE or matcher.quick_ratio() <= ALIKE:
        return 0.0
    return matcher.ratio()


def compare_documents(document: Mapping[str, Any], gold: Mapping[str, Any]) -> dict[str, bool]:
    """Whether each field of the document is as the gold has it; an empty one must be empty."""
    signer, period = document["signer"], document["period"]
    found = {
        **document,
        "signer": signer["name"] if signer else None,
        "years": period["years"] if period else [],
    }
    wanted = {**gold, "years": gold["plan_years"]}
    return {
        name: _as_printed(name, found[name]) == _as_printed(name, wanted[name])
        for name in DOCUMENT_FIELDS
    }


def _as_printed(name: str, value: Any) -> str:
    text = fold(value).casefold()
    if name == "issuer":  # printed in full or not, with the tone mark on either vowel
        return toneless(re.sub(r"\bubnd\b", "ủy ban nhân dân", text))
    return text
