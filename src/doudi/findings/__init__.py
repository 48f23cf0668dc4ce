"""What runs concluded: settlements, comparison with what was recorded, what-if, cases.

Results are rows that are added to and never changed. This package drives the engine over facts and policy;
it must not know who asks, nor read the clock or settings.
"""
