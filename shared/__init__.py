"""What the services share: the language they speak and the one shell that runs them."""
