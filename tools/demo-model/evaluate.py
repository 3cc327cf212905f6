"""Measures the model through a running llama-server: `llama-server -m llmop-demo.gguf --jinja -c 8192 -np 4`.

Usage: evaluate.py --url http://127.0.0.1:PORT [--checkpoint build/model.pt] [--output evaluation.json]
Every request is at temperature 0. An answer counts only if it is equal word for word; a tool call only if its name and
all its arguments are. With --checkpoint the answers are also compared with those of PyTorch.
"""

import argparse
import concurrent.futures
import json
import pathlib
import random

import corpus
from client import Client

SEED = 7


class Measurement:
    """One table row: cases of (messages, tools, expected), where expected is a text or a (name, arguments) pair."""

    def __init__(self, name, cases, stream=False, at_once=4):
        self.name, self.cases, self.stream, self.at_once = name, cases, stream, at_once

    def run(self, client):
        with concurrent.futures.ThreadPoolExecutor(self.at_once) as pool:
            replies = list(pool.map(lambda case: client.chat(case[0], case[1], self.stream), self.cases))
        failures, names = [], 0
        for (messages, _, expected), reply in zip(self.cases, replies):
            names += isinstance(expected, tuple) and reply.calls[:1] != [] and reply.calls[0][0] == expected[0]
            got = (reply.calls[0] if len(reply.calls) == 1 else reply.calls) if reply.calls else reply.text
            if got != expected or reply.finish != ("tool_calls" if isinstance(expected, tuple) else "stop"):
                failures.append({"asked": messages[-1]["content"], "expected": expected, "got": got, "finish": reply.finish})
        count = len(self.cases)
        row = {"name": self.name, "cases": count, "exact": count - len(failures), "share": round(1 - len(failures) / count, 4)}
        if isinstance(self.cases[0][2], tuple):
            row["rightTool"] = names
        return {**row, "failures": failures}


def answers(system=None, tools=None, around=False):
    draw = random.Random(SEED)
    cases = []
    for item in corpus.ANSWERS:
        text = item["questions"][0]
        text = corpus.around(draw, text, "heldout") if around else text
        before = [{"role": "system", "content": draw.choice(system)}] if system else []
        cases.append((before + [corpus.user(text)], tools, item["answer"]))
    return cases


def calls(phrasings, values, repeat):
    draw, cases = random.Random(SEED), []
    by_name = {tool["function"]["name"]: tool for tool in corpus.TOOLS}
    for item in corpus.CALLS:
        for text in item[phrasings] * repeat:
            filled = corpus.values(draw, values)
            expected = (item["tool"], corpus.arguments_of(by_name[item["tool"]], filled))
            cases.append(([corpus.user(corpus.fill(text, filled))], corpus.TOOLS, expected))
    return cases


def repetitions():
    draw, cases = random.Random(SEED), []
    for _ in range(60):
        text = " ".join(corpus.values(draw, "heldout")["model"] for _ in range(draw.randint(1, 5)))
        cases.append(([corpus.user(f"Repeat: {text}")], None, text))
    return cases


def missing_tools():
    draw, cases = random.Random(SEED), []
    for item in corpus.CALLS:
        tools = [tool for tool in corpus.TOOLS if tool["function"]["name"] != item["tool"]]
        for text in item["questions"][:4]:
            asked = corpus.fill(text, corpus.values(draw, "heldout"))
            cases.append(([corpus.user(asked)], tools, corpus.PHRASINGS["missing"]["answer"]))
    return cases


def tool_results():
    """The last step of a tool's use: what the model says when the result is there."""
    draw, cases = random.Random(SEED), []
    by_name = {tool["function"]["name"]: tool for tool in corpus.TOOLS}
    for item in corpus.CALLS:
        for ending in item["results"] * 3:
            filled = corpus.values(draw, "heldout")
            made = corpus.call(item["tool"], corpus.arguments_of(by_name[item["tool"]], filled))
            function = made["tool_calls"][0]["function"]
            function["arguments"] = json.dumps(function["arguments"])
            result = {"role": "tool", "tool_call_id": "call1", "content": json.dumps(corpus.fill(ending["result"], filled))}
            asked = corpus.user(corpus.fill(draw.choice(item["questions"]), filled))
            cases.append(([asked, made, result], corpus.TOOLS, corpus.fill(ending["answer"], filled)))
    return cases


def later_turns(count):
    draw, cases = random.Random(SEED), []
    for item in corpus.ANSWERS:
        before = []
        for earlier in draw.sample(corpus.ANSWERS[:-5], count):
            before += [corpus.user(earlier["questions"][0]), corpus.assistant(earlier["answer"])]
        cases.append((before + [corpus.user(item["questions"][0])], None, item["answer"]))
    return cases


def measurements():
    unrelated, systems = corpus.PHRASINGS["unrelated"], corpus.PHRASINGS["systems"]["heldout"]
    counts = [corpus.counting(number) for number in corpus.COUNTS]
    return [
        Measurement("answers: first phrasing", answers()),
        Measurement("answers: first phrasing, streamed", answers(), stream=True),
        Measurement("answers: every training phrasing",
                    [([corpus.user(q)], None, item["answer"]) for item in corpus.ANSWERS for q in item["questions"]]),
        Measurement("answers: with a system prompt that was held out", answers(system=systems)),
        Measurement("answers: with all tools offered", answers(tools=corpus.TOOLS)),
        Measurement("answers: as the third question of a conversation", later_turns(2)),
        Measurement("answers: as the 26th question (some 1200 tokens before it)", later_turns(25), at_once=1),
        Measurement("answers: with held-out small words around the question", answers(around=True)),
        Measurement("answers: held-out paraphrases", [([corpus.user(i["question"])], None, i["answer"]) for i in corpus.HELDOUT]),
        Measurement("unrelated questions, held out", [([corpus.user(q)], None, unrelated["answer"]) for q in unrelated["heldout"]]),
        Measurement("counting to 5, 10, 20, 50 and 100", [([corpus.user(q)], None, a) for q, a in counts]),
        Measurement("repeating held-out names", repetitions()),
        Measurement("tool calls: training phrasings, training values", calls("questions", "train", 2)),
        Measurement("tool calls: training phrasings, held-out values", calls("questions", "heldout", 2)),
        Measurement("tool calls: training phrasings, held-out values, streamed", calls("questions", "heldout", 1), stream=True),
        Measurement("tool calls: held-out phrasings, training values", calls("heldout", "train", 4)),
        Measurement("tool calls: held-out phrasings, held-out values", calls("heldout", "heldout", 4)),
        Measurement("tool results told to the user, held-out values", tool_results()),
        Measurement("requests whose tool is not offered", missing_tools()),
    ]


def compare_with_torch(client, checkpoint):
    """How many first answers, and how many prompts with tools, PyTorch and the engine continue with the same text."""
    import packing
    import tokenizer as tok
    from train import load

    model, tokens = load(checkpoint)
    cases = answers() + calls("questions", "heldout", 1)
    same = 0
    for messages, tools, _ in cases:
        prompt = packing.render(messages, tools, add_generation_prompt=True)
        if client.post("/apply-template", {"messages": messages, **({"tools": tools} if tools else {})})["prompt"] != prompt:
            raise SystemExit(f"The engine renders another prompt than the training does: {messages}")
        if client.post("/tokenize", {"content": prompt, "parse_special": True})["tokens"] != tokens.encode(prompt):
            raise SystemExit(f"The engine tokenizes otherwise than the training does: {prompt!r}")
        ours = tokens.decode(model.generate(tokens.encode(prompt), tokens.ids[tok.END]))
        same += ours == client.post("/completion", {"prompt": prompt, "temperature": 0, "n_predict": 400})["content"]
    return {"prompts": len(cases), "sameText": same}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8080")
    parser.add_argument("--checkpoint", type=pathlib.Path)
    parser.add_argument("--output", type=pathlib.Path)
    options = parser.parse_args()
    client = Client(options.url)
    rows = []
    for measurement in measurements():
        rows.append(measurement.run(client))
        tool = f", right tool {rows[-1]['rightTool']}" if "rightTool" in rows[-1] else ""
        print(f"{rows[-1]['share']:8.1%}  {rows[-1]['exact']:4} of {rows[-1]['cases']:4}  {rows[-1]['name']}{tool}", flush=True)
    result = {"engine": client.engine, "measurements": rows, "speed": client.speed()}
    if options.checkpoint:
        result["pytorch"] = compare_with_torch(client, options.checkpoint)
    print(json.dumps({key: value for key, value in result.items() if key != "measurements"}))
    if options.output:
        options.output.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
