"""Small real documents that differ in their bytes: the samples with other numbers in them."""

import random
import re
import zipfile
from io import BytesIO
from pathlib import Path

from tests.conftest import PLANS

_SAMPLES = (
    "binh-duong-2024/binh-duong-2024.txt",
    "binh-duong-2024/binh-duong-2024.html",
    "binh-duong-2024/binh-duong-2024.docx",
    "lai-chau-2025/lai-chau-2025.txt",
)
_NUMBER = re.compile(rb"(?<![\d<&#/\w.-])[1-9]\d(?=[^\d\w;])")


def varied(data: bytes, chance: random.Random) -> bytes:
    """The text with one of its numbers of two digits changed."""
    found = list(_NUMBER.finditer(data))
    place = chance.choice(found)
    return data[: place.start()] + str(chance.randint(10, 99)).encode() + data[place.end() :]


def varied_docx(data: bytes, chance: random.Random) -> bytes:
    """The same for the text of a DOCX."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            part = old.read(info)
            if info.filename == "word/document.xml":
                part = re.sub(
                    rb"(>[^<]*?)(\d\d)(?=[^<]*<)",
                    lambda m: m[1] + str(chance.randint(10, 28)).encode(),
                    part,
                    count=chance.randint(1, 40),
                )
            new.writestr(info, part)
    return out.getvalue()


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The beginning of a DOCX, cut off somewhere."""
    return data[: chance.randint(2_000, len(data) - 2_000)]


def make_documents(folder: Path, count: int, seed: int, spoiled: int = 0) -> dict[str, bytes]:
    """Writes `count` documents, `spoiled` of them damaged; their names and bytes."""
    chance = random.Random(seed)
    samples = [PLANS / name for name in _SAMPLES]
    made: dict[str, bytes] = {}
    seen: set[bytes] = set()
    folder.mkdir(parents=True, exist_ok=True)
    while len(made) < count:
        path = samples[len(made) % len(samples)]
        data = path.read_bytes()
        if path.suffix == ".docx":
            broken = len([n for n in made if n.startswith("hong")]) < spoiled
            data = damaged(data, chance) if broken else varied_docx(data, chance)
            kind = "hong" if broken else "kh"
        else:
            kind = "kh"
            for _ in range(3):
                data = varied(data, chance)
        if data in seen:
            continue
        seen.add(data)
        name = f"{kind}-{len(made):03d}{path.suffix}"
        (folder / name).write_bytes(data)
        made[name] = data
    return made
