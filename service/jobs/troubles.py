"""What went wrong with a job that was not the document's fault, in both languages."""

import errno

from extractor.errors import KehoachError


class Trouble(KehoachError):
    """The system kept a document from being read, and went on doing so."""

    code = "job.trouble"


class Fault(KehoachError):
    """A fault of the program itself."""

    code = "job.fault"


class Interrupted(KehoachError):
    """Those who read this document ended again and again before they had read it."""

    code = "job.interrupted"


def told_of(error: BaseException) -> KehoachError:
    """The error as a sentence for people, whatever it is."""
    if isinstance(error, KehoachError):
        return error
    if isinstance(error, OSError):
        return _of_system(error)
    what = type(error).__name__
    return Fault(
        f"chương trình có lỗi khi xử lý văn bản này ({what}); xin báo cho người phát triển",
        f"a fault of the program while it worked on this document ({what}); please report it",
    )


def _of_system(error: OSError) -> Trouble:
    if error.errno in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error):
        return Trouble(
            "ổ đĩa đã đầy nên không lưu được; hãy giải phóng chỗ trống rồi gửi lại tệp này",
            "the disk is full; make room and send the file again",
        )
    reason = error.strerror or str(error) or type(error).__name__
    return Trouble(
        f"máy chủ gặp sự cố khi đọc hoặc lưu tệp này ({reason}); hãy thử gửi lại sau",
        f"the server had trouble reading or keeping this file ({reason}); send it again later",
    )


def interrupted(attempts: int) -> Interrupted:
    return Interrupted(
        f"việc đọc tệp này đã bị ngắt {attempts} lần nên không thử nữa; hãy gửi lại tệp nếu cần",
        f"reading this file was broken off {attempts} times and is given up; "
        "send it again if need be",
    )
