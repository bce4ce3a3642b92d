"""Real files, damaged: what a bad line, a bad disk or a bad person makes of them."""

import io
import random
import zipfile
import zlib
from collections.abc import Callable

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
        damage = chance.choice((truncated, flipped, spliced, noisy))
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
    for _ in range(chance.choice((1, 5, 40))):
        nodes = [node for node in root.iter() if isinstance(node.tag, str)]
        node, other = chance.choice(nodes), chance.choice(nodes)
        parent = node.getparent()
        if parent is None or root in (node, other) or node in other.iterancestors():
            continue
        kind = chance.randrange(4)
        if kind == 0:
            parent.remove(node)
        elif kind == 1 and node is not other:
            other.append(node)
        elif kind == 2:
            node.tag = other.tag
        else:
            for name in node.attrib:
                node.set(name, chance.choice(("", "-1", "0", "999999999", "nil", "á")))
    return etree.tostring(root)


BYTES: tuple[Mutation, ...] = (truncated, flipped, spliced, noisy)
LINES: tuple[Mutation, ...] = (*BYTES, shuffled_lines)
PACKAGE: tuple[Mutation, ...] = (*BYTES, rebuilt_zip, rebuilt_zip, rebuilt_zip)
