"""docker-compose.yml run as processes of this machine; see scripts/compose_here.py."""
