"""Thousands of damaged files through a pool, as a service gets them: each has its answer.

`HOSTILE_SEED=7 HOSTILE_FILES=20000 pytest tests/service/test_mutations.py` looks for longer, and
elsewhere; what fails is left in the test's folder.
"""

import io
import os
import random
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import pytest

from extractor.limits import DEFAULT_LIMITS
from models.contract import decode
from service.isolation import Input, ReaderPool, Result
from tests.conftest import PLANS
from tests.extractor.mutations import DRAWING, PACKING, WORDING, Mutation
from tests.service.processes import offspring, status

SEED = int(os.environ.get("HOSTILE_SEED", "1"))
FILES = int(os.environ.get("HOSTILE_FILES", "2200"))
#: What a file may take. A PDF with pages of garbage may be told that this is too little, and then
#: has more: the libraries that recognise letters are 500 MB of address space by themselves.
MEMORY, RECOGNISED = 512 * 1024**2, 1024**3

#: Bytes that the parent may hold more of at the end than when a tenth was read.
GROWTH = 24 * 1024**2


def file(slug: str, form: str) -> bytes:
    return (PLANS / slug / f"{slug}.{form}").read_bytes()


def short_page() -> bytes:
    """The letterhead, some sections and the first rows of the table."""
    page = file("ninh-son-2024", "html")
    return page[: page.index(b"<table", 5_000) + 12_000]


def short_pdf() -> bytes:
    """The first page and one of the table."""
    import pypdfium2

    source = pypdfium2.PdfDocument(file("ninh-son-2024", "pdf"))
    target = pypdfium2.PdfDocument.new()
    target.import_pages(source, [0, 11, 12])
    out = io.BytesIO()
    target.save(out)
    target.close()
    source.close()
    return out.getvalue()


def short_package() -> bytes:
    """A Word file whose tables have lost most of their rows."""
    from lxml import etree

    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(file("ninh-son-2024", "docx"))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name == "word/document.xml":
                root = etree.fromstring(data)
                for table in root.iter("{*}tbl"):
                    for row in table.findall("{*}tr")[12:]:
                        table.remove(row)
                data = etree.tostring(root)
            target.writestr(name, data)
    return out.getvalue()


def web_archive() -> bytes:
    message = MIMEMultipart("related")
    message.attach(MIMEText(file("lai-chau-2025", "html").decode(), "html", "utf-8"))
    return message.as_bytes()


def markdown() -> bytes:
    rows = "".join(
        f"| {n} | Xây dựng kế hoạch số {n} | Sở Nội vụ | Quý {'I' * (n % 3 + 1)}/2024 |\n"
        for n in range(1, 30)
    )
    return f"""# KẾ HOẠCH
**Cải cách hành chính năm 2024**

Căn cứ Nghị quyết số 76/NQ-CP ngày 15/7/2021 của Chính phủ;

## I. MỤC TIÊU

- 100% thủ tục hành chính được cung cấp trực tuyến; tỷ lệ hài lòng từ 95% trở lên.

## II. NHIỆM VỤ

1. Sở Nội vụ chủ trì, phối hợp với các sở, ngành báo cáo trước ngày 15/12/2024.

## PHỤ LỤC

| STT | Nhiệm vụ | Cơ quan chủ trì | Thời gian |
|---|---|---|---|
{rows}""".encode()


def archive() -> bytes:
    """A zip that is no Word file, but holds one."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("binh-duong-2024.docx", file("binh-duong-2024", "docx"))
        target.writestr("binh-duong-2024.txt", file("binh-duong-2024", "txt"))
        target.writestr("content.xml", "<office:document-content/>")
    return out.getvalue()


#: What is damaged: its name, its bytes, how, and how often among twenty.
ORIGINALS: list[tuple[str, Callable[[], bytes], tuple[Mutation, ...], int]] = [
    ("bang.docx", short_package, PACKING, 4),
    ("loi-van.docx", lambda: file("binh-duong-2024", "docx"), PACKING, 1),
    ("bang.pdf", short_pdf, DRAWING, 3),
    ("loi-van.pdf", lambda: file("binh-duong-2024", "pdf"), DRAWING, 2),
    ("bang.html", short_page, WORDING, 3),
    ("lai-chau.txt", lambda: file("lai-chau-2025", "txt"), WORDING, 2),
    ("ninh-son.txt", lambda: file("ninh-son-2024", "txt")[:20_000], WORDING, 2),
    ("bang.md", markdown, WORDING, 1),
    ("trang.mht", web_archive, WORDING, 1),
    ("goi.zip", archive, PACKING, 1),
]


@dataclass(frozen=True, slots=True)
class Damaged:
    name: str
    data: bytes


def damaged() -> Iterator[Damaged]:
    """The same files each time, for a seed."""
    wheel = [
        (name, make(), mutations) for name, make, mutations, times in ORIGINALS
        for _ in range(times)
    ]  # fmt: skip
    for number in range(FILES):
        chance = random.Random(f"{SEED}/{number}")
        name, data, mutations = wheel[number % len(wheel)]
        chosen = chance.choices(mutations, k=chance.choice((1, 1, 2, 3)))
        for mutate in chosen:
            data = mutate(data, chance)
        yield Damaged(f"{number}-{'-'.join(m.__name__ for m in chosen)}-{name}", data)


def complaint(result: Result) -> str | None:
    """What is wrong with an answer: nothing, for a plan that balances or an error that is clear."""
    if result.error is None:
        return None if decode(result.plan).ledger.balanced else "the ledger does not balance"
    error = result.error
    if not error.vi or not error.en or not error.code.startswith("source."):
        return f"unclear: {error!r}"
    if any(word in error.en for word in ("fault of", "stop dead", "from outside", "--limit-")):
        return error.en
    return None


@pytest.mark.soak
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="looks into /proc")
@pytest.mark.parametrize("drawn", [True, False], ids=["PDF", "others"])
def test_every_damaged_file_has_its_answer(tmp_path: Path, drawn: bool) -> None:
    limits = replace(DEFAULT_LIMITS, seconds=20.0, memory=MEMORY)
    files = (file for file in damaged() if file.name.endswith(".pdf") is drawn)
    taking = threading.Lock()
    complaints: list[str] = []
    counts = {"plan": 0, "error": 0, "again": 0}
    held: list[int] = []
    peaks: set[int] = set()

    def reading(pool: ReaderPool) -> None:
        while True:
            with taking:
                file = next(files, None)
                if file is None:
                    return
                held.append(status(os.getpid(), "VmRSS"))
            result = pool.read(Input(file.data, file.name))
            if drawn and result.error and "--limit-memory" in result.error.en:
                counts["again"] += 1
                result = ample.read(Input(file.data, file.name))
            counts["error" if result.error else "plan"] += 1
            if wrong := complaint(result):
                complaints.append(f"{file.name}: {wrong}")
                (tmp_path / file.name).write_bytes(file.data)

    with ReaderPool(limits, 2) as pool, ReaderPool(replace(limits, memory=RECOGNISED), 1) as ample:
        threads = [threading.Thread(target=reading, args=(pool,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ample.close()
        peaks = {status(process, "VmPeak") for process in offspring(os.getpid())}

    assert complaints == [], f"see {tmp_path}"
    assert min(counts["plan"], counts["error"]) > len(held) / 10, counts  # not too mild or harsh
    assert counts["again"] < len(held) / 5, counts
    assert held[-1] - held[len(held) // 10] < GROWTH
    assert max(peaks) <= limits.memory
