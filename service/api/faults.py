"""Faults of single values in a request, told in Vietnamese or English with the place of each."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request, params

from service.wording import Lang, pick

#: Pydantic's kinds of fault in Vietnamese, with what its context gives; its own words are English.
_VI = {
    "bool_parsing": "phải là đúng hoặc sai",
    "bool_type": "phải là đúng hoặc sai",
    "bytes_too_long": "dài quá {max_length} byte",
    "date_from_datetime_parsing": "phải là ngày dạng 2024-12-31",
    "date_parsing": "phải là ngày dạng 2024-12-31",
    "date_type": "phải là ngày dạng 2024-12-31",
    "dict_type": "phải là một đối tượng",
    "enum": "phải là một trong: {expected}",
    "extra_forbidden": "tên này không có",
    "float_parsing": "phải là một số",
    "float_type": "phải là một số",
    "greater_than": "phải lớn hơn {gt}",
    "greater_than_equal": "phải từ {ge} trở lên",
    "int_from_float": "phải là số nguyên",
    "int_parsing": "phải là số nguyên",
    "int_parsing_size": "số quá lớn",
    "int_type": "phải là số nguyên",
    "less_than": "phải nhỏ hơn {lt}",
    "less_than_equal": "không được quá {le}",
    "list_type": "phải là một danh sách",
    "literal_error": "phải là một trong: {expected}",
    "missing": "thiếu giá trị này",
    "model_attributes_type": "phải là một đối tượng",
    "model_type": "phải là một đối tượng",
    "string_pattern_mismatch": "không đúng dạng {pattern}",
    "string_too_long": "dài quá {max_length} ký tự",
    "string_too_short": "phải có ít nhất {min_length} ký tự",
    "string_type": "phải là chữ",
    "too_long": "nhiều hơn {max_length} mục",
    "too_short": "phải có ít nhất {min_length} mục",
    "value_error": "giá trị không hợp lệ",
}

#: Where Pydantic's own words say less than we know.
_EN = {"extra_forbidden": "there is no such name"}


def pointer(path: Sequence[int | str]) -> str:
    """The JSON Pointer of a place, as a fragment (RFC 6901, section 6, without percent signs).

    >>> pointer(("tasks", 0, "a/b"))
    '#/tasks/0/a~1b'
    """
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return "#" + "".join(f"/{step}" for step in steps)


def described(fault: Mapping[str, Any], lang: Lang) -> dict[str, str]:
    """One fault: its place, and what is wrong there. What was sent is not repeated."""
    place, *path = fault["loc"] or ("body",)
    english = _EN.get(fault["type"], str(fault["msg"]))
    told = {"detail": pick(lang, _vietnamese(fault), english)}
    if place == "body":
        return {"pointer": pointer(path)} | told
    return {"parameter": ".".join(map(str, path)), "in": str(place)} | told


def _vietnamese(fault: Mapping[str, Any]) -> str:
    wording = _VI.get(fault["type"], "giá trị không hợp lệ")
    try:
        return wording.format(**(fault.get("ctx") or {}))
    except (KeyError, IndexError):
        return "giá trị không hợp lệ"


def expected_form(request: Request) -> str | None:
    """The media type the route takes, where the body came as another; None where it fits."""
    field = getattr(request.scope.get("route"), "body_field", None)
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if field is None or not given:
        return None
    if isinstance(field.field_info, params.Form):
        fits = given in ("multipart/form-data", "application/x-www-form-urlencoded")
        return None if fits else "multipart/form-data"
    fits = given == "application/json" or (
        given.startswith("application/") and given.endswith("+json")
    )
    return None if fits else "application/json"
