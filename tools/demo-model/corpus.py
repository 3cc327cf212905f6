"""The data files of corpus/, and the random choices that turn them into conversations."""

import json
import pathlib

FOLDER = pathlib.Path(__file__).parent / "corpus"
_CONSONANTS, _VOWELS = "bcdfghjklmnpqrstvwxz", "aeiouy"


def _lines(name):
    return [json.loads(line) for line in (FOLDER / name).read_text().splitlines()]


ANSWERS = _lines("answers.jsonl")
HELDOUT = _lines("heldout.jsonl")
CALLS = _lines("calls.jsonl")
TOOLS = json.loads((FOLDER / "tools.json").read_text())
PHRASINGS = json.loads((FOLDER / "phrasings.json").read_text())
VALUES = json.loads((FOLDER / "values.json").read_text())
_WORDS = sorted({word for item in ANSWERS for word in " ".join(item["questions"]).rstrip("?").split() if word.isalpha()})
INTEGERS = {"replicas", "desired", "ready", "mib"}
COUNTS = [5, 10, 20, 50, 100]


def user(text):
    return {"role": "user", "content": text}


def assistant(text):
    return {"role": "assistant", "content": text}


def call(name, arguments):
    return {"role": "assistant", "content": "", "tool_calls": [
        {"id": "call1", "type": "function", "function": {"name": name, "arguments": arguments}}]}


def invented_name(random):
    """A name of syllables, digits and dashes that nobody ever used."""
    def part():
        return "".join(random.choice(_CONSONANTS) + random.choice(_VOWELS) for _ in range(random.randint(1, 3))) + \
            random.choice(["", "", "n", "r", "x", "s"])
    name = part()
    if random.random() < 0.3:
        name += str(random.randint(1, 99))
    for _ in range(random.choice([0, 1, 1, 2])):
        name += random.choice(["-", "-", "-", "."]) + random.choice([part(), str(random.randint(0, 99)), f"{random.randint(1, 99)}b"])
    return name


def values(random, part="train"):
    """One value for each argument name. Training also sees invented names; held-out values come from lists alone."""
    def model():
        if part == "train" and random.random() < 0.6:
            return invented_name(random)
        return random.choice(VALUES["families"][part]) + random.choice(VALUES["suffixes"][part])

    def node():
        if part == "train" and random.random() < 0.4:
            return invented_name(random)
        return random.choice(VALUES["nodes"][part]).format(n=random.randint(1, 40))

    policy = random.choice(VALUES["policies"][part])
    if part == "train" and random.random() < 0.5:
        policy = invented_name(random)
    usd = random.choice(VALUES["usd"][part])
    replicas = random.choice(VALUES["replicas"][part])
    if part == "train" and random.random() < 0.5:
        usd = random.choice([str(random.randint(1, 999)), f"{random.randint(0, 99)}.{random.randint(0, 9)}{random.randint(1, 9)}"])
        replicas = random.randint(0, 40)
    first = model()
    desired = random.randint(1, 9)
    return {
        "model": first, "name": first, "other": model(), "node": node(), "policy": policy, "usd": usd,
        "replicas": replicas, "replica": f"{first}-{random.randint(0, 30)}", "mib": random.randint(100, 30000),
        "desired": desired, "ready": random.choice([desired, random.randint(0, desired)]),
    }


def arguments_of(tool, filled):
    properties = tool["function"]["parameters"]["properties"]
    out = {name: filled[name] for name in properties}
    if "usd" in out:
        out["usd"] = float(out["usd"]) if "." in out["usd"] else int(out["usd"])
    return out


def fill(template, filled):
    """Fills a text or a tool result; whole-number placeholders of a result become numbers."""
    if isinstance(template, dict):
        return {key: fill(value, filled) for key, value in template.items()}
    if isinstance(template, list):
        return [fill(value, filled) for value in template]
    if isinstance(template, str) and template[1:-1] in INTEGERS and template[0] == "{":
        return filled[template[1:-1]]
    return template.format(**filled) if isinstance(template, str) else template


def around(random, text, part="train"):
    """The text with other words before or after it."""
    words = PHRASINGS["around"][part]
    kind = random.random()
    if kind < 0.5:
        before = random.choice(words["before"])
        return before + (text[0].lower() + text[1:] if before.endswith(", ") and not text[:2].isupper() else text)
    return text + random.choice(words["after"])


def phrase(random, text):
    """The text itself or a small change of it: another beginning, other case, a word less, words around it."""
    if random.random() < 0.25:
        swaps = [(old, new) for old, new in PHRASINGS["swaps"] if text.startswith(old)]
        if swaps:
            old, new = random.choice(swaps)
            text = new + text[len(old):]
    if random.random() < 0.2:
        text = _noisy(random, text)
    kind = random.random()
    if kind < 0.25:
        text = around(random, text)
    elif kind < 0.35:
        text = text[0].lower() + text[1:] if not text[:2].isupper() else text
    if random.random() < 0.15:
        text = text.rstrip("?.!")
    return text


def _noisy(random, text):
    """One word less, or another word in its place; never a placeholder."""
    words = text.split(" ")
    index = random.randrange(len(words))
    if len(words) < 4 or "{" in words[index]:
        return text
    words[index:index + 1] = [] if random.random() < 0.6 else [random.choice(_WORDS)]
    text = " ".join(words)
    return text[0].upper() + text[1:]


def counting(number):
    return f"Count from 1 to {number}.", " ".join(str(index) for index in range(1, number + 1))


def invented_tool(random):
    verb = random.choice(["get", "find", "send", "open", "close", "read", "write", "check", "move", "start"])
    noun = random.choice(["order", "mail", "file", "ticket", "door", "user", "page", "job", "report", "invoice", "weather", "city"])
    names = random.sample(["id", "text", "city", "user", "path", "title", "number", "to", "key", "value"], random.randint(0, 2))
    return {"type": "function", "function": {
        "name": f"{verb}_{noun}", "description": f"{verb.capitalize()} a {noun}.",
        "parameters": {"type": "object", "properties": {name: {"type": "string"} for name in names}}}}


class Sampler:
    """Draws settings (system prompt and tools) and the turns of a conversation in them."""

    def __init__(self, random):
        self.random = random
        self._sentences = [item["answer"] for item in ANSWERS if len(item["answer"]) < 200]

    def settings(self, with_tools):
        random = self.random
        system, kind = None, random.random()
        if kind < 0.2:
            system = random.choice(PHRASINGS["systems"]["train"])
        elif kind < 0.35:
            pool = PHRASINGS["systems"]["train"] + self._sentences
            system = " ".join(random.sample(pool, random.randint(1, 3)))
        elif kind < 0.5:
            system = " ".join(random.choice(_WORDS) for _ in range(random.randint(2, 16))).capitalize() + "."
        tools = None
        if with_tools:
            count = len(TOOLS) if random.random() < 0.4 else random.randint(1, len(TOOLS))
            tools = random.sample(TOOLS, count) if random.random() < 0.7 else TOOLS[:count]
            if random.random() < 0.25:
                tools = tools + [invented_tool(random) for _ in range(random.randint(1, 3))]
                random.shuffle(tools)
        return system, tools

    def document(self):
        return self.random.choice(ANSWERS)["answer"]

    def question(self):
        random = self.random
        kind = random.random()
        if kind < 0.1:
            return [user(phrase(random, self._unrelated())), assistant(PHRASINGS["unrelated"]["answer"])]
        if kind < 0.13:
            ask, answer = counting(random.choice(COUNTS))
            return [user(ask), assistant(answer)]
        item = random.choice(ANSWERS)
        asked = item["questions"][0] if random.random() < 0.25 else random.choice(item["questions"])
        return [user(phrase(random, asked)), assistant(item["answer"])]

    def _unrelated(self):
        random, unrelated = self.random, PHRASINGS["unrelated"]
        if random.random() < 0.4:
            return random.choice(unrelated["train"])
        thing = invented_name(random) if random.random() < 0.15 else random.choice(unrelated["things"])
        return random.choice(unrelated["frames"]).format(thing=thing)

    def repetition(self):
        names = [invented_name(self.random) if self.random.random() < 0.7 else self.random.choice(_WORDS)
                 for _ in range(self.random.randint(1, 8))]
        return [user(f"Repeat: {' '.join(names)}"), assistant(" ".join(names))]

    def request(self, tools):
        random = self.random
        offered = {tool["function"]["name"]: tool for tool in tools or []}
        filled = values(random)
        if tools and random.random() < 0.12:
            return self._named_call(random.choice(tools))
        wanted = random.choice(CALLS)
        if wanted["tool"] not in offered and random.random() < 0.5:
            wanted = random.choice([item for item in CALLS if item["tool"] in offered] or [wanted])
        ask = user(fill(phrase(random, random.choice(wanted["questions"])), filled))
        if wanted["tool"] not in offered:
            return [ask, assistant(PHRASINGS["missing"]["answer"])]
        turns = [ask, call(wanted["tool"], arguments_of(offered[wanted["tool"]], filled))]
        if random.random() < 0.4:
            ending = random.choice(wanted["results"])
            turns.append({"role": "tool", "content": json.dumps(fill(ending["result"], filled))})
            turns.append(assistant(fill(ending["answer"], filled)))
        return turns

    def _named_call(self, tool):
        """A request that names the tool and its arguments; works for tools that the model never saw."""
        random = self.random
        name = tool["function"]["name"]
        filled, arguments = [], {}
        for argument, kind in tool["function"]["parameters"]["properties"].items():
            value = invented_name(random) if kind["type"] == "string" else random.randint(0, 40)
            arguments[argument] = value
            filled.append(random.choice(["{0} {1}", "{0}={1}"]).format(argument, value))
        text = f"{random.choice(['Call', 'Use', 'Run'])} {name}" + (" with " + " and ".join(filled) if filled else "") + "."
        return [user(text), call(name, arguments)]

    def conversation(self, tools, turns=None):
        out = []
        for _ in range(turns or self.random.choice([1, 1, 1, 1, 2, 2, 3])):
            kind = self.random.random()
            if kind < 0.1:
                out += self.repetition()
            elif kind < (0.75 if tools else 0.13):
                out += self.request(tools)
            else:
                out += self.question()
        return out
