"""The official schemas of ISO 20022, checked by libxml2: nothing of ours has a say."""

from functools import cache
from pathlib import Path

from lxml import etree

FOLDER = Path(__file__).parent / "cases" / "iso20022"
PAIN_001 = "pain.001.001.09"
CAMT_053 = ("camt.053.001.02", "camt.053.001.08")


@cache
def _schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(FOLDER / f"{name}.xsd"))


def faults(content: bytes, name: str) -> list[str]:
    """Return what the schema ``name`` has against a document; none where it is valid."""
    schema = _schema(name)
    try:
        document = etree.fromstring(content)
    except etree.XMLSyntaxError as error:
        return [str(error)]
    schema.validate(document)
    return [entry.message for entry in schema.error_log]


def value(content: bytes, path: str) -> list[str]:
    """Return the texts at a path of local names below the document's root, such as ``A/B``."""
    steps = "/".join(f"*[local-name()='{step}']" for step in path.split("/"))
    found = etree.fromstring(content).xpath(f"{steps}/text()")
    return [str(one) for one in found]
