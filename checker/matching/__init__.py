"""Statement -> pairs: near statements of other actors."""
