"""What every other package may lean on: money in fen, dates, identifiers, code lists, errors.

Standard library only. It must not know tables, policies, files or screens.
"""
