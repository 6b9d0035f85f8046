"""What the module `compression` calls back, and what is called while it works."""

import io
from compression import gzip, zstd


class Source(io.RawIOBase):
    def __init__(self, text):
        self.rest = text

    def readable(self):
        return True

    def readinto(self, buffer):
        piece, self.rest = self.rest[: len(buffer)], self.rest[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)


def packed(text, level=3):
    compressor = zstd.ZstdCompressor(level=level)
    return compressor.compress(text) + compressor.flush()


def unpacked(frame):
    return zstd.decompress(frame)


def lines(frame):
    with zstd.open(Source(frame), "rt") as file:
        yield from file


def failing(frame):
    try:
        return unpacked(frame)
    except zstd.ZstdError as error:
        return type(error).__name__


def main():
    text = b"one\ntwo\nthree\n" * 100
    frame = packed(text)
    print(unpacked(frame) == text, len(set(lines(frame))), failing(b"no frame"))
    print(unpacked(zstd.compress(text)) == gzip.decompress(gzip.compress(text)))
