"""Taking documents in and reading them through the service. Yardstick: `kehoach extract --jobs 2`.

Copies of the DOCX and PDF samples that differ by a byte, so that each is a document of its own. The
service runs with two readers on a fresh store; its time is that from the first upload until the
last document is stored. Then the memory of a service over 1 000 small documents.

Run: python -m tests.benchmarks.ingest [memory]
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from tests.conftest import PLANS

if TYPE_CHECKING:
    from service.store import Store

ROUNDS = 3
COPIES = 6
DOCUMENTS = 1_000
AT_ONCE = 20
#: Documents before memory counts: the first fill what is kept for all.
WARM = 50
_MB = 1024**2


def copies(folder: Path, count: int) -> None:
    """`count` copies of every DOCX and PDF sample, each with other bytes and the same content."""
    for path in sorted(PLANS.glob("*/*")):
        if path.suffix not in (".docx", ".pdf") or path.name.endswith(".scan.pdf"):
            continue
        for number in range(count):
            data = path.read_bytes()
            if path.suffix == ".pdf":  # what follows the end is a comment
                data += f"\n%{number}\n".encode()
            else:
                data = commented(data, str(number))
            (folder / f"{path.stem}-{number}{path.suffix}").write_bytes(data)


def commented(data: bytes, comment: str) -> bytes:
    """A zip archive with a comment."""
    out = BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = comment.encode()
    return out.getvalue()


def run(*command: str) -> float:
    """Wall-clock seconds of a `kehoach` command, from the start of Python to its end."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", "from service.cli import main; main()", *command],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return time.perf_counter() - start


def throughput() -> None:
    extract: list[float] = []
    ingest: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        copies(folder / "in", COPIES)
        files = sorted((folder / "in").iterdir())
        for number in range(ROUNDS):
            out = folder / "out.jsonl"
            extract.append(run("extract", str(folder / "in"), "--jobs", "2", "-o", str(out)))
            ingest.append(served(files, folder / f"data-{number}"))
    one, two = statistics.median(extract), statistics.median(ingest)
    print(f"{len(files)} DOCX and PDF samples, {os.cpu_count()} processors:")
    print(f"  kehoach extract --jobs 2   {one:6.2f} s  {len(files) / one:5.1f} documents/s")
    print(f"  through a running service  {two:6.2f} s  {len(files) / two:5.1f} documents/s")
    print(f"  {one / two:.2f} x of extract (at least 0.7)")


def served(files: list[Path], data: Path) -> float:
    """Seconds from the first upload until the last document is stored, in a running service."""
    from service.jobs import Jobs, submit
    from service.settings import load
    from service.store import opened_store

    with opened_store(load(data=data, workers=2)) as store, Jobs(store, "server"):
        submit(store, PLANS / "README.md", "a.md", by=None)
        while active(store):
            time.sleep(0.05)
        start = time.perf_counter()
        for path in files:
            submit(store, path, path.name, by=None)
        while active(store):
            time.sleep(0.2)
        return time.perf_counter() - start


def memory() -> None:
    """Resident memory of a service while it reads, by thirds."""
    from service.jobs import Jobs, submit
    from service.settings import load
    from service.store import opened_store
    from tests.service.jobs.documents import make_documents
    from tests.service.processes import status

    seen: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_documents(folder / "in", DOCUMENTS, seed=1)
        with opened_store(load(data=folder / "data", workers=2)) as store, Jobs(store, "ingest"):
            for path in sorted((folder / "in").iterdir()):
                submit(store, path, path.name, by=None)
                while active(store) > AT_ONCE:
                    time.sleep(0.02)
                seen.append(status(os.getpid(), "VmRSS") / _MB)
            while active(store):
                time.sleep(0.1)
    third = len(seen) // 3
    first, end = statistics.mean(seen[WARM:third]), statistics.mean(seen[-third:])
    print(f"memory of the service over {len(seen)} documents: first third {first:.0f} MB,")
    print(f"  last third {end:.0f} MB, {end / first:.3f} x (at most 1.1), most {max(seen):.0f} MB")


def active(store: "Store") -> int:
    """Jobs that are not ended."""
    from sqlalchemy import func
    from sqlmodel import col, select

    from models.tables import JobRow
    from models.tables.jobs import ACTIVE

    with store.reading() as session:
        return session.exec(
            select(func.count()).select_from(JobRow).where(col(JobRow.state).in_(ACTIVE))
        ).one()


def main() -> None:
    throughput()
    memory()


if __name__ == "__main__":
    memory() if sys.argv[1:] == ["memory"] else main()
