"""How well synthetic rows are told from real ones, and by what."""
