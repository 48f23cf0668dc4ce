"""The files that departments really hand over about the sample county, and the truth about every cell of them.

The people, villages and insurance periods are those of the claims. Nothing here may use the code that reads, links or
reconciles ledgers: the truth is computed from what the generator knows.
"""
