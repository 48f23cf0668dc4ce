"""The fact tables that rules may name: one declaration per table.

From that one declaration come the loader's headers and checks, blank templates, sample data, the writers
at the edges and the reference page `docs/reference/facts.md`. Inside, a column is called by its national
platform name, money being int64 fen under `<name>_fen`; at every edge the national name stands alone and
means yuan.

This package must not know where tables lie, what a policy does with them, or who asks.
"""
