"""Whatever the bytes: a Plan whose ledger balances, or one KehoachError in both languages.

`HOSTILE_EXAMPLES=2000 pytest tests/extractor/test_hostile.py` looks for longer, and elsewhere.
"""

import io
import os
import random
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractor import read_plan
from extractor.limits import DEFAULT_LIMITS, Limits
from models.contract import decode, encode
from models.errors import (
    DamagedSource,
    EmptySource,
    EncryptedSource,
    KehoachError,
    LimitExceeded,
    UnreadableSource,
)
from models.plan import Plan
from service.isolation import Input, read_isolated
from tests.conftest import PLANS
from tests.extractor.mutations import BYTES, LINES, PACKAGE, Mutation

#: The share of their length that endless inputs have in the long run.
ENDLESS_SHARE = float(os.environ.get("ENDLESS_SHARE", "1"))

EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES", "0"))


def searching(examples: int) -> settings:
    """The same few examples each time, or as many as were asked for, never the same."""
    return settings(
        max_examples=EXAMPLES or examples,
        derandomize=not EXAMPLES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def file(slug: str, form: str) -> bytes:
    return (PLANS / slug / f"{slug}.{form}").read_bytes()


def outcome(data: bytes, name: str | None = None, limits: Limits = DEFAULT_LIMITS) -> Plan | None:
    """The Plan, checked, or None where there is one clear error instead."""
    error: UnreadableSource | None = None
    try:
        plan = read_plan(data, name, limits)
    except UnreadableSource as told:
        error = told
    if error:
        assert error.vi
        assert error.en
        assert error.code.startswith("source.")
        return None
    assert plan.ledger.balanced, plan.ledger
    assert decode(encode(plan)) == plan
    return plan


MUTATED: list[tuple[str, str, tuple[Mutation, ...]]] = [
    ("ninh-son-2024", "docx", PACKAGE),
    ("ninh-son-2024", "html", LINES),
    ("ninh-son-2024", "txt", LINES),
    ("vinh-long-2023", "txt", LINES),
    ("binh-duong-2024", "pdf", BYTES),
    ("ninh-son-2024", "pdf", BYTES),
]


@pytest.mark.parametrize(("slug", "form", "mutations"), MUTATED, ids=lambda v: str(v)[:20])
def test_a_damaged_file_gives_a_plan_or_one_error(
    slug: str, form: str, mutations: tuple[Mutation, ...]
) -> None:
    original = file(slug, form)

    @searching(8)
    @given(st.lists(st.sampled_from(mutations), min_size=1, max_size=3), st.integers(0, 2**32))
    def holds(chosen: list[Mutation], seed: int) -> None:
        chance = random.Random(seed)
        data = original
        for mutate in chosen:
            data = mutate(data, chance)
        outcome(data)

    holds()


KEPT = sorted((Path(__file__).parent / "hostile").iterdir())


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_what_was_a_fault_once_is_none_again(path: Path) -> None:
    outcome(path.read_bytes(), path.name)


@searching(25)
@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    outcome(data)


@searching(25)
@given(
    st.sampled_from([b"%PDF-1.7\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html>"]),
    st.binary(max_size=400),
)
def test_any_bytes_after_the_mark_of_a_format(mark: bytes, data: bytes) -> None:
    outcome(mark + data)


WORDS = ["KẾ HOẠCH", "STT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian", "Quý I", "1", "a)", "-"]
WORDS += ["I.", "|", "\t", "\n", "\n\n", "Phụ lục", "Sở Nội vụ", "<td>", "</table>", "31/02/2024"]
WORDS += ["Nơi nhận:", "Số: /KH-UBND", "<table>", "|---|---|", "\u0301", "năm 0000", "nt"]


@searching(25)
@given(st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join))
def test_any_order_of_the_words_of_a_plan(text: str) -> None:
    outcome(text.encode())


def package(document: bytes, **members: bytes) -> bytes:
    """A DOCX with this main part."""
    with zipfile.ZipFile(io.BytesIO(file("ninh-son-2024", "docx"))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts, "word/document.xml": document, **members}.items():
            archive.writestr(name, content)
    return out.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (n + 1, b"&%c;" % n * 10) for n in range(ord("a"), ord("j")))
    + b"]>"
)
STRANGE_XML = f"{LAUGHS.decode()}<w:document {W}><w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p>"
OUTSIDE = (
    '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    f"<w:document {W}><w:body><w:p><w:r><w:t>&f;</w:t></w:r></w:p></w:body></w:document>"
)
LOCKED_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"4 0 obj<</Filter/Standard/V 1/R 2/Length 40/P -44/O<" + b"11" * 32 + b">/U<" + b"22" * 32
    + b">>>endobj\ntrailer<</Root 1 0 R/Encrypt 4 0 R/Size 5/ID[<00><00>]>>\n%%EOF"
)  # fmt: skip
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde" + bytes(99)
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0" + bytes(range(256)) * 4


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", EmptySource),
        (b" \n\t ", EmptySource),
        (b"\xef\xbb\xbf", EmptySource),
        (PNG, UnreadableSource),
        (JPEG, UnreadableSource),
        (LOCKED_PDF, EncryptedSource),
        (b"%PDF-1.7\n", DamagedSource),
        (b"PK\x03\x04 this is no zip", DamagedSource),
        (package(b"\0" * 300 * 1024**2), LimitExceeded),
        (package(STRANGE_XML.encode()), UnreadableSource),
        (package(b""), DamagedSource),
    ],
    ids=["empty", "white", "mark", "png", "jpeg", "locked-pdf", "pdf-head", "no-zip", "zip-bomb",
         "entity-bomb", "no-document"],
)  # fmt: skip
def test_what_is_no_plan_is_told_in_both_languages(data: bytes, kind: type[KehoachError]) -> None:
    with pytest.raises(kind) as told:
        read_plan(data)
    assert told.value.vi != told.value.en


@pytest.mark.parametrize("data", [b"x", b"1", "ă".encode(), b"\0", b"-", b"|", b"<"])
def test_one_letter(data: bytes) -> None:
    outcome(data)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.99])
@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_a_file_cut_short(form: str, share: float) -> None:
    data = file("ninh-son-2024", form)
    plan = outcome(data[: int(len(data) * share)], f"a.{form}")
    assert form == "pdf" or plan is None  # a PDF may be mended; a zip without its end may not


def test_no_file_of_the_machine_gets_into_a_plan() -> None:
    plan = outcome(package(OUTSIDE.encode()))
    assert plan is None or b"root:" not in encode(plan)


def test_a_plan_without_tables_is_a_plan_without_tasks() -> None:
    for form in ("docx", "html", "pdf", "txt"):
        plan = outcome(file("binh-duong-2024", form))
        assert plan is not None
        assert [task for task in plan.tasks if task.origin == "table"] == []


@pytest.mark.parametrize(
    "text",
    [
        "The quick brown fox jumps over the lazy dog.\n" * 20,
        "def f(x):\n    return {'a': [x | 1, x << 2]}\n" * 20,
        "id,name,amount\n1,a,2\n2,b,3\n",
        "No\tTask\tLead\tDeadline\n1\tWrite\tAn\tQ1\n",
        "一、工作計劃\n" * 20,
    ],
    ids=["prose", "code", "csv", "table", "chinese"],
)
def test_a_text_that_is_not_vietnamese_gives_no_task(text: str) -> None:
    plan = outcome(text.encode())
    assert plan is None or plan.tasks == ()


def row(cells: int, span: str = "") -> str:
    return "<tr>" + f"<td {span}>a" * cells + "</tr>"


#: Each would take minutes, or all memory, where a step is not linear: what stands first, what is
#: repeated after it, and how often.
ENDLESS: dict[str, tuple[str, str, int]] = {
    "many-cells": ("<table>", row(1000), 600),
    "deep": ("", "<table><tr><td>", 3000),
    "deep-div": ("", "<div>", 100_000),
    "one-line": ("", "Xây dựng kế hoạch cải cách hành chính ", 25_000),
    "many-lines": ("", "1\nNhiệm vụ\nSở Nội vụ\nQuý I\n", 8_000),
    "bullets": ("", "- ", 200_000),
    "numbers": ("", "1.1.", 100_000),
    "bars": ("", "|", 400_000),
    "bar-lines": ("", "|\n", 100_000),
    "tabs": ("", "a\t", 200_000),
    "dots": ("", "....... ", 50_000),
    "spaces": ("a", " ", 1_000_000),
    "quarters": ("", "Quý I, ", 60_000),
    "dates": ("STT\tNhiệm vụ\tThời gian\n1\tA\t", "ngày 01/01/2024 ", 20_000),
    "agencies": ("STT\tNhiệm vụ\tChủ trì\n1\tA\t", "Sở Nội vụ, các sở, ban, ", 8_000),
    "citations": ("", "Căn cứ Nghị định số 1/2020/NĐ-CP ngày 01 tháng 01 năm 2020 ", 5_000),
    "capitals": ("", "KẾ HOẠCH ", 50_000),
}
SPANS = {
    "wide": ("<table>" + row(3, "colspan=99999999 rowspan=99999999")).encode(),
    "negative": ("<table>" + row(3, "colspan=-5 rowspan=x")).encode(),
    "of docx": package(
        (
            f"<w:document {W}><w:body><w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='999999999'/>"
            "</w:tcPr><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>"
        ).encode()
    ),
}


@pytest.mark.parametrize("share", [0.05, pytest.param(ENDLESS_SHARE, marks=pytest.mark.soak)])
def test_no_input_takes_for_ever(share: float) -> None:
    """All in one child, which none of them may end: it has its usual memory, and ample time."""
    texts = {
        name: f"{head}{piece * int(share * times)}a".encode()
        for name, (head, piece, times) in ENDLESS.items()
    }
    inputs = {**texts, **SPANS}
    limits = replace(DEFAULT_LIMITS, seconds=300.0)
    results = read_isolated([Input(data, "-") for data in inputs.values()], limits)
    for name, result in zip(inputs, results, strict=True):
        if result.error:
            assert isinstance(result.error, UnreadableSource), (name, result.error)
            assert "--limit" not in result.error.en, (name, result.error.en)
            assert "fault of the program" not in result.error.en, (name, result.error.en)
        else:
            assert decode(result.plan).ledger.balanced, name


@pytest.mark.parametrize(
    ("form", "limits"),
    [
        ("docx", Limits(cells=100)),
        ("html", Limits(cells=100)),
        ("docx", Limits(unpacked_bytes=10_000)),
        ("docx", Limits(entries=3)),
        ("pdf", Limits(pages=3)),
        ("txt", Limits(source_bytes=10_000)),
        ("html", Limits(source_bytes=10_000)),
        ("txt", Limits(characters=10_000)),
        ("txt", Limits(cells=100)),
        ("html", Limits(characters=10_000)),
        ("docx", Limits(characters=10_000)),
        ("docx", Limits(source_bytes=10_000)),
        ("pdf", Limits(cells=100)),
        ("pdf", Limits(characters=10_000)),
        ("pdf", Limits(source_bytes=10_000)),
    ],
)
def test_a_limit_that_is_passed_is_named(form: str, limits: Limits) -> None:
    with pytest.raises(LimitExceeded):
        read_plan(file("ninh-son-2024", form), limits=limits)
