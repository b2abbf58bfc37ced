"""What every reader of text needs: normalising with offsets, many patterns in one pass, a linear classifier, words."""

from copilot.language.figures import figures
from copilot.language.linear import Example, LinearClassifier, fit_on_vectors, trained, trained_for
from copilot.language.normalise import Normalised, normalise, squeeze
from copilot.language.patterns import PatternMatch, PatternSet, compile_pattern
from copilot.language.segments import Segments, is_word
from copilot.language.words import character_bigrams, words

__all__ = [
    "Example",
    "LinearClassifier",
    "Normalised",
    "PatternMatch",
    "PatternSet",
    "Segments",
    "character_bigrams",
    "compile_pattern",
    "figures",
    "fit_on_vectors",
    "is_word",
    "normalise",
    "squeeze",
    "trained",
    "trained_for",
    "words",
]  # fmt: skip
