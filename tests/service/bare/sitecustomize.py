"""Imported by Python before all else where this folder is on PYTHONPATH: a bare desk.

What only POSIX has is not there, as on Windows, nor the binding of Tesseract; what a program asks
for in vain is known at once.
"""

import os
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec

MISSING = {"fcntl", "grp", "pwd", "resource", "termios"}


class Missing(MetaPathFinder):
    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        if name in MISSING:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


for name in MISSING:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Missing())
sys.modules["tesserocr"] = None  # type: ignore[assignment]
for name in ("fork", "forkpty", "geteuid", "getegid", "getuid", "getgid", "setsid", "getpgid"):
    delattr(os, name)
