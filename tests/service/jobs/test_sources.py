"""What is taken in of files and archives: names, what is refused, and traps."""

import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from extractor.limits import DEFAULT_LIMITS
from extractor.readers.heads import Head
from models.errors import DamagedSource, KehoachError
from service.extraction import find
from service.jobs.errors import FileTooLarge
from service.jobs.sources import TAKEN, Source, documents, together


def sources(*names: Path) -> Iterator[Source]:
    return documents(find(map(str, names), TAKEN), DEFAULT_LIMITS, lambda name, _data: Head(name))


def packed(path: Path, files: dict[str, bytes], **flags: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def test_documents_become_one_together(tmp_path: Path) -> None:
    (tmp_path / "kế hoạch.txt").write_bytes(b"c")
    packed(tmp_path / "phụ lục.zip", {"1.xls": b"x"})
    one = together(sources(tmp_path), 100)
    content = one.content()
    assert one.filename == "kế hoạch.zip"
    assert isinstance(content, bytes)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "kế hoạch.txt": b"c", "1.xls": b"x",
        }  # fmt: skip
    with pytest.raises(FileTooLarge):
        together(sources(tmp_path), 1)


def test_the_documents_of_an_archive_stand_for_it(tmp_path: Path) -> None:
    packed(
        tmp_path / "a.zip",
        {
            "2024/Kế hoạch số 12.docx": b"x",
            "2024/.an.docx": b"x",
            "__MACOSX/2024/._k.docx": b"x",
            "a.png": b"x",
            "b.TXT": b"text",
        },
    )
    (tmp_path / "c.txt").write_bytes(b"c")
    found = [
        (source.name.removeprefix(str(tmp_path)), source.filename, source.content())
        for source in sources(tmp_path)
    ]
    assert found == [
        ("/a.zip/2024/Kế hoạch số 12.docx", "Kế hoạch số 12.docx", b"x"),
        ("/a.zip/b.TXT", "b.TXT", b"text"),
        ("/c.txt", "c.txt", tmp_path / "c.txt"),
    ]


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("kế hoạch.txt".encode(), "kế hoạch.txt"),
        ("Đồ án.txt".encode(), "Đồ án.txt"),
        (b"K\xea\xec hoach.txt", "Kê\u0301 hoach.txt"),  # code page 1258 has its own accents
    ],
)
def test_names_without_the_mark_of_utf8(tmp_path: Path, raw: bytes, name: str) -> None:
    placeholder = b"x" * len(raw)
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(placeholder.decode(), b"text")
    path = tmp_path / "a.zip"
    path.write_bytes(data.getvalue().replace(placeholder, raw))
    # a name that ends otherwise would be passed over
    assert [source.filename for source in sources(path)] == [name]


def test_plans_in_one_archive_each_have_their_appendices(tmp_path: Path) -> None:
    files = ["a/KH.docx", "b/KH.docx", "b/Phụ lục 1.xlsx", "b/Phụ lục 2.xlsx", "Phụ lục.xlsx"]
    packed(tmp_path / "a.zip", dict.fromkeys(files, b"x"))
    found = [
        (one.name.removeprefix(f"{tmp_path}/a.zip/"), one.content()) for one in sources(tmp_path)
    ]
    assert [name for name, _ in found] == ["Phụ lục.xlsx", "a/KH.docx", "b/KH.zip"]
    content = found[-1][1]
    assert isinstance(content, bytes)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.namelist() == ["KH.docx", "Phụ lục 1.xlsx", "Phụ lục 2.xlsx"]


def test_what_may_not_be_opened_is_refused_alone(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "a.zip",
        {"in.zip": b"PK", "bomb.txt": bytes(50_000_000), "ok.txt": b"text", "secret.txt": b"s"},
    )
    data = bytearray(path.read_bytes())
    place = data.rfind(b"secret.txt")  # in the directory
    flags = place - 46 + 8
    data[flags : flags + 2] = struct.pack("<H", 1)
    path.write_bytes(data)
    told: dict[str | None, object] = {}
    for source in sources(path):
        try:
            told[source.filename] = source.content()
        except KehoachError as error:
            told[source.filename] = error.code
    assert told == {
        "bomb.txt": "source.limit",
        "in.zip": "source.limit",
        "ok.txt": b"text",
        "secret.txt": "source.encrypted",
    }


def test_a_broken_archive_is_one_failure(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04 not an archive")
    (source,) = sources(path)
    with pytest.raises(DamagedSource):
        source.content()
