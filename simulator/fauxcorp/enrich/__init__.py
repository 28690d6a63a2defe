"""What an effect means: owner of the destination, authority, secrets carried."""

from fauxcorp.enrich.context import FILE_CLASSES, Context
from fauxcorp.enrich.enricher import Enricher
from fauxcorp.enrich.secretindex import SecretIndex

__all__ = ["FILE_CLASSES", "Context", "Enricher", "SecretIndex"]
