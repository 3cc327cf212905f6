"""Trains the tokenizer and the model, and writes the GGUF file. Usage: train.py OUTPUT.gguf [--steps N]"""

import argparse
import pathlib
import random
import time

import torch
from torch.nn import functional

import corpus
import export_gguf
import muon
import packing
import tokenizer as tok
from model import Llama, Shape

SEED = 2026
INNER_MERGES, OUTER_MERGES, TOKENIZER_TEXTS = 700, 400, 6000
ROWS, LENGTH = 6, 384
LONG_ROWS, LONG_LENGTH, LONG_SHARE = 2, 1152, 0.12
COPYING_ROWS, COPYING_LENGTH, COPYING_LOSS, COPYING_MOST = 32, 96, 0.1, 700
MUON_PEAK, ADAM_PEAK, WARM_UP, DECAY = 0.02, 4e-3, 30, 0.6


def train_tokenizer():
    sampler = corpus.Sampler(random.Random(SEED))
    texts = []
    for index in range(TOKENIZER_TEXTS):
        system, tools = sampler.settings(with_tools=index % 4 == 0)
        texts.append(packing.render(sampler.conversation(tools), tools, system))
    return tok.Tokenizer.train(texts, INNER_MERGES, OUTER_MERGES)


class Trainer:
    def __init__(self, tokens):
        torch.manual_seed(SEED)
        self.started = time.monotonic()
        self.model = Llama(Shape(vocabulary=len(tokens.tokens)))
        inner = [p for p in self.model.blocks.parameters() if p.dim() == 2]
        others = [self.model.embedding.weight] + [p for p in self.model.parameters() if p.dim() == 1]
        self.optimizers = [(muon.Muon(inner), MUON_PEAK), (torch.optim.Adam(others, betas=(0.9, 0.98)), ADAM_PEAK)]
        self.packer = packing.Packer(corpus.Sampler(random.Random(SEED + 1)), tokens)
        self.losses = []

    def step(self, batch, rate):
        ids, targets, positions, mask = batch
        for optimizer, peak in self.optimizers:
            optimizer.param_groups[0]["lr"] = peak * rate
        hidden = self.model.hidden(ids, positions, mask)
        chosen = targets >= 0
        loss = functional.cross_entropy(self.model.logits(hidden[chosen]), targets[chosen])
        self.model.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer, _ in self.optimizers:
            optimizer.step()
        self.losses.append(loss.item())

    def report(self, text):
        mean = sum(self.losses) / len(self.losses)
        print(f"{text}, loss {mean:.4f}, {time.monotonic() - self.started:.0f} s", flush=True)
        self.losses = []
        return mean

    def learn_copying(self):
        """Copying comes first and alone: everything that uses words of the request needs it."""
        for step in range(COPYING_MOST):
            batch = self.packer.batch(self.packer.copying_row, COPYING_ROWS, COPYING_LENGTH)
            self.step(batch, min(1.0, (step + 1) / WARM_UP))
            if (step + 1) % 25 == 0 and self.report(f"copying, step {step + 1}") < COPYING_LOSS:
                return

    def learn_conversations(self, steps):
        packer = self.packer
        for step in range(steps):
            long = packer.random.random() < LONG_SHARE
            rows = (packer.long_row, LONG_ROWS, LONG_LENGTH) if long else (packer.row, ROWS, LENGTH, int(step < steps / 3))
            self.step(packer.batch(*rows), min(1.0, (steps - step) / (steps * DECAY)))
            if (step + 1) % 50 == 0:
                self.report(f"conversations, step {step + 1} of {steps}")


def save(model, tokens, path):
    state = {name: p.detach().half() if p.dim() == 2 else p.detach() for name, p in model.named_parameters()}
    torch.save({"merges": tokens.merges, "state": state}, path)


def load(path):
    """The tokenizer and the model of a checkpoint, with its weights rounded as they are in the GGUF file."""
    saved = torch.load(path)
    tokens = tok.Tokenizer(saved["merges"])
    model = Llama(Shape(vocabulary=len(tokens.tokens)))
    model.load_state_dict({name: value.float() for name, value in saved["state"].items()})
    return model, tokens


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--checkpoint", type=pathlib.Path, help="where to keep the PyTorch weights too")
    parser.add_argument("--steps", type=int, default=1200)
    options = parser.parse_args()
    torch.set_num_threads(2)
    torch.use_deterministic_algorithms(True)
    tokens = train_tokenizer()
    trainer = Trainer(tokens)
    print(f"{sum(p.numel() for p in trainer.model.parameters())} parameters, {len(tokens.tokens)} tokens", flush=True)
    trainer.learn_copying()
    trainer.learn_conversations(options.steps)
    if options.checkpoint:
        save(trainer.model, tokens, options.checkpoint)
    export_gguf.export(trainer.model, tokens, packing.TEMPLATE, options.output)
    print(f"{options.output}: {options.output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
