"""Situations that several rooms of the service meet; their own stand in the `errors` of each room.

The root of all is in `models/errors`, which says how they work.
"""

from models.errors import KehoachError


class InvalidRequest(KehoachError, code="request.invalid", status=422):
    """`errors` tells each wrong value and where it stands."""

    title = "Giá trị không hợp lệ", "Values not valid"
    meaning = (
        "Một hay nhiều giá trị không hợp lệ; xem errors.",
        "One or more values are not valid; see errors.",
    )


class UnknownPath(KehoachError, code="path.unknown", status=404):
    title = "Không có ở đây", "Nothing here"
    meaning = "Không có gì ở địa chỉ này.", "There is nothing at this address."


class UnknownRecord(UnknownPath, code="record.unknown"):
    title = "Không có mục này", "No such record"


class Conflict(KehoachError, code="conflict", status=409):
    title = "Xung đột", "Conflict"
    meaning = "Việc này trái với trạng thái hiện có.", "This goes against the present state."


class InternalError(KehoachError, code="internal", status=500):
    title = "Lỗi bên trong", "Internal error"
    meaning = (
        "Dịch vụ gặp lỗi. Hãy báo người quản trị kèm request_id.",
        "The service failed. Tell the administrator the request_id.",
    )


class Unavailable(KehoachError, code="unavailable", status=503):
    title = "Chưa sẵn sàng", "Not ready"
    meaning = (
        "Dịch vụ chưa sẵn sàng; hãy thử lại sau.",
        "The service is not ready; try again later.",
    )
    retry_after = 5


class NothingHere(KehoachError, code="ingest.nothing"):
    title = "Không thấy tệp nào đọc được ở đây", "There is no file to read here"


class NoFolder(NothingHere):
    sentence = "--watch cần ít nhất một thư mục để theo dõi", "--watch needs a folder to watch"
