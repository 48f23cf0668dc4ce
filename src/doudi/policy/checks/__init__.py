"""Consistency rules and contradictions between ledgers, declared in `policies/checks/*.yaml`.

What a rule says and whether it can be said; how it runs over rows is `doudi.findings.checks`.
"""
