"""Training of the judge's cross-encoder: data stream, model, training, evaluation, export. Not installed."""
