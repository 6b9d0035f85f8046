def double(number):
    return number + number


def triple(number):
    return number + number + number
