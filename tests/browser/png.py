"""Makes a picture small: 256 colours at most, which is enough for a page of text."""

import struct
import zlib
from collections import Counter

HEAD = b"\x89PNG\r\n\x1a\n"


def small(image):
    """Takes a PNG with 8 bits for each of red, green and blue, and returns one with a palette."""
    width, height, pixels = read(image)
    counts = Counter(pixels)
    palette = [color for color, _ in counts.most_common(256)]
    nearest = {color: number for number, color in enumerate(palette)}
    for color in counts:
        if color not in nearest:
            distance = lambda number, own=color: sum((a - b) ** 2 for a, b in zip(own, palette[number]))
            nearest[color] = min(range(len(palette)), key=distance)
    numbers = bytes(map(nearest.__getitem__, pixels))
    rows = b"".join(b"\0" + numbers[at:at + width] for at in range(0, len(numbers), width))
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return HEAD + chunk(b"IHDR", head) + chunk(b"PLTE", b"".join(palette)) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def read(image):
    """Returns width, height, and each pixel as three bytes."""
    parts, at = {}, len(HEAD)
    while at < len(image):
        (size,) = struct.unpack(">I", image[at:at + 4])
        parts.setdefault(image[at + 4:at + 8], []).append(image[at + 8:at + 8 + size])
        at += 12 + size
    width, height, depth, kind, *_ = struct.unpack(">IIBBBBB", parts[b"IHDR"][0])
    if (depth, kind) != (8, 2):
        raise ValueError("the picture is not in 8 bits of red, green and blue")
    raw = zlib.decompress(b"".join(parts[b"IDAT"]))
    size, above, pixels = width * 3, bytes(width * 3), []
    for start in range(0, height * (size + 1), size + 1):
        above = row(raw[start], bytearray(raw[start + 1:start + 1 + size]), above)
        pixels += [bytes(above[at:at + 3]) for at in range(0, size, 3)]
    return width, height, pixels


def row(kind, line, above):
    """Undoes the filter of a row, by its kind."""
    for at in range(len(line)):
        left = line[at - 3] if at >= 3 else 0
        up = above[at]
        corner = above[at - 3] if at >= 3 else 0
        line[at] = (line[at] + (0, left, up, (left + up) // 2, paeth(left, up, corner))[kind]) & 255
    return line


def paeth(left, up, corner):
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))
