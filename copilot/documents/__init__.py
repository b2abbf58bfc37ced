"""Any company's files become clauses that can be found and cited."""
