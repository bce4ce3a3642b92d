"""Why a document was not read where its reader did not come to say so."""

import signal
from pathlib import Path

from extractor.limits import Limits
from models.errors import DamagedSource, LimitExceeded, UnreadableSource


class TooSlow(LimitExceeded):
    sentence = (
        "đọc tệp này lâu quá {seconds:g} giây; có thể cho thêm giờ bằng "
        "--limit-seconds hoặc thiết lập KEHOACH_READ_SECONDS",
        "reading this file takes more than {seconds:g} seconds; "
        "--limit-seconds or the setting KEHOACH_READ_SECONDS allows more",
    )


class SlowMachine(LimitExceeded):
    """The clock ran out, not the work that was allowed: another time may do."""

    sentence = (
        "đọc tệp này mất hơn {seconds:g} giây dù trình đọc chỉ được chạy {worked:.0f} giây; máy "
        "đang quá bận, hãy thử lại sau",
        "reading this file takes more than {seconds:g} seconds, although its reader had only "
        "{worked:.0f} to work; the machine is too busy, try again later",
    )


class SilentReader(LimitExceeded):
    sentence = (
        "trình đọc không có động tĩnh gì trong {seconds:g} giây nên đã bị dừng; tệp có thể "
        "bị hỏng hoặc quá lớn: hãy mở tệp và lưu lại, hoặc chia nhỏ, rồi thử lại",
        "the reader gave no sign of life for {seconds:g} seconds and was stopped; the file "
        "may be damaged or too large: open and save it anew, or split it, then try again",
    )


class OutOfMemory(LimitExceeded):
    sentence = (
        "đọc tệp này cần hơn {megabytes} MB bộ nhớ; có thể cho thêm bằng --limit-memory "
        "hoặc thiết lập KEHOACH_MEMORY_MB",
        "reading this file takes more than {megabytes} MB of memory; --limit-memory "
        "or the setting KEHOACH_MEMORY_MB allows more",
    )

    @classmethod
    def over(cls, limits: Limits) -> "OutOfMemory":
        return cls(megabytes=limits.memory // 1024**2)


class AnswerTooLong(LimitExceeded):
    sentence = (
        "kết quả đọc tệp này dài hơn {megabytes:g} MB; hãy chia nhỏ tệp rồi thử lại",
        "what this file says takes more than {megabytes:g} MB; split it and try again",
    )

    @classmethod
    def over(cls, limits: Limits) -> "AnswerTooLong":
        return cls(megabytes=limits.answer_bytes / 1024**2)


class StoppedReader(UnreadableSource):
    sentence = (
        "trình đọc bị dừng từ bên ngoài (có thể do máy thiếu bộ nhớ); hãy đọc lại tệp này",
        "the reader was stopped from outside (the machine may lack memory); try the file again",
    )


class CrashedReader(DamagedSource):
    sentence = (
        "tệp này làm trình đọc dừng đột ngột (mã {exitcode}); tệp có thể bị hỏng",
        "the file made its reader stop dead (code {exitcode}); it may be damaged",
    )

    @staticmethod
    def by(exitcode: int | None) -> UnreadableSource:
        """The reader is gone, by the document's doing or by somebody's."""
        if exitcode is not None and -exitcode in (signal.SIGTERM, getattr(signal, "SIGKILL", None)):
            return StoppedReader()
        return CrashedReader(exitcode=exitcode)


class UnopenedFile(UnreadableSource):
    sentence = "không mở được tệp: {reason}", "the file cannot be opened: {reason}"

    @staticmethod
    def of(error: OSError) -> UnreadableSource:
        """Why the system does not give the file."""
        for kind, found in (
            (FileNotFoundError, NoSuchFile),
            (PermissionError, ForbiddenFile),
            (IsADirectoryError, FileIsFolder),
        ):
            if isinstance(error, kind):
                return found()
        return UnopenedFile(reason=error.strerror or type(error).__name__)


class NoSuchFile(UnopenedFile):
    sentence = "không thấy tệp này", "there is no such file"


class ForbiddenFile(UnopenedFile):
    sentence = "không có quyền đọc tệp này", "the file may not be read: no permission"


class FileIsFolder(UnopenedFile):
    sentence = "đây là một thư mục", "this is a folder"


class ReaderFault(UnreadableSource):
    sentence = (
        "chương trình có lỗi khi đọc tệp này ({what}); xin gửi tệp cho người phát triển",
        "a fault of the program while reading this file ({what}); please report it with the file",
    )

    @classmethod
    def of(cls, error: Exception) -> "ReaderFault":
        """A fault of ours, by its kind and the line it came from."""
        trace, where = error.__traceback__, "?"
        while trace is not None:
            where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
            trace = trace.tb_next
        return cls(what=f"{type(error).__name__}, {where}")
