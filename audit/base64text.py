"""Base64 with one spelling for each value (RFC 4648 §4, §3.5).

A decoder that ignores stray characters or the spare bits at the end lets one signature have many
spellings; here what does not encode back to itself is refused.
"""

from base64 import b64decode, b64encode


def to_base64(data: bytes) -> str:
    """Write bytes in the standard alphabet with padding."""
    return b64encode(data).decode("ascii")


def from_base64(text: str) -> bytes | None:
    """Read base64; None if it is not the one spelling of its bytes."""
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        return None
    return data if b64encode(data) == text.encode() else None
