"""How results look: terminal tables and JSON."""
