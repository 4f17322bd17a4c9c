"""The DAGs, and how they are started."""
