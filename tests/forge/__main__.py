"""Writes plans of the forge into a folder, with their annotations: `python -m tests.forge FOLDER`.

`service.training.judgements` learns from them what the sample plans do not show.
"""

import json
import sys
from pathlib import Path

from tests.forge.drawing import plan
from tests.forge.trial import page

#: As many plans, and from which number on: others than those that are tried in tests.
PLANS, FIRST = 500, 1_000_000


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(FIRST, FIRST + PLANS):
        drawn = plan(number)
        (folder / f"forge.{number}.html").write_bytes(page(drawn)[0])
        text = json.dumps(drawn.gold(), ensure_ascii=False)
        (folder / f"forge.{number}.gold.json").write_text(text, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
