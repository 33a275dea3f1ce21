"""The services of Stayward: one package each, found through its SERVICE."""
