// The official client of the Model Context Protocol.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { check, equal, known, model, question } from "./behaviours.mjs";

export default function (base) {
  const connected = async (use) => {
    const client = new Client({ name: "client-stories", version: "1.0.0" });
    await client.connect(new StreamableHTTPClientTransport(new URL(`${base}/mcp`)));
    try {
      return await use(client);
    } finally {
      await client.close();
    }
  };
  const call = (name, args) => connected((client) => client.callTool({ name, arguments: args }));
  const textOf = (result) => result.content.map((c) => c.text).join("");
  return {
    "connect: name and version": () => connected(async (client) => equal(client.getServerVersion().name, "llm-operator-router")),
    "connect: instructions": () => connected(async (client) => check(client.getInstructions().includes("list_models"), "none")),
    "connect: tools are offered": () => connected(async (client) => check(client.getServerCapabilities().tools, "none")),
    "ping": () => connected((client) => client.ping()),
    "tools: three with schemas": () => connected(async (client) => {
      const { tools } = await client.listTools();
      equal(tools.map((t) => t.name).sort().join(), "code,generate,list_models");
      check(tools.every((t) => t.inputSchema.type === "object" && t.annotations.readOnlyHint), JSON.stringify(tools));
    }),
    "list_models": async () => check(textOf(await call("list_models", {})).includes(model), "not listed"),
    "generate: with a model": async () => {
      const result = await call("generate", { prompt: question, model, temperature: 0 });
      check(!result.isError && textOf(result).includes(known), JSON.stringify(result));
    },
    "generate: limit of tokens": async () => {
      const long = textOf(await call("generate", { prompt: question, model, temperature: 0 }));
      const short = textOf(await call("generate", { prompt: question, model, temperature: 0, max_tokens: 3 }));
      check(short.length < long.length && long.startsWith(short), short);
    },
    "generate: several at a time": async () => {
      const results = await Promise.all([1, 2, 3].map(() => call("generate", { prompt: question, model, temperature: 0 })));
      equal(new Set(results.map(textOf)).size, 1);
    },
    "code": async () => {
      const result = await call("code", { task: question, language: "YAML", model, max_tokens: 20 });
      check(!result.isError && textOf(result).length > 0, JSON.stringify(result));
    },
    "generate: unknown model is an error in the result": async () => {
      const result = await call("generate", { prompt: question, model: "nobody" });
      check(result.isError && textOf(result).includes("nobody"), JSON.stringify(result));
    },
    "generate: a missing argument is named": async () => {
      const result = await call("generate", { model });
      check(result.isError && textOf(result).includes("prompt"), JSON.stringify(result));
    },
    "unknown tool": async () => {
      const result = await call("format_disk", {}).catch((error) => ({ isError: true, content: [{ text: error.message }] }));
      check(result.isError, JSON.stringify(result));
    },
    "a foreign web page is refused": async () => {
      const answer = await fetch(`${base}/mcp`, {
        method: "POST",
        headers: { origin: "https://page.example", "content-type": "application/json", accept: "application/json, text/event-stream" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} }),
      });
      equal(answer.status, 403);
    },
  };
}
