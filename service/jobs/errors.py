"""Why a document is not taken in, or why its job came to no plan."""

import errno
from typing import Any

from models.errors import KehoachError, LimitExceeded
from service.errors import Conflict, InternalError, Unavailable


class FileTooLarge(LimitExceeded):
    sentence = (
        "tệp này lớn hơn {limit} MB; người quản trị có thể cho thêm bằng KEHOACH_UPLOAD_MB",
        "the file is larger than {limit} MB; KEHOACH_UPLOAD_MB allows more",
    )


class QueueFull(Unavailable, code="queue.full"):
    """So many jobs wait that no more are taken."""

    title = "Hàng đợi đầy", "The queue is full"
    meaning = (
        "Hãy đợi theo Retry-After rồi gửi lại.",
        "Wait as Retry-After says, then send it again.",
    )
    sentence = (
        "đang có {waiting} văn bản chờ đọc; hãy gửi lại sau {retry_after} giây",
        "{waiting} documents wait to be read; send it again in {retry_after} seconds",
    )


class DocumentBusy(Conflict, code="document.busy"):
    title = "Văn bản đang được đọc", "The document is being read"
    meaning = "Hãy đợi đọc xong rồi thử lại.", "Wait until it is read, then try again."


class JobNotFailed(Conflict, code="job.not-failed"):
    title = "Việc này không hỏng", "The job has not failed"
    meaning = "Chỉ làm lại được việc đã hỏng.", "Only a job that failed can be tried again."


class Trouble(Unavailable, code="job.trouble"):
    """The system kept a document from being read, and went on doing so."""

    title = "Trục trặc tạm thời", "Trouble that passes"
    meaning = "Việc này sẽ được thử lại.", "This will be tried again."
    sentence = (
        "máy chủ gặp sự cố khi đọc hoặc lưu tệp này ({reason}); hãy thử gửi lại sau",
        "the server had trouble reading or keeping this file ({reason}); send it again later",
    )


class DiskFull(Trouble):
    sentence = (
        "ổ đĩa đã đầy nên không lưu được; hãy giải phóng chỗ trống rồi gửi lại tệp này",
        "the disk is full; make room and send the file again",
    )


class Fault(InternalError, code="job.fault"):
    """A fault of the program itself."""

    title = "Lỗi khi đọc", "A fault while reading"
    meaning = "Chương trình gặp lỗi khi đọc tệp.", "The program failed while reading the file."
    sentence = (
        "chương trình có lỗi khi xử lý văn bản này ({what}); xin báo cho người phát triển",
        "a fault of the program while it worked on this document ({what}); please report it",
    )

    @staticmethod
    def of(error: BaseException) -> KehoachError:
        """What ended a job, whatever it is, as one of our errors."""
        if isinstance(error, KehoachError):
            return error
        if not isinstance(error, OSError):
            return Fault(what=type(error).__name__)
        if error.errno in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error):
            return DiskFull()
        return Trouble(reason=error.strerror or str(error) or type(error).__name__)


class Interrupted(Unavailable, code="job.interrupted"):
    """Those who read this document ended again and again before they had read it."""

    title = "Việc bị ngắt", "The job was interrupted"
    meaning = "Việc bị ngắt giữa chừng; hãy thử lại.", "The job was interrupted; try again."
    sentence = (
        "việc đọc tệp này đã bị ngắt {attempts} lần nên không thử nữa; hãy gửi lại tệp nếu cần",
        "reading this file was broken off {attempts} times and is given up; "
        "send it again if need be",
    )


def told_of(error: KehoachError) -> dict[str, Any]:
    """What is kept of an error in the row of a job and of its run."""
    return {"error_code": error.code, "error_vi": error.vi, "error_en": error.en}
