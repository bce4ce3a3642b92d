"""Office Open XML packages: parts, their relations, and XML that cannot harm.

Parts are found through `_rels/.rels` and `[Content_Types].xml`, never by a fixed path
(ECMA-376 part 2). Strict documents (ISO 29500) are read as transitional ones.
"""

import posixpath
import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

from lxml import etree

from extractor.readers.archive import Archive, describe_zip
from models.errors import DamagedSource

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

_MAIN_TYPE = re.compile(
    r"application/vnd\.(?:openxmlformats-officedocument\.wordprocessingml\.(?:document|template)"
    r"|ms-word\.(?:document|template)\.macroEnabled(?:Template)?)\.main\+xml",
    re.IGNORECASE,
)
_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": WORD[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": RELATION_ID[1:-3].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/math": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/math"
    ),
}
_PROLOG = 16384  # bytes in which a part opens its root
_DECLARED = re.compile(rb"""<\?xml[^>]*\sencoding\s*=\s*["']([\w.-]+)["']""")


def parse(data: bytes) -> etree._Element:
    """The root of an XML part. Raises DamagedSource where it is broken or has a DOCTYPE."""
    data = transitional(data)
    try:
        root = etree.fromstring(data, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _damaged(str(error)) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _damaged("DOCTYPE")
    return root


def transitional(data: bytes) -> bytes:
    """The same XML in UTF-8 with the names of transitional documents.

    Office writes UTF-8; UTF-16 is allowed, too. Raises DamagedSource.
    """
    declared = _DECLARED.match(data[:200])
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or (
        declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii")
    ):
        try:
            data = etree.tostring(etree.fromstring(data, _parser()), encoding="utf-8")
        except (etree.XMLSyntaxError, ValueError) as error:
            raise _damaged(str(error)) from error
    if b"<!DOCTYPE" in data[:_PROLOG]:  # parse() sees it wherever it stands
        raise _damaged("DOCTYPE")
    if b"purl.oclc.org" in data[:_PROLOG]:
        for strict, usual in _STRICT.items():
            data = data.replace(strict, usual)
    return data


@cache
def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


@dataclass(frozen=True, slots=True)
class Relation:
    """A part that another part refers to; `kind` is the last word of the relation's type."""

    id: str
    kind: str
    part: str


class Package:
    """The parts of a document; `main` is the name of the part with its text.

    Raises UnknownFormat where the archive is no Word document.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._root = self._relations("")
        self.main = self._find_main()
        self.relations = self._relations(self.main)

    def _find_main(self) -> str:
        declared = self.read("[Content_Types].xml")
        types = {
            (entry.get("PartName") or "").lstrip("/"): entry.get("ContentType") or ""
            for entry in (parse(declared) if declared else ())
        }
        main = [
            part
            for part, content in types.items()
            if part in self._archive and _MAIN_TYPE.fullmatch(content)
        ]
        named = [r.part for r in self._root if r.kind == "officeDocument"]
        for part in named:
            if part in main:
                return part
        if main:
            return main[0]
        raise describe_zip(self._archive)

    def _relations(self, part: str) -> list[Relation]:
        folder, name = posixpath.split(part)
        source = posixpath.join(folder, "_rels", f"{name}.rels")
        if source not in self._archive:
            return []
        found = []
        for entry in parse(self._archive.read(source)):
            target = unquote(entry.get("Target") or "")
            if not target or entry.get("TargetMode") == "External":
                continue
            found.append(
                Relation(
                    id=entry.get("Id") or "",
                    kind=(entry.get("Type") or "").rpartition("/")[2],
                    part=posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"),
                )
            )
        return found

    def read(self, part: str) -> bytes:
        """The bytes of a part, b"" if it is not there."""
        return self._archive.read(part) if part in self._archive else b""

    def related(self, kind: str) -> bytes:
        """The bytes of the first part the main part relates to as `kind`, b"" if none."""
        return next((self.read(r.part) for r in self.relations if r.kind == kind), b"")

    def title(self) -> str | None:
        """The title in the file's own metadata (Dublin Core), as it stands there."""
        for relation in self._root:
            if relation.kind == "core-properties" and relation.part in self._archive:
                for entry in parse(self._archive.read(relation.part)):
                    if str(entry.tag).endswith("}title"):
                        return entry.text
        return None


def integer(text: str | None, default: int = 0) -> int:
    """The whole number in an attribute, `default` where there is none.

    >>> integer("3"), integer(None), integer("x", 1)
    (3, 0, 1)
    """
    try:
        return int(text or "")
    except ValueError:
        return default


def _damaged(detail: str) -> DamagedSource:
    return DamagedSource(
        f"Nội dung XML của tệp bị hỏng hoặc không được phép ({detail}). Hãy lưu lại tệp.",
        f"The XML of the file is damaged or not allowed ({detail}). Save the file again.",
    )
