"""What can be wrong with a request; each is told as problem details (RFC 9457)."""

from collections.abc import Mapping

from models.errors import KehoachError
from service.errors import Unavailable, UnknownPath


class MalformedRequest(KehoachError, code="request.malformed", status=400):
    title = "Yêu cầu sai dạng", "Malformed request"
    meaning = "Không hiểu được yêu cầu này.", "The request cannot be understood."


class NotJson(MalformedRequest):
    sentence = (
        "Phần thân của yêu cầu không phải JSON hợp lệ.",
        "The body of the request is not valid JSON.",
    )


class UnknownProblem(UnknownPath):
    sentence = "Không có mã lỗi này.", "There is no problem of that code."


class UnknownMethod(KehoachError, code="method.unknown", status=405):
    title = "Không làm được cách này", "No such method"
    meaning = (
        "Địa chỉ này không nhận phương thức ấy; xem Allow.",
        "This address does not take that method; see Allow.",
    )


class RevisionRequired(KehoachError, code="revision.required", status=428):
    title = "Cần If-Match", "If-Match is needed"
    meaning = "Gửi ETag của bản đã đọc trong If-Match.", "Send the ETag you read in If-Match."


class TooLarge(KehoachError, code="request.too-large", status=413):
    title = "Quá lớn", "Too large"
    meaning = (
        "Yêu cầu lớn hơn giới hạn của dịch vụ này.",
        "The request is larger than this service takes.",
    )
    sentence = (
        "Phần thân của yêu cầu lớn hơn {limit} byte.",
        "The body of the request is larger than {limit} bytes.",
    )
    headers: Mapping[str, str] = {"Connection": "close"}


class TooManyFields(TooLarge):
    sentence = (
        "Biểu mẫu có hơn {limit} trường.",
        "The form has more than {limit} fields.",
    )


class WrongMediaType(KehoachError, code="request.media-type", status=415):
    title = "Dạng không nhận", "Media type not taken"
    meaning = (
        "Dạng của phần thân không phải dạng đường dẫn này nhận.",
        "The body is of a form this address does not take.",
    )
    sentence = "Phần thân phải là {accept}.", "The body must be {accept}."

    @classmethod
    def instead(cls, accept: str) -> "WrongMediaType":
        """The body came in another form than this media type."""
        error = cls(accept=accept)
        error.headers = {"Accept": accept}
        return error


class OutsideOfFile(KehoachError, code="range.unsatisfiable", status=416):
    title = "Ngoài phạm vi của tệp", "Outside of the file"
    meaning = "Tệp không có những byte này.", "The file has no such bytes."


class UnknownHost(KehoachError, code="host.unknown", status=421):
    title = "Không phải tên của dịch vụ này", "Not a name of this service"
    meaning = (
        "Dịch vụ không trả lời dưới tên ấy; thêm tên vào KEHOACH_ALLOWED_HOSTS.",
        "The service does not answer to that name; add it to KEHOACH_ALLOWED_HOSTS.",
    )


class TooManyRequests(KehoachError, code="rate.exceeded", status=429):
    title = "Quá nhiều yêu cầu", "Too many requests"
    meaning = "Hãy đợi theo Retry-After rồi thử lại.", "Wait as Retry-After says, then try again."
    sentence = (
        "Quá nhiều yêu cầu; hãy thử lại sau {retry_after} giây.",
        "Too many requests; try again in {retry_after} seconds.",
    )


class TooManyAtOnce(TooManyRequests, code="rate.at-once"):
    title = "Quá nhiều việc cùng lúc", "Too many at a time"
    sentence = (
        "Mỗi người chỉ được {limit} việc loại này cùng lúc; hãy đợi một việc xong rồi thử lại.",
        "Each caller has {limit} of these at a time; wait until one has ended, then try again.",
    )
    retry_after = 2


class AllTaken(Unavailable):
    sentence = (
        "Đang có quá nhiều người làm việc này; hãy thử lại sau.",
        "Too many are doing this right now; try again later.",
    )


class HeadTooLarge(KehoachError, code="request.head-too-large", status=431):
    title = "Phần đầu quá lớn", "Headers too large"
    meaning = (
        "Địa chỉ hoặc phần đầu của yêu cầu quá dài.",
        "The address or the headers of the request are too long.",
    )
    sentence = (
        "Địa chỉ và phần đầu của yêu cầu dài hơn {limit} byte.",
        "Address and headers of the request are longer than {limit} bytes.",
    )


class StoreUnavailable(Unavailable):
    sentence = (
        "Cơ sở dữ liệu hoặc kho tệp tạm thời không dùng được; hãy thử lại sau.",
        "The database or the store of files cannot be used for now; try again later.",
    )


class NotReady(Unavailable):
    """`checks` tells of each part whether it works."""

    meaning = "Dịch vụ chưa sẵn sàng.", "The service is not ready."


class BrokenUpload(MalformedRequest, code="upload.broken"):
    title = "Nội dung tải lên không trọn vẹn", "A broken upload"
    meaning = (
        "Phần thân không phải multipart/form-data trọn vẹn.",
        "The body is no whole multipart/form-data.",
    )


class CutUpload(BrokenUpload):
    sentence = "Nội dung tải lên bị cắt ngang.", "The upload was cut short."


class OtherBytes(KehoachError, code="upload.hash"):
    title = "Mã SHA-256 không khớp", "The SHA-256 differs"
    meaning = (
        "Nội dung nhận được không có SHA-256 như địa chỉ nêu; hãy gửi lại.",
        "What came in has not the SHA-256 of the address; send it again.",
    )


class NoFile(KehoachError, code="upload.nothing"):
    title = "Không tệp nào được nhận", "No file was taken"
    meaning = (
        "Yêu cầu không có tệp nào; mỗi tệp là một phần có filename.",
        "The request has no file; each is a part with a filename.",
    )


class TooManyFiles(TooLarge, code="upload.too-many"):
    title = "Quá nhiều tệp", "Too many files"
    meaning = (
        "Yêu cầu có nhiều tệp hơn dịch vụ này nhận một lần.",
        "The request has more files than this service takes at once.",
    )
    sentence = (
        "chỉ nhận {limit} tệp trong một yêu cầu",
        "only {limit} files are taken in one request",
    )
