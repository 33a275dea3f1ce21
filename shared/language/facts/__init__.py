"""Facts: one module for each teller."""
