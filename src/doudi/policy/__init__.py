"""What policy means: dated parameters, settlement layers and cases, read from files that policy staff sign.

This package loads, checks and explains; it runs nothing and knows no engine. Its manual is
`docs/policy-language.md`.
"""
