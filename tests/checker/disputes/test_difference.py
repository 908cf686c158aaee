"""Disputes keep their names from one report to the next."""

from checker.disputes.difference import Since, difference
from index.records import digest
from index.verdicts import ReportedPair
from tests.checker.disputes.test_dispute import clash, said

NOTHING_ELSE = Since(compared=9, corrected=(), stored_articles=(), stored_statements=(), other_judge=True)


def test_a_pair_that_leaves_the_dispute_called_after_it_gets_a_name_of_its_own() -> None:
    clashes = [clash(said(one, one), said(other, other), 0.9) for one, other in (("a", "b"), ("c", "d"), ("e", "f"))]
    first, *rest = sorted(clashes, key=lambda c: c.keys)
    name = digest(*first.keys)
    reported = [ReportedPair(*c.keys, name, c.claim.article, c.statement.article, False) for c in clashes]
    found = difference([rest, [first]], reported, {name: 1}, run=2, since=NOTHING_ELSE)
    ids = {frozenset(c.keys for c in dispute.clashes): dispute.id for dispute in found.disputes}
    assert ids[frozenset(c.keys for c in rest)] == name
    assert ids[frozenset({first.keys})] not in ("", name)
    again = difference([[first], rest], reported, {name: 1}, run=2, since=NOTHING_ELSE)
    assert {dispute.id for dispute in again.disputes} == set(ids.values())
