"""Rules run over ledgers: rows that contradict themselves, each other, or another ledger."""
