"""Word packages: python-docx's parts, from an archive that passed its checks.

Only parts that are read are opened: the main document, its styles, numbering, notes, headers and
footers, and the core properties. python-docx never sees media, fonts, broken relations, a
DOCTYPE, Strict names (ISO 29500) or the content type of a macro file, most of which it refuses.
"""

import posixpath
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import unquote
from weakref import proxy

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import CONTENT_TYPES_URI, PACKAGE_URI, PackURI
from docx.opc.part import Part, XmlPart
from docx.opc.parts.coreprops import CorePropertiesPart
from docx.oxml.coreprops import CT_CoreProperties
from docx.oxml.parser import oxml_parser
from docx.package import Package
from docx.parts.document import DocumentPart
from docx.parts.hdrftr import FooterPart, HeaderPart
from docx.parts.numbering import NumberingPart
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
# What is read, by the last word of a relation's type: a part is what it is used as, whatever
# content type it has, or none.
_READ: dict[str, tuple[str, type[Part], str]] = {
    relation.rpartition("/")[2]: (relation, part, content)
    for relation, part, content in (
        (RT.OFFICE_DOCUMENT, DocumentPart, CT.WML_DOCUMENT_MAIN),
        (RT.CORE_PROPERTIES, CorePropertiesPart, CT.OPC_CORE_PROPERTIES),
        (RT.STYLES, Part, CT.WML_STYLES),
        (RT.NUMBERING, NumberingPart, CT.WML_NUMBERING),
        (RT.FOOTNOTES, XmlPart, CT.WML_FOOTNOTES),
        (RT.ENDNOTES, XmlPart, CT.WML_ENDNOTES),
        (RT.HEADER, HeaderPart, CT.WML_HEADER),
        (RT.FOOTER, FooterPart, CT.WML_FOOTER),
    )
}
_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": WORD[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": RELATION_ID[1:-3].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/math": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/math"
    ),
}
_PROLOG = 16384  # bytes in which a part opens its root
_DECLARED = re.compile(rb"""<\?xml[^>]*\sencoding\s*=\s*["']([\w.-]+)["']""")


class WordPackage(Package):
    """The parts of a document; `document` is the one with its text.

    `private` says that signs of pictorial fonts may occur in the text. Raises DamagedSource, and
    UnknownFormat where the archive is no Word document.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        name = self._main()
        source = archive.read(name.membername)
        # U+F000 to U+F0FF as it stands in UTF-8, or by its number
        self.private = b"\xef" in source or b"&#" in source
        self._relate(self, PACKAGE_URI, "core-properties")
        self.document = self._open(name, "officeDocument", source)
        self._relate(self.document, name, *_READ)

    def related(self, kind: str) -> etree._Element | None:
        """The root of the part the document relates to as `kind`; the first one, None if none."""
        return next((part.element for part in self._related(kind)), None)

    def styles(self) -> Iterator[etree._Element]:
        """The styles, as they come: no more of the part is parsed than is asked for."""
        for part in islice(self._related("styles"), 1):
            yield from _elements(part.blob, WORD + "style")

    def _related(self, kind: str) -> Iterator[Any]:
        relation = _READ[kind][0]
        return (r.target_part for r in self.document.rels.values() if r.reltype == relation)

    @property
    def title(self) -> str | None:
        """The title in the file's own metadata (Dublin Core), as it stands there."""
        for relation in self.rels.values():
            properties = relation.target_part.element
            if isinstance(properties, CT_CoreProperties) and properties.title_text:
                return properties.title_text
        return None

    def _main(self) -> PackURI:
        declared = self._read(CONTENT_TYPES_URI)
        main = [
            PackURI("/" + (entry.get("PartName") or "").lstrip("/"))
            for entry in (_parse(declared) if declared else ())
            if _MAIN_TYPE.fullmatch(entry.get("ContentType") or "")
        ]
        main = [name for name in main if name.membername in self._archive]
        related = [
            name for _, kind, name in self._relations(PACKAGE_URI) if kind == "officeDocument"
        ]
        found = [name for name in related if name in main] or main
        if not found:
            raise describe_zip(self._archive)
        return found[0]

    def _read(self, name: PackURI) -> bytes:
        found = name.membername in self._archive
        return self._archive.read(name.membername) if found else b""

    def _relations(self, source: PackURI) -> Iterator[tuple[str, str, PackURI]]:
        """The id, the kind and the part of each relation inside the file."""
        data = self._read(source.rels_uri)
        for entry in _parse(data) if data else ():
            target = unquote(entry.get("Target") or "")
            if target and entry.get("TargetMode") != "External":
                name = posixpath.normpath(posixpath.join("/", source.baseURI, target))
                kind = (entry.get("Type") or "").rpartition("/")[2]
                yield entry.get("Id") or name, kind, PackURI("/" + name.lstrip("/"))

    def _relate(self, source: Package | Part, name: PackURI, *kinds: str) -> None:
        """Open the parts of these kinds that are there, and relate `source` to them."""
        opened: dict[PackURI, Part] = {}
        for identity, kind, target in self._relations(name):
            data = self._read(target) if kind in kinds and target not in opened else b""
            if data:
                opened[target] = self._open(target, kind, data)
            if kind in kinds and target in opened:
                source.load_rel(_READ[kind][0], opened[target], identity)

    def _open(self, name: PackURI, kind: str, data: bytes) -> Any:
        _, part, content = _READ[kind]
        if not issubclass(part, XmlPart):
            return part(name, content, data, proxy(self))
        root = _parse(data, oxml_parser if part is CorePropertiesPart else _PLAIN)
        # a proxy: no circle keeps the trees of one document while the next is read
        return part(name, content, root, proxy(self))


#: Elements that are walked one by one are lxml's own: those of python-docx take twice as long.
_OPTIONS: dict[str, Any] = {
    "remove_blank_text": True, "remove_comments": True, "remove_pis": True,
    "resolve_entities": False, "collect_ids": False,
}  # fmt: skip
_PLAIN = etree.XMLParser(**_OPTIONS)


def _parse(data: bytes, parser: etree.XMLParser = _PLAIN) -> Any:
    """The root of an XML part, without comments.

    Raises DamagedSource where it is broken or has a DOCTYPE.
    """
    data = _transitional(data)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _damaged(str(error)) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _damaged("DOCTYPE")
    return root


def _elements(data: bytes, tag: str) -> Iterator[etree._Element]:
    """The elements `tag` of an XML part, each when it is asked for. Raises as `_parse` does."""
    data = _transitional(data)
    parser: Any = etree.XMLPullParser(("end",), tag=tag, **_OPTIONS)
    try:
        for start in range(0, len(data), _PROLOG):
            parser.feed(data[start : start + _PROLOG])
            for _, element in parser.read_events():
                yield element
        parser.close()
    except etree.XMLSyntaxError as error:
        raise _damaged(str(error)) from error


def _transitional(data: bytes) -> bytes:
    """The same XML in UTF-8 with the names of transitional documents.

    Office writes UTF-8; UTF-16 is allowed, too. Raises DamagedSource.
    """
    declared = _DECLARED.match(data[:200])
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or (
        declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii")
    ):
        try:
            data = etree.tostring(etree.fromstring(data, _PLAIN), encoding="utf-8")
        except (etree.XMLSyntaxError, ValueError) as error:
            raise _damaged(str(error)) from error
    if b"<!DOCTYPE" in data[:_PROLOG]:  # _parse sees it wherever it stands
        raise _damaged("DOCTYPE")
    if b"purl.oclc.org" in data[:_PROLOG]:
        for strict, usual in _STRICT.items():
            data = data.replace(strict, usual)
    return data


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
