"""One stateless rule, worked out by others beside Doudi: the same rows, the same figures, each in an environment of its own.

A peer's script imports nothing of Doudi and nothing of its environment; it reads a folder and writes into it
(docs/benchmarks.md says what). Whether it is right is said before how fast it is.
"""
