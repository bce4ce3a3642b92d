"""The spaCy pipeline: words, what leads them and what they name, kept to the character."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from extractor import read_plan
from extractor.language import pipeline
from tests.conftest import PLANS, ROOT

TEXT = (
    "Giao Sở Nội vụ chủ trì theo Nghị quyết số 76/NQ-CP ngày 15/7/2021 của Chính phủ.\n"
    "- Đạt tối thiểu 95,47%; báo cáo  UBND tỉnh trước ngày 30/11."
)


def read(text: str = TEXT) -> Doc:
    return pipeline.read(text, "vn-86", date(2022, 12, 13), (2023,))


def test_what_a_text_names() -> None:
    doc = read()
    assert [(span.text, span.label_) for span in doc.spans[pipeline.ENTITIES]] == [
        ("Sở Nội vụ", "AGENCY"),
        ("Nghị quyết số 76/NQ-CP ngày 15/7/2021 của Chính phủ", "CITATION"),
        ("Chính phủ", "AGENCY"),
        ("tối thiểu 95,47%", "QUANTITY"),
        ("UBND tỉnh", "AGENCY"),
        ("trước ngày 30/11", "DEADLINE"),
    ]
    lead, paper, _, share, _, due = doc.spans[pipeline.ENTITIES]
    assert lead._.agency.id == "vn-86/so-noi-vu"
    assert lead._.deadline is None
    assert (paper._.citation.number, paper._.citation.date) == ("76/NQ-CP", "2021-07-15")
    assert (share._.quantity.comparator, share._.quantity.value) == (">=", 95.47)
    assert due._.deadline.end == "2023-11-29"


def test_what_leads_a_text() -> None:
    """The wordings of the tables by class; however a tone is set, however large the letters."""
    doc = read("GIAO Sở Y tế ĐƠN GIẢN HOÁ thủ tục")
    cues = {(span.text, span.label_) for span in doc.spans[pipeline.CUES]}
    assert {("GIAO", "order"), ("Sở Y tế", "name"), ("ĐƠN GIẢN HOÁ", "verb")} <= cues


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("TP. Thủ Đức, (hoà)", ["TP.", "Thủ", "Đức", ",", "(", "hoà", ")"]),
        (
            "76/NQ-CP, 30/6/2024; 4.34%.",
            ["76", "/", "NQ", "-", "CP", ",", "30/6/2024", ";", "4.34", "%", "."],
        ),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert [token.text for token in read(text)] == words


def test_text_is_kept_in_nfc() -> None:
    assert read("Hoa\u0300 gia\u0309i \u00a0 uỷ ban\n\n").text == "Hoà giải \u00a0 uỷ ban\n\n"


@pytest.mark.parametrize("slug", ["vinh-long-2023", "ninh-son-2024", "binh-duong-2024"])
def test_sections_of_real_plans_keep_their_text(slug: str) -> None:
    for section in read_plan(PLANS / slug / f"{slug}.html").sections:
        doc = read(section.text)
        assert doc.text == section.text


@given(st.text(max_size=60))
def test_any_text_is_kept(text: str) -> None:
    doc = pipeline.pipeline().make_doc(text)
    assert doc.text == text


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t a"])
def test_blank_text(text: str) -> None:
    assert read(text).text == text


@pytest.mark.parametrize("name", pipeline.COMPONENTS)
def test_each_component_stands_alone(name: str) -> None:
    nlp = spacy.blank("xx")
    nlp.add_pipe(name, config={"unit": "vn-86", "years": [2023]})
    doc = nlp("Giao Sở Nội vụ đạt 90% theo Luật Viên chức trước ngày 30/11. Các sở báo cáo.")
    kind = {"agencies": "agency", "quantities": "quantity"}.get(name[8:], name[8:-1])
    labels = {span.label_ for span in doc.spans[pipeline.ENTITIES]}
    assert labels == {kind.upper()}
    assert getattr(doc.spans[pipeline.ENTITIES][0]._, kind) is not None


def test_what_a_text_says_goes_before_the_config() -> None:
    nlp = spacy.blank("xx")
    nlp.add_pipe("kehoach_deadlines", config={"years": [2020]})
    text = "Xong trước ngày 30/11."
    for doc, end in ((nlp(text), "2020-11-29"), (read(text), "2023-11-29")):
        assert doc.spans[pipeline.ENTITIES][0]._.deadline.end == end


def meanings(doc: Doc) -> list[object]:
    return [
        span._.agency or span._.deadline or span._.citation or span._.quantity
        for span in doc.spans[pipeline.ENTITIES]
    ]


def test_pipeline_and_docs_can_be_stored(tmp_path: Path) -> None:
    nlp = pipeline.pipeline()
    nlp.to_disk(tmp_path)
    again = spacy.load(tmp_path)
    assert again.pipe_names == [pipeline.CUE_COMPONENT, *pipeline.COMPONENTS]
    doc, same = nlp(TEXT), again(TEXT)
    assert [*map(str, same.spans[pipeline.CUES])] == [*map(str, doc.spans[pipeline.CUES])]
    doc = read()
    for stored in (
        Doc(again.vocab).from_bytes(doc.to_bytes()),
        Doc(nlp.from_bytes(nlp.to_bytes()).vocab).from_bytes(doc.to_bytes()),
    ):
        assert stored.text == doc.text
        assert meanings(stored) == meanings(doc)


def test_nothing_is_fetched_and_nothing_is_written(tmp_path: Path) -> None:
    """Neither a connection nor a file in the home folder, and no warning."""
    code = f"""
import sys
def audit(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.gethostbyname"):
        raise SystemExit(f"network: {{event}} {{args}}")
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        raise SystemExit(f"written: {{args}}")
sys.addaudithook(audit)
from extractor.language import pipeline
assert pipeline.read({TEXT!r}, "vn-86").spans["entities"]
"""
    environment = {"HOME": str(tmp_path), "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []
