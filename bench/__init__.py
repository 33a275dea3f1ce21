"""How fast Stayward is, measured beside a floor and a plain handler on the same servers. `python -m bench --help`."""
