"""The papers of the sample plans against corpora/gold/citations.tsv, in every form of a plan."""

from collections import Counter
from pathlib import Path

import pytest

from corpora.tables import rows
from extractor import read_plan
from models.plan import Plan
from tests.conftest import PLANS
from tests.extractor.pages import sample

FORMS = [
    (folder.name, file.suffix)
    for folder in sorted(PLANS.iterdir())
    if folder.is_dir()
    for file in sorted(folder.iterdir())
    if file.name in {f"{folder.name}{suffix}" for suffix in (".txt", ".html", ".docx", ".pdf")}
]
KEYS = ("kind", "number", "date", "issuer", "role")


def plan(slug: str, suffix: str) -> Plan:
    return sample(PLANS / slug / f"{slug}{suffix}")


def wanted(slug: str, *keys: str) -> Counter[tuple[str, ...]]:
    gold = [row for row in rows("gold/citations") if row["plan"] == slug]
    return Counter(tuple(row[key] for key in keys) for row in gold)


def found(slug: str, suffix: str, *keys: str) -> Counter[tuple[str, ...]]:
    mentions = [m for citation in plan(slug, suffix).citations for m in citation.mentions]
    return Counter(
        tuple(" ".join((getattr(m, key) or "").split()) for key in keys) for m in mentions
    )


def f1(found: Counter[tuple[str, ...]], wanted: Counter[tuple[str, ...]]) -> float:
    return 2 * (found & wanted).total() / (found.total() + wanted.total())


def test_the_gold_is_large_enough_and_printed_where_it_says() -> None:
    gold = rows("gold/citations")
    assert len(gold) >= 150
    for row in gold:
        lines = (PLANS / row["plan"] / f"{row['plan']}.txt").read_text("utf-8").split("\n")
        first = int(row["line"]) - 1
        here = " ".join(" ".join(lines[first : first + 4]).split())
        words = row["text"].split()
        assert words[0] in lines[first], row
        # A row of a table that a page cuts in two has the rest of the mention further down.
        assert row["text"] in here or " ".join(words[:2]) in here, row


@pytest.mark.parametrize(("slug", "suffix"), FORMS)
def test_what_is_cited_in_every_form(slug: str, suffix: str) -> None:
    given, asked = found(slug, suffix, *KEYS), wanted(slug, *KEYS)
    if suffix != ".txt":  # the other forms print the number and the day that one text leaves open
        open_ones = [key for key in asked if key[-1] == "self" and not key[1] and key[2]]
        given -= Counter({key: 1 for key in given if open_ones and key[-1] == "self" and key[2]})
        asked -= Counter(open_ones)
    assert f1(given, asked) >= 0.98, (given - asked, asked - given)


def test_all_citations_of_the_texts() -> None:
    slugs = [slug for slug, suffix in FORMS if suffix == ".txt"]
    keys = (*KEYS, "pinpoint", "text")
    given = sum((found(slug, ".txt", *keys) for slug in slugs), Counter())
    asked = sum((wanted(slug, *keys) for slug in slugs), Counter())
    assert f1(given, asked) >= 0.98, (given - asked, asked - given)


@pytest.mark.parametrize("slug", sorted({slug for slug, _ in FORMS}))
def test_one_citation_for_one_paper(slug: str) -> None:
    pairs: set[tuple[str, str]] = set()
    keys = ("kind", "number", "date", "issuer", "role", "pinpoint", "text")
    by_words: dict[tuple[str, ...], set[str]] = {}
    for row in rows("gold/citations"):
        if row["plan"] == slug:
            by_words.setdefault(tuple(row[key] for key in keys), set()).add(row["paper"])
    for citation in plan(slug, ".txt").citations:
        for mention in citation.mentions:
            words = tuple(" ".join((getattr(mention, key) or "").split()) for key in keys)
            pairs.update((paper, citation.id) for paper in by_words.get(words, ()))
    papers = Counter(paper for paper, _ in pairs)
    ids = Counter(name for _, name in pairs)
    assert set(papers.values()) == {1}, pairs
    assert set(ids.values()) == {1}, pairs


@pytest.mark.parametrize("slug", sorted({slug for slug, _ in FORMS}))
def test_the_same_names_in_every_form(slug: str) -> None:
    names = {
        suffix: {citation.id for citation in plan(slug, suffix).citations}
        for other, suffix in FORMS
        if other == slug
    }
    assert len({frozenset(ids) for ids in names.values()}) == 1, names


@pytest.mark.parametrize(
    ("slug", "count"),
    [("vinh-long-2023", 6), ("ninh-son-2024", 1), ("dong-nai-2024", 1), ("binh-duong-2024", 1)],
)
def test_paragraphs_of_the_legal_basis_are_numbered(slug: str, count: int) -> None:
    for suffix in (suffix for other, suffix in FORMS if other == slug):
        citations = plan(slug, suffix).citations
        assert max(citation.basis or 0 for citation in citations) == count, suffix
        basis = {citation.id for citation in citations if citation.role == "legal_basis"}
        assert set(plan(slug, suffix).document.legal_basis) == basis


@pytest.mark.wild
def test_a_short_form_is_a_mention_of_the_full_citation(wild: Path) -> None:
    file = wild / "kh308-nghi-quyet-214-2025-khong-bang.md"
    found = {c.number: c for c in read_plan(file.read_bytes(), file.name).citations}
    assert len(found["214/NQ-CP"].mentions) == 7
    assert found["214/NQ-CP"].basis == 1
    assert [m.pinpoint for m in found["214/NQ-CP"].mentions if m.pinpoint] == ["Phụ lục II"]
    assert found["142/QĐ-TTg"].date == "2024-02-02"


@pytest.mark.wild
def test_units_are_those_of_the_day_of_the_paper(wild: Path) -> None:
    file = wild / "bac-ninh-qd1490-quy-trinh-tthc-2025-am-ban.md"
    plan = read_plan(file.read_bytes(), file.name)
    named = {c.number: c.id for c in plan.citations}
    assert named["247/TTr-STC"] == "/akn/vn-24/doc/to-trinh/so-tai-chinh/2025-10-29/247-ttr-stc"
    decrees = [c.issuer for c in plan.citations if c.basis == 2]
    assert decrees[:3] == ["Chính phủ"] * 3
