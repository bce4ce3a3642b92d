"""What can be wrong with an input; each error says what, where and what to do.

    KehoachError
    └── UnreadableSource        the file gives no Plan
        ├── EmptySource         no bytes, or no text in them
        ├── UnknownFormat       neither DOCX, PDF, web page nor text
        ├── LegacyFormat        a format that must be saved anew (.doc, .xls, .rtf)
        ├── DamagedSource       cut short or broken
        ├── EncryptedSource     needs a password
        ├── NoTextLayer         pages are pictures or their text is garbage: needs OCR
        └── LimitExceeded       more time, memory, pages, cells or bytes than allowed

`str(error)` is the English sentence, `error.vi` the Vietnamese one; `error.code` is stable.
"""


class KehoachError(Exception):
    """The root; catch this to catch all."""

    code = "error"

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi = vi
        self.en = en

    def __reduce__(self) -> tuple[type["KehoachError"], tuple[str, str]]:
        return type(self), (self.vi, self.en)


class UnreadableSource(KehoachError):
    code = "source.unreadable"


class EmptySource(UnreadableSource):
    code = "source.empty"


class UnknownFormat(UnreadableSource):
    code = "source.unknown-format"


class LegacyFormat(UnreadableSource):
    code = "source.legacy-format"


class DamagedSource(UnreadableSource):
    code = "source.damaged"


class EncryptedSource(UnreadableSource):
    code = "source.encrypted"


class NoTextLayer(UnreadableSource):
    code = "source.no-text-layer"


class LimitExceeded(UnreadableSource):
    code = "source.limit"
