"""Ten documents in one call, with one job and with two. Yardstick: the same call with `--jobs 1`.

Run: python -m tests.benchmarks.jobs
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import PLANS

ROUNDS = 5
JOBS = (1, 2)


def documents() -> list[Path]:
    """Ten PDFs of 99 pages: alike, so that only the number of jobs makes a difference.

    Each child pays once for its start (0.3 s); ten small documents are read before that is
    earned back.
    """
    return [PLANS / "dong-nai-2024" / "dong-nai-2024.pdf"] * 10


def call(jobs: int, out: Path) -> float:
    """Wall-clock seconds of the whole command, from the start of Python to the written file."""
    command = [sys.executable, "-c", "from service.cli import main; main()", "extract"]
    command += [*map(str, documents()), "--jobs", str(jobs), "-o", str(out)]
    start = time.perf_counter()
    subprocess.run(command, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main() -> None:
    times: dict[int, list[float]] = {jobs: [] for jobs in JOBS}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "plans.jsonl"
        for _ in range(ROUNDS + 1):  # the first round warms the file cache
            for jobs in JOBS:
                times[jobs].append(call(jobs, out))
    one, two = (statistics.median(times[jobs][1:]) for jobs in JOBS)
    print(f"{len(documents())} documents, {os.cpu_count()} processors: --jobs 1 {one:.2f} s")
    print(f"  --jobs 2  {two:.2f} s, {one / two:.2f} x as fast (at least 1.6)")


if __name__ == "__main__":
    main()
