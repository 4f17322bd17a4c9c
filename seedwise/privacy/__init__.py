"""What synthetic rows give away of the seeds, and what they should not hold."""
