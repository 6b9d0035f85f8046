"""The demo target: a program that calls small functions at random, for ever."""
