"""Learning from grown rows what the next ones should be like."""
