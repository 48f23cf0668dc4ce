"""Timers and comparisons: what Doudi costs, beside what it is measured against, in one run.

An edge: it reads the clock and starts processes. Nothing below it may import it, and no figure of it is used to settle.
"""
