"""Ways in which a file gets damaged between the publisher and the desk, each drawn by hypothesis or by a seed."""

import io
import random
import zipfile
from collections.abc import Callable

import xlsxwriter

Damage = Callable[[bytes, random.Random], bytes]
CELLS = (
    "",
    "NULL",
    "-1",
    "1e9",
    "12.5",
    "９",
    "=1+1",
    '"',
    "A" * 300,
    "\x00",
    "31FEB2018",
    "Y56",
    "é",
    ",",
    "nan",
    "inf",
)


def at(data: bytes, draw: random.Random) -> int:
    return draw.randrange(len(data) + 1)


def cut(data: bytes, draw: random.Random) -> bytes:
    return data[: at(data, draw)]


def cut_front(data: bytes, draw: random.Random) -> bytes:
    return data[at(data, draw) :]


def drop_piece(data: bytes, draw: random.Random) -> bytes:
    first, last = sorted((at(data, draw), at(data, draw)))
    return data[:first] + data[last:]


def flip_bytes(data: bytes, draw: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(draw.randint(1, 20)):
        damaged[draw.randrange(len(damaged))] = draw.randrange(256)
    return bytes(damaged)


def insert_bytes(data: bytes, draw: random.Random) -> bytes:
    place = at(data, draw)
    return data[:place] + draw.randbytes(draw.randint(1, 50)) + data[place:]


def insert_character(data: bytes, draw: random.Random) -> bytes:
    place = at(data, draw)
    return (
        data[:place]
        + draw.choice([b'"', b",", b"\n", b"\r", b"\x00", b"\xff\xfe", b"\x1a", b";", b"\t"])
        + data[place:]
    )


def replace_cell(data: bytes, draw: random.Random) -> bytes:
    rows = data.split(b"\r\n")
    number = draw.randrange(len(rows))
    cells = rows[number].split(b",")
    cells[draw.randrange(len(cells))] = draw.choice(CELLS).encode(draw.choice(["utf-8", "utf-16"]))
    rows[number] = b",".join(cells)
    return b"\r\n".join(rows)


def drop_column(data: bytes, draw: random.Random) -> bytes:
    column = draw.randrange(12)
    return b"\r\n".join(
        b",".join(cell for number, cell in enumerate(row.split(b",")) if number != column)
        for row in data.split(b"\r\n")
    )


def shuffle_rows(data: bytes, draw: random.Random) -> bytes:
    rows = data.split(b"\r\n")
    draw.shuffle(rows)
    return b"\r\n".join(rows)


def repeat_rows(data: bytes, draw: random.Random) -> bytes:
    rows = data.split(b"\r\n")
    return b"\r\n".join([*rows, *draw.choices(rows, k=draw.randint(1, 30))])


def drop_rows(data: bytes, draw: random.Random) -> bytes:
    return b"\r\n".join(row for row in data.split(b"\r\n") if draw.random() > 0.1)


def other_newlines(data: bytes, draw: random.Random) -> bytes:
    return data.replace(b"\r\n", draw.choice([b"\n", b"\r", b"\n\r", b"\x85"]))


def other_encoding(data: bytes, draw: random.Random) -> bytes:
    return data.decode("utf-8", "replace").encode(draw.choice(["utf-16", "utf-32", "cp1252", "utf-7"]), "replace")


def other_delimiter(data: bytes, draw: random.Random) -> bytes:
    return data.replace(b",", draw.choice([b";", b"\t", b"|", b",,"]))


def packed(data: bytes, draw: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", draw.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as archive:
        for number in range(draw.randint(0, 3)):
            archive.writestr(str(number) + draw.choice(["pomi.csv", "../pomi.csv", "a/b.zip", "x\x00y.csv"]), data)
    return out.getvalue()


def as_workbook(data: bytes, draw: random.Random) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(data.decode("cp1252", "replace").split("\r\n")):
            sheet.write_row(number, 0, row.split(",")[:50])
    return out.getvalue()


def workbook_damaged(data: bytes, draw: random.Random) -> bytes:
    """Bytes changed in what the parts hold, not in how they are packed, so that the reader of the sheet meets them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_workbook(data, draw))) as whole, zipfile.ZipFile(out, "w") as archive:
        for name in whole.namelist():
            part = whole.read(name)
            archive.writestr(name, flip_bytes(part, draw) if draw.random() < 0.4 else part)
    return out.getvalue()


def packed_and_damaged(data: bytes, draw: random.Random) -> bytes:
    return draw.choice([cut, cut_front, flip_bytes, drop_piece, insert_bytes])(packed(data, draw) or data, draw)


DAMAGES: tuple[Damage, ...] = (
    cut,
    cut_front,
    drop_piece,
    flip_bytes,
    insert_bytes,
    insert_character,
    replace_cell,
    drop_column,
    shuffle_rows,
    repeat_rows,
    drop_rows,
    other_newlines,
    other_encoding,
    other_delimiter,
    packed,
    packed_and_damaged,
    as_workbook,
    workbook_damaged,
)


def damaged(data: bytes, seed: int) -> tuple[str, bytes]:
    """One to three kinds of damage, one after the other; the same seed, the same damage."""
    draw = random.Random(seed)
    kinds = draw.choices(DAMAGES, k=draw.choice([1, 1, 1, 2, 3]))
    for kind in kinds:
        if data:
            data = kind(data, draw)
    return " and ".join(kind.__name__ for kind in kinds), data
