"""404: what was asked for by name is not in the store."""

from typing import Literal

from service.api.problems import Problem

Thing = Literal["agency", "correction", "document", "job", "plan", "run", "source", "task", "unit"]

_SENTENCES: dict[Thing, tuple[str, str]] = {
    "agency": ("Không có cơ quan này.", "There is no such body."),
    "correction": ("Không có sửa đổi này.", "There is no such correction."),
    "document": ("Không có văn bản này.", "There is no such document."),
    "job": ("Không có việc này.", "There is no such job."),
    "plan": ("Văn bản này chưa có kế hoạch.", "The document has no plan."),
    "run": ("Không có lần đọc này.", "There is no such reading."),
    "source": ("Tệp gốc không còn ở đây.", "The bytes of the document are not here any more."),
    "task": ("Không có nhiệm vụ này.", "There is no such task."),
    "unit": ("Không có địa bàn này.", "There is no such unit."),
}


def missing(thing: Thing) -> Problem:
    """The problem to raise; its code is `<thing>.unknown`."""
    return Problem(404, f"{thing}.unknown", *_SENTENCES[thing])
