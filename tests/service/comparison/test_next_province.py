"""The plan of a province, and the next one after it was merged with two others: each row as told.

The first is a real plan of 2023. The second is written by hand from it as an office would for 2026:
rows kept, reworded, moved, handed over, merged, split, dropped, new, in another order under other
numbers. Then its draft, which has small edits.
"""

import csv
import io
from pathlib import Path

import docx
import pytest
from typer.testing import CliRunner

from service.cli import app
from tests.conftest import PLANS

BEFORE = PLANS / "vinh-long-2023" / "vinh-long-2023.docx"

#: A row: the beginning of the task that it was in the first plan, "" for none; its words, lead,
#: product, deadline; what is to be told of the two.
Row = tuple[str, str, str, str, str, str]

SECTIONS: dict[str, list[Row]] = {
    "I. Công tác chỉ đạo, điều hành": [
        ("Xây dựng Quyết định ban hành Kế hoạch CCHC của tỉnh",
         "Xây dựng Quyết định ban hành Kế hoạch CCHC của tỉnh năm 2026.",
         "Sở Nội vụ", "Quyết định được ban hành", "Quý IV năm 2025", "kept, reworded"),
        ("Xây dựng kế hoạch tuyên truyền CCHC của tỉnh",
         "Ban hành Kế hoạch thông tin, tuyên truyền cải cách hành chính của tỉnh năm 2026",
         "Sở Văn hóa, Thể thao và Du lịch", "Kế hoạch được phê duyệt", "Quý IV năm 2025",
         "kept, reworded"),
        ("Xây dựng Quyết định ban hành kế hoạch kiểm tra CCHC",
         "Xây dựng Quyết định ban hành kế hoạch kiểm tra CCHC trên địa bàn tỉnh năm 2026.",
         "Sở Nội vụ", "Quyết định được ban hành", "Quý II năm 2026", "kept, moved, reworded"),
        ("Xây dựng Kế hoạch tự kiểm tra CCHC của cơ quan",
         "Xây dựng Kế hoạch tự kiểm tra CCHC của cơ quan, đơn vị năm 2026.",
         "Các cơ quan, đơn vị", "Kế hoạch kiểm tra của sở, ngành, địa phương", "Quý I năm 2026",
         "kept, reworded"),
        ("Xây dựng Kế hoạch tập huấn nghiệp vụ",
         "Xây dựng Kế hoạch tập huấn nghiệp vụ cải cách hành chính năm 2026.",
         "Sở Nội vụ", "Kế hoạch được ban hành", "Quý II năm 2026", "kept, reworded"),
        ("", "Tổ chức Hội thi trực tuyến tìm hiểu chính quyền địa phương 02 cấp",
         "Sở Nội vụ", "Hội thi được tổ chức", "Quý III năm 2026", "new"),
        ("Xây dựng kế hoạch vận hành Trang thông tin điện tử",
         "Xây dựng kế hoạch vận hành Trang thông tin điện tử cải cách hành chính của tỉnh.",
         "Văn phòng UBND tỉnh", "Kế hoạch được ban hành", "Quý I năm 2026", "kept, handed over"),
        ("Tham mưu UBND tỉnh chỉ đạo khắc phục những tồn tại",
         "Tham mưu UBND tỉnh chỉ đạo khắc phục những tồn tại, hạn chế qua kết quả đánh giá xếp "
         "loại chỉ số PAR INDEX, chỉ số SIPAS và chỉ số PAPI năm 2025 của tỉnh.",
         "Sở Nội vụ", "Văn bản chỉ đạo", "Sau khi có kết quả công bố", "kept, reworded"),
    ],
    "II. Cải cách thể chế": [
        ("Xây dựng, tham mưu ban hành văn bản quy phạm pháp luật",
         "Xây dựng, tham mưu ban hành văn bản quy phạm pháp luật trong năm đúng trình tự, thủ "
         "tục theo luật định.",
         "Các cơ quan, đơn vị", "Văn bản được ban hành đúng quy định",
         "Theo quy định của cơ quan có thẩm quyền", "kept"),
        ("Thực hiện công tác kiểm tra các văn bản quy phạm",
         "Thực hiện công tác kiểm tra các văn bản quy phạm pháp luật do UBND tỉnh, UBND cấp xã "
         "ban hành đầy đủ, kịp thời.",
         "Sở Tư pháp", "Báo cáo kết quả kiểm tra", "Định kỳ trong năm", "kept, reworded"),
        ("Thường xuyên thực hiện công tác rà soát các văn bản",
         "Thường xuyên thực hiện công tác rà soát các văn bản quy phạm pháp luật do cơ quan, "
         "đơn vị tham mưu cơ quan có thẩm quyền ban hành.",
         "Các cơ quan, đơn vị", "Báo cáo kết quả rà soát", "Định kỳ trong năm", "kept"),
        ("Xây dựng kế hoạch theo dõi tình hình thi hành pháp luật",
         "Xây dựng kế hoạch theo dõi tình hình thi hành pháp luật của tỉnh năm 2026.",
         "Sở Tư pháp", "Kế hoạch được ban hành", "Tháng 01 năm 2026", "kept, reworded"),
        ("", "Rà soát, xử lý văn bản quy phạm pháp luật của ba tỉnh trước sắp xếp để áp dụng thống "
         "nhất sau hợp nhất",
         "Sở Tư pháp", "Nghị quyết, Quyết định", "Trước ngày 30/6/2026", "new"),
    ],
    "III. Cải cách thủ tục hành chính": [
        ("Xây dựng Kế hoạch hoạt động kiểm soát TTHC",
         "Xây dựng Kế hoạch hoạt động kiểm soát thủ tục hành chính trên địa bàn tỉnh năm 2026.",
         "Văn phòng UBND tỉnh", "Kế hoạch", "Quý IV năm 2025", "kept, reworded"),
        ("Xây dựng Kế hoạch rà soát, đánh giá TTHC",
         "Xây dựng Kế hoạch rà soát, đánh giá TTHC trên địa bàn tỉnh năm 2026.",
         "Văn phòng UBND tỉnh", "Kế hoạch", "Quý IV năm 2025", "kept, reworded"),
        ("Tham mưu Chủ tịch UBND tỉnh công bố danh mục TTHC",
         "Tham mưu Chủ tịch UBND tỉnh công bố danh mục TTHC",
         "Các cơ quan, đơn vị", "Quyết định", "Thường xuyên", "kept, reworded"),
        ("Tham mưu Chủ tịch UBND tỉnh công bố danh mục TTHC",
         "Tham mưu Chủ tịch UBND tỉnh phê duyệt quy trình nội bộ giải quyết TTHC",
         "Các cơ quan, đơn vị", "Quyết định", "Thường xuyên", "split, reworded"),
        ("Báo cáo, đề xuất phương án đơn giản hóa TTHC",
         "Báo cáo, đề xuất phương án đơn giản hóa TTHC",
         "Các cơ quan, đơn vị", "Báo cáo", "Tháng 6 năm 2026", "kept, moved"),
        ("Số hóa hồ sơ, kết quả giải quyết TTHC còn hiệu lực",
         "Số hóa hồ sơ, kết quả giải quyết TTHC còn hiệu lực.",
         "Các cơ quan, đơn vị, địa phương", "Hồ sơ giải quyết TTHC được số hóa", "Thường xuyên",
         "kept"),
        ("Rà soát, thống kê, công bố, công khai TTHC nội bộ",
         "Rà soát, thống kê, công bố, công khai TTHC nội bộ trong hệ thống hành chính nhà nước "
         "trên địa bàn tỉnh.",
         "Các cơ quan, đơn vị", "Quyết định", "Tháng 4 năm 2026", "kept"),
        ("Tiếp nhận và xử lý phản ánh kiến của cá nhân",
         "Tiếp nhận và xử lý phản ánh, kiến nghị của cá nhân, tổ chức liên quan đến quy định "
         "hành chính.",
         "Các cơ quan, đơn vị", "Trả lời phản ánh, kiến nghị", "Thường xuyên", "kept, reworded"),
        ("", "Bố trí nhân sự, trang thiết bị cho Trung tâm Phục vụ hành chính công cấp xã",
         "Ủy ban nhân dân cấp xã", "Trung tâm hoạt động ổn định", "Quý I năm 2026", "new"),
    ],
    "IV. Cải cách tổ chức bộ máy": [
        ("Tiếp tục thực hiện tinh giản biên chế",
         "Tiếp tục thực hiện tinh giản biên chế theo đúng quy định.",
         "Các cơ quan, đơn vị", "Báo cáo kết quả thực hiện", "Định kỳ theo báo cáo CCHC", "kept"),
        ("Tiếp tục rà soát, sắp xếp giảm số lượng đơn vị sự nghiệp",
         "Tiếp tục rà soát, sắp xếp giảm số lượng đơn vị sự nghiệp theo quy định.",
         "Các cơ quan, đơn vị", "Quyết định phê duyệt của UBND tỉnh", "Thường xuyên", "kept"),
        ("Tăng cường kiểm tra tình hình tổ chức và hoạt động",
         "Tăng cường kiểm tra tình hình tổ chức và hoạt động của các cơ quan chuyên môn cấp "
         "tỉnh, cấp xã; chú trọng kiểm tra các nhiệm vụ quản lý nhà nước đã được phân cấp theo "
         "quy định.",
         "Sở Nội vụ", "Kế hoạch và báo cáo kết quả kiểm tra", "Quý II, III năm 2026",
         "kept, reworded"),
    ],
    "V. Cải cách chế độ công vụ": [
        ("Tuyển dụng công chức",
         "Tuyển dụng công chức; tuyển dụng viên chức.",
         "Sở Nội vụ", "Báo cáo kết quả thực hiện", "Thường xuyên", "kept, reworded"),
        ("Kiểm tra định kỳ, đột xuất việc chấp hành kỷ luật",
         "Kiểm tra định kỳ, đột xuất việc chấp hành kỷ luật, kỷ cương hành chính.",
         "Sở Nội vụ", "Báo cáo kết quả thực hiện", "Năm 2026", "kept, moved"),
        ("Xây dựng Kế hoạch đào tạo, bồi dưỡng CBCCVC trên địa bàn",
         "Xây dựng Kế hoạch đào tạo, bồi dưỡng cán bộ, công chức, viên chức trên địa bàn tỉnh "
         "năm 2026.",
         "Sở Nội vụ", "Kế hoạch được ban hành", "Quý IV năm 2025", "kept, reworded"),
        ("Triển khai thực hiện kịp thời các cơ chế, chính sách thu hút",
         "Triển khai thực hiện kịp thời các cơ chế, chính sách thu hút người có tài năng vào "
         "làm việc tại cơ quan, đơn vị.",
         "Các cơ quan, đơn vị", "Đáp ứng theo yêu cầu", "Thường xuyên trong năm", "kept"),
    ],
    "VI. Cải cách tài chính công": [
        ("Kiểm tra việc thực hiện các quy định về quản lý tài sản công",
         "Kiểm tra việc thực hiện các quy định về quản lý tài sản công.",
         "Thanh tra tỉnh", "Kế hoạch kiểm tra, Báo cáo kết quả thực hiện", "Năm 2026",
         "kept, handed over"),
        ("Kiểm soát chặt chẽ ngân sách nhà nước trong chi thường xuyên",
         "Kiểm soát chặt chẽ ngân sách nhà nước trong chi thường xuyên và chi đầu tư công.",
         "Sở Tài chính", "Báo cáo kết quả thực hiện trên địa bàn tỉnh", "Theo BC CCHC định kỳ",
         "kept"),
        ("", "Xây dựng phương án xử lý trụ sở, tài sản công dôi dư sau sắp xếp đơn vị hành chính",
         "Sở Tài chính", "Phương án được phê duyệt", "Quý II năm 2026", "new"),
    ],
    "VII. Chính quyền số": [
        ("Xây dựng Kế hoạch ứng dụng công nghệ thông tin trong hoạt động",
         "Xây dựng Kế hoạch ứng dụng công nghệ thông tin trong hoạt động của cơ quan nhà nước, "
         "phát triển Chính quyền điện tử, Chính quyền số và bảo đảm an toàn thông tin mạng năm "
         "2026.",
         "Sở Khoa học và Công nghệ", "Kế hoạch được duyệt", "Quý IV năm 2025", "kept, reworded"),
        ("Triển khai hướng dẫn thực hiện Bộ Chỉ số đánh giá chuyển đổi số",
         "Triển khai hướng dẫn thực hiện Bộ Chỉ số đánh giá chuyển đổi số tỉnh 2 cấp (cấp "
         "tỉnh, cấp xã).",
         "Sở Khoa học và Công nghệ", "Báo cáo tự đánh giá của các cơ quan, đơn vị",
         "Quý IV năm 2026", "kept, reworded"),
        ("Triển khai xây dựng và đưa vào vận hành hiệu quả Cổng dữ liệu mở",
         "Triển khai xây dựng và đưa vào vận hành hiệu quả Cổng dữ liệu mở của tỉnh phục vụ "
         "công bố dữ liệu mở.",
         "Sở Khoa học và Công nghệ", "Quyết định phê duyệt", "Năm 2026", "kept, handed over"),
    ],
    "VIII. Đánh giá tác động": [
        ("Triển khai các giải pháp tăng cường thu hút đầu tư",
         "Triển khai các giải pháp tăng cường thu hút đầu tư; phát triển doanh nghiệp theo "
         "hướng tăng số vốn của doanh nghiệp gia nhập và tái gia nhập thị trường.",
         "Sở Tài chính", "Báo cáo kết quả thực hiện", "Theo định kỳ", "kept"),
        ("Xây dựng và triển khai thực hiện Kế hoạch khảo sát, đo lường",
         "Xây dựng và triển khai thực hiện Kế hoạch khảo sát, đo lường sự hài lòng của người "
         "dân, tổ chức đối với sự phục vụ của cơ quan hành chính nhà nước trên địa bàn tỉnh "
         "năm 2026.",
         "Sở Nội vụ", "Kế hoạch được ban hành", "Quý I/2026", "kept, reworded"),
    ],
}  # fmt: skip
ROWS = [row for rows in SECTIONS.values() for row in rows]

#: A row of the first plan that went into another, and those that stand nowhere in the second.
MERGED = "Tuyển dụng viên chức"
DROPPED = (
    "Triển khai thực hiện các sáng kiến, giải pháp mới",
    "Triển khai chuẩn hóa quy định về chế độ báo cáo",
    "Phối hợp với Sở Nội vụ xây dựng nội dung và thực hiện kiểm tra hoạt động kiểm soát TTHC",
    "Rà soát những TTHC có yêu cầu nghĩa vụ tài chính",
    "Tiếp tục chuyển đổi các đơn vị sự nghiệp kinh tế",
    "Thực hiện rà soát, xây dựng hồ sơ đề xuất cấp độ an toàn",
)


def written(out: Path, edits: dict[str, tuple[int, str] | None], number: str, day: str) -> Path:
    """The second plan as a Word file; `edits` are of rows by their words: None leaves one out, else
    a cell (0: words, 1: lead, 2: product, 3: deadline) gets other words."""
    paper = docx.Document()
    for line in (
        "ỦY BAN NHÂN DÂN", "TỈNH VĨNH LONG", f"Số: {number}/KH-UBND",
        f"Vĩnh Long, {day}", "KẾ HOẠCH",
        "Cải cách hành chính năm 2026 trên địa bàn tỉnh Vĩnh Long",
        "Ủy ban nhân dân tỉnh ban hành Kế hoạch cải cách hành chính năm 2026 như sau:",
    ):  # fmt: skip
        paper.add_paragraph(line)
    table = paper.add_table(rows=1, cols=5)
    heads = ("STT", "Nhiệm vụ", "Cơ quan chủ trì", "Sản phẩm", "Thời gian hoàn thành")
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.text = head
    for title, rows in SECTIONS.items():
        cells = table.add_row().cells
        cells[0].merge(cells[4]).text = title
        told = [list(row[1:5]) for row in rows]
        for row in told:
            for words, edit in edits.items():
                if edit and row[0].startswith(words):
                    row[edit[0]] = edit[1]
        gone = tuple(words for words, edit in edits.items() if edit is None)
        told = [row for row in told if not gone or not row[0].startswith(gone)]
        for at, row in enumerate(told, 1):
            for cell, words in zip(table.add_row().cells, (str(at), *row), strict=True):
                cell.text = words
    paper.save(str(out))
    return out


def told(before: Path, after: Path) -> list[dict[str, str]]:
    done = CliRunner().invoke(app, ["compare", str(before), str(after), "--format", "csv"])
    assert done.exit_code == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout.lstrip("\ufeff"))))


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("plans") / "vinh-long-2026.docx"
    return written(out, {}, "15", "ngày 20 tháng 12 năm 2025")


def changes(row: dict[str, str]) -> set[str]:
    names = {
        "giữ": "kept", "đổi lời": "reworded", "đổi thời hạn": "moved", "gộp": "merged",
        "đổi cơ quan chủ trì": "handed over", "tách": "split", "mới": "new", "bỏ": "dropped",
    }  # fmt: skip
    return {names[name] for name in row["Thay đổi"].split(", ")}


def test_each_row_of_the_next_plan(after: Path) -> None:
    rows = told(BEFORE, after)
    for start, words, *_, truth in ROWS:
        of = [row for row in rows if row["Nhiệm vụ (sau)"] == words]
        (row,) = [row for row in of if row["Thay đổi (mã)"] != "merged"]
        assert changes(row) == set(truth.split(", ")), row
        assert row["Nhiệm vụ (trước)"].startswith(start), row
        assert bool(row["Nhiệm vụ (trước)"]) == bool(start), row
    (merged,) = [row for row in rows if row["Nhiệm vụ (trước)"].startswith(MERGED)]
    assert changes(merged) == {"merged", "reworded"}
    for start in DROPPED:
        (gone,) = [row for row in rows if row["Nhiệm vụ (trước)"].startswith(start)]
        assert changes(gone) == {"dropped"}, gone


def test_each_row_from_draft_to_issue(after: Path, tmp_path: Path) -> None:
    edits: dict[str, tuple[int, str] | None] = {
        "Xây dựng Kế hoạch tập huấn nghiệp vụ": (3, "Quý I năm 2026"),
        "Xây dựng kế hoạch vận hành Trang": (1, "Sở Nội vụ"),
        "Bố trí nhân sự, trang thiết bị": (
            0, "Bố trí trang thiết bị cho Trung tâm Phục vụ hành chính công cấp xã"),
        "Tổ chức Hội thi trực tuyến": None,
    }  # fmt: skip
    draft = written(tmp_path / "du-thao.docx", edits, "      ", "ngày      tháng 12 năm 2025")
    rows = told(draft, after)
    assert [row["Nhiệm vụ (sau)"] for row in rows] == [row[1] for row in ROWS]
    truth = [{"moved"}, {"handed over"}, {"reworded"}, {"new"}]
    for row in rows:
        starts = [row["Nhiệm vụ (sau)"].startswith(words) for words in edits]
        wanted = truth[starts.index(True)] if any(starts) else set()
        assert changes(row) - {"kept"} == wanted, row
