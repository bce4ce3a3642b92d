"""A PDF of 99 pages: the reader, tables and all, and the whole way to JSON; memory with ten times
the pages.

Yardstick: `pdfplumber.open(f)` and `extract_tables()` over its pages, in the same run.
Run: python -m tests.benchmarks.pdf
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pypdfium2

from extractor import picture, read_plan
from extractor.readers.pdf import read_pdf
from models.contract import encode
from models.provenance import Place
from tests.conftest import PLANS

SOURCE = PLANS / "dong-nai-2024" / "dong-nai-2024.pdf"
ROUNDS = 5
TIMES = 10


def yardstick() -> None:
    import pdfplumber  # not in the process whose memory is measured

    with pdfplumber.open(SOURCE) as document:
        for page in document.pages:
            page.extract_tables()


def timed(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median time of `rounds` runs, in seconds; one run before them warms up."""
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def multiplied(source: Path, times: int) -> bytes:
    """The pages of `source`, `times` over."""
    with pypdfium2.PdfDocument(source) as old, pypdfium2.PdfDocument.new() as new:
        new.import_pages(old, pages=list(range(len(old))) * times)
        out = BytesIO()
        new.save(out)
    return out.getvalue()


def peak(path: Path) -> float:
    """The most memory, in MiB, that a process of its own takes to turn the file into JSON."""
    command = [sys.executable, "-m", "tests.benchmarks.pdf", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


def own_peak() -> float:
    """VmHWM; `ru_maxrss` of a new process would count what its parent took, too."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main() -> None:
    data = SOURCE.read_bytes()
    base = timed(yardstick)
    print(f"PDF, 99 pages: pdfplumber, tables of all pages {base:.2f} s")
    reader = timed(lambda: read_pdf(data))
    pages = len(pypdfium2.PdfDocument(data))
    print(f"  read_pdf   {reader:.2f} s, {reader / base:.3f} x, {pages / reader:.0f} pages/s (40)")
    whole = timed(lambda: encode(read_plan(data)))
    print(f"  to JSON    {whole:.2f} s, {whole / base:.3f} x (at most 0.20)")
    place = Place(15, (40.0, 100.0, 560.0, 200.0))
    print(
        f"  a picture  {timed(lambda: picture(data, place)) * 1000:.0f} ms (the first at most 300)"
    )
    with tempfile.TemporaryDirectory() as folder:
        long = Path(folder) / "long.pdf"
        long.write_bytes(multiplied(SOURCE, TIMES))
        one, ten = peak(SOURCE), peak(long)
    print(f"  memory     {one:.0f} MiB; {TIMES} x the pages {ten:.0f} MiB")
    print(f"             {ten / one:.2f} x (at most 1.5)")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        encode(read_plan(Path(sys.argv[1])))
        print(own_peak())
    else:
        main()
