"""What is weighed, and how: the signs of each decision, from `signs.tsv`, and what they weigh.

The weights (`models/signs.tsv`) are learned by `service.training.signs`; each sign speaks for one
kind, and the kind for which most speaks is taken.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from corpora.tables import rows

Decision = Literal["table", "row", "cut", "duty"]


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign that something is of a kind; `vi` and `name` tell it as a reason.

    `where` and `pattern` are those of the signs of tables, see `signs.tsv`.
    """

    name: str
    kind: str
    weight: float
    vi: str
    where: str
    pattern: str


@cache
def signs(decision: Decision) -> Mapping[str, Sign]:
    """The signs of a decision by name."""
    weights = {
        row["sign"]: float(row["weight"])
        for row in rows("models/signs")
        if row["decision"] == decision
    }
    return {
        name: Sign(name, r["kind"], weights.get(name, 0.0), r["vi"], r["where"], r["pattern"])
        for r in rows("signs")
        if r["decision"] == decision and (name := r["sign"])
    }


def judged(decision: Decision, shown: Iterable[str]) -> str:
    """The kind for which most speaks of the signs that are shown; a sign may be shown twice."""
    sums: dict[str, float] = {}
    known = signs(decision)
    for name in (ALWAYS, *shown):
        sign = known[name]
        sums[sign.kind] = sums.get(sign.kind, 0.0) + sign.weight
    return max(sums, key=sums.__getitem__)


#: The sign that everything shows; it speaks for the kind of what shows no other.
ALWAYS = "always"
