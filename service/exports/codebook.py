"""The codebook of the tables for research: names and types that do not change with the language.

What is printed and what was understood of it stand side by side, a record in a row (tidy data).
"""

from functools import partial
from typing import Any

from service.exports.columns import (
    Column,
    at,
    deadline,
    deadline_day,
    doc,
    extra,
    field,
    groups,
    ids,
    number,
    of,
    own,
    own_list,
    words,
)
from service.exports.recurrences import day
from service.sheets import What, spot


def columns(what: What = "tasks") -> tuple[Column[Any], ...]:
    """The codebook of the table of `what`: every column in order, with its meaning.

    >>> columns("citations")[0].name
    'document_id'
    """
    return _TABLES[what]


_DOCUMENT = (
    doc("text", "document_id", "Id of the document", "Mã văn bản", lambda d: d.id),
    doc("text", "document_number", "Number as printed", "Số, ký hiệu", lambda d: d.number),
    doc("text", "document_kind", "Kind of document", "Loại văn bản", lambda d: d.kind),
    doc("text", "document_title", "Title", "Tên văn bản", lambda d: d.title),
    doc("text", "filename", "Name of the file", "Tên tệp", lambda d: d.source.filename),
    doc("date", "issued_on", "Day of issue", "Ngày ban hành", lambda d: day(d.issued_on)),
    doc("text", "unit_id", "Territory of the issuer", "Mã địa bàn", lambda d: d.unit and d.unit.id),
    doc("text", "unit_name", "Its name then", "Tên địa bàn", lambda d: d.unit and d.unit.name),
    doc("text", "unit_level", "Its level", "Cấp hành chính", lambda d: d.unit and d.unit.level),
    doc(
        "date",
        "period_start",
        "First day the plan is for",
        "Ngày đầu kỳ kế hoạch",
        lambda d: day(d.period.start) if d.period else None,
    ),
    doc(
        "date",
        "period_end",
        "Last day the plan is for",
        "Ngày cuối kỳ kế hoạch",
        lambda d: day(d.period.end) if d.period else None,
    ),
)

_PLACE = (
    of("integer", "page", "Page, from 1", "Trang, từ 1", partial(at, "page")),
    of(
        "numbers",
        "bbox",
        "x0, top, x1, bottom on the page, in PDF points",
        "Khung trên trang: trái, trên, phải, dưới (điểm PDF)",
        partial(at, "bbox"),
    ),
    of("integer", "table", "Table of the document, from 1", "Bảng, từ 1", partial(at, "table")),
    of("integer", "row", "Row of the table, from 1", "Dòng của bảng, từ 1", partial(at, "row")),
    of(
        "text",
        "place",
        "Place in the terms of the source: box, characters or element",
        "Vị trí theo nguồn: khung, ký tự hoặc phần tử",
        lambda record: spot(record.provenance),
    ),
)

_TASK = (
    of("text", "task_id", "Stable id of the task", "Mã nhiệm vụ, không đổi", lambda t: t.id),
    own("text", "origin", "table, narrative or assignment", "Từ bảng, lời văn hay phân công"),
    own("text", "appendix", "Appendix", "Phụ lục"),
    own_list("group", "Heading rows above, outermost first", "Các dòng nhóm, từ ngoài vào"),
    own("text", "ordinal", "Number as printed", "Số thứ tự (in)"),
    own("text", "subject", "Subject or criterion", "Nội dung, chỉ số"),
    own("text", "description", "The task as printed", "Nhiệm vụ (in)"),
    of("text", "lead_text", "Lead as printed", "Chủ trì (in)", partial(words, "lead")),
    of("texts", "lead_ids", "Agencies in the lead", "Mã cơ quan chủ trì", partial(ids, "lead")),
    of(
        "texts",
        "lead_groups",
        "Sets of agencies in the lead; … marks an open subset",
        "Nhóm cơ quan chủ trì; … là nhóm mở",
        partial(groups, "lead"),
    ),
    of(
        "text",
        "coordinating_text",
        "Coordinating bodies as printed",
        "Phối hợp (in)",
        partial(words, "coordinating"),
    ),
    of(
        "texts",
        "coordinating_ids",
        "Coordinating agencies",
        "Mã cơ quan phối hợp",
        partial(ids, "coordinating"),
    ),
    of(
        "texts",
        "coordinating_groups",
        "Sets of coordinating agencies; … marks an open subset",
        "Nhóm cơ quan phối hợp; … là nhóm mở",
        partial(groups, "coordinating"),
    ),
    own("text", "product", "Product as printed", "Sản phẩm (in)"),
    own("text", "target", "Target as printed", "Chỉ tiêu, kết quả (in)"),
    own("text", "note", "Note as printed", "Ghi chú (in)"),
    of("texts", "extra", "Cells of other columns", "Ô của các cột khác", extra),
    of(
        "text",
        "deadline_text",
        "Deadline as printed; empty: none is printed",
        "Thời hạn (in); trống: không ghi",
        partial(deadline, "text"),
    ),
    of(
        "text",
        "deadline_kind",
        "point, period, recurring, continuous, event, reference, mixed; none: not understood",
        "Loại thời hạn; none: chưa đọc được",
        partial(deadline, "kind"),
    ),
    of(
        "date",
        "deadline_start",
        "First day, inclusive",
        "Từ ngày",
        partial(deadline_day, "start"),
    ),
    of("date", "deadline_end", "Last day, inclusive", "Đến ngày", partial(deadline_day, "end")),
    of("date", "due", "Day a tracker watches", "Hạn theo dõi", partial(deadline_day, "due")),
    of(
        "text",
        "edtf",
        "Deadline in ISO 8601-2 (EDTF, level 2)",
        "Thời hạn theo ISO 8601-2 (EDTF)",
        partial(deadline, "edtf"),
    ),
    of(
        "text",
        "rrule",
        "Recurrence (RFC 5545), or unspecified",
        "Quy tắc lặp (RFC 5545), hoặc unspecified",
        partial(deadline, "rrule"),
    ),
    of(
        "text",
        "trigger",
        "Event or paper the deadline hangs on",
        "Sự kiện hoặc văn bản mà thời hạn phụ thuộc",
        partial(deadline, "trigger"),
    ),
    of(
        "flag",
        "assumed_year",
        "The year came from the plan, not from the text",
        "Năm lấy từ kế hoạch, không in trong thời hạn",
        partial(deadline, "assumed_year"),
    ),
    of(
        "text",
        "deadline_unread",
        "Words of the deadline that were not understood",
        "Phần thời hạn chưa đọc được",
        lambda t: (t.deadline.unread or None) if t.deadline else None,
    ),
    of("text", "field", "Reform field", "Lĩnh vực cải cách", partial(field, "code")),
    of("text", "field_by", "How it was told", "Cách xác định lĩnh vực", partial(field, "by")),
    of("number", "field_score", "How surely", "Độ chắc của lĩnh vực", partial(field, "score")),
    own("number", "confidence", "Confidence, 0 to 1", "Độ tin cậy, 0 đến 1"),
    own_list("issues", "Reasons for doubt", "Lý do nghi ngờ"),
    own("text", "same_as", "Task this one repeats", "Nhiệm vụ mà dòng này lặp lại"),
)

_TARGET = (
    of("text", "target_id", "Stable id of the target", "Mã chỉ tiêu", lambda t: t.id),
    own("text", "section", "Id of the section", "Mã mục"),
    own("text", "appendix", "Appendix", "Phụ lục"),
    own("text", "ordinal", "Number as printed", "Số thứ tự (in)"),
    own("text", "text", "The target as printed", "Chỉ tiêu (in)"),
    own("text", "indicator", "What is measured", "Nội dung đo"),
    own("text", "comparator", ">=, <=, = …", "Dấu so sánh"),
    of("text", "value_text", "Value as printed", "Giá trị (in)", lambda t: number(t.value)),
    own("number", "number", "The value as a number", "Giá trị bằng số"),
    own("number", "scale", "The most there can be", "Thang điểm"),
    own("text", "unit", "Unit of measure", "Đơn vị tính"),
    own("integer", "year", "Year of the target", "Năm của chỉ tiêu"),
    own("text", "rank", "Rank to reach", "Thứ hạng"),
    of(
        "text",
        "baseline_text",
        "Value at the start, as printed",
        "Giá trị gốc (in)",
        lambda t: number(t.baseline),
    ),
    own("integer", "baseline_year", "Its year", "Năm gốc"),
    own("text", "baseline_rank", "Its rank", "Hạng gốc"),
    of("texts", "extra", "Cells of other columns", "Ô của các cột khác", extra),
)

_CITATION = (
    of("text", "citation_id", "Id in the style of Akoma Ntoso", "Mã viện dẫn", lambda c: c.id),
    own("text", "text", "The fullest mention", "Lần viện dẫn đầy đủ nhất (in)"),
    own("text", "kind", "Kind of paper", "Loại văn bản được viện dẫn"),
    own("text", "number", "Its number, regular", "Số, ký hiệu, dạng chuẩn"),
    of("text", "date_text", "Its date or year", "Ngày, hoặc tháng, năm", lambda c: c.date),
    of("date", "dated_on", "Its day where whole", "Ngày, nếu đủ", lambda c: day(c.date)),
    own("text", "issuer", "Its issuer as printed", "Cơ quan ban hành (in)"),
    own("text", "issuer_id", "The agency", "Mã cơ quan ban hành"),
    own("text", "title", "Title of a law", "Tên luật"),
    own(
        "text",
        "role",
        "self, legal_basis, carried_out, amended, replaced or mentioned",
        "Vai trò của văn bản được viện dẫn",
    ),
    own("integer", "basis", "Paragraph of the legal basis", "Thứ tự trong phần căn cứ"),
    of("integer", "mentions", "How often", "Số lần nhắc", lambda c: len(c.mentions)),
    own_list("issues", "Reasons for doubt", "Lý do nghi ngờ"),
)

_TABLES: dict[What, tuple[Column[Any], ...]] = {
    "tasks": _DOCUMENT + _TASK + _PLACE,
    "targets": _DOCUMENT + _TARGET + _PLACE,
    "citations": _DOCUMENT + _CITATION + _PLACE,
}
