"""Who leads and who helps, where one text names both."""

import re

_WITH = r"phối hợp(?:\s+thực hiện)?(?:\s+(?:chặt chẽ\s+)?(?:cùng\s+với|với|cùng))?"
_BODY = r"(?:cơ quan|đơn vị|bộ phận)\s+"
_LEADS = rf"(?:{_BODY})?chủ trì(?:\s+thực hiện)?"
#: By verbs, by brackets behind each, by labels before, by verbs behind, by no more than "with".
_BOTH = tuple(
    re.compile(form, re.IGNORECASE | re.DOTALL)
    for form in (
        rf"(?P<lead>[^;:()]{{2,160}}?)\s+chủ trì\s*[,;]?\s*(?:và\s+)?{_WITH}\s+(?P<with>.+)",
        rf"(?P<lead>[^()]{{2,160}}?)\s*\(\s*{_LEADS}\s*\)\s*[,;.–-]?\s*(?P<with>.+?)"
        r"\s*\(\s*phối hợp(?:\s+thực hiện)?\s*\)?",
        rf"\W*{_LEADS}\s*:\s*(?P<lead>.{{2,160}}?)[\s,;.–-]*(?:{_BODY})?{_WITH}\s*:\s*(?P<with>.+)",
        r"(?P<lead>[^;:()]{2,160}?)\s+chủ trì\s*[,;]\s*(?P<with>[^:()]+?)\s+phối hợp",
        r"(?P<lead>[^;:()]{2,160}?)\s*,?\s+phối hợp(?:\s+thực hiện)?\s+(?:với|cùng)\s+(?P<with>.+)",
    )
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
    for form in _BOTH:
        if found := form.fullmatch(text.strip(" .;:")):
            return found["lead"].strip(" ,;"), found["with"].strip(" ,;.")
    return None


_TWO = re.compile(
    r"chủ\s+trì\W+(?:và\s+)?(?:(?:cơ\s+quan|đơn\s+vị)\s*[,/]?\s*)*phối\s+hợp", re.IGNORECASE
)


def roles_below(heading: str, text: str) -> tuple[str, str] | None:
    """Who leads and who helps in a cell "A/ B" below a heading that says both, in this order.

    >>> roles_below("Đơn vị chủ trì/ phối hợp", "Sở Y tế/ Sở Nội vụ, Sở Tài chính")
    ('Sở Y tế', 'Sở Nội vụ, Sở Tài chính')
    >>> roles_below("Đơn vị chủ trì", "Sở Y tế/ Sở Nội vụ")
    """
    lead, slash, helping = (part.strip(" ,;.\n") for part in text.partition("/"))
    return (lead, helping) if slash and lead and helping and _TWO.search(heading) else None
