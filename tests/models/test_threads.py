"""The JSON of the contract, decoded by many threads at once before anybody decoded any."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from extractor import read_plan
from models.contract import encode
from tests.conftest import PLANS, ROOT

_RACE = """
import sys, threading
sys.setswitchinterval(1e-6)
from models import contract
data = open(sys.argv[1], "rb").read()
start = threading.Barrier(8)
def decode():
    start.wait()
    contract.decode(data)
threads = [threading.Thread(target=decode) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""

#: Of 30 processes 21 crashed when classes were first looked at in a thread.
PROCESSES = 5


def test_many_threads_decode_a_first_plan_at_once(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(encode(read_plan(PLANS / "binh-duong-2024" / "binh-duong-2024.txt")))
    for _ in range(PROCESSES):
        done = subprocess.run([sys.executable, "-c", _RACE, path], cwd=ROOT, check=False)
        assert done.returncode == 0


@pytest.mark.parametrize("room", ["models", "service"])
def test_classes_are_told_to_msgspec_at_import(room: str) -> None:
    """Where a class is named in a function, threads may come to it at once."""
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / room).rglob("*.py"))
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and _names_a_class(call)
    ]
    # What a command alone does, in one thread: the score files, the manifest of a backup.
    alone = {"service/evaluation.py", "service/store/backup.py"}
    assert [place for place in found if place.split(":")[0] not in alone] == []


def _names_a_class(call: ast.Call) -> bool:
    """Whether this is msgspec's `decode`, `Decoder` or `convert` with a class of ours."""
    name = ast.unparse(call.func)
    if not name.startswith("msgspec.") or name.split(".")[-1] not in {
        "decode",
        "Decoder",
        "convert",
    }:
        return False
    kinds = [keyword.value for keyword in call.keywords if keyword.arg == "type"]
    kinds += call.args[1:2] if name.endswith("convert") else []
    kinds += call.args[:1] if name.endswith("Decoder") else []
    return any(
        isinstance(node, ast.Name) and node.id[:1].isupper() and node.id not in {"Any", "Stage"}
        for kind in kinds
        for node in ast.walk(kind)
    )
