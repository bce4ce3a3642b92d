"""Many thousands of tasks go through every form in the memory of two thousand."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT

#: Most that the memory of the process may grow, in MB: of Python, zlib, DuckDB and all.
#: DuckDB takes what its allocator sees fit: 4 to 9 were measured; all of the tasks are 23.
MOST = {"json": 2, "jsonl": 2, "csv": 2, "xlsx": 2, "ics": 2, "parquet": 16}
#: How many tasks; a task is a kilobyte or more, and Parquet has buffers to fill.
TASKS = {"parquet": 20_000}

_GROWTH = """
import re, sys
from pathlib import Path
from models.contract import encode
from service.exports import export, gathered
from tests.service.plans import made_plan

form, many, part = sys.argv[1], int(sys.argv[2]), encode(made_plan(tasks=20))

def size(tasks):
    plans = (part for _ in range(0, tasks, 20))
    return sum(map(len, gathered(export(form, plans, "vi", "tasks"), 16_384)))

def peak():  # not that of getrusage, which a process takes over from its parent
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

few = size(2_000)
before = peak()
assert size(many) > few
print(peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="has no /proc")
@pytest.mark.parametrize("form", MOST)
def test_memory_does_not_grow_with_the_tasks(form: str) -> None:
    command = [sys.executable, "-c", _GROWTH, form, str(TASKS.get(form, 8_000))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < MOST[form] * 1024
