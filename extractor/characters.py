"""Characters: one form for what looks the same, and a test for Vietnamese."""

import re
import unicodedata
from functools import lru_cache

# Letters of other alphabets that stand for đ and Đ, odd spaces and hyphens, invisible marks.
_LOOK_ALIKES = str.maketrans(
    {
        "\u00d0": "Đ",  # Icelandic eth
        "\u00f0": "đ",
        "\u0189": "Đ",  # African d
        "\u00a0": " ",
        "\u2007": " ",
        "\u202f": " ",
        "\u3000": " ",
        "\u2009": " ",
        "\u2002": " ",
        "\u2003": " ",
        "\u2010": "-",
        "\u2011": "-",
        "\u00ad": None,
        "\u200b": None,
        "\u200c": None,
        "\u200d": None,
        "\u2060": None,
        "\ufeff": None,
    }
)
_ODD = re.compile(
    "[\u00d0\u00f0\u0189\u00a0\u2007\u202f\u3000\u2009\u2002\u2003\u2010\u2011\u00ad"
    "\u200b\u200c\u200d\u2060\ufeff\u0300-\u036f\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def normal(text: str) -> str:
    """`text` in NFC with look-alikes of đ, odd spaces and invisible characters made plain.

    >>> normal("Ðo\\u0302\\u0300ng\\u00a0Nai")
    'Đồng Nai'
    """
    if text.isascii() and not _CONTROL.search(text):
        return text
    if _ODD.search(text):
        text = _CONTROL.sub("", text.translate(_LOOK_ALIKES))
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


_VOWELS = "aeiouyăâêôơư"
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnpqrstvx])?"
    r"(?:uyê|iêu|yêu|ươu|oai|oay|oeo|uây|uôi|ươi|uya|uyu|uâ|uê|uô|uơ|uy|ua|ui|ưa|ưi|ươ|ưu|iê|ia|iu|"
    r"yê|oa|oă|oe|oi|oo|ôi|ơi|ai|ao|au|ay|âu|ây|eo|êu|ue|[aeiouyăâêôơư])"
    r"(?:ch|ng|nh|[cmnpt])?"
)
_TONES = str.maketrans("", "", "\u0300\u0301\u0303\u0309\u0323")


def toneless(word: str) -> str:
    """`word` in lower case without its tone mark; the letters ă â ê ô ơ ư đ stay."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFD", word.lower()).translate(_TONES)
    return unicodedata.normalize("NFC", plain)


@lru_cache(maxsize=8192)  # the same words come again and again
def is_syllable(word: str) -> bool:
    """Whether `word` is built as a Vietnamese syllable is (onset, nucleus, coda).

    >>> is_syllable("nghiệp"), is_syllable("NGHIỆP"), is_syllable("nghi9p"), is_syllable("KѬ")
    (True, True, False, False)
    """
    return _SYLLABLE.fullmatch(toneless(word)) is not None


_WORD = re.compile(r"[^\W\d_]{2,}")


def syllable_share(text: str) -> float | None:
    """The share of the words of `text` that are valid syllables; None for fewer than 5 words.

    Abbreviations (no vowel, or capitals only with an odd build) are left out of the count, for
    UBND and CCHC are no sign of a broken text layer.
    """
    words = [w for w in _WORD.findall(text) if not (w.isascii() and w.isupper())]
    if len(words) < 5:
        return None
    return sum(map(is_syllable, words)) / len(words)
