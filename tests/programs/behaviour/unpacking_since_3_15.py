"""Comprehensions that unpack what they collect."""


def flat(rows):
    return [*row for row in rows]


def merged(maps):
    return {**it for it in maps if it}


def united(rows):
    return {*row for row in rows}


def lazily(rows):
    return (*row for row in rows)


async def asynchronous(rows):
    async def each():
        for row in rows:
            yield row

    return [*row async for row in each()]


def nested(cube):
    return [*[*row for row in rows] for rows in cube]


def failing(rows):
    try:
        return [*row for row in rows]
    except TypeError as error:
        return str(error), error.__traceback__.tb_lineno


def run(coroutine):
    try:
        coroutine.send(None)
    except StopIteration as stopped:
        return stopped.value


def main():
    rows = [[1, 2], [], (3,), "ab"]
    print(flat(rows), merged([{"a": 1}, {}, {"b": 2, "a": 3}]), len(united(rows)))
    print(list(lazily(rows)), run(asynchronous(rows)), nested([[[1], [2]], [[3]]]), failing([1]))
