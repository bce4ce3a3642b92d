"""Real files, damaged: what a bad line, a bad disk or a bad person makes of them."""

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable
from copy import deepcopy

from lxml import etree

Mutation = Callable[[bytes, random.Random], bytes]


def truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def flipped(data: bytes, chance: random.Random) -> bytes:
    """A few bytes changed, anywhere."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 3, 30, 300)) if out else 0):
        out[chance.randrange(len(out))] = chance.randrange(256)
    return bytes(out)


def bits_flipped(data: bytes, chance: random.Random) -> bytes:
    """Single bits turned over, as a bad memory does."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 8, 64)) if out else 0):
        out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
    return bytes(out)


def swapped_blocks(data: bytes, chance: random.Random) -> bytes:
    """Two blocks of a disk in each other's place, or one of them twice."""
    size = chance.choice((64, 512, 4096))
    blocks = [data[at : at + size] for at in range(0, len(data), size)] or [b""]
    one, other = chance.randrange(len(blocks)), chance.randrange(len(blocks))
    blocks[one], blocks[other] = blocks[other], blocks[chance.choice((one, other))]
    return b"".join(blocks)


def other_head(data: bytes, chance: random.Random) -> bytes:
    """The mark of another format in front, or in place, of the first bytes."""
    mark = chance.choice(MARKS)
    return mark + data[chance.choice((0, len(mark), 100)) :]


MARKS = (
    b"%PDF-1.7\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html>", b"{\\rtf1",
    b"\xff\xfe", b"\xef\xbb\xbf", b"MIME-Version: 1.0\r\n", b"<?xml version='1.0'?>", b"\x89PNG",
    b"\x1f\x8b", b"<w:document>", b"| STT | |\n|---|---|\n",
)  # fmt: skip


def renumbered(data: bytes, chance: random.Random) -> bytes:
    """Numbers that are too large, too small or none at all."""
    for start, end in _some(rb"\d+", data, chance.choice((1, 5, 40)), chance):
        data = data[:start] + chance.choice(NUMBERS) + data[end:]
    return data


NUMBERS = (
    b"0", b"-1", b"1e9", b"999999999", b"2147483648", b"18446744073709551616", b"0.0000001", b"",
    b"9" * 5000, "٣".encode(), "½".encode(), "²".encode(), b"31/02", b"00",
)  # fmt: skip


def reworded(data: bytes, chance: random.Random) -> bytes:
    """Words of a plan where others stood, and letters that are none."""
    for start, end in _some(rb"[^\s<>|&;]+", data, chance.choice((1, 9, 99)), chance):
        word = chance.choice(WORDS).encode()
        data = data[:start] + word * chance.choice((1, 1, 1, 50)) + data[end:]
    return data


def _some(pattern: bytes, data: bytes, most: int, chance: random.Random) -> list[tuple[int, int]]:
    """Places where `pattern` is found, the last first, so that one can be filled after another."""
    found = [match.span() for match in re.finditer(pattern, data)]
    return sorted(chance.sample(found, min(len(found), most)), reverse=True)


WORDS = (
    "STT", "TT", "Nhiệm vụ", "Cơ quan chủ trì", "Quý I/2024", "ngày 31/02/2024", "I.", "a)", "1.1.",
    "Phụ lục", "PHỤ LỤC II", "Căn cứ Luật số 1/2020/QH14", "Nơi nhận:", "KẾ HOẠCH", "năm 0000",
    "Sở Nội vụ", "UBND các huyện, thành phố", "nt", "//", "80%", ">= 95,5%", "từ 1 đến", "\u0301",
    "\u202e", "\x00", "\u2028", "ﬁ", "𝐊𝐄̂́", "\ufdfa", "İ", "&#0;", "&#xD800;", "&nbsp;", "(",
    "<table>", "</td>", "<tr>", "<td colspan=9 rowspan=9>", "</table>", "<!--", "|", "\t", "\n",
)  # fmt: skip


def redrawn(data: bytes, chance: random.Random) -> bytes:
    """A PDF one of whose streams is sound to unpack and damaged inside."""
    streams = list(re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL))
    chance.shuffle(streams)
    for match in streams:
        try:
            drawn = zlib.decompress(match[1])
        except zlib.error:
            continue
        damage = chance.choice((renumbered, spliced, flipped, shuffled_lines, truncated))
        packed = zlib.compress(damage(drawn, chance))
        return data[: match.start(1)] + packed + data[match.end(1) :]
    return data


def spliced(data: bytes, chance: random.Random) -> bytes:
    """A piece moved, repeated or cut out."""
    size = chance.choice((1, 10, 500, 20_000))
    start, to = chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)
    piece = data[start : start + size]
    rest = data if chance.random() < 0.5 else data[:start] + data[start + size :]
    return rest[:to] + piece * chance.choice((0, 1, 50)) + rest[to:]


def noisy(data: bytes, chance: random.Random) -> bytes:
    """Bytes of another kind in the middle: zeros, control characters, half of a letter."""
    at = chance.randrange(len(data) + 1)
    noise = chance.choice((b"\0" * 999, b"\x1b[2J", "ẫ".encode()[:2], b"\xff\xfe", b"|\t<" * 99))
    return data[:at] + noise + data[at:]


def shuffled_lines(data: bytes, chance: random.Random) -> bytes:
    """Lines in another order, some of them joined or blank."""
    lines = data.split(b"\n")
    start = chance.randrange(len(lines))
    part = lines[start : start + chance.choice((5, 50, 500))]
    chance.shuffle(part)
    lines[start : start + len(part)] = part
    for _ in range(chance.choice((0, 3, 30))):
        lines[chance.randrange(len(lines))] = chance.choice((b"", b"|", b"\t\t", b"1", b"- "))
    return b"\n".join(lines)


def rebuilt_zip(data: bytes, chance: random.Random) -> bytes:
    """A package whose members are sound to the zip reader and damaged inside."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, ValueError, EOFError):
        return data
    names = sorted(members)
    first, second = chance.choice(names), chance.choice(names)
    main = "word/document.xml" if "word/document.xml" in members else first
    kind = chance.randrange(5)
    if kind == 0:
        members[first], members[second] = members[second], members[first]
    elif kind == 1:
        del members[first]
    elif kind == 2:
        damage = chance.choice((truncated, flipped, spliced, noisy, renumbered, reworded))
        members[first] = damage(members[first], chance)
    else:
        members[main] = rearranged_xml(members[main], chance)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def rearranged_xml(data: bytes, chance: random.Random) -> bytes:
    """Well-formed XML whose elements and attributes are not where they belong."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return data
    nodes = [node for node in root.iter() if isinstance(node.tag, str)]
    for _ in range(chance.choice((1, 5, 40))):
        node, other = chance.choice(nodes), chance.choice(nodes)
        parent = node.getparent()
        if parent is None or root in (node, other) or node in other.iterancestors():
            continue
        kind = chance.randrange(6)
        if kind == 0:
            parent.remove(node)
        elif kind == 1 and node is not other:
            other.append(node)
        elif kind == 2:
            node.tag = other.tag
        elif kind == 3:
            node.text = chance.choice([word for word in WORDS if word.isprintable()])
        elif kind == 4 and node is not other:
            for _ in range(chance.choice((1, 3, 20))):
                other.append(deepcopy(node))
        else:
            for name in node.attrib:
                node.set(name, chance.choice((*NUMBERS, b"nil", "á".encode(), b" 5 ")).decode())
    return etree.tostring(root)


BYTES: tuple[Mutation, ...] = (truncated, flipped, spliced, noisy)
DISK: tuple[Mutation, ...] = (*BYTES, bits_flipped, swapped_blocks, other_head)
LINES: tuple[Mutation, ...] = (*BYTES, shuffled_lines)
WORDING: tuple[Mutation, ...] = (*DISK, shuffled_lines, reworded, reworded, renumbered, renumbered)
DRAWING: tuple[Mutation, ...] = (*DISK, renumbered, redrawn, redrawn, redrawn, redrawn)
PACKAGE: tuple[Mutation, ...] = (*BYTES, rebuilt_zip, rebuilt_zip, rebuilt_zip)
PACKING: tuple[Mutation, ...] = (*DISK, *(rebuilt_zip,) * 12)
