"""Small PDF files drawn by hand: text in Latin letters and lines, in points from the foot."""

FONTS = {"F1": "Helvetica", "F2": "Helvetica-Bold", "F3": ".VnTime"}


def text(x: float, y: float, words: str, size: float = 12, font: str = "F1") -> str:
    """The operators that show `words` (of Latin-1) with their base line at (x, y)."""
    shown = words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /{font} {size} Tf {x} {y} Td ({shown}) Tj ET\n"


#: Letters of Helvetica that are 0.556 em wide, and the blank of half that.
EVEN = frozenset("abdeghnopqu0123456789")


def mixed(
    x: float, y: float, words: str, other: str, size: float = 12, gap: int = 556, space: str = ""
) -> str:
    """`words` of even letters; those of `other` are drawn after the rest, into its gaps.

    So do printers that take the letters which a font lacks from another one. `gap` is what they
    leave for each, in thousandths of the em; `space` is drawn for a blank, besides leaving it.
    """
    shown = ""
    for there in (False, True):
        parts = []
        for letter in words:
            width = 278 if letter == " " else gap if letter in other else 556
            if letter == " " and space and not there:
                parts.append(f"({space})")
            elif letter == " " or (letter in other) is not there:
                parts.append(f"{-width}")
            elif there:
                parts.append(f"({letter}) {556 - gap}")
            else:
                parts.append(f"({letter})")
        shown += f"BT /F1 {size} Tf {x} {y} Td [{' '.join(parts)}] TJ ET\n"
    return shown


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"{x0} {y0} m {x1} {y1} l S\n"


def grid(xs: list[float], ys: list[float]) -> str:
    """All lines of a table with these borders."""
    return "".join(
        [line(xs[0], y, xs[-1], y) for y in ys] + [line(x, ys[0], x, ys[-1]) for x in xs]
    )


def document(
    *pages: str,
    box: tuple[float, float, float, float] = (0, 0, 595, 842),
    rotate: int = 0,
    extra: str = "",
    trailer: str = "",
) -> bytes:
    """A PDF of pages with these contents; `extra` goes into each page's dictionary."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    first = 3 + len(FONTS)
    kids = " ".join(f"{first + 2 * n} 0 R" for n in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>")
    objects += [
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"
        for name in FONTS.values()
    ]
    fonts = " ".join(f"/{key} {n} 0 R" for n, key in enumerate(FONTS, 3))
    for number, content in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{' '.join(map(str, box))}]"
            f" /Rotate {rotate} /Resources << /Font << {fonts} >> >>"
            f" /Contents {first + 2 * number + 1} 0 R {extra} >>"
        )
        length = len(content.encode("latin-1"))
        objects.append(f"<< /Length {length} >>\nstream\n{content}\nendstream")
    body, offsets = "%PDF-1.7\n", []
    for number, item in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{item}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    body += (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{len(body)}\n%%EOF\n"
    )
    return body.encode("latin-1")
