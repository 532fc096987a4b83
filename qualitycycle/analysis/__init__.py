"""Analyses: values in, a Result out; no disk, no drawing, no printing."""
