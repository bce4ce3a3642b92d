"""ZIP archives of documents: looked through before anything in them is opened.

Names are told right whichever program packed them: with the mark of UTF-8, or without it as UTF-8
all the same, as code page 1258 (Vietnamese Windows) or 437 (what the format says). A member that
may not be opened is refused alone; an archive that is broken or set as a trap is refused whole.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath

from extractor.limits import Limits
from models.errors import DamagedSource, EncryptedSource, KehoachError, LimitExceeded
from service.extraction import SUFFIXES

SUFFIX = ".zip"
#: Members of an archive, at most.
ENTRIES = 20_000

_UTF8, _ENCRYPTED = 0x800, 0x1
_HEADER = 30  # bytes of a member before its name
_HARMLESS = 1024**2  # a member no larger than this may be compressed at any ratio
_MB = 1024**2
_BROKEN = (
    *(zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError),
    *(IndexError, OverflowError),
)


@dataclass(frozen=True, slots=True)
class Member:
    """A document in an open archive; `error` says why it is refused, None where it is not."""

    archive: zipfile.ZipFile
    info: zipfile.ZipInfo
    name: str
    error: KehoachError | None = None

    def read(self) -> bytes:
        """Its bytes, never more than the directory said. Raises DamagedSource."""
        if self.error:
            raise self.error
        try:
            with self.archive.open(self.info) as file:
                data = file.read(self.info.file_size + 1)
        except _BROKEN as error:
            raise _damaged(f"{self.name}: {error}") from error
        if len(data) != self.info.file_size:
            raise _damaged(f"{self.name}: {len(data)} ≠ {self.info.file_size} B")
        return data


def members(path: Path, limits: Limits) -> Iterator[Member]:
    """The documents in the archive, by its directory alone, in the order of their names.

    A member can be read until the iteration has gone on to its end. Files of other kinds and hidden
    ones are passed over. Raises DamagedSource or LimitExceeded where the whole archive is refused.
    """
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN as error:
        raise _damaged(str(error)) from error
    with archive:
        infos = archive.infolist()
        if len(infos) > ENTRIES:
            raise LimitExceeded(
                f"tệp nén có hơn {ENTRIES} mục; hãy chia nhỏ",
                f"the archive has more than {ENTRIES} entries; split it",
            )
        _check_positions(infos)
        found = [(name_of(info), info) for info in infos if not info.is_dir()]
        for name, info in sorted(found, key=lambda item: item[0]):
            if _is_document(name):
                yield Member(archive, info, name, _refusal(info, name, limits))


def name_of(info: zipfile.ZipInfo) -> str:
    """The name of a member as whoever packed it meant it."""
    if info.flag_bits & _UTF8:
        return info.filename
    raw = info.filename.encode("cp437", "replace")  # what zipfile made of the bytes, undone
    for encoding in ("utf-8", "cp1258"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _is_document(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if not parts or any(part.startswith((".", "~$", "__MACOSX")) for part in parts):
        return False
    return PurePosixPath(parts[-1]).suffix.lower() in {*SUFFIXES, SUFFIX}


def _refusal(info: zipfile.ZipInfo, name: str, limits: Limits) -> KehoachError | None:
    if info.flag_bits & _ENCRYPTED:
        return EncryptedSource(
            "tệp nén có mật khẩu; hãy giải nén bằng mật khẩu rồi đưa vào các tệp bên trong",
            "the archive needs a password; unpack it and take in the files within",
        )
    if name.lower().endswith(SUFFIX):
        return LimitExceeded(
            "tệp nén nằm trong tệp nén không được mở; hãy giải nén nó trước",
            "an archive within an archive is not opened; unpack it first",
        )
    if info.file_size > limits.source_bytes:
        size = limits.source_bytes // _MB
        return LimitExceeded(f"tệp lớn hơn {size} MB", f"the file is larger than {size} MB")
    large = info.file_size > _HARMLESS
    if large and info.file_size > limits.ratio * max(info.compress_size, 1):
        return LimitExceeded(
            f"tệp được nén hơn {limits.ratio:g} lần, như một cái bẫy",
            f"compressed more than {limits.ratio:g} times, as a trap is",
        )
    return None


def _check_positions(infos: list[zipfile.ZipInfo]) -> None:
    """Members that share their bytes are how a small archive unpacks to a huge one."""
    ordered = sorted(infos, key=lambda info: info.header_offset)
    for info, following in pairwise(ordered):
        if info.header_offset + _HEADER + info.compress_size > following.header_offset:
            raise _damaged(f"{name_of(info)} + {name_of(following)}")


def _damaged(detail: str) -> DamagedSource:
    return DamagedSource(
        f"tệp nén bị hỏng hoặc bị cắt cụt ({detail}); hãy tải lại hoặc nén lại",
        f"the archive is damaged or cut short ({detail}); fetch it or pack it again",
    )
