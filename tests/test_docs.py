"""What the docs say of formats is what the code gives."""

import re
from pathlib import Path

from index.records import KINDS, STANCES, VERDICTS, Statement

DOCS = Path(__file__).parent.parent / "docs"


def test_a_statement_has_the_keys_and_words_of_the_docs() -> None:
    text = (DOCS / "formats.md").read_text(encoding="utf-8")
    block = text.split("## Statement, as output\n```\n")[1].split("```")[0]
    described = re.sub(r"\[\{.*?\}|null|\"(id|name)\"|, \"side\"\}", "", block)
    assert re.findall(r'"(\w+)":', described) == list(Statement.claim("Norland leaves.").to_json())
    assert re.findall(r'"(\w+)"', block.split('"kind": ')[1].split(",\n")[0]) == list(KINDS)
    assert re.findall(r'"(\w+)"', block.split('"stance": ')[1].split(",\n")[0]) == list(STANCES)
    assert all(f"`{verdict}`" in text for verdict in VERDICTS)


def test_every_page_of_the_docs_is_named_in_the_readme() -> None:
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in sorted(DOCS.glob("*.md")) if f"docs/{page.name}" not in readme] == []
