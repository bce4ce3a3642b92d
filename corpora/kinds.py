"""Kinds of documents and their abbreviations, and the labels web sites put beside a paper."""

from functools import cache

from corpora.tables import rows


@cache
def kinds() -> dict[str, str]:
    """Abbreviation by kind, in small letters: {'kế hoạch': 'KH', 'quyết định': 'QĐ', …}."""
    return {r["kind"].split(" (")[0].lower(): r["abbreviation"] for r in rows("doc_kinds")}


@cache
def kind_of_abbreviation(abbreviation: str) -> str | None:
    """The administrative kind with this abbreviation, or None."""
    return next((kind for kind, letters in kinds().items() if letters == abbreviation), None)


@cache
def labels() -> tuple[tuple[str, str], ...]:
    """Labels of a site's record of a paper, toneless in small letters, each with its field."""
    return tuple((r["label"], r["field"]) for r in rows("record_labels"))
