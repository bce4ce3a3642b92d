"""`kehoach --help` and `kehoach extract`, as processes. Yardsticks: `python -c pass`; a list in
CSV, which is read without the parts for running text, against a small plan in Word.

Run: python -m tests.benchmarks.startup
"""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import PLANS

ROUNDS = 15
MARGIN = 0.100
LANGUAGE = 0.6  # what the parts for running text may take of a command, in seconds
SMALL = PLANS / "binh-duong-2024" / "binh-duong-2024.docx"


def timed(command: list[str]) -> float:
    """Wall-clock seconds of one run of `command`."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main() -> None:
    beside = Path(sys.executable).parent / "kehoach"
    kehoach = str(beside) if beside.exists() else shutil.which("kehoach") or "kehoach"
    commands = {"python -c pass": [sys.executable, "-c", "pass"]}
    commands |= {"kehoach --help": [kehoach, "--help"]}
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "a.csv"
        listed.write_text("STT,Nhiệm vụ,Cơ quan chủ trì\n1,Rà soát thủ tục,Sở Nội vụ\n", "utf-8")
        commands |= {path.suffix: [kehoach, "extract", str(path)] for path in (listed, SMALL)}
        for _ in range(ROUNDS):  # turn about, so that all see the same load
            for name, command in commands.items():
                times.setdefault(name, []).append(timed(command))
    bare, helped, list_read, plan_read = (statistics.median(times[name]) for name in commands)
    allowed = 3 * bare + MARGIN
    print(f"start: python -c pass {bare * 1000:.0f} ms")
    print(
        f"  kehoach --help  {helped * 1000:.0f} ms "
        f"(at most 3 x + {MARGIN * 1000:.0f} ms = {allowed * 1000:.0f} ms)"
    )
    print(
        f"  kehoach extract  of a list {list_read * 1000:.0f} ms, of a small plan "
        f"{plan_read * 1000:.0f} ms: {(plan_read - list_read) * 1000:.0f} ms more "
        f"(at most {LANGUAGE * 1000:.0f} ms)"
    )


if __name__ == "__main__":
    main()
