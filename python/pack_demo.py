"""Packs the demo for the binary, compiled, so that it is not compiled at each start.

    python pack_demo.py FILE

`build.rs` runs this with the Python that the build is for.
"""

import importlib.util
import marshal
import sys
from pathlib import Path

from demo_importer import DemoImporter, Packed

HERE = Path(__file__).parent


def pack() -> Packed:
    """Read and compile all of the demo."""
    files = sorted(HERE.glob("instrumenting_app/**/*.py"))
    sources = {
        file.relative_to(HERE).as_posix(): file.read_text("utf-8") for file in files
    }
    importer = DemoImporter(sources, {})
    codes = {file: importer.compile(file) for file in sources}
    return importlib.util.MAGIC_NUMBER, sources, marshal.dumps(codes)


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(marshal.dumps(pack()))
