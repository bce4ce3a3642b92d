"""The block that a digital signature draws wherever there is room: "Người ký: … Ngày ký: …"."""

import re

from extractor.readers.pdf.glyphs import Run

_OPENS = re.compile(
    r"(?:người ký|(?:được )?ký (?:số )?bởi|digitally signed by|signature (?:not )?valid"
    r"|signature verified|signed by|signer)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"(?:ngày ký|thời gian ký|giờ ký|ký ngày|email|e-mail|cơ quan|tổ chức|signed on|signing time"
    r"|date|reason|location)\s*:",
    re.IGNORECASE,
)
LONGEST = 400  # characters of a stamp: a form with more text holds part of the page itself
MOST_RUNS = 40


def stamps_of(runs: list[Run]) -> tuple[list[list[Run]], list[Run]]:
    """The runs of each stamp, and the runs that are left, in order.

    A stamp is a form object of its own that speaks of a signature, or runs drawn one after the
    other that open with the signer and go on with the date, the mail address or the office.
    Oblique text, which no line of the page can hold, is a stamp, too.
    """
    stamps: list[list[Run]] = []
    forms: dict[int, list[Run]] = {}
    for run in runs:
        if run.form:
            forms.setdefault(run.form, []).append(run)
    signed = set()
    for number, members in forms.items():
        text = " ".join(run.text for run in members)
        if len(text) <= LONGEST and _OPENS.search(text):
            signed.add(number)
            stamps.append(members)
    oblique = [run for run in runs if run.turn is None and run.form not in signed]
    if oblique:
        stamps.append(oblique)
    rest = [run for run in runs if run.turn is not None and run.form not in signed]
    index = 0
    while index < len(rest):
        end = _end(rest, index) if _OPENS.match(rest[index].text) else index
        if end > index:
            stamps.append(rest[index:end])
            del rest[index:end]
        else:
            index += 1
    return stamps, rest


def _end(runs: list[Run], start: int) -> int:
    """Where the stamp that opens at `start` ends; `start` where it is none."""
    first = runs[start]
    bottom, end, marked = first.bottom, start, False
    for index in range(start, min(start + MOST_RUNS, len(runs))):
        run = runs[index]
        if (
            run.size > 1.3 * first.size
            or run.top - bottom > 1.5 * first.size
            or run.bottom < first.top
            or abs(run.x0 - first.x0) > 250
        ):
            break
        if _GOES_ON.match(run.text):
            marked, end = True, index + 1
        elif marked and abs(run.base - runs[end - 1].base) < 0.5 * run.size:
            end = index + 1  # the rest of the line that a field opens
        bottom = max(bottom, run.bottom)
    return end if marked else start
