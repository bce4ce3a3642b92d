"""What is wrong with those who are told of changes, and with what they tell back."""

from models.errors import KehoachError
from service.errors import Conflict, UnknownRecord


class UnknownWebhook(UnknownRecord, code="webhook.unknown"):
    title = "Không có webhook này", "No such webhook"


class UnknownDelivery(UnknownRecord, code="delivery.unknown"):
    title = "Không có lần gửi này", "No such delivery"


class UnknownCalendar(UnknownRecord, code="calendar.unknown"):
    title = "Không có lịch này", "No such calendar"


class WebhookExists(Conflict, code="webhook.exists"):
    title = "Đã có webhook tên này", "There is a webhook of this name"


class WrongAddress(KehoachError, code="webhook.url"):
    title = "Địa chỉ không dùng được", "Not an address to send to"
    meaning = (
        "Địa chỉ nhận phải là https, có tên máy rõ ràng và cổng thông thường; "
        "xem các thiết lập webhook_…",
        "The address must be https, with a plain name of a host and a usual port; "
        "see the settings webhook_…",
    )
    sentence = (
        "địa chỉ này không dùng được ({reason}); xem các thiết lập webhook_…",
        "this address cannot be used ({reason}); see the settings webhook_…",
    )


class ForbiddenAddress(KehoachError, code="webhook.address"):
    title = "Địa chỉ nội bộ", "Not a public address"
    meaning = (
        "Tên máy này dẫn tới địa chỉ nội bộ; người quản trị có thể cho phép bằng webhook_networks.",
        "The name leads to an address that is not public; webhook_networks can allow it.",
    )
    sentence = (
        "{host} dẫn tới địa chỉ nội bộ; có thể cho phép bằng thiết lập webhook_networks",
        "{host} leads to an address that is not public; the setting webhook_networks can allow it",
    )


class WrongSecret(KehoachError, code="webhook.secret"):
    title = "Khóa ký không hợp lệ", "Not a secret to sign with"
    meaning = (
        "khóa ký là whsec_ và từ 24 đến 64 byte viết theo base64",
        "a secret is whsec_ and 24 to 64 bytes in base64",
    )
