"""Article -> statements: who said what, through whom, with what stance."""
