"""Verdicts -> disputes: contradicting pairs joined over one proposition, and how these change from run to run."""

from checker.disputes.clashes import Clash, Turn, effective
from checker.disputes.difference import STATES, Change, Difference, Since, State, difference
from checker.disputes.dispute import Dispute, Kind
from checker.disputes.grouping import grouped
from checker.disputes.sources import Source, Sources, shows
from checker.disputes.unanswered import OpenClaims, open_claims

__all__ = [
    "STATES",
    "Change",
    "Clash",
    "Difference",
    "Dispute",
    "Kind",
    "OpenClaims",
    "Since",
    "Source",
    "Sources",
    "State",
    "Turn",
    "difference",
    "effective",
    "grouped",
    "open_claims",
    "shows",
]
