"""All input and output of a service, written once."""
