"""A shop: callables that take time, fail now and then, wait, yield and recur.

Each takes about a millisecond on average: the loop still calls all others often.
"""

from collections.abc import Generator, Iterator
from random import Random
from time import sleep
from types import coroutine

from instrumenting_app.call_counts import CALL_COUNTS

__call_counts__ = CALL_COUNTS
count = CALL_COUNTS.counter(__name__)

RANDOM = Random()


class PaymentError(Exception):
    """What goes wrong in a shop; the loop goes on."""


class CardError(PaymentError):
    """`checkout` handles this one."""


class BankError(PaymentError):
    """This one leaves `checkout`."""


def query() -> None:
    """Take a fraction of a millisecond, but one time in a hundred 20 to 80."""
    count("query")
    if RANDOM.randrange(100) == 0:
        sleep(RANDOM.uniform(0.02, 0.08))
    else:
        sleep(RANDOM.lognormvariate(-8.5, 0.5))


def render() -> None:
    """Keep the processor busy."""
    count("render")
    sum(range(RANDOM.randrange(20_000)))


def catalogue() -> Iterator[int]:
    """Wait for the consumer between pages."""
    count("catalogue")
    for page in range(2):
        query()
        yield page


def browse() -> None:
    """Spend nearly all time in callees."""
    count("browse")
    for _ in catalogue():
        render()


def total(depth: int = 3) -> int:
    """Add up a basket of baskets, by recursion."""
    count("total")
    return 1 if depth == 0 else total(depth - 1) + total(depth - 1)


@coroutine
def _pause(seconds: float) -> Generator[float, None, None]:
    """Ask whoever runs the coroutine to wait."""
    yield seconds


async def stock() -> None:
    """Wait without blocking, mostly."""
    count("stock")
    await _pause(RANDOM.uniform(0, 0.001))


async def reserve() -> None:
    """Wait for two others, and work between them."""
    count("reserve")
    await stock()
    render()
    await stock()


def pay() -> None:
    """Fail in two ways, at two lines."""
    count("pay")
    match RANDOM.randrange(10):
        case 0:
            query()
            raise BankError("the bank does not answer")
        case 1 | 2:
            amount = RANDOM.randrange(100, 1000)
            raise CardError(f"{amount} euros are more than the limit")
    query()


def checkout() -> bool:
    """Handle one kind of failure, and pass on the other."""
    count("checkout")
    total()
    try:
        pay()
    except CardError:
        return False
    return True
