"""Divisions, roles, the one gate for rows and counts, the record of who looked, and the sealing of personal data.

Other packages come in through `doudi.access.api`.
"""
