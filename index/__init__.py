"""Records, the store, the encoder and the two indexes. Knows nothing of quotes, verdicts or terminals."""
