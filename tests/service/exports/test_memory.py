"""Many thousands of tasks go through every form in the memory of the first."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT

#: Most that the memory of the process may grow, in MB: of Python, zlib, DuckDB and all.
#: The styles of a second Word document are 4, of 8 000 tasks as of 24 000.
MOST = {"json": 2, "jsonl": 2, "csv": 2, "xlsx": 2, "docx": 6, "ics": 2, "parquet": 8}
#: Tasks before which and after which memory is looked at; a task is a kilobyte or more, and Parquet
#: has buffers to fill.
TASKS = dict.fromkeys(MOST, (2_000, 8_000)) | {"parquet": (2_000, 20_000)}

_GROWTH = """
import re, sys
from pathlib import Path
from models.contract import encode
from service.exports import export, gathered
from tests.service.plans import made_plan

form, few, many = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
part = encode(made_plan(tasks=20))

def size(tasks):
    plans = (part for _ in range(0, tasks, 20))
    return sum(map(len, gathered(export(form, plans, "vi", "tasks"), 16_384)))

def peak():  # not that of getrusage, which a process takes over from its parent
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

first = size(few)
before = peak()
assert size(many) > first
print(peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="has no /proc")
@pytest.mark.parametrize("form", MOST)
def test_memory_does_not_grow_with_the_tasks(form: str) -> None:
    command = [sys.executable, "-c", _GROWTH, form, *map(str, TASKS[form])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < MOST[form] * 1024
