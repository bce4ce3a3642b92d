"""Cells in, one a line."""

import io

from service.readings import lines


def test_blank_lines_odd_breaks_and_bad_bytes_keep_their_place() -> None:
    source = "\ufeffQuý I\r\n\nmột\u2028hai\n".encode() + b"\xff\n" + b"a\\nb"
    assert list(lines([], io.BytesIO(source))) == ["Quý I", "", "một\u2028hai", "\ufffd", "a\nb"]


def test_texts_of_the_command_line_come_first() -> None:
    assert list(lines(["a\\nb", ""], io.BytesIO(b"never read"))) == ["a\nb", ""]
