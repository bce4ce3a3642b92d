"""Every code a problem can have: its status, its title, and a sentence where nothing else is told.

The codes of `KehoachError`s of other rooms stand here too; a test looks for those that do not.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem; `vi` and `en` are its title, `detail_*` what to do about it."""

    status: int
    vi: str
    en: str
    detail_vi: str
    detail_en: str


CATALOGUE = {
    "request.malformed": Kind(
        400, "Yêu cầu sai dạng", "Malformed request",
        "Không hiểu được yêu cầu này.", "The request cannot be understood.",
    ),
    "access.unauthenticated": Kind(
        401, "Cần đăng nhập hoặc khóa", "A key or a sign-in is needed",
        "Gửi khóa trong Authorization: Bearer kh_…, hoặc đăng nhập.",
        "Send a key as Authorization: Bearer kh_…, or sign in.",
    ),
    "access.forbidden": Kind(
        403, "Không có quyền", "Not allowed",
        "Khóa hoặc người dùng này không có quyền làm việc ấy.",
        "This key or user may not do that.",
    ),
    "access.cross-site": Kind(
        403, "Yêu cầu từ trang khác", "A request from another site",
        "Trình duyệt gửi yêu cầu này từ một trang khác, hoặc thiếu X-CSRF-Token đúng.",
        "A browser sent this from another site, or without the right X-CSRF-Token.",
    ),
    "access.proxied": Kind(
        403, "Cần tạo người dùng trước", "Create a user first",
        "Yêu cầu đến qua máy chủ trung gian; hãy tạo người dùng hoặc khóa: kehoach user add.",
        "The request came through a proxy; create a user or a key first: kehoach user add.",
    ),
    "path.unknown": Kind(
        404, "Không có ở đây", "Nothing here",
        "Không có gì ở địa chỉ này.", "There is nothing at this address.",
    ),
    "method.unknown": Kind(
        405, "Không làm được cách này", "No such method",
        "Địa chỉ này không nhận phương thức ấy; xem Allow.",
        "This address does not take that method; see Allow.",
    ),
    "conflict": Kind(
        409, "Xung đột", "Conflict",
        "Việc này trái với trạng thái hiện có.", "This goes against the present state.",
    ),
    "idempotency.in-flight": Kind(
        409, "Yêu cầu trước còn đang chạy", "The first request is still running",
        "Một yêu cầu có cùng Idempotency-Key chưa xong; hãy thử lại sau.",
        "A request with the same Idempotency-Key has not ended; try again later.",
    ),
    "revision.stale": Kind(
        412, "Đã có người sửa trước", "Somebody changed it first",
        "Bản bạn sửa không còn là bản mới nhất; hãy lấy lại rồi sửa.",
        "What you changed is not the latest any more; fetch it again.",
    ),
    "request.too-large": Kind(
        413, "Quá lớn", "Too large",
        "Yêu cầu lớn hơn giới hạn của dịch vụ này.",
        "The request is larger than this service takes.",
    ),
    "request.media-type": Kind(
        415, "Dạng không nhận", "Media type not taken",
        "Dạng của phần thân không phải dạng đường dẫn này nhận.",
        "The body is of a form this address does not take.",
    ),
    "request.head-too-large": Kind(
        431, "Phần đầu quá lớn", "Headers too large",
        "Địa chỉ hoặc phần đầu của yêu cầu quá dài.",
        "The address or the headers of the request are too long.",
    ),
    "host.unknown": Kind(
        421, "Không phải tên của dịch vụ này", "Not a name of this service",
        "Dịch vụ không trả lời dưới tên ấy; thêm tên vào KEHOACH_ALLOWED_HOSTS.",
        "The service does not answer to that name; add it to KEHOACH_ALLOWED_HOSTS.",
    ),
    "request.invalid": Kind(
        422, "Giá trị không hợp lệ", "Values not valid",
        "Một hay nhiều giá trị không hợp lệ.", "One or more values are not valid.",
    ),
    "idempotency.reused": Kind(
        422, "Idempotency-Key đã dùng cho yêu cầu khác", "Idempotency-Key used for another request",
        "Dùng một Idempotency-Key mới cho mỗi yêu cầu khác nhau.",
        "Use a new Idempotency-Key for every different request.",
    ),
    "revision.required": Kind(
        428, "Cần If-Match", "If-Match is needed",
        "Gửi ETag của bản đã đọc trong If-Match.", "Send the ETag you read in If-Match.",
    ),
    "rate.exceeded": Kind(
        429, "Quá nhiều yêu cầu", "Too many requests",
        "Hãy đợi theo Retry-After rồi thử lại.", "Wait as Retry-After says, then try again.",
    ),
    "internal": Kind(
        500, "Lỗi bên trong", "Internal error",
        "Dịch vụ gặp lỗi. Hãy báo người quản trị kèm request_id.",
        "The service failed. Tell the administrator the request_id.",
    ),
    "unavailable": Kind(
        503, "Chưa sẵn sàng", "Not ready",
        "Dịch vụ chưa sẵn sàng; hãy thử lại sau.", "The service is not ready; try again later.",
    ),
    "error": Kind(
        422, "Không làm được", "It cannot be done",
        "Không làm được việc này.", "This cannot be done.",
    ),
    "source.unreadable": Kind(
        422, "Không đọc được tệp", "The file cannot be read",
        "Không đọc được tệp này.", "This file cannot be read.",
    ),
    "source.empty": Kind(
        422, "Tệp trống", "The file is empty",
        "Tệp không có chữ nào.", "The file has no text.",
    ),
    "source.unknown-format": Kind(
        422, "Không rõ dạng tệp", "Unknown form of file",
        "Tệp không phải DOCX, PDF, trang web hay văn bản.",
        "The file is neither DOCX, PDF, a web page nor text.",
    ),
    "source.legacy-format": Kind(
        422, "Dạng tệp cũ", "An old form of file",
        "Hãy lưu lại thành DOCX.", "Save it as DOCX first.",
    ),
    "source.damaged": Kind(
        422, "Tệp hỏng", "The file is damaged",
        "Tệp bị cắt cụt hoặc hỏng.", "The file is cut short or broken.",
    ),
    "source.encrypted": Kind(
        422, "Tệp có mật khẩu", "The file needs a password",
        "Hãy bỏ mật khẩu của tệp.", "Take the password off the file.",
    ),
    "source.no-text-layer": Kind(
        422, "Tệp không có lớp chữ", "No text layer",
        "Các trang chỉ là ảnh; cần nhận dạng chữ trước.", "Pages are pictures; use OCR first.",
    ),
    "source.limit": Kind(
        413, "Tệp vượt giới hạn", "The file is over a limit",
        "Tệp lớn hơn hoặc nặng hơn giới hạn.", "The file is larger or heavier than allowed.",
    ),
    "settings.wrong": Kind(
        500, "Thiết lập sai", "A setting is wrong",
        "Một thiết lập không đúng.", "A setting is wrong.",
    ),
    "agency.unknown": Kind(
        404, "Không có cơ quan này", "No such body",
        "Không có cơ quan này.", "There is no such body.",
    ),
    "correction.unknown": Kind(
        404, "Không có sửa đổi này", "No such correction",
        "Không có sửa đổi này.", "There is no such correction.",
    ),
    "document.unknown": Kind(
        404, "Không có văn bản này", "No such document",
        "Không có văn bản này.", "There is no such document.",
    ),
    "job.unknown": Kind(
        404, "Không có việc này", "No such job",
        "Không có việc này.", "There is no such job.",
    ),
    "plan.unknown": Kind(
        404, "Chưa có kế hoạch", "No plan",
        "Văn bản này chưa có kế hoạch.", "The document has no plan.",
    ),
    "run.unknown": Kind(
        404, "Không có lần đọc này", "No such reading",
        "Không có lần đọc này.", "There is no such reading.",
    ),
    "source.unknown": Kind(
        404, "Không còn tệp gốc", "The bytes are not here",
        "Tệp gốc không còn ở đây.", "The bytes of the document are not here any more.",
    ),
    "task.unknown": Kind(
        404, "Không có nhiệm vụ này", "No such task",
        "Không có nhiệm vụ này.", "There is no such task.",
    ),
    "unit.unknown": Kind(
        404, "Không có địa bàn này", "No such unit",
        "Không có địa bàn này.", "There is no such unit.",
    ),
    "record.unknown": Kind(
        404, "Không có mục này", "No such record",
        "Không có mục này.", "There is no such record.",
    ),
    "correction.field": Kind(
        422, "Không sửa được trường này", "Not a field to correct",
        "Nhiệm vụ không có trường này, hoặc trường này không sửa được.",
        "Tasks have no such field, or it is not to be corrected.",
    ),
    "correction.value": Kind(
        422, "Giá trị không hợp lệ", "A value the field cannot have",
        "Trường này không nhận giá trị ấy.", "The field cannot have that value.",
    ),
    "cursor.wrong": Kind(
        422, "Vị trí trang không đúng", "A wrong cursor",
        "after không đúng hoặc thuộc danh sách khác; hãy bắt đầu lại từ trang đầu.",
        "after is broken or of another list; begin again at the first page.",
    ),
    "sort.unknown": Kind(
        422, "Không có thứ tự này", "No such order",
        "Danh sách không có thứ tự sắp xếp này.", "The list does not have that order.",
    ),
    "job.not-failed": Kind(
        409, "Việc này không hỏng", "The job has not failed",
        "Chỉ làm lại được việc đã hỏng.", "Only a job that failed can be tried again.",
    ),
    "document.busy": Kind(
        409, "Văn bản đang được đọc", "The document is being read",
        "Hãy đợi đọc xong rồi thử lại.", "Wait until it is read, then try again.",
    ),
    "range.unsatisfiable": Kind(
        416, "Ngoài phạm vi của tệp", "Outside of the file",
        "Tệp không có những byte này.", "The file has no such bytes.",
    ),
    "upload.broken": Kind(
        400, "Nội dung tải lên không trọn vẹn", "A broken upload",
        "Phần thân không phải multipart/form-data trọn vẹn.",
        "The body is no whole multipart/form-data.",
    ),
    "upload.hash": Kind(
        422, "Mã SHA-256 không khớp", "The SHA-256 differs",
        "Nội dung nhận được không có SHA-256 như địa chỉ nêu; hãy gửi lại.",
        "What came in has not the SHA-256 of the address; send it again.",
    ),
    "upload.nothing": Kind(
        422, "Không tệp nào được nhận", "No file was taken",
        "Không tệp nào trong yêu cầu được nhận; xem files.",
        "No file of the request was taken; see files.",
    ),
    "upload.too-many": Kind(
        413, "Quá nhiều tệp", "Too many files",
        "Yêu cầu có nhiều tệp hơn dịch vụ này nhận một lần.",
        "The request has more files than this service takes at once.",
    ),
    "queue.full": Kind(
        503, "Hàng đợi đầy", "The queue is full",
        "Hãy đợi theo Retry-After rồi gửi lại.", "Wait as Retry-After says, then send it again.",
    ),
    "access.scope": Kind(
        422, "Quyền không có", "No such scope",
        "Quyền phải là read, write hoặc admin.", "A scope is one of read, write, admin.",
    ),
    "signin.wrong": Kind(
        401, "Sai tên hoặc mật khẩu", "Wrong name or password",
        "Tên hoặc mật khẩu không đúng.", "The name or the password is wrong.",
    ),
    "user.unknown": Kind(
        404, "Không có người dùng này", "No such user",
        "Không có người dùng này.", "There is no such user.",
    ),
    "user.exists": Kind(
        409, "Tên đã có", "The name is taken",
        "Đã có người dùng tên này.", "There is a user of that name already.",
    ),
    "user.name": Kind(
        422, "Tên không hợp lệ", "Not a name",
        "Tên gồm 1 đến 64 chữ, số hoặc . _ @ -.", "A name has 1 to 64 letters, digits or . _ @ -.",
    ),
    "user.password": Kind(
        422, "Mật khẩu yếu", "A weak password",
        "Mật khẩu cần từ 12 đến 256 ký tự và không chứa tên.",
        "A password has 12 to 256 characters and does not hold the name.",
    ),
    "user.wrong-password": Kind(
        403, "Sai mật khẩu", "Wrong password",
        "Mật khẩu hiện tại không đúng.", "The present password is wrong.",
    ),
    "user.last-admin": Kind(
        409, "Quản trị viên cuối cùng", "The last administrator",
        "Phải còn ít nhất một quản trị viên.", "There must be an administrator left.",
    ),
    "key.unknown": Kind(
        404, "Không có khóa này", "No such key",
        "Không có khóa này.", "There is no such key.",
    ),
    "vault.missing": Kind(
        500, "Thiếu tệp trong kho", "A file is missing from the store",
        "Tệp này không còn trong kho; hãy chạy kehoach doctor.",
        "The file is not in the store any more; run kehoach doctor.",
    ),
    "store.newer": Kind(
        503, "Cơ sở dữ liệu của phiên bản mới hơn", "The database is of a newer version",
        "Hãy cập nhật kehoach.", "Update kehoach.",
    ),
    "store.references": Kind(
        503, "Bảng tra cứu hỏng", "The reference tables are damaged",
        "Hãy chạy kehoach doctor.", "Run kehoach doctor.",
    ),
    "job.trouble": Kind(
        503, "Trục trặc tạm thời", "Trouble that passes",
        "Việc này sẽ được thử lại.", "This will be tried again.",
    ),
    "job.fault": Kind(
        500, "Lỗi khi đọc", "A fault while reading",
        "Chương trình gặp lỗi khi đọc tệp.", "The program failed while reading the file.",
    ),
    "job.interrupted": Kind(
        503, "Việc bị ngắt", "The job was interrupted",
        "Việc bị ngắt giữa chừng; hãy thử lại.", "The job was interrupted; try again.",
    ),
}  # fmt: skip

#: The kind behind a status that the framework itself answers.
BY_STATUS = {
    400: "request.malformed",
    401: "access.unauthenticated",
    403: "access.forbidden",
    404: "path.unknown",
    405: "method.unknown",
    409: "conflict",
    412: "revision.stale",
    413: "request.too-large",
    415: "request.media-type",
    416: "range.unsatisfiable",
    421: "host.unknown",
    422: "request.invalid",
    428: "revision.required",
    429: "rate.exceeded",
    431: "request.head-too-large",
    500: "internal",
    503: "unavailable",
}


def status_of(code: str) -> int:
    """The HTTP status of a code."""
    return CATALOGUE[code].status
