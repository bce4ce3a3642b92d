"""The language of what the program says to people: Vietnamese first, English on request."""

import os
from typing import Literal

Lang = Literal["vi", "en"]


def preferred(asked: str | None = None) -> Lang:
    """The language asked for, else that of KEHOACH_LANG or of the locale, else Vietnamese.

    >>> preferred("en")
    'en'
    """
    for name in (asked, *map(os.environ.get, ("KEHOACH_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))):
        if name:
            return "en" if name.lower().startswith("en") else "vi"
    return "vi"


def pick(lang: Lang, vi: str, en: str) -> str:
    """The sentence in `lang`."""
    return vi if lang == "vi" else en


def number(value: int) -> str:
    """Digits in groups of three, with a no-break space as both languages can read it.

    >>> number(1612)
    '1\\xa0612'
    """
    return f"{value:,}".replace(",", "\u00a0")
