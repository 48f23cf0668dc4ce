"""Who is meant: records without a usable identity number held against the people of the register.

Arrow in, weighted pairs out, all in memory: Splink on DuckDB scores the pairs, every parameter is declared, and the same
input gives the same bytes. Must not know where records come from or what becomes of a verdict.
"""
