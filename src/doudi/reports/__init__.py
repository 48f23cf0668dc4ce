"""What findings look like to people: explained bills, pages, charts, workbooks.

Everything here is drawn from what runs concluded; nothing is computed that a run did not say. This package must not
know how a finding came about.
"""
