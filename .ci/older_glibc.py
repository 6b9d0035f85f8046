"""Let ELF files that were linked with a newer glibc run on an older one.

`older_glibc.py 2.36 FILE...` changes, in place, what a file wants from glibc:

- An undefined symbol of a version of glibc that is newer than the given one is bound to
  whatever version there is, and `__isoc23_strtol` becomes `strtol`: its own name, nine
  letters later in the same string.
- The requirement of that version becomes one of GLIBC_2.2.5, the oldest on x86-64.

Nothing moves: only numbers in the tables change. A function that the older glibc does
not have is still missing when the file is loaded. `man 5 elf` has the tables.
"""

import os
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ELF_64_LITTLE_ENDIAN = b"\x7fELF\x02\x01"

# Types of sections.
SYMBOLS, REQUIREMENTS, VERSIONS = 11, 0x6FFFFFFE, 0x6FFFFFFF

OLDEST = b"GLIBC_2.2.5"
HASH_OF_OLDEST = 0x09691A75
ANY_VERSION = 1
VERSION_BITS = 0x7FFF

NEW_NAME = b"__isoc23_"


class Section(NamedTuple):
    """A part of the file, in bytes, and the index of the section that it refers to."""

    kind: int
    offset: int
    size: int
    link: int


class Elf:
    """The dynamic symbols of a shared library or a program, and their versions."""

    def __init__(self, data: bytearray) -> None:
        """Find the tables in the bytes of a file."""
        self.data = data
        (table,) = struct.unpack_from("<Q", data, 0x28)
        entry, count = struct.unpack_from("<HH", data, 0x3A)
        sections = [self._section(table + n * entry) for n in range(count)]
        self.by_kind = {section.kind: section for section in sections}
        self.symbols = self.by_kind.get(SYMBOLS)
        self.strings = sections[self.symbols.link] if self.symbols else None

    def _section(self, at: int) -> Section:
        (kind,) = struct.unpack_from("<I", self.data, at + 4)
        offset, size, link = struct.unpack_from("<QQI", self.data, at + 0x18)
        return Section(kind, offset, size, link)

    def text(self, offset: int) -> bytes:
        """Give a string of the table of names."""
        start = self.strings.offset + offset
        return bytes(self.data[start : self.data.index(0, start)])

    def offset_of(self, text: bytes) -> int | None:
        """Find a string in the table of names."""
        start, size = self.strings.offset, self.strings.size
        found = self.data.find(b"\0" + text + b"\0", start, start + size)
        return None if found < 0 else found + 1 - start

    def requirements(self) -> Iterator[tuple[int, int, bytes]]:
        """Give the place, the number and the name of each version that is wanted."""
        library = self.by_kind[REQUIREMENTS].offset
        while True:
            _, count, _, first, following = struct.unpack_from(
                "<HHIII", self.data, library
            )
            at = library + first
            for _ in range(count):
                _, _, number, name, onward = struct.unpack_from("<IHHII", self.data, at)
                yield at, number & VERSION_BITS, self.text(name)
                at += onward
            if not following:
                return
            library += following

    def lower(self, limit: tuple[int, ...]) -> bool:
        """Want no version of glibc above the limit. Whether that changed anything."""
        if self.symbols is None or REQUIREMENTS not in self.by_kind:
            return False
        oldest = self.offset_of(OLDEST)
        too_new = [
            (at, number)
            for at, number, name in self.requirements()
            if is_newer(name, limit)
        ]
        if oldest is None or not too_new:
            return False
        for at, _ in too_new:
            struct.pack_into("<I", self.data, at, HASH_OF_OLDEST)
            struct.pack_into("<I", self.data, at + 8, oldest)
        self._free_symbols({number for _, number in too_new})
        return True

    def _free_symbols(self, numbers: set[int]) -> None:
        """Bind the symbols of versions with these numbers to any version."""
        versions = self.by_kind[VERSIONS].offset
        for index in range(self.symbols.size // 24):
            at = versions + 2 * index
            (number,) = struct.unpack_from("<H", self.data, at)
            if number & VERSION_BITS not in numbers:
                continue
            struct.pack_into("<H", self.data, at, ANY_VERSION)
            symbol = self.symbols.offset + 24 * index
            (name,) = struct.unpack_from("<I", self.data, symbol)
            if self.text(name).startswith(NEW_NAME):
                struct.pack_into("<I", self.data, symbol, name + len(NEW_NAME))


def is_newer(version: bytes, limit: tuple[int, ...]) -> bool:
    """Whether this is the name of a version of glibc above the limit."""
    found = re.fullmatch(rb"GLIBC_([0-9.]+)", version)
    return bool(found) and tuple(map(int, found[1].split(b"."))) > limit


def main() -> None:
    """Change the files."""
    limit = tuple(map(int, sys.argv[1].split(".")))
    for path in map(Path, sys.argv[2:]):
        data = bytearray(path.read_bytes())
        if not data.startswith(ELF_64_LITTLE_ENDIAN) or not Elf(data).lower(limit):
            continue
        changed = path.with_name(path.name + ".new")
        changed.write_bytes(data)
        changed.chmod(path.stat().st_mode)
        os.replace(changed, path)


if __name__ == "__main__":
    main()
