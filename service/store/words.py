"""The words of a text as they are searched: found with and without diacritics.

PostgreSQL has the same as the SQL function `kehoach_fold`.
"""

import re
import unicodedata

_MARKS = re.compile("[\u0300-\u036f]+")
_BETWEEN = re.compile("[^0-9a-z]+")
_OPEN_Y = re.compile(r"\b([bcdghklmnpqrstvx]+)y\b")


def folded(text: str) -> str:
    """Small plain letters and digits, words parted by one space, i for y in an open syllable.

    >>> folded("Uỷ ban Nhân dân  - KỸ năng; Quý IV/2025")
    'uy ban nhan dan ki nang quy iv 2025'
    """
    plain = text.lower()
    if not plain.isascii():
        plain = _MARKS.sub("", unicodedata.normalize("NFKD", plain)).replace("đ", "d")
    return _OPEN_Y.sub(r"\1i", _BETWEEN.sub(" ", plain.lower()).strip())
