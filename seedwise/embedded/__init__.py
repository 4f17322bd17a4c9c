"""Language models that run on this machine: a model file, served by llama.cpp in processes of its own."""

from seedwise.embedded.llama import CONTEXT_TOKENS
from seedwise.embedded.model import ModelFile, find_model, is_embedded, served_name
from seedwise.embedded.places import Hosting
from seedwise.embedded.remote import find_service
from seedwise.embedded.server import Loan, borrow_server

__all__ = [
    "CONTEXT_TOKENS",
    "Hosting",
    "Loan",
    "ModelFile",
    "borrow_server",
    "find_model",
    "find_service",
    "is_embedded",
    "served_name",
]
