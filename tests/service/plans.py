"""A small plan with every kind of cell a sheet can hold."""

from models.agency import AgencyMention, Assignment
from models.deadline import Deadline
from models.plan import (
    CONTRACT,
    Citation,
    Diagnostic,
    Document,
    Ledger,
    Period,
    Plan,
    Section,
    Signer,
    Source,
    UnitRef,
)
from models.provenance import Provenance
from models.target import Target
from models.task import FieldMatch, Task

NOWHERE = Provenance()


def made_plan(filename: str = "mau.docx", *, tasks: int = 2) -> Plan:
    """A plan of `tasks` tasks; the first has bullets, the second looks like a formula."""
    bulleted = Task(
        id="t1",
        origin="table",
        appendix="PHỤ LỤC",
        group=("I. CÔNG TÁC CHỈ ĐẠO",),
        ordinal="1",
        subject=None,
        description="- Kế hoạch của tỉnh\n- Báo cáo",
        lead=Assignment(
            "Sở Nội vụ",
            (AgencyMention("Sở Nội vụ", id="vn-86/so-noi-vu", kind="agency", score=1.0),),
        ),
        coordinating=Assignment(
            "Các sở, ban, ngành",
            (AgencyMention("Các sở, ban, ngành", kind="group", members=("BQL", "SO")),),
        ),
        product="Kế hoạch",
        target=None,
        note=None,
        deadline=Deadline(
            "Quý IV năm 2022", "period", "2022-10-01", "2022-12-31", "2022-12-31", "2022-36"
        ),
        field=FieldMatch("PAR.1", "heading", 1.0),
        provenance=Provenance(page=12, bbox=(10, 20, 30, 40), table=1, row=3),
        confidence=0.99,
        extra={"Kinh phí": "5 tỷ"},
    )
    formula = Task(
        id="t2",
        origin="table",
        appendix=None,
        group=(),
        ordinal="2",
        subject=None,
        description='=HYPERLINK("x")',
        lead=None,
        coordinating=None,
        product=None,
        target="@đạt",
        note="'nháy",
        deadline=None,
        field=None,
        provenance=NOWHERE,
        issues=("lead.missing",),
    )
    target = Target(
        "g1", "s1", None, "1.1", "Tri thức công dân 1.60/2.50", "Tri thức công dân", ">=",
        "1.60/2.50", 1.6, 2.5, "điểm", 2025, None, "0.93/2.50", 2023, None, NOWHERE,
    )  # fmt: skip
    document = Document(
        id="sha256:0",
        source=Source(filename, "text/plain", "0" * 64, 10, None, "text"),
        kind="kế hoạch",
        number="1/KH-UBND",
        issued_on="2022-12-13",
        place="Vĩnh Long",
        title="KẾ HOẠCH",
        issuer=Assignment("ỦY BAN NHÂN DÂN TỈNH VĨNH LONG"),
        signer=Signer("Nguyễn Văn A", "CHỦ TỊCH"),
        unit=UnitRef("vn-86", "tỉnh Vĩnh Long", "province"),
        period=Period("2023-01-01", "2023-12-31", (2023,)),
        legal_basis=("c1",),
        recipients=("Như trên",),
    )
    return Plan(
        CONTRACT,
        document,
        (Section("s1", None, 1, "II", "NHIỆM VỤ", "", None, NOWHERE),),
        ((bulleted, formula) * tasks)[:tasks],
        (target,),
        (Citation("c1", "Nghị quyết số 76/NQ-CP", None, "76/NQ-CP", None, None, "x", NOWHERE),),
        (Diagnostic("warning", "table.column-unknown", "Cột lạ", NOWHERE),),
        Ledger(1612, {"task": 1600, "header": 12}),
    )
