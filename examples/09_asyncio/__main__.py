"""Serves the store: `python examples/09_asyncio`."""

from store import main

main()
