"""A pool of children: one document a call, from any thread, with news of how far it is."""

from concurrent.futures import ThreadPoolExecutor

from extractor.limits import DEFAULT_LIMITS
from extractor.progress import STAGES, Progress
from models.contract import decode
from service.isolation import Input, ReaderPool
from tests.conftest import PLANS

PDF = PLANS / "ninh-son-2024" / "ninh-son-2024.pdf"


def test_a_plan_is_read_with_news_of_every_stage() -> None:
    told: list[Progress] = []
    with ReaderPool(DEFAULT_LIMITS, 1) as pool:
        result = pool.read(Input(PDF, PDF.name), told.append)
    assert result.error is None
    assert decode(result.plan).ledger.balanced
    stages = [progress.stage for progress in told]
    assert [stage for stage in STAGES if stage in stages] == list(dict.fromkeys(stages))
    assert set(stages) == set(STAGES)


def test_many_threads_read_at_once() -> None:
    names = [f"{slug}.{form}" for slug in ("ninh-son-2024", "binh-duong-2024")
             for form in ("docx", "html", "txt")] * 3  # fmt: skip
    with ReaderPool(DEFAULT_LIMITS, 2) as pool, ThreadPoolExecutor(6) as threads:
        paths = [PLANS / name.rpartition(".")[0] / name for name in names]
        results = list(threads.map(lambda path: pool.read(Input(path, path.name)), paths))
    assert [result.name for result in results] == names
    for result in results:
        assert result.error is None
        assert decode(result.plan).document.source.filename == result.name
