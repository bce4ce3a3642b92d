"""Agency cells: how many are read rightly, wrongly or not at all, and how fast; with peers.

Run: python -m tests.benchmarks.agencies
Peers: rapidfuzz's WRatio over the names of the registry, and underthesea's NER, which is no
dependency: it is run with the interpreter that PEERS_PYTHON names (this one where it is unset).
The peers know no groups, so they are shown on the cells that name single bodies; NER knows no
ids, so it is right where it finds as many organisations as there are.
"""

import csv
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from datetime import date

from rapidfuzz import fuzz, process

from corpora import agencies, tables
from extractor.language.agencies import read_agencies
from extractor.language.agencies.lists import mentions
from extractor.language.agencies.places import home_of
from models.agency import AgencyMention

PYTHON = os.environ.get("PEERS_PYTHON", sys.executable)
ROUNDS = 10
LIKE = 90

_NER = """
import json, sys
from underthesea import ner
for line in sys.stdin:
    tags = [word[3] for word in ner(json.loads(line))]
    print(sum(tag == "B-ORG" for tag in tags))
"""
_LOAD = """
import time
start = time.perf_counter()
from extractor.language.agencies.names import names
imported = time.perf_counter()
names()
print((imported - start) * 1000, (time.perf_counter() - imported) * 1000)
"""


def cells() -> list[dict[str, str]]:
    with tables.path("gold/agencies.tsv").open(encoding="utf-8") as lines:
        found = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row | {"text": row["text"].replace("\\n", "\n")} for row in found]


def _form(mention: AgencyMention) -> str:
    if mention.kind == "group":
        return f"group:{'+'.join(mention.members)}{'' if mention.closed else '?'}"
    return f"agency:{mention.id.rsplit('/', 1)[1]}" if mention.id else "unknown"


def _merged(forms: list[str]) -> list[str]:
    """Neighbouring closed groups as one, and the codes of a group in order."""
    found: list[str] = []
    for form in forms:
        kind, _, rest = form.partition(":")
        if kind == "group" and found and found[-1].startswith("group:"):
            last = found[-1].removeprefix("group:")
            if not (rest.endswith("?") or last.endswith("?")):
                rest = f"{found.pop().removeprefix('group:')}+{rest}"
        if kind == "group":
            codes = "+".join(sorted(set(filter(None, rest.rstrip("?").split("+")))))
            form = f"group:{codes}{'?' if rest.endswith('?') else ''}"
        found.append("unknown" if kind == "unknown" else form)
    return found


def verdict(expected: str, forms: list[str]) -> str:
    """Right; wrong where a body is named that is not there; silent where one is left unread."""
    wanted = _merged([part.strip() for part in expected.split(" | ") if part.strip()])
    found = _merged(forms)
    if found == wanted:
        return "right"
    missing = Counter(form for form in found if form != "unknown") - Counter(wanted)
    return "wrong" if missing else "silent"


def ours(rows: list[dict[str, str]]) -> Counter[str]:
    return Counter(
        verdict(
            row["expected"],
            [
                _form(mention)
                for mention in read_agencies(
                    row["text"], row["unit"], date.fromisoformat(row["on"])
                )
            ],
        )
        for row in rows
    )


def likeness(rows: list[dict[str, str]]) -> Counter[str]:
    """Cells cut at commas, semicolons and lines, each piece the nearest name of all."""
    known = {
        name: role.slug for role in agencies.roles().values() for name in (role.name, *role.aliases)
    }
    seen: Counter[str] = Counter()
    for row in rows:
        forms = []
        for piece in filter(None, map(str.strip, re.split(r"[,;\n]", row["text"]))):
            best = process.extractOne(piece, list(known), scorer=fuzz.WRatio, score_cutoff=LIKE)
            forms.append(f"agency:{known[best[0]]}" if best else "unknown")
        seen[verdict(row["expected"], forms)] += 1
    return seen


def recogniser(rows: list[dict[str, str]]) -> Counter[str] | None:
    """None where underthesea is not installed."""
    lines = "\n".join(json.dumps(row["text"]) for row in rows)
    done = subprocess.run(
        [PYTHON, "-c", _NER], input=lines, capture_output=True, text=True, check=False
    )
    counts = [int(line) for line in done.stdout.split() if line.isdecimal()]
    if done.returncode or len(counts) != len(rows):
        return None
    seen: Counter[str] = Counter()
    for row, count in zip(rows, counts, strict=True):
        bodies = row["expected"].count("agency:")
        seen["right" if count == bodies else "silent" if count < bodies else "wrong"] += 1
    return seen


def speed(rows: list[dict[str, str]]) -> tuple[float, float, float]:
    """Cells a second: the first time, again without the cache of cells, and with it."""
    given = [(row["text"], row["unit"], date.fromisoformat(row["on"])) for row in rows]
    start = time.perf_counter()
    for text, unit, on in given:
        mentions(text, home_of(unit, on))
    cold = time.perf_counter() - start
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for text, unit, on in given:
            mentions(text, home_of(unit, on))
        best = min(best, time.perf_counter() - start)
    for cell in given:
        read_agencies(*cell)
    start = time.perf_counter()
    for cell in given:
        read_agencies(*cell)
    kept = time.perf_counter() - start
    return len(given) / cold, len(given) / best, len(given) / kept


def main() -> None:
    rows = cells()
    cold, warm, kept = speed(rows)
    loads = [
        subprocess.run([sys.executable, "-c", _LOAD], capture_output=True, text=True, check=True)
        for _ in range(5)
    ]
    times = [tuple(map(float, load.stdout.split())) for load in loads]
    single = [row for row in rows if "group:" not in row["expected"] and row["expected"]]
    print(f"agencies: {len(rows)} distinct cells")
    print(f"  speed: {cold:,.0f} cells/s cold, {warm:,.0f} warm, {kept:,.0f} from the cache")
    print(
        f"  registry: {min(load for _, load in times):.0f} ms to load, after "
        f"{min(imported for imported, _ in times):.0f} ms of imports (best of 5 processes)"
    )
    print(f"  ours, all cells: {dict(ours(rows))}")
    print(f"  cells of single bodies: {len(single)}")
    print(f"    ours                 {dict(ours(single))}")
    print(f"    rapidfuzz WRatio     {dict(likeness(single))}")
    found = recogniser(single)
    print(f"    underthesea NER      {dict(found) if found else 'not installed'}")


if __name__ == "__main__":
    main()
