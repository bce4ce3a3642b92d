"""Twenty thousand tasks go through every form in the memory of three thousand."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT

#: Most that the memory of the process may grow, in MB: of Python, zlib, DuckDB and all. DuckDB
#: fills its buffers as it goes, which from 60 000 tasks on are full (37 MB).
MOST = {"json": 2, "jsonl": 2, "csv": 2, "xlsx": 2, "ics": 2, "parquet": 40}

_GROWTH = """
import re, sys
from pathlib import Path
from models.contract import encode
from service.exports import export, gathered
from tests.service.plans import made_plan

form, part = sys.argv[1], encode(made_plan(tasks=20))

def size(tasks):
    plans = (part for _ in range(0, tasks, 20))
    return sum(map(len, gathered(export(form, plans, "vi", "tasks"), 16_384)))

def peak():  # not that of getrusage, which a process takes over from its parent
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

few = size(3_000)
before = peak()
assert size(20_000) > few
print(peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="has no /proc")
@pytest.mark.parametrize("form", MOST)
def test_memory_does_not_grow_with_the_tasks(form: str) -> None:
    command = [sys.executable, "-c", _GROWTH, form]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < MOST[form] * 1024
