"""Web pages: which words are the document, which the site around it, and what no page may do."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor import read_plan
from extractor.limits import Limits
from models.errors import EmptySource, KehoachError, LimitExceeded
from models.plan import Plan
from tests.extractor.pages import codes, words

TASKS = "".join(f"<p>Nhiệm vụ thứ {i} của kế hoạch năm nay.</p>" for i in range(40))


def read(html: str, limits: Limits | None = None) -> Plan:
    plan = read_plan(html.encode(), limits=limits or Limits())
    assert plan.ledger.balanced
    return plan


def furniture(plan: Plan) -> int:
    """How many pieces of the page are the site's."""
    return plan.ledger.fates.get("furniture", 0)


def test_blocks_inline_and_entities() -> None:
    plan = read(
        "<div>Trước.<p>Ngày&nbsp;&nbsp;<i>hội</i>\n<b>1&#47;2</b>.<o:p></o:p></p>Sau "
        "<foo>lạ</foo>.</div><p>M<sup>2</sup>&amp;&lt;</p>"
    )
    assert words(plan) == ["Trước.", "Ngày hội 1/2.", "Sau lạ.", "M2&<"]


def test_line_breaks() -> None:
    assert words(read("<div>Một.<br><br>Hai<br>ba</div>")) == ["Một.", "Hai", "ba"]
    lines = [f"Dòng {i}." for i in range(12)]
    many = "<div>" + "<br>".join(lines[:3]) + "<br><b>" + "<br>".join(lines[3:]) + "</b>"
    assert read(many).ledger.units == 12
    assert words(read(many)) == lines


def test_lists() -> None:
    plan = read(
        "<ul><li>a.<li>- b.<li><p>c.</p><p>D.</p></ul><ol start=3><li>e.<li value=7>f.<li>g.</ol>"
        "<ol type=a><li>h.<ol type=I><li>i.</ol></ol><ul style='list-style:none'><li>K.</ul>"
    )
    assert words(plan) == [
        "- a.", "- b.", "- c.", "D.", "3. e.", "7. f.", "8. g.", "a. h.", "I. i.", "K.",
    ]  # fmt: skip


def test_what_a_browser_does_not_show() -> None:
    plan = read(
        "<head><title>T</title><style>x{}</style></head><!-- c --><script>s</script><p>A."
        "<span style='display:none'>b</span></p><p hidden>c</p><noscript>d</noscript>"
        "<!--[if gte mso 9]><xml>e</xml><![endif]--><template>f</template>"
        "<p><![if !supportLists]>1.&nbsp;<![endif]>Mục tiêu của kế hoạch</p>"
    )
    assert words(plan) == ["A.", "1. Mục tiêu của kế hoạch"]


def test_a_document_in_a_closed_tab_is_read_and_said() -> None:
    plan = read("<p>Tab</p><div style='display:none'><p>Toàn bộ văn bản nằm ở đây</p></div>")
    assert "Toàn bộ văn bản nằm ở đây" in words(plan)
    assert codes(plan) == ["html.hidden-read"]


def test_a_page_inside_a_page_goes_on_after_its_end() -> None:
    inner = "<html><body><p>B.</p></body></html>"
    assert words(read(f"<html><body><p>A.{inner}<p>C.</p></body></html><p>D.")) == [
        "A.", "B.", "C.", "D.",
    ]  # fmt: skip


def test_tcvn3_in_entities() -> None:
    plan = read("<P>C&eacute;ng h&szlig;a x&middot; h&eacute;i.</P><P>Chñ nghÜa ViÖt Nam.")
    assert words(plan) == ["Cộng hòa xã hội.", "Chủ nghĩa Việt Nam."]
    assert codes(plan) == ["text.tcvn3-converted"]


def test_a_header_that_holds_the_letterhead_is_the_document() -> None:
    plan = read(
        "<header><nav><a href=/>Trang đầu</a></nav><p>ỦY BAN NHÂN DÂN</p><p>TỈNH VĨNH LONG</p>"
        "<p>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</p></header><p>KẾ HOẠCH</p><p>Năm 2024</p>"
        f"<p>I. NHIỆM VỤ</p>{TASKS}"
    )
    assert plan.document.issuer
    assert plan.document.issuer.text == "ỦY BAN NHÂN DÂN TỈNH VĨNH LONG"
    assert plan.document.title == "KẾ HOẠCH Năm 2024"
    assert furniture(plan) == 1


def test_what_the_site_says_before_the_letterhead() -> None:
    plan = read(
        "<div>Hiệu lực: Còn hiệu lực</div><div>DỰ THẢO</div><div>ỦY BAN NHÂN DÂN XÃ</div>"
        f"<div>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</div>{TASKS}"
    )
    assert furniture(plan) == 1
    assert not any("hiệu lực" in line for line in words(plan))


def test_links_alone_are_a_menu_but_linked_laws_are_not() -> None:
    basis = "".join(f"<p><a href=/l{i}>Căn cứ Luật số {i}</a>;</p>" for i in range(5))
    menu = "".join(f"<div><a href=/m{i}>Chuyên mục {i}</a></div>" for i in range(5))
    contents = "".join(f"<p><a href='#p{i}'>Phần {i}.</a></p>" for i in range(5))
    plan = read(f"{menu}<p>QUY ĐỊNH</p>{basis}{contents}")
    assert furniture(plan) == 5
    assert not any("Chuyên mục" in line for line in words(plan))


def test_the_foot_of_a_page_goes_to_its_end() -> None:
    assert furniture(read(f"{TASKS}<p>Tin liên quan</p><p>Hội nghị giao ban</p>")) == 2
    before = read(f"<p>Tin liên quan</p>{TASKS}")
    assert (furniture(before), len(words(before))) == (1, 40)


def test_outside_main_is_the_site() -> None:
    plan = read(f"<div>Thanh trên</div><main>{TASKS}</main><div>Mục lục</div>")
    assert (furniture(plan), len(words(plan))) == (2, 40)


def test_too_deep() -> None:
    with pytest.raises(LimitExceeded):
        read("<div>" * 100_000 + "x")


@pytest.mark.parametrize(
    "body",
    [
        "<table border=1>" + "<tr><td rowspan=60000>a<td>b" * 2000 + "</table>",
        "<table border=1><tr>" + "<td colspan=1000>a" * 300 + "</table>",
        "<table border=1><tr>" + "<td>a" * 3000 + "<tr><td>b" * 3000 + "</table>",
    ],
)
def test_too_many_cells(body: str) -> None:
    with pytest.raises(LimitExceeded):
        read(body, Limits(cells=5000))


def test_too_many_characters() -> None:
    with pytest.raises(LimitExceeded):
        read("<p>" + "a" * 200, Limits(characters=100))


@pytest.mark.parametrize("body", ["<!-- x -->", "<frameset><frame src=a></frameset>", "<p> &nbsp;"])
def test_no_text(body: str) -> None:
    with pytest.raises(EmptySource):
        read(f"<html>{body}")


_PIECES = st.sampled_from(
    re.findall(
        r"<[^>]*>|\S+",
        "<table> <table border=1> </table> <tr> <td> <td colspan=3> <th rowspan=0> </td> <p> </p>"
        "<br> <ul> <ol> <li> <b> </b> <div hidden> </div> <thead> <tfoot> <nav> <a href=x> việc"
        " Sở 1. <caption> <form> <pre> &nbsp; <!-- --> </body> <main> <button> &#0; &eacute;",
    )
)


@settings(max_examples=100)
@given(st.lists(_PIECES, max_size=60))
def test_any_tags_give_a_plan_or_one_clear_error(pieces: list[str]) -> None:
    try:
        read(" ".join(pieces))
    except KehoachError:
        return
