"""The demo: a program that calls small functions at random, for ever."""
