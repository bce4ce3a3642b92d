"""The scores of the sample plans: no change may lose a row."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from service import evaluation
from service.evaluation import Scores, compare, dump, evaluate, load, samples, score_files
from tests.conftest import PLANS
from tests.service.commands import read_warm


@pytest.fixture(scope="module", autouse=True)
def warm() -> Iterator[None]:
    """One child reads all that is evaluated here."""
    with patch("service.extraction.read_isolated", read_warm):
        yield


@pytest.fixture(scope="module")
def scores() -> Scores:
    return evaluate(samples())


def test_every_sample_is_read(scores: Scores) -> None:
    assert scores.unread == {}


def test_no_row_is_lost(scores: Scores) -> None:
    """Where one is: mend it, or explain the change and run `kehoach evaluate --write`."""
    last = score_files()[-1]
    assert compare(load(last), scores).lost == []


def test_rows_of_formats_with_cells_are_all_found_and_none_is_invented(scores: Scores) -> None:
    found = {
        name: (score.tasks.recall, score.tasks.precision, score.targets.row)
        for name, score in scores.documents.items()
        if not name.endswith(".txt")
    }
    assert found == dict.fromkeys(found, (1.0, 1.0, 1.0))


def test_the_fields_of_every_document_are_right(scores: Scores) -> None:
    wrong = {
        name: [field for field, right in score.document.items() if not right]
        for name, score in scores.documents.items()
    }
    assert {name: fields for name, fields in wrong.items() if fields} == {}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of one document in one form, with its gold."""
    for name in ("ninh-son-2024.html", "ninh-son-2024.gold.json"):
        shutil.copy(PLANS / "ninh-son-2024" / name, tmp_path / name)
    return tmp_path


def test_the_command_names_what_is_lost_and_ends_with_1(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tmp_path / "before.json"
    before.write_bytes(dump(evaluate(folder)))
    gold_path = folder / "ninh-son-2024.gold.json"
    gold = json.loads(gold_path.read_text("utf-8"))
    gold["tasks"][0]["lead"] = "Một phòng khác"  # as if the reading had changed
    gold_path.write_text(json.dumps(gold), "utf-8")
    code = evaluation.run(folder, as_json=False, write=False, against=before, lang="en")
    told = capsys.readouterr()
    assert code == 1
    assert "- lost: ninh-son-2024.html: task [PHỤ LỤC · 1 · Kế hoạch" in told.err
    assert "0 gained, 1 lost" in told.err
    assert "lead 0.977" in told.out


def test_the_command_ends_with_0_when_nothing_is_lost(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluation.run(folder, as_json=True, write=False, against=None, lang="vi") == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["documents"]["ninh-son-2024.html"]["task"]["gold"] == 44
    assert figures["documents"]["ninh-son-2024.html"]["goal"]["gold"] == 10


def test_a_document_that_cannot_be_read_ends_it_with_1(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "ninh-son-2024.docx").write_bytes(b"PK\x03\x04 broken")
    assert evaluation.run(folder, as_json=False, write=False, against=None, lang="en") == 1
    assert "ninh-son-2024.docx: " in capsys.readouterr().err
