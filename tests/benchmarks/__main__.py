"""Runs every benchmark of this folder: python -m tests.benchmarks [NAME…]."""

import importlib
import pkgutil
import sys
from pathlib import Path


def main(names: list[str]) -> None:
    known = [module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])]
    for name in names or [name for name in known if name != "__main__"]:
        importlib.import_module(f"tests.benchmarks.{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
