"""What a caller wants back: a media type, a language (RFC 9110 sections 12.4 and 12.5)."""

from __future__ import annotations

from functools import lru_cache

from api.http.answers import GRAPHQL_JSON, JSON, Headers
from api.schema.core.words import ENGLISH, KOREAN, Words

HTML = "text/html; charset=utf-8"
HEADER_MAX = 1_000  # a longer header counts as none; browsers send some 150 characters
_CACHED = 256  # clients of one kind send one header

# In the order of our preference where a caller names several and prefers none.
_OFFERS = {
    "application/graphql-response+json": GRAPHQL_JSON,
    "application/json": JSON,
    "text/html": HTML,
}
# What a wildcard means: whoever knows of the newer type names it; `*/*` is what curl and a
# browser's `fetch` send for those who have never heard of it.
_UNNAMED = "application/json"


class NotAcceptableError(Exception):
    """The caller accepts nothing that we have."""

    status = 406
    headers: Headers = ()

    def __init__(self, offers: str) -> None:
        """Take the media types that there are."""
        super().__init__(offers)
        self.words = Words(f"one of {offers}", f"다음 중 하나여야 합니다: {offers}")


@lru_cache(maxsize=_CACHED)
def accepted(header: bytes, method: str) -> str:
    """Return the media type to answer with: the best by weight, then what is named, then ours.

    A page is for GET alone. Without a header it is the GraphQL media type (GraphQL over HTTP,
    "Legacy watershed"), under `*/*` the older one. Raises NotAcceptableError.
    """
    if not header or len(header) > HEADER_MAX:
        return GRAPHQL_JSON
    weights: dict[str, int] = {}
    preferred = {_UNNAMED}
    for range_, weight in _weighted(header):
        for offer in _OFFERS:
            exact = range_ == offer
            wild = range_ in ("*/*", offer.partition("/")[0] + "/*")
            if exact or (wild and offer not in weights):
                weights[offer] = weight
            if exact:
                preferred.add(offer)
    offers = [offer for offer in _OFFERS if method == "GET" or offer != "text/html"]
    best = max(offers, key=lambda offer: (weights.get(offer, 0), offer in preferred))
    if weights.get(best, 0) == 0:
        raise NotAcceptableError(", ".join(offers))
    return _OFFERS[best]


@lru_cache(maxsize=_CACHED)
def locale_of(header: bytes) -> str:
    """Return the language of messages: Korean where it is wanted before English."""
    if len(header) > HEADER_MAX:
        return ENGLISH
    weights = {KOREAN: 0, ENGLISH: 0}
    for range_, weight in _weighted(header):
        language = range_.partition("-")[0]
        if language in weights:
            weights[language] = max(weights[language], weight)
    return KOREAN if weights[KOREAN] > weights[ENGLISH] else ENGLISH


def _weighted(header: bytes) -> list[tuple[str, int]]:
    """Return ranges with their weights in thousandths; what is malformed counts as 0."""
    found: list[tuple[str, int]] = []
    for item in header.decode("latin-1").lower().split(","):
        range_, *parameters = (part.strip() for part in item.split(";"))
        weight = 1000
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                weight = _thousandths(value.strip())
        found.append((range_, weight))
    return found


def _thousandths(text: str) -> int:
    whole, _, rest = text.partition(".")
    if whole not in ("0", "1") or not (rest == "" or (rest.isascii() and rest.isdigit())):
        return 0
    return min(1000, int(whole) * 1000 + int(rest[:3].ljust(3, "0")))
