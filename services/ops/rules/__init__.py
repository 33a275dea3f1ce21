"""What the board shows, rule by rule; pure, so that every row can be said in a test."""
