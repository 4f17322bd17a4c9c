"""Language models that run on this machine: a model file, served by llama.cpp in processes of its own."""

from seedwise.embedded.model import ModelFile, find_model, is_embedded
from seedwise.embedded.server import ServerPool, start_servers
from seedwise.embedded.shared import SERVERS, SharedServers

__all__ = [
    "SERVERS",
    "ModelFile",
    "ServerPool",
    "SharedServers",
    "find_model",
    "is_embedded",
    "start_servers",
]
