"""Orders as papers word them: in the middle of items, to persons, below labels, beside headings."""

from datetime import date

import pytest

from extractor import read_plan
from models.plan import Plan
from models.task import Task
from tests.extractor.commands import agencies, deadline
from tests.extractor.pages import made, said


def letter(title: str, *paragraphs: str) -> list[Task]:
    """The duties of a notice, directive or telegram of Gia Lai with these paragraphs."""
    head = (
        "ỦY BAN NHÂN DÂN\nTỈNH GIA LAI\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "Độc lập - Tự do - Hạnh phúc\n\nSố: 21/UBND\nGia Lai, ngày 14 tháng 9 năm 2025\n\n"
    )
    text = head + "\n\n".join((title, *paragraphs)) + "\n\nCHỦ TỊCH\nPhạm Anh Tuấn\n"
    return list(read_plan(text.encode(), "van-ban.txt").tasks)


NOTICE = "THÔNG BÁO\nKết luận tại cuộc họp về các dự án giao thông"


def test_orders_in_the_middle_of_an_item_of_a_notice() -> None:
    one, two, three = letter(
        NOTICE,
        "1. Về dự án đường ven biển: Thống nhất điều chỉnh hướng tuyến như đề xuất của Sở Xây "
        "dựng. Giao Ban Quản lý dự án Giao thông tỉnh hoàn thiện hồ sơ trước ngày 25/9/2025; "
        "Sở Xây dựng thẩm định, trình phê duyệt trước ngày 05/10/2025. UBND xã Cát Tiến khẩn "
        "trương bàn giao mặt bằng trong tháng 9/2025.",
    )
    assert said(one) == ("Ban Quản lý dự án Giao thông tỉnh", None, "trước ngày 25/9/2025")
    assert (one.description or "").startswith("Giao Ban Quản lý")
    assert said(two) == ("Sở Xây dựng", None, "trước ngày 05/10/2025")
    assert said(three) == ("UBND xã Cát Tiến", None, "trong tháng 9/2025")
    assert {task.ordinal for task in (one, two, three)} == {"1."}


def test_an_order_behind_its_matter_and_bodies_listed_in_an_order() -> None:
    one, two = letter(
        NOTICE,
        "1. Đối với kiến nghị của UBND xã Cát Tiến, giao Sở Y tế trả lời trước ngày 30/9/2025.",
        "2. Yêu cầu các sở, ban, ngành; UBND các xã, phường; các đơn vị liên quan rà soát tiến độ.",
    )
    assert said(one)[0] == "Sở Y tế"
    assert said(two)[0] == "các sở, ban, ngành; UBND các xã, phường; các đơn vị liên quan"


def test_what_has_been_done_is_no_order() -> None:
    (task,) = letter(
        NOTICE,
        "1. Sở Xây dựng đã tích cực chuẩn bị hồ sơ; Sở Tài chính chưa tham mưu kịp thời.",
        "2. Sở Xây dựng tiếp thu ý kiến, hoàn thiện hồ sơ.",
    )
    assert task.ordinal == "2."


def test_a_line_that_leads_in_names_the_doer_of_the_items_below() -> None:
    one, two, three = letter(
        NOTICE,
        "1. Sở Xây dựng hoàn thiện hồ sơ, trong đó lưu ý một số nội dung sau:",
        "a) Làm rõ cơ chế hình thành giá;",
        "b) Bổ sung đánh giá tác động.",
        "2. Bộ, ngành quản lý lĩnh vực có trách nhiệm:",
        "a) Hướng dẫn vị trí việc làm.",
    )
    assert [said(task)[0] for task in (one, two)] == ["Sở Xây dựng"] * 2
    assert said(three)[0] == "Bộ, ngành quản lý lĩnh vực"


def test_members_behind_a_colon_and_those_a_telegram_is_for() -> None:
    one, two, three = letter(
        "CÔNG ĐIỆN\nVề việc ứng phó bão số 6",
        "THỦ TƯỚNG CHÍNH PHỦ điện:",
        "- Chủ tịch UBND các tỉnh, thành phố: Thanh Hóa, Nghệ An, Huế;",
        "- Bộ trưởng các Bộ: Quốc phòng, Công an.",
        "1. Chủ tịch UBND các tỉnh, thành phố: Thanh Hóa, Nghệ An, Huế tập trung chỉ đạo ứng phó.",
        "2. Bộ trưởng các Bộ: Xây dựng, Công Thương theo chức năng chủ động chỉ đạo.",
        "3. Giao Phó Thủ tướng Trần Văn Minh trực tiếp chỉ đạo các bộ, ngành, địa phương.",
    )
    named = [task.lead and [agency.id for agency in task.lead.agencies] for task in (one, two)]
    assert named[0] == [f"vn-{code}/ct-ubnd-tinh" for code in (38, 40, 46)]
    assert named[1] == ["vn/bo-xay-dung", "vn/bo-cong-thuong"]
    assert said(one)[0] == "Chủ tịch UBND các tỉnh, thành phố: Thanh Hóa, Nghệ An, Huế"
    assert said(three)[0] == "Phó Thủ tướng Trần Văn Minh"


def test_an_item_of_a_plan_in_several_sentences_stays_one() -> None:
    (task,) = made(
        "III. TỔ CHỨC THỰC HIỆN",
        "1. Thủ trưởng các đơn vị xây dựng kế hoạch cụ thể. Giao Sở Nội vụ theo dõi, đôn đốc.",
    )
    assert said(task)[0] == "Thủ trưởng các đơn vị"


def test_what_an_item_says_of_its_doer_goes_before_the_heading() -> None:
    own, named, one = made(
        "III. TỔ CHỨC THỰC HIỆN",
        "1. Các phòng thuộc Sở",
        "- Phòng Kế hoạch - Tài chính: tham mưu phân bổ kinh phí.",
        "- Công an tỉnh nắm tình hình, xử lý vi phạm.",
        "- Căn cứ nhiệm vụ được giao, xây dựng kế hoạch chi tiết.",
    )
    assert said(own)[0] == "Phòng Kế hoạch - Tài chính"
    assert said(named)[0] == "Công an tỉnh"
    assert said(one)[0] == "Các phòng thuộc Sở"


PERSONS = [
    ("- Đồng chí Bí thư chủ trì, điều hành buổi học tập.", "Đồng chí Bí thư"),
    ("- Thư ký Chi ủy tổng hợp bản thu hoạch.", "Thư ký Chi ủy"),
    (
        "- Ông Nguyễn Văn An - Giám đốc Sở Y tế, Phó Trưởng ban: phụ trách công tác lễ tân.",
        "Ông Nguyễn Văn An - Giám đốc Sở Y tế, Phó Trưởng ban",
    ),
    (
        "- Bà Trần Thị Mai (Chánh Văn phòng UBND phường) chịu trách nhiệm vệ sinh môi trường.",
        "Bà Trần Thị Mai (Chánh Văn phòng UBND phường)",
    ),
    (
        "- Các chủ rừng (Ban quản lý rừng, công ty) tổ chức tuần tra.",
        "Các chủ rừng (Ban quản lý rừng, công ty)",
    ),
    ("- Các thôn, buôn: thông báo kịp thời cho người dân.", "Các thôn, buôn"),
    ("- Các trường không được ép buộc học sinh học thêm.", "Các trường"),
    (
        "- Các ông, bà Ủy viên Ủy ban Bầu cử, theo nhiệm vụ được giao, kiểm tra các địa bàn.",
        "Các ông, bà Ủy viên Ủy ban Bầu cử",
    ),
]


@pytest.mark.parametrize(("text", "lead"), PERSONS, ids=[text[:40] for text, _ in PERSONS])
def test_persons_posts_and_sets_as_doers(text: str, lead: str) -> None:
    (task,) = made("III. PHÂN CÔNG THỰC HIỆN", text)
    assert said(task)[0] == lead


def test_labels_that_stand_alone_above_what_they_name() -> None:
    first, second, third = made(
        "II. NHIỆM VỤ",
        "1. Chuyển đổi nhận thức",
        "1.1. Nội dung",
        "Tổ chức Ngày Chuyển đổi số trên địa bàn.",
        "1.2. Đơn vị chủ trì: Sở Nội vụ.",
        "1.3. Thời gian: Quý IV/2024.",
        "2. Nội dung, biện pháp",
        "a) Rà soát hồ sơ liệt sĩ;",
        "b) Thu thập thông tin về liệt sĩ.",
        "3. Cơ quan chủ trì, phối hợp",
        "a) Cơ quan chủ trì",
        "- Sở Nội vụ.",
        "- Công an tỉnh.",
        "b) Cơ quan phối hợp",
        "- Các sở, ban, ngành.",
        "4. Thời gian thực hiện: Quý II/2024.",
    )
    assert said(first) == ("Sở Nội vụ", None, "Quý IV/2024")
    assert first.description == "Chuyển đổi nhận thức\nTổ chức Ngày Chuyển đổi số trên địa bàn."
    expected = ("Sở Nội vụ; Công an tỉnh", "Các sở, ban, ngành", "Quý II/2024")
    assert said(second) == said(third) == expected


def test_lines_beside_what_who_and_when_do_not_part_them() -> None:
    (task,) = made(
        "II. CÁC HOẠT ĐỘNG",
        "1. Lễ khai mạc",
        "- Thời gian: 20 giờ 00 ngày 01/6/2024.",
        "- Địa điểm: Quảng trường thành phố.",
        "- Đơn vị chủ trì: Sở Y tế.",
    )
    assert (task.description, said(task)[0]) == ("Lễ khai mạc", "Sở Y tế")


def test_a_matter_or_a_turn_before_what_is_to_be_done() -> None:
    tasks = made(
        "II. NHIỆM VỤ, GIẢI PHÁP",
        "1. Về vốn: Lồng ghép các chương trình mục tiêu quốc gia.",
        "2. Đợt 1: từ 15/11/2024 đến 15/12/2024, kiểm tra nhà trọ.",
        "3. Mỗi năm tổ chức 02 lớp tập huấn.",
    )
    assert [task.ordinal for task in tasks] == ["1.", "2.", "3."]


def test_duties_stand_in_printed_order() -> None:
    tasks = made(
        "III. TỔ CHỨC THỰC HIỆN",
        "1. Sở Y tế có trách nhiệm:",
        "a) Theo dõi, tổng hợp kết quả.",
        "2. Sở Tài chính: Bố trí kinh phí.",
        "3. Sở Nội vụ",
        "Kiểm tra việc thực hiện.",
        "4. Công an tỉnh chủ trì bảo đảm an ninh.",
    )
    assert [said(task)[0] for task in tasks] == [
        "Sở Y tế", "Sở Tài chính", "Sở Nội vụ", "Công an tỉnh",
    ]  # fmt: skip


def commune(name: str, *paragraphs: str) -> Plan:
    """A plan of a commune, whose head names no province."""
    text = (
        f"ỦY BAN NHÂN DÂN\n{name}\nSố: 87/KH-UBND\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "Độc lập - Tự do - Hạnh phúc\nNgày 16 tháng 01 năm 2026\n\nKẾ HOẠCH\n"
        "Chuyển đổi số năm 2026\n\n" + "\n\n".join(paragraphs)
    )
    return read_plan(text.replace("\nNgày", f"\n{name.title()}, ngày").encode(), "xa.txt")


@pytest.mark.parametrize(
    ("name", "basis", "unit"),
    [
        ("XÃ NGA THẮNG", "Thực hiện kế hoạch của cấp trên.", "vn-38-16114"),
        ("PHƯỜNG THỦ DẦU MỘT", "Thực hiện kế hoạch của cấp trên.", "vn-79-25747"),
        ("XÃ TÂN AN", "Thực hiện Kế hoạch số 15/KH-UBND của UBND tỉnh Nghệ An.", "vn-40-17305"),
        ("XÃ TÂN AN", "Thực hiện kế hoạch của cấp trên.", None),
    ],
)
def test_a_commune_is_known_by_a_name_that_no_other_has_or_by_the_province_it_names(
    name: str, basis: str, unit: str | None
) -> None:
    read = commune(name, basis, "I. TỔ CHỨC THỰC HIỆN", "1. Công an xã chủ trì thực hiện Đề án 06.")
    assert (read.document.unit.id if read.document.unit else None) == unit
    (task,) = read.tasks
    assert task.lead
    assert [agency.id for agency in task.lead.agencies] == [unit and f"{unit}/cong-an-xa"]


def test_numbers_of_party_papers_with_a_dash() -> None:
    text = (
        "TỈNH ỦY CÀ MAU\n*\nĐẢNG CỘNG SẢN VIỆT NAM\nCà Mau, ngày 18 tháng 9 năm 2025\n"
        "Số 12-CTr/TU\n\nCHƯƠNG TRÌNH HÀNH ĐỘNG\nthực hiện Nghị quyết số 57-NQ/TW\n\n"
        "II- TỔ CHỨC THỰC HIỆN\n"
        "1- Đảng ủy UBND tỉnh lãnh đạo xây dựng kế hoạch, hoàn thành trước ngày 30-10-2025.\n"
        "2- Văn phòng Tỉnh ủy theo dõi, đôn đốc trong năm 2026.\n"
    )
    one, two = read_plan(text.encode(), "ctr.txt").tasks
    assert [one.ordinal, two.ordinal] == ["1-", "2-"]
    assert said(one) == ("Đảng ủy UBND tỉnh", None, "trước ngày 30-10-2025")
    assert said(two) == ("Văn phòng Tỉnh ủy", None, "trong năm 2026")


def test_heads_that_go_on_in_the_next_line() -> None:
    text = (
        "ỦY BAN BẦU CỬ\nTHÀNH PHỐ CẦN THƠ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "Độc lập - Tự do - Hạnh phúc\nSố: 5/UBBC-VP\nCần Thơ, ngày 05 tháng 12 năm 2025\n"
        "V/v chuẩn bị nhân sự Ban bầu cử\nvà Tổ bầu cử\n\nKính gửi: Các xã, phường.\n\n"
        "Đề nghị UBND các xã, phường báo cáo trước ngày 10/12/2025./.\n"
    )
    document = read_plan(text.encode(), "cv.txt").document
    assert document.number == "5/UBBC-VP"
    assert document.issuer
    assert document.issuer.text == "ỦY BAN BẦU CỬ THÀNH PHỐ CẦN THƠ"
    assert document.title == "V/v chuẩn bị nhân sự Ban bầu cử và Tổ bầu cử"


TIMES = [
    ("Canh gác lửa rừng từ ngày 01/12/2024 đến hết ngày 30/4/2025.", "2025-04-30"),
    ("Báo cáo UBND tỉnh định kỳ ngày 25 hằng tháng.", "FREQ=MONTHLY;BYMONTHDAY=25"),
    ("Báo cáo Sở Y tế vào thứ Sáu hằng tuần.", "FREQ=WEEKLY;BYDAY=FR"),
    ("Kiện toàn Ban Chỉ huy trước mùa khô 2024 - 2025.", "trước mùa khô 2024 - 2025"),
    ("Rà soát, sửa đổi cơ chế trong năm 2024.", "2024-12-31"),
    ("Tổng hợp số liệu từ ngày 15/12/2023 đến ngày 14/6/2024.", None),
    ("Hoàn thiện kế hoạch năm 2024 của tỉnh.", None),
]


@pytest.mark.parametrize(("text", "when"), TIMES, ids=[text[:30] for text, _ in TIMES])
def test_times_in_running_text(text: str, when: str | None) -> None:
    (task,) = made("III. NHIỆM VỤ", f"1. {text}")
    told = task.deadline
    assert (told and (told.rrule or told.trigger or str(told.end))) == when


CELLS = [
    ("Hằng tuần, vào chiều thứ Sáu", "FREQ=WEEKLY;BYDAY=FR"),
    ("Hằng tuần, vào thứ Hai và thứ Sáu", "FREQ=WEEKLY;BYDAY=MO,FR"),
    ("Trước 16 giờ thứ Năm hằng tuần", "FREQ=WEEKLY;BYDAY=TH"),
    ("Hằng ngày, trước 16 giờ", "FREQ=DAILY"),
    ("Mỗi quý ít nhất 01 lần", "FREQ=MONTHLY;INTERVAL=3"),
    ("Hoàn thành 100% trước 30/9/2026", "2026-09-29"),
    ("Đợt 1: trước 30/4/2026\nĐợt 2: trước 30/9/2026", "2026-09-29"),
    ("Vụ Đông Xuân 2025 - 2026", "2026-12-31"),
    ("Từ năm 2013 đến năm 2020 và tiếp theo", "None"),
]


@pytest.mark.parametrize(("text", "when"), CELLS, ids=[text[:30] for text, _ in CELLS])
def test_cells_with_more_words_beside_the_day(text: str, when: str) -> None:
    found = deadline(text, 2026)
    assert (found.rrule or str(found.end)) == when
    assert not found.unread


BODIES = [
    ("Các phòng, ban, ngành thuộc UBND huyện", "2024-09-12", ["NGANH_DOC_HUYEN", "PHONG"]),
    ("các phòng chuyên môn thuộc UBND huyện", "2024-09-12", ["PHONG"]),
    ("Các Ban của HĐND huyện", "2024-09-12", []),
    ("Các thôn, buôn, tổ dân phố", "2024-09-12", []),
]


@pytest.mark.parametrize(("text", "on", "members"), BODIES, ids=[text for text, *_ in BODIES])
def test_sets_with_the_body_they_belong_to_are_one(text: str, on: str, members: list[str]) -> None:
    ((found,),) = agencies([text], "vn-66-654", date.fromisoformat(on))
    assert (found.kind, list(found.members), found.text) == ("group", members, text)


def test_an_article_of_the_decision_that_carries_a_plan_may_order_something() -> None:
    head = (
        "ỦY BAN NHÂN DÂN\nTỈNH QUẢNG TRỊ\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "Độc lập - Tự do - Hạnh phúc\n\nSố: 1562/QĐ-UBND\nQuảng Trị, ngày 09 tháng 10 năm 2025"
        "\n\nQUYẾT ĐỊNH\nBan hành Kế hoạch phát triển du lịch năm 2026\n\nQUYẾT ĐỊNH:\n\n"
        "Điều 1. Ban hành kèm theo Quyết định này Kế hoạch phát triển du lịch năm 2026.\n\n"
    )
    tail = (
        "\n\nĐiều 3. Chánh Văn phòng UBND tỉnh chịu trách nhiệm thi hành Quyết định này./.\n\n"
        "CHỦ TỊCH\nHoàng Xuân Tân\n\nKẾ HOẠCH\nPhát triển du lịch năm 2026\n"
        "(Kèm theo Quyết định số 1562/QĐ-UBND ngày 09/10/2025 của UBND tỉnh)\n\n"
        "I. TỔ CHỨC THỰC HIỆN\n\n1. Sở Tài chính cân đối, bố trí kinh phí.\n"
    )
    for article, leads in (
        (
            "Giao Sở Văn hóa, Thể thao và Du lịch theo dõi; hằng năm báo cáo trước ngày 15/12.",
            ["Sở Văn hóa, Thể thao và Du lịch", "Sở Tài chính"],
        ),
        ("Giao Sở Nội vụ chủ trì triển khai thực hiện Quyết định này.", ["Sở Tài chính"]),
    ):
        tasks = read_plan(f"{head}Điều 2. {article}{tail}".encode(), "qd.txt").tasks
        assert [said(task)[0] for task in tasks] == leads


def test_to_organise_is_a_verb_before_another_one() -> None:
    (task,) = made(
        "II. NHIỆM VỤ", "- Sở Y tế tổ chức, thanh tra, kiểm tra việc chấp hành quy định."
    )
    assert said(task)[0] == "Sở Y tế"


def test_bodies_singled_out_and_orders_to_nobody_in_a_telegram() -> None:
    one, two, three = letter(
        "CÔNG ĐIỆN\nỨng phó mưa lũ lớn",
        "1. Trực ban nghiêm túc 24/24 giờ, báo cáo trước 16 giờ hằng ngày.",
        "2. Công ty Khai thác công trình thủy lợi tỉnh vận hành hồ chứa theo quy trình.",
        "Riêng UBND các xã, phường: bố trí máy trạm, xong trước ngày 30/9.",
    )
    assert said(one) == (None, None, "hằng ngày")
    assert said(two)[0] == "Công ty Khai thác công trình thủy lợi tỉnh"
    assert said(three) == ("UBND các xã, phường", None, "trước ngày 30/9")


def test_what_a_body_leads_names_the_doer_of_the_items_below() -> None:
    own, led = letter(
        "KẾT LUẬN\nvề đẩy mạnh giải ngân vốn đầu tư công",
        "2.1. Đảng ủy UBND tỉnh lãnh đạo, chỉ đạo:",
        "- UBND tỉnh rà soát, điều chuyển vốn.",
        "- Tập trung tháo gỡ vướng mắc.",
    )
    assert [said(task)[0] for task in (own, led)] == ["UBND tỉnh", "Đảng ủy UBND tỉnh"]


def test_a_star_is_a_bullet_above_plus_signs() -> None:
    one, two = made(
        "II. NỘI DUNG",
        "* Công tác tuyên truyền",
        "+ Tuyên truyền chính sách đến hội viên.",
        "* Công tác kiểm tra",
        "+ Kiểm tra việc sử dụng vốn.",
    )
    assert [task.group[-1] for task in (one, two)] == ["Công tác tuyên truyền", "Công tác kiểm tra"]


def test_a_day_before_a_colon_is_when_the_rest_is_done() -> None:
    (task,) = made("III. TỔ CHỨC THỰC HIỆN", "1. Sở Y tế", "- Ngày 16/11/2024: Họp đoàn kiểm tra.")
    assert said(task) == ("Sở Y tế", None, "Ngày 16/11/2024")


def test_labels_before_what_is_to_be_done_may_be_many() -> None:
    one, two = made("II. NHIỆM VỤ", "1. " + "Về vốn: " * 1000 + "rà soát.", "2. Sở Y tế lập quỹ.")
    assert one.description
    assert one.description.endswith("Về vốn: rà soát.")
    assert said(two) == ("Sở Y tế", None, None)
