"""Holds the function that is sent."""


def add_one(number):
    return number + 1
