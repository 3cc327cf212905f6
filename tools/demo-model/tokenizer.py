"""A byte-level BPE tokenizer that splits and merges exactly as llama.cpp does (model gpt2, pre-tokenizer qwen2).

Merges are learned in two stages: first inside runs of letters, then between a leading character (mostly the space)
and a whole word. So "qwen" is cut into the same tokens after a space, a quote or a dash, and the model can copy names
that it never saw from a request into the JSON of a tool call.
"""

import collections
import json
import re
import sys
import unicodedata

END_OF_TEXT, START, END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
CONTROL = [END_OF_TEXT, START, END]
USER_DEFINED = ["<tool_call>", "</tool_call>", "<tools>", "</tools>"]
SPECIAL = CONTROL + USER_DEFINED


def _unicode_class(first_letter):
    """The ranges of all characters of a Unicode category, for use inside [...]: Python's re has no \\p{L}."""
    ranges, start = [], None
    for code in range(sys.maxunicode + 2):
        inside = code <= sys.maxunicode and unicodedata.category(chr(code))[0] == first_letter
        if inside and start is None:
            start = code
        elif not inside and start is not None:
            ranges.append(f"\\U{start:08x}-\\U{code - 1:08x}")
            start = None
    return "".join(ranges)


_L, _N = _unicode_class("L"), _unicode_class("N")
_WORDS = re.compile(
    rf"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n{_L}{_N}]?[{_L}]+|[{_N}]"
    rf"| ?[^\s{_L}{_N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_SPECIALS = re.compile("(" + "|".join(re.escape(token) for token in SPECIAL) + ")")


def _byte_characters():
    """GPT-2's table: a printable character for each byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    table = {byte: chr(byte) for byte in printable}
    table.update({byte: chr(256 + index) for index, byte in enumerate(others)})
    return table


_BYTES = _byte_characters()
_BYTE_OF = {character: byte for byte, character in _BYTES.items()}


def _symbols(word):
    return [_BYTES[byte] for byte in word.encode("utf-8")]


def _merge(symbols, pair):
    out, index = [], 0
    while index < len(symbols):
        if index + 1 < len(symbols) and (symbols[index], symbols[index + 1]) == pair:
            out.append(symbols[index] + symbols[index + 1])
            index += 2
        else:
            out.append(symbols[index])
            index += 1
    return out


def _learn(words, count):
    """The `count` most frequent merges of a list of [symbols, frequency]; ties go to the smaller pair."""
    merges = []
    while len(merges) < count:
        pairs = collections.Counter()
        for symbols, frequency in words:
            for pair in zip(symbols, symbols[1:]):
                pairs[pair] += frequency
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        if pairs[best] < 2:
            break
        merges.append(best)
        for entry in words:
            entry[0] = _merge(entry[0], best)
    return merges


class Tokenizer:
    def __init__(self, merges):
        self.merges = [tuple(pair) for pair in merges]
        ordered = [_BYTES[byte] for byte in range(256)] + ["".join(pair) for pair in self.merges]
        self.tokens = list(dict.fromkeys(ordered)) + SPECIAL
        self.ids = {token: index for index, token in enumerate(self.tokens)}
        self._ranks = {pair: rank for rank, pair in enumerate(self.merges)}
        self._cache = {}

    @classmethod
    def train(cls, texts, inner_merges, outer_merges):
        inner, outer = collections.Counter(), collections.Counter()
        for text in texts:
            for piece in _SPECIALS.split(text):
                for word in [] if piece in SPECIAL else _WORDS.findall(piece):
                    outer[word] += 1
                    inner[word[1:] if word[1:].isalpha() and not word[0].isalpha() else word] += 1
        words = [[_symbols(word), count] for word, count in sorted(inner.items())]
        merges = _learn(words, inner_merges)
        first = cls(merges)
        words = []
        for word, count in sorted(outer.items()):
            symbols = first._split(word)
            if len(symbols) == 2 and not word[0].isalpha():
                words.append([symbols, count])
        return cls(merges + _learn(words, outer_merges))

    def _split(self, word):
        if word not in self._cache:
            symbols = _symbols(word)
            while len(symbols) > 1:
                pair = min(zip(symbols, symbols[1:]), key=lambda pair: self._ranks.get(pair, 1 << 30))
                if pair not in self._ranks:
                    break
                symbols = _merge(symbols, pair)
            self._cache[word] = symbols
        return self._cache[word]

    def encode(self, text):
        out = []
        for piece in _SPECIALS.split(text):
            if piece in SPECIAL:
                out.append(self.ids[piece])
            else:
                for word in _WORDS.findall(piece):
                    out.extend(self.ids[symbol] for symbol in self._split(word))
        return out

    def decode(self, ids):
        text = bytearray()
        for token in (self.tokens[index] for index in ids):
            text += token.encode() if token in SPECIAL else bytes(_BYTE_OF[character] for character in token)
        return text.decode("utf-8", errors="replace")

    def save(self, path):
        path.write_text(json.dumps([" ".join(pair) for pair in self.merges], ensure_ascii=False, indent=0))

    @classmethod
    def load(cls, path):
        return cls([tuple(line.split(" ")) for line in json.loads(path.read_text())])
