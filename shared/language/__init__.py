"""Pure: what services say to each other, and the rules that hold for all of them."""
