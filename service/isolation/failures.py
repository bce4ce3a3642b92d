"""Why a document was not read where its reader did not come to say so: in both languages."""

import signal
from pathlib import Path

from extractor.errors import DamagedSource, LimitExceeded, UnreadableSource
from extractor.limits import Limits

_MB = 1024**2


def too_slow(limits: Limits) -> LimitExceeded:
    return LimitExceeded(
        f"đọc tệp này lâu quá {limits.seconds:g} giây; có thể cho thêm giờ bằng "
        "--limit-seconds hoặc thiết lập KEHOACH_READ_SECONDS",
        f"reading this file takes more than {limits.seconds:g} seconds; "
        "--limit-seconds or the setting KEHOACH_READ_SECONDS allows more",
    )


def silent(limits: Limits) -> LimitExceeded:
    return LimitExceeded(
        f"trình đọc không có động tĩnh gì trong {limits.silence:g} giây nên đã bị dừng; tệp có thể "
        "bị hỏng hoặc quá lớn: hãy mở tệp và lưu lại, hoặc chia nhỏ, rồi thử lại",
        f"the reader gave no sign of life for {limits.silence:g} seconds and was stopped; the file "
        "may be damaged or too large: open and save it anew, or split it, then try again",
    )


def too_large(limits: Limits) -> LimitExceeded:
    size = limits.memory // _MB
    return LimitExceeded(
        f"đọc tệp này cần hơn {size} MB bộ nhớ; có thể cho thêm bằng --limit-memory "
        "hoặc thiết lập KEHOACH_MEMORY_MB",
        f"reading this file takes more than {size} MB of memory; --limit-memory "
        "or the setting KEHOACH_MEMORY_MB allows more",
    )


def too_long(limits: Limits) -> LimitExceeded:
    size = limits.answer_bytes / _MB
    return LimitExceeded(
        f"kết quả đọc tệp này dài hơn {size:g} MB; hãy chia nhỏ tệp rồi thử lại",
        f"what this file says takes more than {size:g} MB; split it and try again",
    )


def crash(exitcode: int | None) -> UnreadableSource:
    """The reader is gone, by the document's doing or by somebody's."""
    if exitcode is not None and -exitcode in (signal.SIGTERM, getattr(signal, "SIGKILL", None)):
        return UnreadableSource(
            "trình đọc bị dừng từ bên ngoài (có thể do máy thiếu bộ nhớ); hãy đọc lại tệp này",
            "the reader was stopped from outside (the machine may lack memory); try the file again",
        )
    return DamagedSource(
        f"tệp này làm trình đọc dừng đột ngột (mã {exitcode}); tệp có thể bị hỏng",
        f"the file made its reader stop dead (code {exitcode}); it may be damaged",
    )


def unopened(error: OSError) -> UnreadableSource:
    for kind, vi, en in (
        (FileNotFoundError, "không thấy tệp này", "there is no such file"),
        (PermissionError, "không có quyền đọc tệp này", "the file may not be read: no permission"),
        (IsADirectoryError, "đây là một thư mục", "this is a folder"),
    ):
        if isinstance(error, kind):
            return UnreadableSource(vi, en)
    reason = error.strerror or type(error).__name__
    return UnreadableSource(f"không mở được tệp: {reason}", f"the file cannot be opened: {reason}")


def fault(error: Exception) -> UnreadableSource:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    what = f"{type(error).__name__}, {where}"
    return UnreadableSource(
        f"chương trình có lỗi khi đọc tệp này ({what}); xin gửi tệp cho người phát triển",
        f"a fault of the program while reading this file ({what}); please report it with the file",
    )
