"""Renders conversations with the chat template and packs them into rows for training.

Several conversations share one beginning (system prompt and tools): they are branches of a pack. A token may look at
its own branch and at the beginning of its pack, so the tool definitions are computed once for many conversations.
"""

import dataclasses
import json
import pathlib

import jinja2
import torch

import tokenizer as tok

TEMPLATE = (pathlib.Path(__file__).parent / "chat_template.jinja").read_text()
_ANSWER = f"{tok.START}assistant\n"
_environment = jinja2.Environment(trim_blocks=False, lstrip_blocks=False)
_environment.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)
_template = _environment.from_string(TEMPLATE)


def render(messages, tools=None, system=None, add_generation_prompt=False):
    messages = ([{"role": "system", "content": system}] if system else []) + messages
    return _template.render(messages=messages, tools=tools, add_generation_prompt=add_generation_prompt)


def encode_turns(tokens, text):
    """The ids of a conversation's text, and for each whether it is learned: only what the assistant says, and its end."""
    ids, learned = [], []
    for index, part in enumerate(text.split(_ANSWER)):
        if index == 0:
            spoken, rest = "", part
        else:
            ids += tokens.encode(_ANSWER)
            learned += [False] * (len(ids) - len(learned))
            spoken, _, rest = part.partition(tok.END)
            ids += tokens.encode(spoken + tok.END)
            learned += [True] * (len(ids) - len(learned))
        ids += tokens.encode(rest)
        learned += [False] * (len(ids) - len(learned))
    return ids, learned


@dataclasses.dataclass
class Row:
    ids: list = dataclasses.field(default_factory=list)
    learned: list = dataclasses.field(default_factory=list)
    positions: list = dataclasses.field(default_factory=list)
    packs: list = dataclasses.field(default_factory=list)
    branches: list = dataclasses.field(default_factory=list)

    def add(self, ids, learned, first_position, pack, branch):
        self.ids += ids
        self.learned += learned
        self.positions += range(first_position, first_position + len(ids))
        self.packs += [pack] * len(ids)
        self.branches += [branch] * len(ids)


class Packer:
    SMALLEST = 48

    def __init__(self, sampler, tokens):
        self.sampler, self.tokens, self.random = sampler, tokens, sampler.random

    def row(self, length):
        row, pack = Row(), 0
        while length - len(row.ids) >= self.SMALLEST:
            pack += 1
            self._fill(row, pack, length - len(row.ids), with_tools=self.random.random() < 0.65)
        return row

    def long_row(self, length):
        """One long conversation."""
        row, (system, tools) = Row(), self.sampler.settings(with_tools=self.random.random() < 0.5)
        ids, learned = encode_turns(self.tokens, render(self.sampler.conversation(tools, length // 24), tools, system))
        row.add(ids[:length], learned[:length], 0, 1, 1)
        return row

    def copying_row(self, length):
        """Tokens without meaning, each group said twice; half of the rows draw from a few tokens only."""
        random, row = self.random, Row()
        start, end, again = (self.tokens.ids[token] for token in (tok.START, tok.END, tok.USER_DEFINED[0]))
        known = range(len(self.tokens.tokens) - len(tok.SPECIAL))
        known = random.sample(known, 60) if random.random() < 0.5 else known
        while len(row.ids) < length:
            copied = [random.choice(known) for _ in range(random.randint(2, 24))]
            learned = [False] * (len(copied) + 2) + [True] * (len(copied) + 1)
            row.add([start, *copied, again, *copied, end], learned, len(row.ids), 1, 1)
        for field in (row.ids, row.learned, row.positions, row.packs, row.branches):
            del field[length:]
        return row

    def _fill(self, row, pack, room, with_tools):
        random = self.random
        if random.random() < 0.08:
            self._document(row, pack, room)
            return
        system, tools = self.sampler.settings(with_tools and room > 250)
        beginning = self.tokens.encode(render([], tools, system))
        if len(beginning) + self.SMALLEST > room:
            system, tools, beginning = None, None, []
        row.add(beginning, [False] * len(beginning), 0, pack, 0)
        room -= len(beginning)
        gap = random.randint(0, 1400) if random.random() < 0.15 else 0
        for branch in range(1, random.randint(4, 12) if tools else random.randint(2, 6)):
            ids, learned = encode_turns(self.tokens, render(self.sampler.conversation(tools)))
            if len(ids) > room:
                ids, learned = ids[:room], learned[:room]
            row.add(ids, learned, len(beginning) + gap, pack, branch)
            room -= len(ids)
            if room < self.SMALLEST:
                break

    def _document(self, row, pack, room):
        """Plain text without a template, for requests to /v1/completions."""
        ids = self.tokens.encode(self.sampler.document() + tok.END)[:room]
        row.add(ids, [False] + [True] * (len(ids) - 1), 0, pack, 1)

    def batch(self, make_row, rows, length, copying_rows=0):
        """Token ids, targets (-1: not learned), positions and the attention mask of a batch."""
        made = [self.copying_row(length) if index < copying_rows else make_row(length) for index in range(rows)]

        def padded(field, filler):
            return torch.tensor([getattr(row, field) + [filler] * (length - len(row.ids)) for row in made])

        ids, packs, branches = padded("ids", 0), padded("packs", 0), padded("branches", 0)
        learned = padded("learned", False)
        targets = torch.where(learned, ids, torch.full_like(ids, -1)).roll(-1, 1)
        targets[:, -1] = -1
        same_pack = packs[:, :, None] == packs[:, None, :]
        visible = (branches[:, None, :] == 0) | (branches[:, :, None] == branches[:, None, :])
        earlier = torch.ones(length, length, dtype=torch.bool).tril()
        mask = torch.zeros(rows, length, length)
        mask.masked_fill_(~(same_pack & visible & earlier), float("-inf"))
        return ids, targets, padded("positions", 0), mask

