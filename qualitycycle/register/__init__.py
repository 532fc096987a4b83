"""The register: who gave which session, when and on whose behalf; derived facts, checks, workbook."""
