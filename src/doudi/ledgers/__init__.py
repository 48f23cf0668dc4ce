"""Who is who, and every ledger's dated, sourced entries. Other packages come in through `doudi.ledgers.api`."""
