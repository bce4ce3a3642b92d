"""Documents put into a store the way jobs do it, but at once: bytes, document, run, rows,
words to search."""

from functools import cache
from uuid import uuid4

import msgspec

from extractor import read_plan
from models import contract
from models.plan import Plan
from models.tables import DocumentRow, RunRow
from models.tables.columns import now
from service.store import Store
from service.store.saving import save_reading

#: A plan as a text file; `{n}` makes another document of it.
TEXT = """UBND TỈNH VĨNH LONG
Số: {n}/KH-UBND
Vĩnh Long, ngày 13 tháng 12 năm 2022

KẾ HOẠCH
Cải cách hành chính năm 2023

I. MỤC TIÊU
- Tỷ lệ hồ sơ trực tuyến đạt 80% trở lên trong năm 2023.

II. NHIỆM VỤ
1. Giao Sở Nội vụ chủ trì, phối hợp với Sở Tài chính tham mưu kế hoạch trước ngày 31/3/2023.
2. Giao UBND huyện Long Hồ xây dựng báo cáo số {n} trong quý IV năm 2023.
3. Giao Văn phòng UBND tỉnh theo dõi thường xuyên.
"""


@cache
def _read(number: int) -> tuple[bytes, bytes, Plan]:
    source = TEXT.format(n=number).encode()
    plan = read_plan(source, "ke-hoach.txt")
    return source, contract.encode(plan), plan


def planted(store: Store, number: int = 1) -> str:
    """Plants the plan of that number; the document's id."""
    source, reading, plan = _read(number)
    return plant(store, source, "ke-hoach.txt", reading, plan)


def plant(store: Store, source: bytes, filename: str, reading: bytes, plan: Plan) -> str:
    """Plants a document with the reading of it, and the plan of that; the document's id."""
    sha256, read = store.vault.put(source), store.vault.put(reading)
    document = DocumentRow(
        id=f"sha256:{sha256}", key=sha256[:16], sha256=sha256, filename=filename,
        media_type=plan.document.source.media_type, bytes=len(source), submitted_by="mẫu",
    )  # fmt: skip
    run = RunRow(
        id=uuid4().hex, document_id=document.id, version="0", started_at=now(), seconds=0.1,
        reading=read, units=plan.ledger.units, balanced=plan.ledger.balanced,
        fates=msgspec.json.encode(plan.ledger.fates).decode(), warnings=len(plan.diagnostics),
    )  # fmt: skip
    with store.writing() as session:
        session.add(document)
        session.flush()
        session.add(run)
        session.flush()
        save_reading(session, document.id, run, reading)
        return document.id
