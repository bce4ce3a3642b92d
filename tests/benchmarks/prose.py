"""Running text of forty pages: what the pipeline costs beside underthesea's `word_tokenize`.

Run: python -m tests.benchmarks.prose
The text is that of the sections of the sample plans. The yardstick reads it section by section,
as the pipeline does; what either has remembered is forgotten before each round. Processor time,
the best of several rounds that take turns.
"""

import time
from collections.abc import Callable
from datetime import date

from underthesea import word_tokenize

from extractor import read_plan
from extractor.language import words as segmentation
from extractor.language.agencies import read_agencies
from extractor.language.prose import doc_of, pipeline
from tests.conftest import PLANS

PAGES, WORDS_ON_A_PAGE = 40, 450
ROUNDS = 6


def sections() -> list[str]:
    """Sections of the sample plans, forty pages of them."""
    texts = [
        section.text
        for path in sorted(PLANS.glob("*/*.html"))
        for section in read_plan(path).sections
        if section.text
    ]
    found: list[str] = []
    while sum(len(text.split()) for text in found) < PAGES * WORDS_ON_A_PAGE:
        found += texts[: max(1, len(texts) - len(found))]
    return found


def forget() -> None:
    segmentation._cuts.clear()
    segmentation._model()[1]._known.clear()
    read_agencies.cache_clear()


def timed(work: Callable[[], object]) -> float:
    forget()
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    texts = sections()
    nlp = pipeline()
    word_tokenize("một từ")
    doc_of("Giao Sở Y tế đạt 90% trước ngày 30/6/2024 theo Nghị định số 3/NĐ-CP.", "vn-86")
    docs = [nlp.make_doc(text) for text in texts]

    def whole() -> None:
        for text in texts:
            doc_of(text, "vn-86", date(2022, 12, 13), (2023,))

    def yardstick() -> None:
        for text in texts:
            word_tokenize(text, use_token_normalize=False)

    def tokenizer() -> None:
        for text in texts:
            nlp.make_doc(text)

    pairs = [(timed(yardstick), timed(whole), timed(tokenizer)) for _ in range(ROUNDS)]
    theirs, ours, split = (min(column) for column in zip(*pairs, strict=True))
    count = sum(len(text.split()) for text in texts)
    print(
        f"prose: {len(texts)} sections, {count:,} syllables, about {count // WORDS_ON_A_PAGE} pages"
    )
    print(f"  word_tokenize       {theirs:.3f} s")
    print(f"  the whole pipeline  {ours:.3f} s, {ours / theirs:.2f} x (bar: 1.0)")
    print(f"    words             {split:.3f} s, {split / theirs:.2f} x")
    for name, component in nlp.pipeline:
        forget()
        start = time.process_time()
        for doc in docs:
            component(doc)
        spent = time.process_time() - start
        print(f"    {name[8:]:17} {spent:.3f} s, {spent / theirs:.2f} x")


if __name__ == "__main__":
    main()
