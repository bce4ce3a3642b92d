"""What the store does not have, does not take, or cannot do."""

import errno
import re

from sqlalchemy.exc import DBAPIError, OperationalError

from models.errors import KehoachError
from service.errors import InternalError, InvalidRequest, Unavailable, UnknownRecord


class UnknownAgency(UnknownRecord, code="agency.unknown"):
    title = "Không có cơ quan này", "No such body"


class UnknownCorrection(UnknownRecord, code="correction.unknown"):
    title = "Không có sửa đổi này", "No such correction"


class UnknownDocument(UnknownRecord, code="document.unknown"):
    title = "Không có văn bản này", "No such document"


class UnknownJob(UnknownRecord, code="job.unknown"):
    title = "Không có việc này", "No such job"


class NoPlan(UnknownRecord, code="plan.unknown"):
    title = "Chưa có kế hoạch", "No plan"
    meaning = "Văn bản này chưa có kế hoạch.", "The document has no plan."


class UnknownJudgement(UnknownRecord, code="judgement.unknown"):
    title = "Không có nhận xét này", "No such judgement"


class OneTask(KehoachError, code="judgement.pair"):
    title = "Chỉ là một nhiệm vụ", "One task only"
    meaning = (
        "Hai khóa là một nhiệm vụ, dù ở hai tệp; nhận xét là về hai nhiệm vụ.",
        "Both keys are one task, be it in two files; a judgement is of two tasks.",
    )


class UnknownRun(UnknownRecord, code="run.unknown"):
    title = "Không có lần đọc này", "No such reading"


class SourceGone(UnknownRecord, code="source.unknown"):
    title = "Không còn tệp gốc", "The bytes are not here"
    meaning = "Tệp gốc không còn ở đây.", "The bytes of the document are not here any more."


class UnknownTask(UnknownRecord, code="task.unknown"):
    title = "Không có nhiệm vụ này", "No such task"


class UnknownUnit(UnknownRecord, code="unit.unknown"):
    title = "Không có địa bàn này", "No such unit"


class WrongCursor(InvalidRequest, code="cursor.wrong"):
    title = "Vị trí trang không đúng", "A wrong cursor"
    meaning = (
        "vị trí trang (after) không đúng hoặc thuộc một danh sách, thứ tự khác; "
        "hãy bắt đầu lại từ trang đầu",
        "the cursor (after) is wrong or of another list or order; begin again at the first page",
    )


class CursorLost(KehoachError, code="cursor.lost", status=410):
    title = "Vị trí không còn", "The cursor is gone"
    meaning = (
        "Kho dữ liệu đã được đặt lại về trước vị trí này; hãy đọc lại từ đầu (after=0).",
        "The store was set back to before this cursor; begin again (after=0).",
    )


class StaleRevision(KehoachError, code="revision.stale", status=412):
    title = "Đã có người sửa trước", "Somebody changed it first"
    meaning = (
        "Bản bạn sửa không còn là bản mới nhất; hãy lấy lại rồi sửa.",
        "What you changed is not the latest any more; fetch it again.",
    )


class ChangedMeanwhile(StaleRevision):
    sentence = (
        "đã có người sửa trước (bản hiện tại là {current}); hãy tải lại rồi sửa tiếp",
        "it was changed meanwhile (its revision is {current} now); load it again, then edit",
    )


class UnknownField(KehoachError, code="correction.field"):
    title = "Không sửa được trường này", "Not a field to correct"
    meaning = (
        "Nhiệm vụ không có trường này, hoặc trường này không sửa được.",
        "Tasks have no such field, or it is not to be corrected.",
    )
    sentence = (
        "không sửa được “{name}”; sửa được: {names}",
        "“{name}” cannot be corrected; these can: {names}",
    )


class WrongValue(KehoachError, code="correction.value"):
    title = "Giá trị không hợp với trường", "A value the field cannot have"
    meaning = "Trường này không nhận giá trị ấy.", "The field cannot have that value."


class NotText(WrongValue):
    sentence = (
        "“{name}” phải là chữ, không quá {longest} ký tự, hoặc null",
        "“{name}” must be text of at most {longest} characters, or null",
    )


class NoLetters(WrongValue):
    sentence = "“{name}” có ký tự không hợp lệ", "“{name}” has characters that are no text"


class NoAssignment(WrongValue):
    sentence = (
        '“{name}” phải là {{"agencies": [mã…], "text": "…"}}, có ít nhất một mã',
        '“{name}” must be {{"agencies": [ids…], "text": "…"}} with one id or more',
    )


class NoSuchAgency(WrongValue):
    sentence = "không có cơ quan “{agency}”", "there is no agency “{agency}”"


class NoSuchReformField(WrongValue):
    sentence = "không có lĩnh vực “{field}”", "there is no field “{field}”"


class MissingBytes(InternalError, code="vault.missing"):
    title = "Thiếu tệp trong kho", "A file is missing from the store"
    meaning = (
        "Tệp này không còn trong kho; hãy chạy kehoach doctor.",
        "The file is not in the store any more; run kehoach doctor.",
    )
    sentence = (
        "kho tệp không có dữ liệu sha256:{sha256}; chạy `kehoach doctor` để kiểm tra",
        "the vault has no bytes sha256:{sha256}; run `kehoach doctor`",
    )


class StoreTrouble(Unavailable):
    """The store cannot do what it is for; `place` is where."""

    sentence = (
        "không dùng được kho dữ liệu: {place}: {reason}",
        "the store cannot be used: {place}: {reason}",
    )


class DamagedDatabase(StoreTrouble):
    sentence = (
        "không dùng được kho dữ liệu: {place} bị hỏng; hãy chạy `kehoach doctor`, rồi khôi phục từ "
        "bản sao lưu",
        "the store cannot be used: {place} is damaged; run `kehoach doctor`, then restore a backup",
    )


class LostTable(DamagedDatabase):
    sentence = (
        "không dùng được kho dữ liệu: {place} thiếu bảng {table}; hãy chạy `kehoach doctor`",
        "the store cannot be used: {place} lacks the table {table}; run `kehoach doctor`",
    )


class NoSpace(StoreTrouble):
    sentence = (
        "không dùng được kho dữ liệu: ổ đĩa của {place} đã đầy; hãy giải phóng chỗ trống",
        "the store cannot be used: the disk of {place} is full; make room",
    )


class ReadOnly(StoreTrouble):
    sentence = (
        "không dùng được kho dữ liệu: {place} chỉ đọc được; hãy cho phép ghi",
        "the store cannot be used: {place} can only be read; allow it to be written",
    )


class Locked(StoreTrouble):
    sentence = (
        "không dùng được kho dữ liệu: {place} đang bị chương trình khác khóa",
        "the store cannot be used: {place} is locked by another program",
    )


class Unreachable(StoreTrouble):
    sentence = (
        "không dùng được kho dữ liệu: không đọc được {place}",
        "the store cannot be used: {place} cannot be read",
    )


#: By the primary result codes of SQLite (sqlite.org/rescode.html).
_BY_CODE: dict[int, type[StoreTrouble]] = {
    5: Locked, 6: Locked, 8: ReadOnly, 10: Unreachable, 11: DamagedDatabase, 13: NoSpace,
    14: Unreachable, 26: DamagedDatabase,
}  # fmt: skip
_BY_ERRNO: dict[int | None, type[StoreTrouble]] = {
    errno.ENOSPC: NoSpace, errno.EDQUOT: NoSpace, errno.EROFS: ReadOnly, errno.EACCES: ReadOnly,
}  # fmt: skip

#: What SQLite and PostgreSQL say of a table that is not there.
_LOST = re.compile(r'^no such table: (?:main\.)?(\w+)|^relation "([\w.]+)" does not exist')


def trouble_of(error: BaseException, database: str, vault: str) -> StoreTrouble | None:
    """What an error says of the store whose places are named; None where it says nothing of it."""
    if isinstance(error, OSError):
        full = error.errno is None and "No space left" in str(error)
        kind = NoSpace if full else _BY_ERRNO.get(error.errno)
        return kind(place=vault) if kind else None
    if not isinstance(error, DBAPIError):
        return None
    if lost := _LOST.search(str(error.orig)):
        return LostTable(place=database, table=lost[1] or lost[2])
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        kind = _BY_CODE.get(code & 0xFF)
        return kind(place=database) if kind else None
    away = isinstance(error, OperationalError) or error.connection_invalidated
    return Unreachable(place=database) if away else None


class EmptiedStore(KehoachError, code="store.emptied"):
    """A new database beside files of an old one: it is rather lost than new."""

    title = "Mất cơ sở dữ liệu", "The database is lost"
    sentence = (
        "cơ sở dữ liệu {place} trống trong khi kho tệp {vault} có tệp của một kho cũ; hãy khôi "
        "phục bản sao lưu bằng `kehoach restore`, hoặc thêm --new để bắt đầu một kho mới",
        "the database {place} is empty while {vault} holds files of an old one; restore a backup "
        "by `kehoach restore`, or begin a new store with --new",
    )


class NewerDatabase(Unavailable, code="store.newer"):
    """The database was made by a version of kehoach that this one does not know."""

    title = "Cơ sở dữ liệu của phiên bản mới hơn", "The database is of a newer version"
    meaning = "Hãy cập nhật kehoach.", "Update kehoach."
    sentence = (
        "cơ sở dữ liệu thuộc một phiên bản mới hơn của kehoach (bản {revision}); "
        "hãy nâng cấp kehoach rồi mở lại",
        "the database belongs to a newer version of kehoach (revision {revision}); "
        "upgrade kehoach, then open it again",
    )


class BrokenReferences(Unavailable, code="store.references"):
    """After a move, rows would name others that are not there; nothing was changed."""

    title = "Bảng tra cứu hỏng", "The reference tables are damaged"
    meaning = (
        "không nâng cấp được cơ sở dữ liệu vì có dòng trỏ tới dòng không còn; "
        "dữ liệu giữ nguyên, chạy `kehoach doctor` để kiểm tra",
        "the database cannot be upgraded because rows name others that are not "
        "there; nothing was changed, run `kehoach doctor`",
    )


class OtherTools(KehoachError, code="backup.postgresql"):
    """The store is on PostgreSQL, which has tools of its own for this."""

    title = "PostgreSQL có công cụ riêng", "PostgreSQL has tools of its own"
    sentence = (
        "kho dữ liệu trên PostgreSQL được sao lưu và khôi phục bằng pg_dump, pg_restore và "
        "bản sao của kho tệp; xem docs/deployment.md",
        "a store on PostgreSQL is backed up and restored by pg_dump, pg_restore and a copy of "
        "the vault; see docs/deployment.md",
    )


class BackupExists(KehoachError, code="backup.exists"):
    """No backup is ever written over."""

    title = "Đã có bản sao lưu tên ấy", "There is a backup of that name"
    sentence = "đã có tệp {path}; hãy chọn tên khác", "{path} exists; name another"


class DamagedBackup(KehoachError, code="restore.damaged"):
    """The file is no backup, or not as it was made."""

    title = "Bản sao lưu hỏng", "The backup is damaged"
    sentence = (
        "bản sao lưu bị hỏng hoặc không phải của kehoach: {what}; chưa thay đổi gì",
        "the backup is damaged or none of kehoach: {what}; nothing was changed",
    )


class NotEmpty(KehoachError, code="restore.not-empty"):
    title = "Kho dữ liệu đã có nội dung", "The store is not empty"
    sentence = (
        "kho dữ liệu đích đã có văn bản, người dùng hoặc khóa; thêm --replace để thay hết "
        "bằng bản sao lưu",
        "the store has documents, users or keys already; --replace lets the backup take the "
        "place of all that",
    )


class InUse(KehoachError, code="restore.in-use"):
    """Somebody has the database open that is to be replaced."""

    title = "Cơ sở dữ liệu đang được dùng", "The database is in use"
    sentence = (
        "cơ sở dữ liệu đang được dùng; hãy dừng dịch vụ (kehoach serve, kehoach worker) rồi "
        "khôi phục",
        "the database is in use; stop the service (kehoach serve, kehoach worker), then restore",
    )
