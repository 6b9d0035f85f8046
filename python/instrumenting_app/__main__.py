"""The command line: `python -m instrumenting_app --help`."""

import argparse
from collections.abc import Sequence

from instrumenting_app.loop import run


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the loop as the command line asks."""
    parser = argparse.ArgumentParser(
        prog="python -m instrumenting_app",
        description="Call small functions at random until interrupted.",
    )
    parser.add_argument(
        "--interval",
        type=float,
        default=0.001,
        metavar="SECONDS",
        help="pause after each call (default: %(default)s; 0: call nothing that waits)",
    )
    parser.add_argument(
        "--threads",
        type=int,
        default=1,
        metavar="N",
        help="threads that call, the main one included (default: %(default)s)",
    )
    parser.add_argument(
        "--calls",
        type=int,
        metavar="N",
        help="calls of all threads together (default: for ever)",
    )
    parser.add_argument(
        "--seed",
        type=int,
        metavar="N",
        help="choose the same callables in the same order each time",
    )
    options = parser.parse_args(arguments)
    if options.interval < 0:
        parser.error("--interval must not be negative")
    if options.threads < 1:
        parser.error("--threads must be at least 1")
    run(options.interval, options.threads, options.calls, options.seed)


if __name__ == "__main__":
    main()
