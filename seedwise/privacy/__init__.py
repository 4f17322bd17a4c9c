"""What synthetic rows give away of the seeds, and what they should not hold."""

from seedwise.privacy.canaries import add_canaries
from seedwise.privacy.checks import READS_LOW
from seedwise.privacy.examine import examine
from seedwise.privacy.patterns import holds_personal
from seedwise.privacy.shares import NEARER

__all__ = ["NEARER", "READS_LOW", "add_canaries", "examine", "holds_personal"]
