"""What our own master data says of what was read: known models, their products, and what was shipped to whom. Pure."""

from intake.goods.check import check
from intake.goods.facts import Checked, GoodsFacts, Proposal
from intake.goods.misread import misread
from intake.goods.told import told

__all__ = ["Checked", "GoodsFacts", "Proposal", "check", "misread", "told"]
