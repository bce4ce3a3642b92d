"""Reads a file with weights that have not seen its paper.

`python -m service.training.held_out extract FILE` stands in for `kehoach extract FILE`. What is
learned without the paper is written into a copy of `corpora/`, and the file is read with that copy;
the plan goes to standard output as JSON.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from service.training import PLANS, ROOT, dumps, flattening, heads, table_text
from service.training.signs import known, learn, table_of, without

#: Reads a file with whatever `corpora/` is found first.
_READ = """
import sys, msgspec
from pathlib import Path
from extractor import read_plan
print(msgspec.json.encode(read_plan(Path(sys.argv[1]))).decode())
"""


def main(path: Path) -> int:
    """Prints the plan of a file; what it returns is the exit code of the reading."""
    document = path.name.partition(".")[0]
    with TemporaryDirectory() as folder:
        models = shutil.copytree(ROOT, Path(folder) / "corpora") / "models"
        weights = learn(without(known(), document))
        (models / "signs.tsv").write_text(table_of(weights), "utf-8")
        if document in PLANS and path.suffix in (".txt", ".md"):  # else no table is a dump
            others = [slug for slug in PLANS if slug != document]
            given = [one for slug in others for one in flattening.lessons(slug, dumps.DRILLS)]
            (models / "dumps.tsv").write_text(table_text((), dumps.learn(given)), "utf-8")
            headings = [one for slug in others for one in heads.lessons(slug, heads.DRILLS)]
            (models / "headings.tsv").write_text(table_text((), heads.learn(headings)), "utf-8")
        command = [sys.executable, "-c", _READ, str(path.resolve())]
        rooms = os.pathsep.join((folder, str(ROOT.parent)))
        done = subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": rooms})
        return done.returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[2])))
