"""Words of invented plans: short phrases of the domain, put together at random."""

import random

_VERBS = (
    "Xây dựng", "Rà soát", "Hoàn thiện", "Triển khai", "Tổ chức", "Cập nhật", "Ban hành", "Lập",
    "Nâng cấp", "Số hóa", "Công khai", "Đánh giá", "Phổ biến", "Vận hành", "Tham mưu ban hành",
    "Kiểm tra",
)  # fmt: skip
_NOUNS = ("Đề án", "Dự án", "Chương trình hoàn thiện", "Nghị quyết về")
_OBJECTS = (
    "danh mục bến đò ngang", "quy chế trực hồ chứa", "bản đồ giếng khoan", "sổ theo dõi cây xanh",
    "cơ sở dữ liệu chợ đầu mối", "quy trình cấp biển số nhà", "đề án làng nghề gốm",
    "hệ thống camera bến xe", "phương án phòng chống sạt lở", "lớp bồi dưỡng thủ thư",
    "cổng tra cứu quy hoạch", "chương trình trồng rừng ven sông", "bộ câu hỏi khảo sát bến bãi",
    "kho lưu trữ hồ sơ đất đai", "phần mềm quản lý cầu phao", "nội quy nhà văn hóa thôn",
)  # fmt: skip
_PLACES = (
    "trên địa bàn tỉnh", "tại các xã ven sông", "theo mẫu thống nhất", "phục vụ người dân",
    "bảo đảm an toàn, tiết kiệm", "trong các cơ quan của tỉnh", "gắn với cải cách hành chính", "",
)  # fmt: skip
BODIES = (
    "Sở Nội vụ", "Sở Tài chính", "Sở Y tế", "Sở Xây dựng", "Sở Công Thương", "Công an tỉnh",
    "Văn phòng UBND tỉnh", "Sở Khoa học và Công nghệ", "Sở Tư pháp", "Sở Giáo dục và Đào tạo",
)  # fmt: skip
_MANY = ("Các sở, ban, ngành", "UBND các xã, phường", "Các cơ quan, đơn vị có liên quan")
_PRODUCTS = (
    "Quyết định của UBND tỉnh", "Báo cáo", "Kế hoạch", "Danh mục được công bố", "Văn bản hướng dẫn",
    "Hệ thống được vận hành", "Biên bản kiểm tra", "Đề án được phê duyệt", "Lớp học được mở",
)  # fmt: skip
_TIMES = (
    "Quý {q}/2026", "Tháng {m}/2026", "Trước ngày {d}/{m}/2026", "Năm 2026", "Thường xuyên",
    "Hằng năm", "{d}/{m}/2026", "Quý {q} năm 2026", "2026 - 2027",
    "Hoàn thành trong tháng {m}/2026",
)  # fmt: skip
_GROUPS = (
    "Hoàn thiện thể chế", "Cải cách thủ tục hành chính", "Hạ tầng bến bãi", "Nguồn nhân lực",
    "Tuyên truyền, phổ biến", "Kiểm tra, giám sát", "Dữ liệu dùng chung", "Phòng chống thiên tai",
    "Quản lý chợ", "Văn hóa cơ sở", "Công tác chỉ đạo, điều hành", "Lĩnh vực giao thông",
)  # fmt: skip
_AIMS = (
    "Tỷ lệ hồ sơ giải quyết đúng hạn", "Tỷ lệ bến đò có áo phao", "Số chợ đạt chuẩn",
    "Mức độ hài lòng của người dân", "Tỷ lệ thôn có nhà văn hóa", "Số km đường được trồng cây",
    "Tỷ lệ giếng khoan được lập bản đồ", "Số lớp học được mở",
)  # fmt: skip
MATTERS = (
    "Việc lập sổ trực hồ chứa", "Công tác bảo quản áo phao", "Việc niêm yết giá vé đò",
    "Hồ sơ cấp biển số nhà", "Tình hình thu phí chợ", "Công tác lưu trữ hồ sơ bến bãi",
    "Lập và ghi sổ trực hồ chứa theo mẫu", "Thu phí chợ theo quy định", "Ai trực đò vào ban đêm?",
    "Tuyển dụng nhân viên bến đò", "Niêm yết giá vé ở đâu?", "Bố trí áo phao trên đò ngang",
)  # fmt: skip


def order(draw: random.Random) -> str:
    """An order in one line."""
    return f"{draw.choice(_VERBS)} {draw.choice(_OBJECTS)} {draw.choice(_PLACES)}".strip()


def task(draw: random.Random) -> str:
    """What is to be done, with the bullets of its parts below it now and then."""
    opening = draw.choice(_VERBS) if draw.random() < 0.9 else draw.choice(_NOUNS)
    text = f"{opening} {draw.choice(_OBJECTS)} {draw.choice(_PLACES)}".strip()
    if draw.random() < 0.08:
        parts = draw.sample(_OBJECTS, 2)
        text += ":\n" + "\n".join(f"- {draw.choice(_VERBS)} {part}" for part in parts)
    return text


def lead(draw: random.Random) -> str:
    return draw.choice(BODIES)


def coordinating(draw: random.Random) -> str:
    bodies = draw.sample(BODIES, 2)
    if draw.random() < 0.3:
        bodies[1:] = [draw.choice(_MANY)]
    return draw.choice(("; ", ", ", "\n")).join(bodies)


def product(draw: random.Random) -> str:
    return draw.choice(_PRODUCTS)


def deadline(draw: random.Random) -> str:
    day, month, quarter = draw.randint(1, 28), draw.randint(1, 12), draw.randint(1, 4)
    return draw.choice(_TIMES).format(q=("I", "II", "III", "IV")[quarter - 1], m=month, d=day)


def groups(draw: random.Random, number: int) -> list[str]:
    return draw.sample(_GROUPS, number)


def aims(draw: random.Random, number: int) -> list[str]:
    return draw.sample(_AIMS, number)


def value(draw: random.Random) -> str:
    """What is to be reached: a number, a bound, or a range."""
    low = draw.randint(20, 80)
    forms = ("{low}", "≥ {low}", "{low} - {high}", "{low},5", "> {low}")
    return draw.choice(forms).format(low=low, high=low + 5)
