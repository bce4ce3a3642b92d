"""One tree of errors. A class is a situation; it says what that is, for programs and for people.

    KehoachError
    ├── UnreadableSource        the file gives no Plan
    │   ├── EmptySource         no bytes, or no text in them
    │   ├── UnknownFormat       in no format that is read
    │   ├── LegacyFormat        a format that must be saved anew (Word XML, .ppt)
    │   ├── DamagedSource       cut short or broken
    │   ├── EncryptedSource     needs a password
    │   ├── NoTextLayer         pages are pictures or their text is garbage: needs OCR
    │   └── LimitExceeded       more time, memory, pages, cells or bytes than allowed
    ├── NoPicture               what is to be shown stands on no page: only a PDF has pages
    └── …                       those of the service, in `service/errors.py`

`error.vi` is the Vietnamese sentence, `error.en` and `str(error)` the English one.
"""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, ClassVar

#: The same words in Vietnamese and in English.
Words = tuple[str, str]

#: The class of each code; those that refine another share its code and are not here.
KINDS: dict[str, type["KehoachError"]] = {}
#: The class of each status of HTTP where nothing more is known: the one right below the root.
USUAL: dict[int, type["KehoachError"]] = {}


class KehoachError(Exception):
    """The root; catch this to catch all.

    A class says in its head its `code`, which is stable, and its `status` of HTTP; then its `title`
    names the situation, `meaning` says in general what it means or what to do, and `sentence` tells
    one occurrence by its `facts`; what a class leaves out says the same as what stands before it.
    A class without a code of its own refines the one it derives from. Whoever raises may know a
    more exact sentence (`vi`, `en`).
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 422
    title: ClassVar[Words] = "Không làm được", "It cannot be done"
    meaning: ClassVar[Words] = "Không làm được việc này.", "This cannot be done."
    sentence: ClassVar[Words] = meaning

    #: Seconds after which to try again, where that may help; an occurrence may tell its own.
    retry_after: ClassVar[int | None] = None

    #: What an answer over HTTP has besides.
    headers: Mapping[str, str] = MappingProxyType({})

    def __init_subclass__(cls, *, code: str = "", status: int = 0) -> None:
        own = vars(cls)
        if code:
            cls.code, KINDS[code] = code, cls
        if status:
            cls.status = status
            if cls.__base__ is KehoachError:
                USUAL[status] = cls
        if "title" in own and "meaning" not in own:
            cls.meaning = f"{cls.title[0]}.", f"{cls.title[1]}."
        if ("title" in own or "meaning" in own) and "sentence" not in own:
            cls.sentence = cls.meaning

    def __init__(self, vi: str = "", en: str = "", **facts: Any) -> None:
        """`facts` (values of JSON) fill the sentence, and are told to programs beside it."""
        self.facts = facts
        self.vi = vi or self.sentence[0].format(**facts)
        self.en = en or self.sentence[1].format(**facts)
        super().__init__(self.en)

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(type(self), **self.facts), (self.vi, self.en)


KINDS[KehoachError.code] = KehoachError


class UnreadableSource(KehoachError, code="source.unreadable"):
    title = "Không đọc được tệp", "The file cannot be read"


class EmptySource(UnreadableSource, code="source.empty"):
    title = "Tệp trống", "The file is empty"
    meaning = "Tệp không có chữ nào.", "The file has no text."


class UnknownFormat(UnreadableSource, code="source.unknown-format"):
    title = "Không rõ dạng tệp", "Unknown form of file"
    meaning = (
        "Tệp không phải văn bản Word, bảng tính, PDF, ảnh, trang web hay văn bản thuần.",
        "The file is no text document, spreadsheet, PDF, picture, web page or text.",
    )


class LegacyFormat(UnreadableSource, code="source.legacy-format"):
    title = "Dạng tệp cũ", "An old form of file"
    meaning = "Hãy lưu lại thành DOCX.", "Save it as DOCX first."


class DamagedSource(UnreadableSource, code="source.damaged"):
    title = "Tệp hỏng", "The file is damaged"
    meaning = "Tệp bị cắt cụt hoặc hỏng.", "The file is cut short or broken."


class EncryptedSource(UnreadableSource, code="source.encrypted"):
    title = "Tệp có mật khẩu", "The file needs a password"
    meaning = "Hãy bỏ mật khẩu của tệp.", "Take the password off the file."


class NoTextLayer(UnreadableSource, code="source.no-text-layer"):
    title = "Tệp không có lớp chữ", "No text layer"
    meaning = "Các trang chỉ là ảnh; cần nhận dạng chữ trước.", "Pages are pictures; use OCR first."


class LimitExceeded(UnreadableSource, code="source.limit", status=413):
    title = "Tệp vượt giới hạn", "The file is over a limit"
    meaning = "Tệp lớn hơn hoặc nặng hơn giới hạn.", "The file is larger or heavier than allowed."


class NoPicture(KehoachError, code="picture.none"):
    title = "Không có hình của trang", "No picture of a page"
    meaning = (
        "Chỗ này không nằm trên trang nào; chỉ tệp PDF mới có trang, tệp Word, trang web và văn "
        "bản thuần thì không.",
        "The place is on no page; only a PDF has pages, a Word file, a web page and plain text "
        "have none.",
    )
