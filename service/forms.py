"""The forms in which plans are written: the one list that commands, API and pages offer from."""

from typing import Literal, NamedTuple, get_args

#: Forms that hold tasks, targets or papers, each one a row.
ListForm = Literal["json", "jsonl", "csv", "xlsx", "parquet"]

#: Forms that a file can have; those beside the lists are of tasks.
FileForm = Literal[ListForm, "docx", "html", "ics"]

#: All there are.
Form = Literal[FileForm, "table"]


class About(NamedTuple):
    """What is to be known of a form without writing it.

    `title` is what people call it, `media_type` the `Content-Type` of HTTP, `suffixes` the ends of
    names that ask for it.
    """

    title: str
    media_type: str
    suffixes: tuple[str, ...] = ()

    @property
    def is_text(self) -> bool:
        """Whether a terminal can show it."""
        return "text/" in self.media_type or "json" in self.media_type


#: In the order in which they are offered: those for people before those for programs.
FORMS: dict[Form, About] = {
    "xlsx": About(
        "Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        (".xlsx",),
    ),
    "docx": About(
        "Word",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (".docx",),
    ),
    "html": About("HTML", "text/html; charset=utf-8", (".html", ".htm")),
    "ics": About("iCalendar", "text/calendar; charset=utf-8", (".ics",)),
    "csv": About("CSV", "text/csv; charset=utf-8; header=present", (".csv",)),
    "json": About("JSON", "application/json", (".json",)),
    "jsonl": About("JSON Lines", "application/x-ndjson", (".jsonl", ".ndjson")),
    "parquet": About("Parquet", "application/vnd.apache.parquet", (".parquet",)),
    "table": About("", "text/plain; charset=utf-8"),
}


def is_list(form: Form) -> bool:
    """Whether a form holds other records than tasks, too."""
    return form in get_args(ListForm)


def form_of(suffix: str) -> Form:
    """The form that the end of a file's name asks for; JSON where it says nothing.

    >>> form_of(".NDJSON")
    'jsonl'
    """
    wanted = suffix.lower()
    return next((form for form, about in FORMS.items() if wanted in about.suffixes), "json")
