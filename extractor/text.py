"""Text folded: the few forms in which what was typed in several ways is one.

`normal`    NFC, without look-alikes of đ, odd blanks and invisible characters
`printed`   the same with blanks folded line by line: as a plan prints it
`small`     small letters on one line: "Ủy ban\\nNhân dân" and "ủy ban nhân dân" are one
`toneless`  small letters without tones, ă â ê ô ơ ư đ stay: also "uỷ" and "ủy" are one
`folded`    the words of that, without marks; `key` joins its letters
`plain`     words of a-z and figures: also "dân" and "dan" are one
`searched`  the same with i for y: also "kỹ" and "ki" are one
`fold`      one word with its tone behind it: "uỷ" and "ủy" are one, "dân" and "dẫn" are two
`tokens`    the folded words of a text, each with the characters that it stands for
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

from corpora import tables
from corpora.wordings import wordings
from extractor.labels import BULLETS

# Letters of other alphabets that stand for đ and Đ, odd spaces and hyphens, invisible marks.
_LOOK_ALIKES = str.maketrans(
    {
        "\u00d0": "Đ",  # Icelandic eth
        "\u00f0": "đ",
        "\u0189": "Đ",  # African d
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f\u3000", " "),
        **dict.fromkeys("\u2010\u2011", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff"),
    }
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ODD = re.compile(rf"[{''.join(map(chr, _LOOK_ALIKES))}\u0300-\u036f]|{_CONTROL.pattern}")


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


def normal_with_places(text: str) -> tuple[str, list[int] | None]:
    """`text` in normal form, and for each of its characters the place in `text` (None: the same).

    >>> normal_with_places("a\\u200bb")
    ('ab', [0, 2])
    """
    whole = normal(text)
    if whole == text:
        return whole, None
    pieces: list[str] = []
    places: list[int] = []
    at = 0
    while at < len(text):
        stop = at + 1
        while stop < len(text) and unicodedata.combining(text[stop]):
            stop += 1
        piece = normal(text[at:stop])
        pieces.append(piece)
        places.extend([at] * len(piece))
        at = stop
    return "".join(pieces), places


def printed(text: str) -> str:
    """`text` in normal form, white space folded, without blank lines.

    >>> printed("Kế  hoạch\\n\\n năm")
    'Kế hoạch\\nnăm'
    """
    text = normal(text)
    if "\n" not in text:
        return " ".join(text.split())
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def small(text: str) -> str:
    """`text` in small letters on one line, as the wordings of `corpora` are compared."""
    return " ".join(text.lower().split())


_TONES = {"\u0300": "2", "\u0301": "1", "\u0303": "4", "\u0309": "3", "\u0323": "5"}
_TONE_MARKS = str.maketrans("", "", "".join(_TONES))
_MARKS = re.compile("[\u0300-\u036f]+")
_BETWEEN = re.compile(r"[\W_]+")
_NOT_PLAIN = re.compile("[^0-9a-z]+")


@lru_cache(maxsize=4096)
def toneless(text: str) -> str:
    """`text` in small letters without tone marks; the letters ă â ê ô ơ ư đ stay."""
    if text.isascii():
        return text.lower()
    bare = unicodedata.normalize("NFD", text.lower()).translate(_TONE_MARKS)
    return unicodedata.normalize("NFC", bare)


@lru_cache(maxsize=4096)
def folded(text: str | None) -> str:
    """The words of a text, toneless, parted by one blank.

    >>> folded("Sở Nội-vụ;")
    'sơ nôi vu'
    """
    return _BETWEEN.sub(" ", toneless(text or "")).strip()


def key(text: str) -> str:
    """The letters and figures of a text, toneless: what tells one heading from another.

    >>> key("Cơ quan, đơn vị\\nchủ  trì")
    'cơquanđơnvichutri'
    """
    return _BETWEEN.sub("", toneless(normal(text)))


def plain(text: str) -> str:
    """The words of a text in a-z and figures, parted by one blank.

    >>> plain("Sở Lao động - Thương binh & Xã hội"), plain("63/2010/NĐ-CP")
    ('so lao dong thuong binh xa hoi', '63 2010 nd cp')
    """
    bare = text.lower()
    if not bare.isascii():
        bare = unicodedata.normalize("NFKD", bare).lower().replace("đ", "d")
        bare = _MARKS.sub("", bare)
    return _NOT_PLAIN.sub(" ", bare).strip()


_OPEN_Y = re.compile(r"(\b[bcdđghklmnpqrstvx]+)y\b")


@lru_cache(maxsize=2**12)
def searched(text: str) -> str:
    """The words of a text as they are searched, found with and without diacritics.

    Small plain letters and digits, words parted by one space, i for y in an open syllable.
    PostgreSQL has the same as the SQL function `kehoach_fold`.

    >>> searched("Uỷ ban Nhân dân  - KỸ năng; Quý IV/2025")
    'uy ban nhan dan ki nang quy iv 2025'
    """
    return " ".join(filter(None, map(_searched, text.split())))


@lru_cache(maxsize=2**13)
def _searched(word: str) -> str:
    """What stands between two blanks, folded; there are some thousand syllables in all plans."""
    return _OPEN_Y.sub(r"\1i", plain(word))


_TOKEN = re.compile(
    r"(?<!\S)\(?(?:[0-9]{1,2}[.)]|[a-zđ]\))(?=\s|[^\W\d_])"  # the mark of a list item
    r"|(?:[^\W_]|[\u0300-\u036f])+|\n|[^\w\s]|_"
)
_DASHES = frozenset("-–—‐‑‒―−/&+")
_FIRST_BULLETS = frozenset("-–—+*")  # marks of items at the beginning of a line only
_ROUND_BULLETS = frozenset(BULLETS) - _FIRST_BULLETS
LINK = "·"  # a key for và, &, - and /: what joins the words of a name or two names


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """The key of one word: small letters without tone, then the tone as a digit.

    >>> fold("HOÀ") == fold("hòa"), fold("kĩ") == fold("kỹ"), fold("Quí") == fold("Quý")
    (True, True, False)
    """
    word = word.lower()
    tone = ""
    if not word.isascii():
        letters = []
        for letter in unicodedata.normalize("NFD", word):
            if letter in _TONES:
                tone = _TONES[letter]
            else:
                letters.append(letter)
        word = unicodedata.normalize("NFC", "".join(letters)).replace("ð", "đ")
    if word.endswith("y") and _OPEN_Y.fullmatch(word):
        word = word[:-1] + "i"
    return word + tone


@dataclass(frozen=True, slots=True)
class Tokens:
    """The keys of a text and the characters [start, end) of each.

    `breaks` are the places of keys that stand first on a line, `items` of those that stand
    first in an item of a bulleted or numbered list; the marks themselves are no keys.
    """

    text: str
    keys: list[str]
    starts: list[int]
    ends: list[int]
    breaks: frozenset[int]
    items: frozenset[int]


@cache
def _short_forms() -> dict[str, tuple[tuple[list[str], str], ...]]:
    """First key of a long form -> its keys and the short key, longest first."""
    found: dict[str, list[tuple[list[str], str]]] = {}
    for row in tables.rows("short_forms"):
        keys = _plain_keys(row["long"])
        found.setdefault(keys[0], []).append((keys, fold(row["short"])))
    return {
        first: tuple(sorted(forms, key=lambda form: -len(form[0])))
        for first, forms in found.items()
    }


def _plain_keys(text: str) -> list[str]:
    return [_key(part) for part in _TOKEN.findall(text) if part != "\n"]


_ITEM = "\x00"  # stands for the mark of a list item


@lru_cache(maxsize=65536)
def _key(part: str) -> str:
    if part in _DASHES:
        return LINK
    if part in _ROUND_BULLETS or (len(part) > 1 and part[-1] in ".)"):
        return _ITEM
    key = fold(part) if part[0].isalnum() else part
    return LINK if key == "va2" else key


_DOTTED = frozenset({"tp", "vp", "tx", "tt", "h", "q", "p", "x", "t", "đ", "ub", "cn", "bcđ"})


def tokens(text: str) -> Tokens:
    """The keys of `text`, long forms of common heads in one key.

    >>> t = tokens("- Uỷ ban nhân dân tỉnh;")
    >>> t.keys, t.text[t.starts[0]:t.ends[0]]
    (['ubnd', 'tinh3', ';'], 'Uỷ ban nhân dân')
    """
    keys: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    breaks: set[int] = set()
    items: set[int] = set()
    fresh = True  # nothing but blanks since the line began
    for match in _TOKEN.finditer(text):
        part = match.group()
        key = _key(part)
        if key == "\n":
            fresh = True
            breaks.add(len(keys))
            continue
        if key == _ITEM or (fresh and part in _FIRST_BULLETS):
            items.add(len(keys))
            continue
        fresh = False
        start, end = match.span()
        if key == "." and keys and keys[-1] in _DOTTED and ends[-1] == start:
            continue
        keys.append(key)
        starts.append(start)
        ends.append(end)
    found = Tokens(text, keys, starts, ends, frozenset(breaks), frozenset(items))
    return found if _short_forms().keys().isdisjoint(keys) else _shortened(found)


def _shortened(long: Tokens) -> Tokens:
    """The same with each long form of a common head as one key."""
    forms, keys = _short_forms(), long.keys
    folded_keys: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    moved: dict[int, int] = {}
    at = 0
    while at < len(keys):
        moved[at] = len(folded_keys)
        width, key = 1, keys[at]
        for form, short in forms.get(key, ()):
            if keys[at : at + len(form)] == form:
                width, key = len(form), short
                break
        folded_keys.append(key)
        starts.append(long.starts[at])
        at += width
        ends.append(long.ends[at - 1])
    breaks = frozenset(moved[at] for at in long.breaks if at in moved)
    items = frozenset(moved[at] for at in long.items if at in moved)
    return Tokens(long.text, folded_keys, starts, ends, breaks, items)


_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnpqrstvx])?"
    r"(?:uyê|iêu|yêu|ươu|oai|oay|oeo|uây|uôi|ươi|uya|uyu|uâ|uê|uô|uơ|uy|ua|ui|ưa|ưi|ươ|ưu|iê|ia|iu|"
    r"yê|oa|oă|oe|oi|oo|ôi|ơi|ai|ao|au|ay|âu|ây|eo|êu|ue|[aeiouyăâêôơư])"
    r"(?:ch|ng|nh|[cmnpt])?"
)


@lru_cache(maxsize=8192)  # the same words come again and again
def is_syllable(word: str) -> bool:
    """Whether `word` is built as a Vietnamese syllable is (onset, nucleus, coda).

    >>> is_syllable("nghiệp"), is_syllable("NGHIỆP"), is_syllable("nghi9p"), is_syllable("KѬ")
    (True, True, False, False)
    """
    return _SYLLABLE.fullmatch(toneless(word)) is not None


_VOWELS = frozenset("aăâeêioôơuưy")
_BARE_WORDS = frozenset(wordings("form_words", "bare"))
_SHORT_FORMS = frozenset(row["short"].upper() for row in tables.rows("short_forms"))
_LETTERS = re.compile(r"[^\W\d_]+")
_LAST_LETTERS = re.compile(r"[^\W\d_]+$")


def cut_doubt(text: str, rest: str) -> int | None:
    """How doubtful it is that a word is cut between the end of `text` and `rest`: 0 where the two
    parts can be no words; 1 where the second is none, or tasks use the word and not the two
    parts; 2 where both are words; None where they make none. A short form of words in
    capitals may be cut as well.

    >>> cut_doubt("Chươ", "ng trình"), cut_doubt("Thư", "ơng"), cut_doubt("kho", "anh")
    (0, 1, 2)
    >>> cut_doubt("chu", "ẩn"), cut_doubt("came", "ra"), cut_doubt("kho", "an toàn")
    (1, 1, 2)
    >>> cut_doubt("UB", "ND tỉnh"), cut_doubt("VP", "UBND tỉnh")
    (1, None)
    """
    found, first = _LAST_LETTERS.search(text), _LETTERS.match(rest)
    if not found or not first:
        return None
    parts = (found[0], first[0])
    whole = "".join(parts)
    if not (parts[1].islower() or whole.isupper()):
        return None
    if not is_syllable(whole):
        is_short = whole in _SHORT_FORMS and _SHORT_FORMS.isdisjoint(parts)
        return 1 if is_short or _is_usual(*parts) else None
    if not all(map(is_syllable, parts)):
        return 0
    return 2 if is_word(parts[1]) and not _is_usual(*parts) else 1


def _is_usual(one: str, other: str) -> bool:
    """Whether tasks use what two parts make, and not both parts."""
    used = _used()
    return (one + other).lower() in used and not {one.lower(), other.lower()} <= used


def ends_compound(text: str, rest: str) -> bool:
    """Whether what is cut between `text` and `rest` stands in the dictionary behind the word before
    it, and neither part does.

    >>> ends_compound("giếng kho", "an"), ends_compound("nhà kho", "an toàn")
    (True, False)
    """
    first, known = _LETTERS.match(rest.lower()), compounds()
    *_, before, last = ["", "", *_LETTERS.findall(text.lower())]
    if not first:
        return False
    apart = (before, last), (last, first[0])
    return (before, last + first[0]) in known and known.isdisjoint(apart)


@cache
def dictionary() -> tuple[tuple[str, ...], ...]:
    """The entries of the dictionary of underthesea (Viet74K), each as its syllables, lower case."""
    place = files("underthesea.corpus") / "data" / "Viet74K.txt"
    entries = unicodedata.normalize("NFC", place.read_text("utf-8")).lower().splitlines()
    return tuple(tuple(_LETTERS.findall(entry)) for entry in entries)


@cache
def compounds() -> frozenset[tuple[str, str]]:
    """Syllables that stand one behind the other in an entry of the dictionary."""
    return frozenset(pair for entry in dictionary() for pair in pairwise(entry))


@cache
def _used() -> frozenset[str]:
    """The words of the tasks that are known."""
    return frozenset(row["words"] for row in tables.rows("models/deed_words"))


def is_word(syllable: str) -> bool:
    """Whether a word can begin with a syllable: of those without an onset few are words."""
    return toneless(syllable)[0] not in _VOWELS or syllable.lower() in _BARE_WORDS


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
