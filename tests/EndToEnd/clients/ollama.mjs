// Ollama's own client: chat, generate, what is there.
import { Ollama } from "ollama";
import { check, equal, failure, known, model, question, schema, tool, toolQuestion } from "./behaviours.mjs";

export default function (base) {
  const client = new Ollama({ host: base });
  const options = { temperature: 0 };
  const messages = [{ role: "user", content: question }];
  return {
    "chat: whole answer with counts": async () => {
      const answer = await client.chat({ model, messages, options });
      check(answer.message.content.includes(known), answer.message.content);
      check(answer.done && answer.eval_count > 3 && answer.prompt_eval_count > 3, JSON.stringify(answer));
      equal(answer.done_reason, "stop");
    },
    "chat: stream has the text of the whole answer": async () => {
      const whole = await client.chat({ model, messages, options });
      let text = "";
      let last;
      for await (const part of await client.chat({ model, messages, options, stream: true })) {
        text += part.message.content;
        last = part;
      }
      equal(text, whole.message.content);
      check(last.done && last.eval_count > 3, JSON.stringify(last));
    },
    "chat: limit of tokens": async () => {
      const answer = await client.chat({ model, messages, options: { ...options, num_predict: 3 } });
      equal(answer.done_reason, "length");
      equal(answer.eval_count, 3);
    },
    "chat: JSON by schema": async () => {
      const answer = await client.chat({ model, messages, options, format: schema });
      equal(JSON.parse(answer.message.content).colour, "red");
    },
    "chat: tool call": async () => {
      const answer = await client.chat({ model, messages: [{ role: "user", content: toolQuestion }], options, tools: [{ type: "function", function: tool }] });
      equal(answer.message.tool_calls[0].function.name, tool.name);
      equal(typeof answer.message.tool_calls[0].function.arguments, "object");
    },
    "chat: tool result": async () => {
      const answer = await client.chat({
        model, options, tools: [{ type: "function", function: tool }],
        messages: [
          { role: "user", content: toolQuestion },
          { role: "assistant", content: "", tool_calls: [{ function: { name: tool.name, arguments: {} } }] },
          { role: "tool", tool_name: tool.name, content: '{"models":["demo"]}' },
        ],
      });
      check(answer.message.content.length > 0, JSON.stringify(answer));
    },
    "generate: whole answer": async () => {
      const answer = await client.generate({ model, prompt: question, options });
      check(answer.response.includes(known), answer.response);
    },
    "generate: stream": async () => {
      let text = "";
      for await (const part of await client.generate({ model, prompt: question, options, stream: true })) text += part.response;
      check(text.includes(known), text);
    },
    "generate: raw": async () => {
      const answer = await client.generate({ model, prompt: "LlmOperator is", raw: true, options: { ...options, num_predict: 4 } });
      check(answer.response.length > 0, JSON.stringify(answer));
    },
    "list, show, ps, version": async () => {
      const { models } = await client.list();
      check(models.some((m) => m.name === model && m.digest.length === 64 && m.size > 0), JSON.stringify(models));
      equal((await client.show({ model })).details.format, "gguf");
      check((await client.ps()).models.some((m) => m.name === model), "not in ps");
      check((await client.version()).version.length > 0, "no version");
    },
    "the client leaves a stream": async () => {
      const stream = await client.chat({ model, messages, options, stream: true });
      for await (const _ of stream) break;
      check((await client.chat({ model, messages, options })).done, "not done");
    },
    "unknown model": async () => {
      const error = await failure(() => client.chat({ model: "nobody", messages }));
      equal(error.status_code, 404);
      check(error.message.includes("nobody"), error.message);
    },
    "wrong request": async () => {
      const error = await failure(() => client.chat({ model, messages, format: "xml" }));
      equal(error.status_code, 400);
      check(error.message.includes("format"), error.message);
    },
  };
}
