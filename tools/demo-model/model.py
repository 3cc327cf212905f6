"""The llama architecture in its plainest form; names and layouts are those that llama.cpp expects."""

import dataclasses

import torch
from torch import nn
from torch.nn import functional


@dataclasses.dataclass(frozen=True)
class Shape:
    vocabulary: int
    width: int = 192
    layers: int = 5
    heads: int = 6
    kv_heads: int = 2
    feed_forward: int = 384
    context: int = 2048
    rope_base: float = 10000.0
    norm_epsilon: float = 1e-5

    @property
    def head(self):
        return self.width // self.heads


class Norm(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(shape.width))
        self.epsilon = shape.norm_epsilon

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.epsilon) * self.weight


def rotate(x, cosine, sine):
    """Rotary positions over the pairs (0, n/2), (1, n/2+1)…: fast here; the export brings the pairs side by side."""
    first, second = x.chunk(2, -1)
    return x * cosine + torch.cat((-second, first), -1) * sine


class Block(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        kv = shape.kv_heads * shape.head
        self.attention_norm, self.feed_forward_norm = Norm(shape), Norm(shape)
        self.qkv = nn.Linear(shape.width, shape.width + 2 * kv, bias=False)
        self.output = nn.Linear(shape.width, shape.width, bias=False)
        self.gate_up = nn.Linear(shape.width, 2 * shape.feed_forward, bias=False)
        self.down = nn.Linear(shape.feed_forward, shape.width, bias=False)

    def attend(self, x, cosine, sine, mask, cache):
        batch, length, width = x.shape
        shape = self.shape
        heads = self.qkv(x).view(batch, length, -1, shape.head)
        qk, v = heads.split([shape.heads + shape.kv_heads, shape.kv_heads], 2)
        q, k = rotate(qk, cosine, sine).transpose(1, 2).split([shape.heads, shape.kv_heads], 1)
        v = v.transpose(1, 2)
        if cache is not None:
            if cache:
                k, v = torch.cat((cache[0], k), 2), torch.cat((cache[1], v), 2)
            cache[:] = [k, v]
        group = shape.heads // shape.kv_heads
        q = q.reshape(batch * shape.kv_heads, group * length, shape.head)
        k, v = k.reshape(batch * shape.kv_heads, -1, shape.head), v.reshape(batch * shape.kv_heads, -1, shape.head)
        scores = torch.baddbmm(mask, q, k.transpose(1, 2), alpha=shape.head**-0.5)
        mixed = functional.softmax(scores, -1) @ v
        return self.output(mixed.view(batch, shape.heads, length, shape.head).transpose(1, 2).reshape(batch, length, width))

    def forward(self, x, cosine, sine, mask, cache=None):
        x = x + self.attend(self.attention_norm(x), cosine, sine, mask, cache)
        gate, up = self.gate_up(self.feed_forward_norm(x)).chunk(2, -1)
        return x + self.down(functional.silu(gate) * up)


class Llama(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = Norm(shape)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                deep = name.endswith(("output.weight", "down.weight"))
                nn.init.normal_(parameter, std=0.02 if name.startswith("embedding") else
                                parameter.shape[1] ** -0.5 * ((2 * shape.layers) ** -0.5 if deep else 1))

    def hidden(self, tokens, positions, mask, caches=None):
        """The last hidden states. `mask` is added to the attention scores: 0 where a token may look, -inf elsewhere."""
        pairs = torch.arange(0, self.shape.head, 2, dtype=torch.float32)
        angles = positions[:, :, None, None].float() * self.shape.rope_base ** (-pairs / self.shape.head)
        angles = torch.cat((angles, angles), -1)
        cosine, sine = angles.cos(), angles.sin()
        x = self.embedding(tokens)
        heads, kv_heads = self.shape.heads, self.shape.kv_heads
        mask = mask[:, None].expand(-1, heads, -1, -1).reshape(len(mask) * kv_heads, -1, mask.shape[-1])
        for index, block in enumerate(self.blocks):
            x = block(x, cosine, sine, mask, caches[index] if caches is not None else None)
        return self.norm(x)

    def logits(self, hidden):
        return hidden @ self.embedding.weight.T

    @torch.no_grad()
    def generate(self, prompt, stop, limit=400):
        """The most likely continuation of one prompt, without the stop token."""
        caches, out, position = [[] for _ in self.blocks], [], 0
        feed = prompt
        while len(out) < limit:
            positions = torch.arange(position, position + len(feed))[None]
            mask = torch.full((len(feed), len(feed)), float("-inf")).triu(1)
            mask = mask if position == 0 else torch.zeros(1, position + 1)
            token = int(self.logits(self.hidden(torch.tensor([feed]), positions, mask[None], caches)[0, -1]).argmax())
            position += len(feed)
            if token == stop:
                break
            out.append(token)
            feed = [token]
        return out
