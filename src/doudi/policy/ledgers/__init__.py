"""Kinds of ledgers: what a department hands over, declared once in `policies/ledgers/<kind>.yaml`.

This package must not know how a file is read or where an entry is kept.
"""
