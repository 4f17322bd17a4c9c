"""How far the distribution of synthetic text lies from that of real text."""
