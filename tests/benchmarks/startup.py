"""`kehoach --help`, as a process. Yardstick: `python -c pass`.

Run: python -m tests.benchmarks.startup
"""

import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 15
MARGIN = 0.100


def timed(command: list[str]) -> float:
    """Wall-clock seconds of one run of `command`."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main() -> None:
    beside = Path(sys.executable).parent / "kehoach"
    kehoach = str(beside) if beside.exists() else shutil.which("kehoach") or "kehoach"
    commands = {"python -c pass": [sys.executable, "-c", "pass"]}
    commands |= {"kehoach --help": [kehoach, "--help"]}
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):  # turn about, so that both see the same load
        for name, command in commands.items():
            times[name].append(timed(command))
    bare, helped = (statistics.median(times[name]) for name in commands)
    allowed = 3 * bare + MARGIN
    print(f"start: python -c pass {bare * 1000:.0f} ms")
    print(
        f"  kehoach --help  {helped * 1000:.0f} ms "
        f"(at most 3 x + {MARGIN * 1000:.0f} ms = {allowed * 1000:.0f} ms)"
    )


if __name__ == "__main__":
    main()
