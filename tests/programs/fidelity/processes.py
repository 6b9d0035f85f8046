"""Worker processes of every kind."""

#: arguments spawn
#: arguments fork
#: arguments forkserver

import concurrent.futures
import multiprocessing
import os
import sys


def square(number):
    return number * number


def work(queue, name):
    print("from a process", flush=True)
    queue.put((name, multiprocessing.current_process().name, __name__, sys.argv))
    sys.exit(3)


def fail():
    raise ValueError("in a process")


def main():
    context = multiprocessing.get_context(sys.argv[1])
    print(multiprocessing.get_start_method(), multiprocessing.active_children())
    queue = context.Queue()
    process = context.Process(target=work, args=(queue, "a name"), name="worker")
    process.start()
    print(queue.get())
    process.join()
    print(process.exitcode)
    process = context.Process(target=fail, name="failing")
    process.start()
    process.join()
    print(process.exitcode)
    with context.Pool(2) as pool:
        print(pool.map(square, range(10)), pool.apply_async(square, (12,)).get())
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as executor:
        print(list(executor.map(square, range(10))))
        print(repr(executor.submit(fail_with_value, 4).exception()))
    with concurrent.futures.ThreadPoolExecutor(4) as executor:
        print(list(executor.map(square, range(10))))
    value = context.Value("i", 5)
    print(value.value, len(os.listdir("/dev/shm")) >= 0)
    process = context.Process(target=os.abort, daemon=True)
    process.start()
    process.join()
    print(process.exitcode)


def fail_with_value(number):
    raise ValueError(number)


if __name__ == "__main__":
    main()
