"""The words of a text as they are searched: found with and without diacritics.

PostgreSQL has the same as the SQL function `kehoach_fold`.
"""

import re

from extractor.text import plain

_OPEN_Y = re.compile(r"\b([bcdghklmnpqrstvx]+)y\b")


def folded(text: str) -> str:
    """Small plain letters and digits, words parted by one space, i for y in an open syllable.

    >>> folded("Uỷ ban Nhân dân  - KỸ năng; Quý IV/2025")
    'uy ban nhan dan ki nang quy iv 2025'
    """
    return _OPEN_Y.sub(r"\1i", plain(text))
