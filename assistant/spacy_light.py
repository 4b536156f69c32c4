"""spaCy without PyTorch.

spaCy's engine imports PyTorch wherever it is installed, which costs the service 200 MB and two seconds for nothing that
is used here. It is hidden for as long as spaCy is being imported.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Doc", "Language", "Span", "Vocab", "filter_spans", "spacy"]


@contextmanager
def _hidden(name: str) -> Iterator[None]:
    """Let imports of a module fail, unless it has been imported already."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # documented: such an import raises ModuleNotFoundError
    try:
        yield
    finally:
        del sys.modules[name]


with _hidden("torch"):
    import spacy
    from spacy.language import Language
    from spacy.tokens import Doc, Span
    from spacy.util import filter_spans
    from spacy.vocab import Vocab
