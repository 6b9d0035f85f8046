"""Says by which name it is loaded, once."""

print("loaded as", __name__)


def work():
    return 1


work()
