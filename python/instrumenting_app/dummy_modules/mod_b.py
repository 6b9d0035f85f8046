"""Classes: instance, class and static methods, and properties."""

from instrumenting_app.call_counts import CALL_COUNTS

__call_counts__ = CALL_COUNTS
count = CALL_COUNTS.counter(__name__)


class Account:
    @property
    def balance(self) -> None:
        count("Account.balance")

    @classmethod
    def open(cls) -> None:
        count("Account.open")

    @classmethod
    def load(cls) -> None:
        count("Account.load")

    @staticmethod
    def validate() -> None:
        count("Account.validate")

    def deposit(self) -> None:
        count("Account.deposit")

    def withdraw(self) -> None:
        count("Account.withdraw")

    def freeze(self) -> None:
        count("Account.freeze")

    def close(self) -> None:
        count("Account.close")


class Door:
    @property
    def state(self) -> None:
        count("Door.state")

    @classmethod
    def build(cls) -> None:
        count("Door.build")

    @staticmethod
    def measure() -> None:
        count("Door.measure")

    def open(self) -> None:
        count("Door.open")

    def shut(self) -> None:
        count("Door.shut")

    def lock(self) -> None:
        count("Door.lock")

    def unlock(self) -> None:
        count("Door.unlock")

    def knock(self) -> None:
        count("Door.knock")


class Lamp:
    @property
    def power(self) -> None:
        count("Lamp.power")

    @classmethod
    def default(cls) -> None:
        count("Lamp.default")

    @staticmethod
    def convert() -> None:
        count("Lamp.convert")

    def on(self) -> None:
        count("Lamp.on")

    def off(self) -> None:
        count("Lamp.off")

    def dim(self) -> None:
        count("Lamp.dim")


class Queue:
    @property
    def size(self) -> None:
        count("Queue.size")

    @classmethod
    def bounded(cls) -> None:
        count("Queue.bounded")

    @staticmethod
    def compare() -> None:
        count("Queue.compare")

    def put(self) -> None:
        count("Queue.put")

    def get(self) -> None:
        count("Queue.get")

    def peek(self) -> None:
        count("Queue.peek")

    def clear(self) -> None:
        count("Queue.clear")


class Clock:
    @property
    def time(self) -> None:
        count("Clock.time")

    @classmethod
    def now(cls) -> None:
        count("Clock.now")

    @classmethod
    def utc(cls) -> None:
        count("Clock.utc")

    @staticmethod
    def parse() -> None:
        count("Clock.parse")

    @staticmethod
    def format() -> None:
        count("Clock.format")

    def tick(self) -> None:
        count("Clock.tick")

    def reset(self) -> None:
        count("Clock.reset")
