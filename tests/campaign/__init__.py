"""Outages on real parts: long by `make campaign`, short as a test."""
