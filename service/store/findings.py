"""What the doctor can find: how grave it is, and what to do, in both languages."""

from dataclasses import dataclass, replace
from typing import Literal

#: Errors mean that something is lost, damaged or disagrees; warnings that something waits for
#: somebody; notes are good to know.
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be, and what to do; `code` is stable, `subject` a key.

    What is `mendable` can be put right by the doctor, and `mended` was.
    """

    severity: Severity
    code: str
    subject: str
    vi: str
    en: str
    mendable: bool = False
    mended: bool = False

    def done(self) -> "Finding":
        """The same after it was put right."""
        vi = f"{self.vi.split(';')[0]}; đã sửa lại theo kết quả đọc"
        en = f"{self.en.split(';')[0]}; put right after the reading"
        return replace(self, severity="note", vi=vi, en=en, mended=True)


_BACKUP = "hãy dừng dịch vụ và khôi phục từ bản sao lưu", "stop the service and restore a backup"
_UPLOAD = "hãy gửi lại tệp hoặc khôi phục từ bản sao lưu", "upload it again, or restore a backup"
_AGAIN = (
    "hãy đọc lại văn bản (kehoach ingest --again) hoặc khôi phục từ bản sao lưu",
    "read the document again (kehoach ingest --again), or restore a backup",
)
_REPAIR = "hãy chạy `kehoach doctor --repair`", "run `kehoach doctor --repair`"
_WORKER = "`kehoach serve` hoặc `kehoach worker`", "`kehoach serve` or `kehoach worker`"

#: By code: how grave it is, what is so, and what to do, in Vietnamese and in English.
_KINDS: dict[str, tuple[Severity, tuple[str, str], tuple[str, str]]] = {
    "database.damaged": (
        "error",
        ("tệp cơ sở dữ liệu bị hỏng", "the database file is damaged"),
        _BACKUP,
    ),
    "rows.orphans": (
        "error",
        (
            "{count} dòng trỏ tới dòng không có trong bảng {table}",
            "{count} rows name rows that are not in {table}",
        ),
        _BACKUP,
    ),
    "search.orphans": (
        "error",
        (
            "chỉ mục tìm kiếm có {count} nhiệm vụ không còn tồn tại",
            "the search index has {count} tasks that are no more",
        ),
        _BACKUP,
    ),
    "search.damaged": (
        "error",
        ("chỉ mục tìm kiếm bị hỏng", "the search index is damaged"),
        _BACKUP,
    ),
    "document.name": (
        "error",
        (
            "id, khóa và SHA-256 của văn bản không khớp nhau",
            "id, key and SHA-256 of the document disagree",
        ),
        _BACKUP,
    ),
    "document.missing": (
        "error",
        ("mất tệp gốc của văn bản", "the file of the document is lost"),
        _UPLOAD,
    ),
    "document.damaged": (
        "error",
        (
            "tệp gốc của văn bản bị hỏng (sai SHA-256)",
            "the file of the document is damaged (its SHA-256 is another)",
        ),
        _UPLOAD,
    ),
    "document.unread": (
        "error",
        (
            "văn bản đã được nhận nhưng chưa đọc và không có việc nào chờ",
            "the document was taken in, but was not read and no job waits",
        ),
        ("hãy gửi lại tệp", "upload it again"),
    ),
    "reading.missing": (
        "error",
        ("mất kết quả của một lần đọc", "the result of a reading is lost"),
        _AGAIN,
    ),
    "reading.damaged": (
        "error",
        ("kết quả của một lần đọc bị hỏng", "the result of a reading is damaged"),
        _AGAIN,
    ),
    "plan.missing": (
        "error",
        (
            "văn bản đã được đọc nhưng không có kế hoạch",
            "the document was read and yet has no plan",
        ),
        _REPAIR,
    ),
    "plan.run": (
        "error",
        (
            "kế hoạch không còn lần đọc đã tạo ra nó",
            "the plan has no reading that it was made of",
        ),
        _AGAIN,
    ),
    "rows": (
        "error",
        (
            "{count} dòng của bảng {table} không khớp với kết quả đọc",
            "{count} rows of the table {table} are not those of the reading",
        ),
        _REPAIR,
    ),
    "spans.differ": (
        "error",
        (
            "{count} vị trí trích dẫn không khớp với tệp gốc",
            "{count} places do not quote the file",
        ),
        _AGAIN,
    ),
    "correction.damaged": (
        "error",
        (
            "một chỗ sửa của người dùng bị hỏng",
            "a correction is damaged",
        ),
        _BACKUP,
    ),
    "correction.orphan": (
        "note",
        (
            "một chỗ sửa của người dùng không còn khớp nhiệm vụ nào",
            "a correction fits no task any more",
        ),
        ("hãy xem và sửa lại hoặc rút", "look at it, make it anew or withdraw it"),
    ),
    "job.silent": (
        "warning",
        (
            "việc đang do {executor} giữ nhưng không thấy nó hoạt động",
            "the job is held by {executor}, which gives no sign of life",
        ),
        (f"việc sẽ được làm tiếp khi có {_WORKER[0]} chạy", f"it goes on when {_WORKER[1]} runs"),
    ),
    "jobs.waiting": (
        "warning",
        (
            "{count} văn bản chờ đọc mà không có tiến trình nào làm",
            "{count} documents wait and nobody reads them",
        ),
        (f"hãy chạy {_WORKER[0]}", f"run {_WORKER[1]}"),
    ),
    "vault.unnamed": (
        "note",
        (
            "kho tệp giữ một tệp không thuộc văn bản nào (thường do một lần gửi dở dang)",
            "the vault keeps bytes that no document names (mostly of an upload that broke off)",
        ),
        (
            "không cần làm gì, lần gửi lại tệp đó sẽ dùng nó",
            "there is nothing to do, the next upload of them uses them",
        ),
    ),
    "vault.unfinished": (
        "note",
        (
            "một lần ghi tệp dở dang từ {since} UTC",
            "a write that broke off at {since} UTC",
        ),
        ("có thể xóa tệp này", "the file can be deleted"),
    ),
}


def finding(code: str, subject: str, **facts: object) -> Finding:
    """The finding of that code; `rows.TABLE` for any table whose rows are not as read."""
    kind = code if code in _KINDS else code.partition(".")[0]
    severity, what, then = _KINDS[kind]
    facts = {"table": code.partition(".")[2], **facts}
    vi, en = (f"{one.format(**facts)}; {do}" for one, do in zip(what, then, strict=True))
    return Finding(severity, code, subject, vi, en, mendable=then is _REPAIR)
