"""The language of an answer: what the client asks for by Accept-Language (RFC 9110, 12.5.4)."""

from starlette.requests import HTTPConnection

from service.wording import Lang

#: The most ranges looked at; a longer header is no preference of a person.
_MOST = 20


def spoken(header: str | None, otherwise: Lang) -> Lang:
    """The language of ours with the greatest weight; the first named where two weigh the same.

    >>> spoken("fr, en-GB;q=0.8, vi;q=0.9", "en"), spoken("vi;q=0", "vi"), spoken("*", "vi")
    ('vi', 'en', 'vi')
    """
    weights: dict[str, float] = {}
    for part in (header or "").split(",", _MOST)[:_MOST]:
        tag, _, parameters = part.strip().partition(";")
        name = tag.strip().lower().split("-")[0]
        weight = _weight(parameters)
        if weight is not None and name in ("vi", "en", "*"):
            weights[name] = max(weight, weights.get(name, 0.0))
    if not weights:
        return otherwise
    rest = weights.get("*", 0.0)
    other: Lang = "en" if otherwise == "vi" else "vi"
    ours, theirs = weights.get(otherwise, rest), weights.get(other, rest)
    if ours == theirs > 0 and {"vi", "en"} <= weights.keys():
        return "vi" if next(name for name in weights if name != "*") == "vi" else "en"
    return other if theirs > ours or (ours == 0 and weights.get(otherwise) == 0) else otherwise


def _weight(parameters: str) -> float | None:
    name, _, value = parameters.strip().partition("=")
    if not name:
        return 1.0
    if name.strip().lower() != "q":
        return None
    try:
        weight = float(value)
    except ValueError:
        return None
    return weight if 0 <= weight <= 1 else None


def language_of(connection: HTTPConnection) -> Lang:
    """The language of the answer to this request; that of the settings where it asks for none."""
    otherwise: Lang = connection.app.state.store.settings.lang
    return spoken(connection.headers.get("accept-language"), otherwise)
