"""What synthetic rows should not say, and whether they mean their label."""
