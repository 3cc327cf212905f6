// The official Anthropic client: messages, token counts.
import Anthropic from "@anthropic-ai/sdk";
import { check, equal, failure, known, model, question, tool, toolQuestion } from "./behaviours.mjs";

export default function (base) {
  const client = new Anthropic({ baseURL: base, apiKey: "not-needed-on-loopback", maxRetries: 0 });
  const ask = { model, max_tokens: 200, temperature: 0, messages: [{ role: "user", content: question }] };
  const tools = [{ name: tool.name, description: tool.description, input_schema: tool.parameters }];
  const textOf = (message) => message.content.filter((b) => b.type === "text").map((b) => b.text).join("");
  return {
    "messages: whole answer with usage": async () => {
      const message = await client.messages.create(ask);
      check(textOf(message).includes(known), textOf(message));
      equal(message.stop_reason, "end_turn");
      check(message.usage.input_tokens + message.usage.cache_read_input_tokens > 3, JSON.stringify(message.usage));
      check(message.usage.output_tokens > 3, JSON.stringify(message.usage));
    },
    "messages: stream has the text of the whole answer": async () => {
      const whole = await client.messages.create(ask);
      const stream = client.messages.stream(ask);
      let text = "";
      stream.on("text", (piece) => (text += piece));
      const message = await stream.finalMessage();
      equal(text, textOf(whole));
      equal(textOf(message), textOf(whole));
      equal(message.stop_reason, "end_turn");
      check(message.usage.output_tokens > 3, JSON.stringify(message.usage));
    },
    "messages: events in their order": async () => {
      const types = [];
      for await (const event of await client.messages.create({ ...ask, stream: true })) types.push(event.type);
      equal(types[0], "message_start");
      equal(types[1], "content_block_start");
      equal(types.slice(-3).join(), "content_block_stop,message_delta,message_stop");
    },
    "messages: limit of tokens": async () => {
      const message = await client.messages.create({ ...ask, max_tokens: 3 });
      equal(message.stop_reason, "max_tokens");
      equal(message.usage.output_tokens, 3);
    },
    "messages: system prompt in blocks": async () => {
      const message = await client.messages.create({ ...ask, system: [{ type: "text", text: "Be short.", cache_control: { type: "ephemeral" } }] });
      check(textOf(message).length > 0, JSON.stringify(message));
    },
    "messages: stop sequences": async () => {
      const message = await client.messages.create({ ...ask, stop_sequences: [known] });
      check(!textOf(message).includes(known), textOf(message));
    },
    "messages: tool call, result, answer": async () => {
      const messages = [{ role: "user", content: toolQuestion }];
      const first = await client.messages.create({ ...ask, messages, tools, tool_choice: { type: "any" } });
      const call = first.content.find((b) => b.type === "tool_use");
      equal(call.name, tool.name);
      equal(first.stop_reason, "tool_use");
      messages.push({ role: "assistant", content: first.content }, {
        role: "user", content: [{ type: "tool_result", tool_use_id: call.id, content: '{"models":["demo"]}' }],
      });
      const second = await client.messages.create({ ...ask, messages, tools });
      check(textOf(second).length > 0, JSON.stringify(second));
    },
    "messages: tool call in a stream": async () => {
      const message = await client.messages
        .stream({ ...ask, messages: [{ role: "user", content: toolQuestion }], tools, tool_choice: { type: "tool", name: tool.name } })
        .finalMessage();
      equal(message.content.find((b) => b.type === "tool_use").name, tool.name);
      equal(message.stop_reason, "tool_use");
    },
    "messages: several turns": async () => {
      const message = await client.messages.create({
        ...ask,
        messages: [{ role: "user", content: "Hello." }, { role: "assistant", content: "Hello!" }, { role: "user", content: question }],
      });
      check(textOf(message).length > 0, JSON.stringify(message));
    },
    "messages: the client leaves a stream": async () => {
      const stream = client.messages.stream(ask);
      for await (const _ of stream) break;
      equal((await client.messages.create(ask)).stop_reason, "end_turn");
    },
    "count_tokens": async () => {
      const { input_tokens: few } = await client.messages.countTokens({ model, messages: ask.messages });
      const { input_tokens: more } = await client.messages.countTokens({ model, messages: ask.messages, tools });
      check(few > 0 && more > few, `${few} ${more}`);
    },
    "unknown model": async () => {
      const error = await failure(() => client.messages.create({ ...ask, model: "nobody" }));
      check(error instanceof Anthropic.NotFoundError, error.constructor.name);
      equal(error.error.error.type, "not_found_error");
    },
    "wrong request": async () => {
      const error = await failure(() => client.messages.create({ ...ask, tools: [{ type: "web_search_20250305", name: "web_search" }] }));
      check(error instanceof Anthropic.BadRequestError, error.constructor.name);
      check(error.message.includes("tools[0].type"), error.message);
    },
  };
}
