"""Measures the product against a naive peer and a bare ceiling, and prints which goals it reaches."""
