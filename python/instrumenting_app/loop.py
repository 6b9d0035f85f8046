"""The loop: choose a callable, call it, pause."""

import time
from collections.abc import Callable
from itertools import repeat
from random import Random
from threading import Event, Thread

from instrumenting_app import shop
from instrumenting_app.call_counts import CALL_COUNTS
from instrumenting_app.dummy_modules import REGISTRY
from instrumenting_app.registry import callables

SHOP = callables(shop)
CALL_COUNTS.update(dict.fromkeys(SHOP, 0))


def run(
    interval: float = 0.001,
    threads: int = 1,
    calls: int | None = None,
    seed: int | None = None,
) -> None:
    """Call at random until `calls` are made, by default until Ctrl-C.

    Without an `interval`, call nothing that waits.
    """
    thunks = (*REGISTRY.values(), *(SHOP.values() if interval else ()))
    shop.RANDOM.seed(seed)
    turns = repeat(thunks) if calls is None else repeat(thunks, calls)
    chosen = map(Random(seed).choice, turns)  # shared: each call goes to one thread
    stop = Event()

    def loop(pause: Callable[[float], object]) -> None:
        for call in chosen:
            try:  # noqa: SIM105 - `suppress` would be two more calls for each one
                call()
            except shop.PaymentError:
                pass
            if interval:
                pause(interval)
            if stop.is_set():
                return

    # Ctrl-C ends the main thread's `sleep`, and `stop` the others' `wait`.
    # The main thread does not `wait`: interrupted there, an Event can break.
    helpers = [Thread(target=loop, args=(stop.wait,)) for _ in range(threads - 1)]
    try:
        for helper in helpers:
            helper.start()
        loop(time.sleep)
    except KeyboardInterrupt:
        pass
    finally:
        stop.set()
        for helper in helpers:
            if helper.is_alive():
                helper.join()
