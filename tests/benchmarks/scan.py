"""A scan page by page against plain Tesseract on the same pictures, and memory over 100 pages.

Yardstick: the program `tesseract` with the model for Vietnamese on each page's picture, in the same
run; both are counted in seconds of the processor, since cores may be shared.
Run: python -m tests.benchmarks.scan [FILE.pdf]
"""

import os
import resource
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image

from extractor.readers import read
from tests.conftest import PLANS

SOURCE = PLANS / "ninh-son-2024" / "ninh-son-2024.pdf"
PAGES = (1, 3, 10, 12, 14, 16)
DPI = 200
MANY = 100
BAR, FLAT = 1.3, 1.25


def scan(pages: tuple[int, ...]) -> tuple[bytes, list[Image.Image]]:
    """Pages of the sample as a scan, and their pictures."""
    noise = np.random.default_rng(7)
    pictures: dict[int, Image.Image] = {}
    with pypdfium2.PdfDocument(SOURCE) as pdf:
        for number in set(pages):
            drawn = (
                pdf[number].render(scale=DPI / 72).to_pil().convert("L").rotate(0.5, fillcolor=255)
            )
            grainy = np.asarray(drawn, np.float32) + noise.normal(0, 9, drawn.size[::-1])
            pictures[number] = Image.fromarray(np.clip(grainy, 0, 255).astype(np.uint8))
    first, *others = (pictures[number] for number in pages)
    out = BytesIO()
    first.save(out, "PDF", save_all=True, append_images=others, resolution=DPI)
    return out.getvalue(), [first, *others]


def spent(who: int) -> float:
    """Seconds of the processor that this process or its children took."""
    use = resource.getrusage(who)
    return use.ru_utime + use.ru_stime


def plain(pictures: list[Image.Image]) -> float:
    """Seconds a page that the program takes."""
    start = spent(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        for number, picture in enumerate(pictures):
            path = Path(folder) / f"{number}.png"
            picture.save(path)
            subprocess.run(
                ["tesseract", str(path), "stdout", "-l", "vie"],
                capture_output=True, check=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            )  # fmt: skip
    return (spent(resource.RUSAGE_CHILDREN) - start) / len(pictures)


def peak(path: Path) -> float:
    """The most memory, in MiB, that a process of its own takes to read the file."""
    command = [sys.executable, "-m", "tests.benchmarks.scan", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    data, pictures = scan(PAGES)
    read(scan(PAGES[:1])[0])  # what is loaded once
    start = spent(resource.RUSAGE_SELF)
    read(data)
    own = (spent(resource.RUSAGE_SELF) - start) / len(PAGES)
    usual = plain(pictures)
    print(
        f"seconds a page: {own:.2f}, plain tesseract {usual:.2f}: {own / usual:.2f} (at most {BAR})"
    )
    with tempfile.TemporaryDirectory() as folder:
        sizes = []
        for count in (MANY // 5, MANY):
            path = Path(folder) / f"{count}.pdf"
            path.write_bytes(scan((PAGES * count)[:count])[0])
            sizes.append(peak(path))
    print(
        f"memory of {MANY // 5} and {MANY} pages: {sizes[0]:.0f}, {sizes[1]:.0f} MiB:"
        f" {sizes[1] / sizes[0]:.2f} (at most {FLAT})"
    )
    if own / usual > BAR or sizes[1] / sizes[0] > FLAT:
        sys.exit(1)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        read(Path(sys.argv[1]).read_bytes())
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    else:
        main()
