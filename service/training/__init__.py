"""What is learned, each by a module of its own, and written into `corpora/`: `python -m
service.training`, or `make model`.

`fields`: the classifier of reform fields; `signs`: what the signs weigh of a table, a row, a duty,
from what was judged of papers (`judgements`) and from rows cut by a page (`breaks`); `dumps`: the
signs by which the rows of a table without lines are told; `heads`: those of its headings; `pairs`:
those by which two tasks are told to be the same.
Here stands how weights and scores are written.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from corpora.tables import path

#: Sample plans with tables of tasks; each is left out in turn.
PLANS = ("vinh-long-2023", "ninh-son-2024", "dong-nai-2024")
ROOT = Path(str(path("")))


def table_text(remarks: Iterable[str], weights: Mapping[str, float]) -> str:
    """The weight of each sign as a table of `corpora/models/`."""
    lines = [f"# {remark}" for remark in remarks]
    lines += ["sign\tweight", *(f"{sign}\t{weights[sign]:g}" for sign in sorted(weights))]
    return "\n".join(lines) + "\n"


def write_scores(name: str, scores: Mapping[str, Any]) -> None:
    """Writes how well plans are read that were not learned from."""
    text = json.dumps(scores, ensure_ascii=False, indent=1)
    (ROOT / "scores" / f"{name}.json").write_text(text + "\n", "utf-8")
