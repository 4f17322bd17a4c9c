"""Grow a small labelled text set with an explained classifier's help, and measure what that buys."""

__version__ = "0.1.0"
