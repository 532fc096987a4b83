"""Delta tables: the evaluations (answers) and the records (register and cycle)."""
