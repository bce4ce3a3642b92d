"""LibreOffice, where it is installed: it writes the files of other office programs for tests."""

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

#: Where it is not, its tests are skipped; the committed files in its forms are read all the same.
needs_libreoffice = pytest.mark.skipif(not shutil.which("soffice"), reason="no LibreOffice")


def converted(files: Iterable[Path], form: str, out: Path) -> Path:
    """The folder with `files` written anew in another form; one start of LibreOffice for all."""
    folder = out / form
    command = ["soffice", f"-env:UserInstallation={(out / 'profile').as_uri()}", "--headless",
               "--convert-to", form, "--outdir", str(folder), *map(str, files)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return folder
