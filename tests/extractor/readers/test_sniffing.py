"""Forms are told apart by content; what no reader reads is named."""

import io
import zipfile

import pytest

from extractor import read_plan
from extractor.limits import Limits
from models.errors import (
    DamagedSource,
    EmptySource,
    KehoachError,
    LegacyFormat,
    LimitExceeded,
    NoTextLayer,
    UnknownFormat,
    UnreadableSource,
)
from tests.extractor.pages import codes, words


def zipped(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (b"\xef\xbb\xbf<!DOCTYPE html><p>a", "html"),
        ("<p>Kế hoạch</p><p>năm</p>".encode("utf-16"), "html"),
        (b"  <table><tr><td>a</td></tr></table>", "html"),
        (b"<!-- saved --><html><body>a</body></html>", "html"),
        ("Kế hoạch\n| a | b |\n| <ul><li>x</li></ul> | y<br> |\n".encode(), "text"),
        ("Kế hoạch số 1".encode("utf-16-le"), "text"),
        (b"MZ is how this text begins", "text"),
        (b"a < b and b > c", "text"),
        (b" {\\rtf1\\ansi Xong", "rtf"),
    ],
)
def test_by_content(data: bytes, form: str) -> None:
    assert read_plan(data).document.source.reader == form


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"junk\n%PDF-1.4\n", DamagedSource),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n", LegacyFormat),
        (b"From: <a>\nSubject: x\n y\nMIME-Version: 1.0\n\n<html>", LegacyFormat),
    ],
    ids=["pdf", "mhtml", "mhtml of a mail"],
)
def test_by_content_though_nothing_is_in_it(data: bytes, error: type[KehoachError]) -> None:
    with pytest.raises(error):
        read_plan(data)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", EmptySource),
        (b" \r\n\t ", EmptySource),
        (b"\xef\xbb\xbf \n", EmptySource),
        (b"\0" * 50_000, EmptySource),
        (b"{\\rtf1\\ansi", EmptySource),
        (b"<?xml version='1.0'?><?mso-application progid='Word.Document'?><w:x/>", LegacyFormat),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, LegacyFormat),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, UnreadableSource),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, UnreadableSource),
        (b"II*\0" + b"\x08\0\0\0", UnreadableSource),
        (b"GIF89a....", NoTextLayer),
        (b"BM\x36\x10\0\0\0\0\0\0", NoTextLayer),
        (b"RIFF\x10\0\0\0WEBPVP8 ", NoTextLayer),
        (b"\0\0\0\x18ftypheic\0\0\0\0", NoTextLayer),
        (b"\x1f\x8b\x08\0", UnknownFormat),
        (bytes(range(256)) * 10, UnknownFormat),
        (zipped(**{"a.bin": "a"}), UnknownFormat),
    ],
)
def test_what_no_reader_reads(data: bytes, error: type[KehoachError]) -> None:
    with pytest.raises(error) as raised:
        read_plan(data)
    assert raised.value.vi
    assert raised.value.en


def test_too_many_bytes() -> None:
    with pytest.raises(LimitExceeded):
        read_plan(b"a" * 11, limits=Limits(source_bytes=10))


def test_read_goes_by_content_and_notes_a_wrong_name() -> None:
    page = "<html><body><p>Kế hoạch</p></body></html>".encode()
    plan = read_plan(page, "ke-hoach.doc")
    assert plan.document.source.reader == "html"
    assert codes(plan) == ["source.misnamed"]
    assert codes(read_plan(page, "ke-hoach.html")) == codes(read_plan(page)) == []


ARCHIVE = """\
MIME-Version: 1.0
Content-Type: multipart/related; boundary="b"; type="text/html"

--b
Content-Type: image/png
Content-Transfer-Encoding: base64

aaaa
--b
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

<html><body><p>K=E1=BA=BF ho=E1=BA=A1ch</p></body></html>
--b--
"""


def test_web_archive() -> None:
    assert words(read_plan(ARCHIVE.encode())) == ["Kế hoạch"]


def test_web_archive_without_a_page() -> None:
    with pytest.raises(LegacyFormat):
        read_plan(ARCHIVE.replace("text/html;", "text/plain;").encode())
