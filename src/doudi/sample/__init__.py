"""The seeded sample county: what departments would hand over, and the truth that was planted in it.

Nobody in it can exist (area code 990101). Recorded payments come from the plain oracle; the compiled
settlement, which these data will check, may not be reached from here. This package reads no clock and no
settings, and decides nothing about what a policy pays.
"""
