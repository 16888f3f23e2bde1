"""A screenshot with 256 colours: a third of the bytes, and nobody sees the difference in flat colours and type."""

import struct
import zlib

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256
RGB, INDEXED = 2, 3


def with_few_colours(png: bytes) -> bytes:
    pixels = decoded(png)
    height, width, _ = pixels.shape
    colours, index, times = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    palette, nearest_of = palette_of(colours, times)
    indexed = nearest_of.astype(np.uint8)[index].reshape(height, width)
    rows = np.hstack([np.zeros((height, 1), np.uint8), indexed])
    return SIGNATURE + b"".join(
        (
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, INDEXED, 0, 0, 0)),
            chunk(b"PLTE", palette.tobytes()),
            chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)),
            chunk(b"IEND", b""),
        )
    )


def palette_of(colours: Pixels, times: npt.NDArray[np.intp]) -> tuple[Pixels, npt.NDArray[np.intp]]:
    """The colours to keep, and for each of all which of them takes its place: one after the other what would be missed
    most, so that a small green dot stays green among the many greys of the type.
    """
    chosen = [int(times.argmax())]
    wide = colours.astype(np.int64)
    apart = ((wide - wide[chosen[0]]) ** 2).sum(axis=1)
    nearest_of = np.zeros(len(colours), np.intp)
    while len(chosen) < min(COLOURS, len(colours)) and apart.any():
        chosen.append(int((apart * times).argmax()))
        distance = ((wide - wide[chosen[-1]]) ** 2).sum(axis=1)
        nearest_of[distance < apart] = len(chosen) - 1
        apart = np.minimum(apart, distance)
    return colours[chosen], nearest_of


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def decoded(png: bytes) -> Pixels:
    """Chromium writes eight bits of red, green and blue a pixel, without interlace."""
    place, header, packed = len(SIGNATURE), b"", b""
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        kind, data = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        header, packed = (data, packed) if kind == b"IHDR" else (header, packed + data * (kind == b"IDAT"))
        place += length + 12
    width, height, depth, colour = struct.unpack(">IIBB", header[:10])
    if (depth, colour) != (8, RGB):
        raise ValueError("This is not a screenshot of Chromium.")
    lines = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + width * 3)
    before = np.zeros((width, 3), np.uint8)
    rows = []
    for line in lines:
        before = unfiltered(int(line[0]), line[1:].reshape(width, 3), before)
        rows.append(before)
    return np.stack(rows)


def unfiltered(kind: int, line: Pixels, above: Pixels) -> Pixels:
    if kind == 0:
        return line
    if kind == 1:
        return np.cumsum(line, axis=0, dtype=np.uint8)
    if kind == 2:
        return line + above
    done, left, corner = [], [0, 0, 0], [0, 0, 0]
    for own, up in zip(line.tolist(), above.tolist(), strict=True):
        guess = [average(*three) if kind == 3 else nearest(*three) for three in zip(left, up, corner, strict=True)]
        left, corner = [(a + b) & 255 for a, b in zip(own, guess, strict=True)], up
        done.append(left)
    return np.array(done, np.uint8)


def average(left: int, up: int, corner: int) -> int:
    return (left + up) // 2


def nearest(left: int, up: int, corner: int) -> int:
    """Paeth's predictor, as the PNG specification has it."""
    sum_ = left + up - corner
    _, guess = min((abs(sum_ - value), place) for place, value in enumerate((left, up, corner)))
    return (left, up, corner)[guess]
