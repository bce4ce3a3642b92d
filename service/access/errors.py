"""Who may not do what, and what is wrong with users and keys."""

from collections.abc import Mapping

from models.errors import KehoachError
from service.errors import Conflict, UnknownRecord


class Unauthenticated(KehoachError, code="access.unauthenticated", status=401):
    title = "Cần đăng nhập hoặc khóa", "A key or a sign-in is needed"
    meaning = (
        "Gửi khóa trong Authorization: Bearer kh_…, hoặc đăng nhập.",
        "Send a key as Authorization: Bearer kh_…, or sign in.",
    )
    headers: Mapping[str, str] = {"WWW-Authenticate": 'Bearer realm="kehoach"'}


class WrongKey(Unauthenticated):
    sentence = "Khóa này không đúng hoặc đã bị thu hồi.", "This key is wrong or was revoked."
    headers: Mapping[str, str] = {
        "WWW-Authenticate": 'Bearer realm="kehoach", error="invalid_token"'
    }


class WrongSignIn(Unauthenticated, code="signin.wrong"):
    title = "Sai tên hoặc mật khẩu", "Wrong name or password"
    meaning = "Tên hoặc mật khẩu không đúng.", "The name or the password is wrong."


class Forbidden(KehoachError, code="access.forbidden", status=403):
    title = "Không có quyền", "Not allowed"
    meaning = (
        "Khóa hoặc người dùng này không có quyền làm việc ấy.",
        "This key or user may not do that.",
    )
    sentence = "Việc này cần quyền {needed}.", "This needs the scope {needed}."


class CrossSite(Forbidden, code="access.cross-site"):
    title = "Yêu cầu từ trang khác", "A request from another site"
    meaning = (
        "Trình duyệt gửi yêu cầu này từ một trang khác, hoặc thiếu X-CSRF-Token đúng.",
        "A browser sent this from another site, or without the right X-CSRF-Token.",
    )


class Proxied(Forbidden, code="access.proxied"):
    title = "Cần tạo người dùng trước", "Create a user first"
    meaning = (
        "Yêu cầu đến qua máy chủ trung gian; hãy tạo người dùng hoặc khóa trước: kehoach user add.",
        "The request came through a proxy; create a user or a key first: kehoach user add.",
    )


class UnknownUser(UnknownRecord, code="user.unknown"):
    title = "Không có người dùng này", "No such user"
    sentence = "không có người dùng {name!r}", "there is no user {name!r}"


class UserExists(Conflict, code="user.exists"):
    title = "Tên đã có", "The name is taken"
    sentence = "đã có người dùng {name!r}", "there is a user {name!r} already"


class WrongName(KehoachError, code="user.name"):
    title = "Tên không hợp lệ", "Not a name"
    meaning = (
        "tên gồm 1 đến 64 chữ, số hoặc . _ @ -",
        "a name has 1 to 64 letters, digits or . _ @ -",
    )


class WeakPassword(KehoachError, code="user.password"):
    title = "Mật khẩu yếu", "A weak password"
    meaning = (
        "Mật khẩu cần từ 12 đến 256 ký tự và không chứa tên.",
        "A password has 12 to 256 characters and does not hold the name.",
    )
    sentence = (
        "mật khẩu cần từ {shortest} đến {longest} ký tự",
        "a password has {shortest} to {longest} characters",
    )


class NameInPassword(WeakPassword):
    sentence = (
        "mật khẩu không được chứa tên người dùng",
        "a password must not hold the user's name",
    )


class WrongPassword(Forbidden, code="user.wrong-password"):
    title = "Sai mật khẩu", "Wrong password"
    meaning = "mật khẩu hiện tại không đúng", "the present password is wrong"


class NoPassword(Conflict):
    sentence = (
        "Chỉ người dùng đã đăng nhập mới có mật khẩu.",
        "Only a signed-in user has a password.",
    )


class LastAdmin(Conflict, code="user.last-admin"):
    title = "Quản trị viên cuối cùng", "The last administrator"
    meaning = "Phải còn ít nhất một quản trị viên.", "There must be an administrator left."


class UnknownKey(UnknownRecord, code="key.unknown"):
    title = "Không có khóa này", "No such key"
    sentence = "không có khóa {key!r}", "there is no key {key!r}"
