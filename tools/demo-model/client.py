"""A small client for llama-server's OpenAI endpoint, whole and streamed."""

import dataclasses
import json
import statistics
import urllib.error
import urllib.request


@dataclasses.dataclass
class Reply:
    text: str = ""
    finish: str = ""
    calls: list = dataclasses.field(default_factory=list)


class Client:
    def __init__(self, url):
        self.url, self.engine, self._timings = url, "", []

    def _open(self, path, body):
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        try:
            return urllib.request.urlopen(request, timeout=120)
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{self.url}{path} answered {error.code}: {error.read().decode()[:500]}; asked: {body}") from error

    def post(self, path, body):
        with self._open(path, body) as response:
            return json.load(response)

    def chat(self, messages, tools=None, stream=False):
        body = {"model": "demo", "messages": messages, "temperature": 0, "max_tokens": 600, "stream": stream}
        if tools:
            body["tools"] = tools
        return self._streamed(body) if stream else self._whole(body)

    def _whole(self, body):
        reply = self.post("/v1/chat/completions", body)
        choice = reply["choices"][0]
        self.engine = f"llama-server {reply['system_fingerprint']}"
        self._timings.append(reply["timings"])
        made = [call["function"] for call in choice["message"].get("tool_calls") or []]
        return Reply(choice["message"].get("content") or "", choice["finish_reason"], [_pair(call) for call in made])

    def _streamed(self, body):
        reply, made = Reply(), []
        with self._open("/v1/chat/completions", body) as response:
            for line in response:
                if not line.startswith(b"data: {"):
                    continue
                for choice in json.loads(line[6:])["choices"]:
                    reply.finish = choice["finish_reason"] or reply.finish
                    reply.text += choice["delta"].get("content") or ""
                    for part in choice["delta"].get("tool_calls") or []:
                        if part["index"] == len(made):
                            made.append({"name": "", "arguments": ""})
                        for key in ("name", "arguments"):
                            made[part["index"]][key] += part["function"].get(key) or ""
        reply.calls = [_pair(call) for call in made]
        return reply

    def speed(self):
        """Medians over all whole replies, four at a time."""
        return {"promptTokensPerSecond": round(statistics.median(t["prompt_per_second"] for t in self._timings)),
                "tokensPerSecond": round(statistics.median(t["predicted_per_second"] for t in self._timings))}


def _pair(function):
    try:
        return function["name"], json.loads(function["arguments"])
    except json.JSONDecodeError:
        return function["name"], function["arguments"]
