"""What lines say beside an order: who leads and who helps, by when, and what is to be reached.

The words stand in `duty_words.tsv`, those of labels also in the columns of tables; how a text names
both who leads and who helps, in `role_forms.tsv`.
"""

import re
from functools import cache

from corpora.tables import rows
from corpora.wordings import pattern, wordings
from extractor.columns import BY_WORD, role_of
from extractor.language.deadlines import find_deadlines, read_deadline
from extractor.language.duty_passages import Doer, Passage, Read

_WORD = re.compile(r"[^\W_]+")
#: The words that say no more than who leads and who works with them.
_ROLE_WORDS = frozenset(wordings("duty_words", "role"))
#: The words of a label that only says who is named behind it: "Giao thực hiện: Sở Y tế".
_LABEL_WORDS = frozenset(wordings("duty_words", "label"))
_WHO = re.compile(r"(?:các\s+)?(?:cơ quan|đơn vị|bộ phận)\b(?=.*\b(?:chủ trì|thực hiện)\b)", re.I)
#: Fields that stand in running text like the cells of a table: "Thời hạn: tháng 10".
FIELDS = frozenset({"lead", "coordinating", "deadline", "product"})


def names_role(title: str) -> bool:
    """Whether a heading only says that below it stands who does it: "Cơ quan chủ trì, phối hợp".

    >>> names_role("Cơ quan chủ trì, phối hợp"), names_role("Tổ chức thực hiện")
    (True, False)
    """
    return _WHO.match(title) is not None and role_said(title) is not None


def role_said(label: str) -> str | None:
    """Who is named behind a label that says no more than that: "Giao thực hiện", "Cùng làm"."""
    words = set(_WORD.findall(label.lower()))
    if not words or not _LABEL_WORDS.issuperset(words):
        return None
    return "coordinating" if "phối" in words and "chủ" not in words else "lead"


@cache
def who_does() -> re.Pattern[str]:
    """ "Sở Y tế thực hiện", "Sở Y tế chủ trì, phối hợp với …": nothing more than who does it."""
    words = pattern("duty_words", "does")
    return re.compile(
        rf"(?P<who>[^()]{{3,160}}?)\s+(?:{words})\b(?P<more>.*)", re.IGNORECASE | re.DOTALL
    )


_PARTNERS = re.compile(r"^[\s,;]*(?:và\s+)?phối hợp\b[^.;]*", re.IGNORECASE)


def only_with_whom_and_when(text: str) -> bool:
    """Whether the words behind who does it only say with whom and by when."""
    rest = _PARTNERS.sub("", text).strip(" ,;.-–")
    if not rest:
        return True
    found = find_deadlines(rest)
    if found:
        start, end = found[0][:2]
        rest = rest[:start] + rest[end:]
    elif is_deadline(rest):
        return True
    return _ROLE_WORDS.union(("hoàn", "thành")).issuperset(_WORD.findall(rest.lower()))


def without_time(text: str) -> str:
    """The bodies of "Sở Y tế, hoàn thành trong quý II"."""
    for comma in re.finditer(r"[,;]", text):
        if is_deadline(text[comma.end() :]) or only_with_whom_and_when(text[comma.end() :]):
            return text[: comma.start()]
    return text


def is_deadline(text: str) -> bool:
    if "phối hợp" in text:  # "các sở phối hợp, thường xuyên" says more than when
        return False
    found = read_deadline(text)
    return found.kind != "none" and not found.unread


@cache
def _forms(kind: str) -> tuple[re.Pattern[str], ...]:
    """The forms of a kind in `role_forms.tsv`, in order, with the parts they share in place."""
    found = {row["name"]: row["form"] for row in rows("role_forms")}
    for _ in range(2):  # a part may have another one in it
        for name, form in found.items():
            found[name] = re.sub("«(.+?)»", lambda part: found[part[1]], form)
    return tuple(
        re.compile(found[row["name"]], re.IGNORECASE | re.DOTALL)
        for row in rows("role_forms")
        if row["kind"] == kind
    )


def roles_in(text: str) -> tuple[str, str] | None:
    """The words that name who leads and those that name who helps; None where not both stand.

    >>> roles_in("Sở Nội vụ chủ trì, phối hợp với Sở Tài chính")
    ('Sở Nội vụ', 'Sở Tài chính')
    >>> roles_in("Sở Nội vụ (chủ trì), Sở Y tế (phối hợp)")
    ('Sở Nội vụ', 'Sở Y tế')
    >>> roles_in("Chủ trì: UBND xã; Phối hợp: Sở Y tế")
    ('UBND xã', 'Sở Y tế')
    >>> roles_in("Sở Nội vụ phối hợp với Sở Y tế"), roles_in("Sở Nội vụ chủ trì")
    (('Sở Nội vụ', 'Sở Y tế'), None)
    """
    for form in _forms("both"):
        if found := form.fullmatch(text.strip(" .;:")):
            return found["lead"].strip(" ,;"), found["with"].strip(" ,;.")
    return None


def roles_below(heading: str, text: str) -> tuple[str, str] | None:
    """Who leads and who helps in a cell "A/ B" below a heading that says both, in this order.

    >>> roles_below("Đơn vị chủ trì/ phối hợp", "Sở Y tế/ Sở Nội vụ, Sở Tài chính")
    ('Sở Y tế', 'Sở Nội vụ, Sở Tài chính')
    >>> roles_below("Đơn vị chủ trì", "Sở Y tế/ Sở Nội vụ")
    """
    lead, slash, helping = (part.strip(" ,;.\n") for part in text.partition("/"))
    says_both = any(form.search(heading) for form in _forms("heading"))
    return (lead, helping) if slash and lead and helping and says_both else None


def both_roles(text: str, read: Read) -> tuple[Doer, Doer] | None:
    """Who leads and who works with them, of a text that names both and says nothing else.

    >>> from extractor.language.agencies import read_agencies
    >>> found = both_roles("Sở Nội vụ chủ trì, phối hợp với UBND các xã", read_agencies)
    >>> found and [each.text for each in found]
    ['Sở Nội vụ', 'UBND các xã']
    """
    if (words := roles_in(text)) is None:
        return None
    found = []
    for name in words:
        passage = Passage([name], read)
        if not (agencies := passage.bodies_in(0, name, unknown=True)):
            return None
        found.append(Doer(name, agencies, len(passage.words)))
    return found[0], found[1]


@cache
def _goal() -> re.Pattern[str]:
    words = pattern("duty_words", "goal")
    return re.compile(
        rf"(?!\d+\s+(?:ngày|tuần|tháng|quý|năm)\b)\d|[≥>]|phấn\s+đấu\b|t[ỷỉ]\s+lệ\b"
        rf"|(?!từ\s+(?:nay|ngày|tháng|quý|năm)\b)(?:{words})\s[^.;,]{{0,20}}\d",
        re.IGNORECASE,
    )


def is_goal(text: str) -> bool:
    """Whether a text says what is to be reached, not what is to be done.

    >>> is_goal("100% thủ tục được công khai"), is_goal("Trên cơ sở Kế hoạch này, xây dựng")
    (True, False)
    """
    return _goal().match(text) is not None


#: Where another sentence begins: "quý II/2026. Sở Y tế".
_SENTENCE = re.compile(r"\.\s+[^\W\d_]")


def fields_of(text: str) -> tuple[str, dict[str, str]]:
    """A text without the fields printed at its end, and these by role.

    >>> fields_of("Ban hành chính sách. Thời hạn hoàn thành: Tháng 10/2023.")
    ('Ban hành chính sách.', {'deadline': 'Tháng 10/2023'})
    """
    fields: dict[str, str] = {}
    end = len(text)
    while (colon := text.rfind(":", 0, end)) > 0:
        start = max(text.rfind(mark, 0, colon) for mark in (".", ";", "(", "\n", " - "))
        label = text[start + 1 : colon].strip(" -–+*")
        opens = label[:1].isupper() or text[start] in ";("
        role = role_of(label) if 3 < len(label) <= 48 and opens else None
        if start < 0 or role is None or role.score <= BY_WORD or role.name not in FIELDS:
            break
        if role.name == "deadline" and _SENTENCE.search(text, colon, end):
            break  # "thời gian: quý II/2026. Sở Y tế tham mưu …" is no end
        fields.setdefault(role.name, text[colon + 1 : end].strip(" .;,()–-"))
        end = start + 1 if text[start] in ".;" else start
    return text[:end].rstrip(" (-–"), fields
