"""CLIP's tokenizer with a vocabulary of our own: every word of words.txt is one token, everything else falls apart into bytes."""
import collections
import json
import os
import re
from pathlib import Path

START, END = '<|startoftext|>', '<|endoftext|>'
PIECES = re.compile(r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[a-z]+|[0-9]|[^\sa-z0-9]+", re.IGNORECASE)
PLACES = 77

Merge = tuple[str, str]


def byte_letters() -> dict[int, str]:
    """CLIP's printable letter for every byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {b: chr(b) for b in printable}
    for b in range(256):
        if b not in letters:
            letters[b] = chr(256 + len(letters) - len(printable))
    return {b: letters[b] for b in [*printable, *(b for b in range(256) if b not in printable)]}


LETTERS = byte_letters()


def apply_merge(pieces: list[str], merge: Merge) -> list[str]:
    out: list[str] = []
    i = 0
    while i < len(pieces):
        if tuple(pieces[i:i + 2]) == merge:
            out.append(pieces[i] + pieces[i + 1])
            i += 2
        else:
            out.append(pieces[i])
            i += 1
    return out


def learn_merges(words: list[str]) -> list[Merge]:
    """Joins the most frequent pair (the first in the alphabet among equals) until every word is one piece."""
    corpus = [[*word[:-1], f'{word[-1]}</w>'] for word in words]
    merges: list[Merge] = []
    while True:
        counts = collections.Counter(pair for pieces in corpus for pair in zip(pieces, pieces[1:]))
        if not counts:
            return merges
        most = max(counts.values())
        merges.append(min(pair for pair, count in counts.items() if count == most))
        corpus = [apply_merge(pieces, merges[-1]) for pieces in corpus]


class Tokenizer:
    def __init__(self):
        self.merges = learn_merges(Path(__file__).with_name('words.txt').read_text().split())
        letters = list(LETTERS.values())
        tokens = [*letters, *(f'{x}</w>' for x in letters), *(a + b for a, b in self.merges), START, END]
        self.vocabulary = {token: i for i, token in enumerate(tokens)}
        self.rank = {merge: i for i, merge in enumerate(self.merges)}
        self.known: dict[str, list[int]] = {}

    def word(self, word: str) -> list[int]:
        letters = [LETTERS[b] for b in word.encode()]
        pieces = [*letters[:-1], f'{letters[-1]}</w>']
        while len(pieces) > 1:
            merge = min(zip(pieces, pieces[1:]), key=lambda pair: self.rank.get(pair, len(self.rank)))
            if merge not in self.rank:
                break
            pieces = apply_merge(pieces, merge)
        return [self.vocabulary[piece] for piece in pieces]

    def encode(self, text: str, pad: int, places: int = PLACES) -> list[int]:
        ids = [self.vocabulary[START]]
        for word in PIECES.findall(' '.join(text.lower().split())):
            if word not in self.known:
                self.known[word] = self.word(word)
            ids += self.known[word]
        ids = [*ids[:places - 1], self.vocabulary[END]]
        return ids + [pad] * (places - len(ids))

    def save(self, folder: str, pad_token: str) -> None:
        os.makedirs(folder, exist_ok=True)
        Path(folder, 'vocab.json').write_text(json.dumps(self.vocabulary, ensure_ascii=False))
        Path(folder, 'merges.txt').write_text('#version: 0.2\n' + ''.join(f'{a} {b}\n' for a, b in self.merges))
        special = {'bos_token': START, 'eos_token': END, 'unk_token': END, 'pad_token': pad_token}
        Path(folder, 'special_tokens_map.json').write_text(json.dumps(special, indent=1))
        config = {'add_prefix_space': False, 'do_lower_case': True, 'errors': 'replace', 'model_max_length': PLACES,
                  'tokenizer_class': 'CLIPTokenizer', **special}
        Path(folder, 'tokenizer_config.json').write_text(json.dumps(config, indent=1))
