"""A web page is one article: its main text, without menus and adverts, by trafilatura."""

import logging
import re
from collections.abc import Iterator
from typing import Any

from checker.reading.fields import article_from, is_date
from checker.reading.plain_text import content_id, refuse_nul
from checker.reading.skipped import Skipped
from checker.reading.stream import Document, whole
from index.errors import InputError
from index.records import Article

MAX_PAGE_BYTES = 3_000_000
"""Of mark-up. trafilatura takes up to 12 s for 1 MB of nothing but list items; real news pages have 0.05 to 1 MB."""

SUFFIXES = (".html", ".htm", ".xhtml")

_STARTS_AS_PAGE = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)

# Only dates that the page's mark-up states: the extensive search guesses from its text, where another day may stand.
# The upper bound is fixed because the default one is today's date, and the same input must give the same article.
_DATE_SEARCH = {"original_date": True, "extensive_search": False, "max_date": "2100-01-01"}


def recognises(head: bytes, suffix: str) -> bool:
    """By its first tag, whatever the suffix; by suffix, if there is any tag."""
    return _STARTS_AS_PAGE.match(head[:4096]) is not None or (suffix in SUFFIXES and b"<" in head)


def read(document: Document) -> Iterator[Article | Skipped]:
    """The one article of a page. What a sidecar says goes before what the page says.

    :raises InputError: binary, too-long, broken-html, and those of ``article_from``.
    """
    data = whole(document.chunks, MAX_PAGE_BYTES)
    refuse_nul(data)
    page = _extracted(data)
    text = page["text"] or ""
    if not text.strip():
        raise InputError("no article text was found in the page; save it as text", reason="broken-html")
    stated = {
        "title": page["title"],
        "date": page["date"] if is_date(page["date"] or "") else None,
        "source": page["sitename"] or page["hostname"],
        "url": page["url"],
    }
    given = {**stated, **document.fields, "text": text}
    yield article_from({**given, "id": given.get("id", document.id or stated["url"] or content_id(text))})


def _extracted(data: bytes) -> dict[str, Any]:
    """Text and metadata of a page, as trafilatura's ``Document.as_dict()`` names them."""
    from trafilatura import bare_extraction

    # Without a handler, Python prints their warnings on stderr, which belongs to the doors.
    for name in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(name).addHandler(logging.NullHandler())
    try:
        page = bare_extraction(data, with_metadata=True, include_comments=False, date_extraction_params=_DATE_SEARCH)
    except Exception as error:  # a parser of others' pages: whatever it raises costs this page, not the run
        raise InputError(
            f"the page cannot be parsed ({type(error).__name__}); save it as text", reason="broken-html"
        ) from error
    if page is None or isinstance(page, dict):
        raise InputError("no article text was found in the page; save it as text", reason="broken-html")
    fields: dict[str, Any] = page.as_dict()
    return fields
