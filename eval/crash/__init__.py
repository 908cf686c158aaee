"""Kills real ``checker`` commands at points and at moments, and shows that nothing is lost (issue 6's table).

python -m eval.crash [--kills N] [--operations N] [--damages N] [--seed N] [--json]
"""
