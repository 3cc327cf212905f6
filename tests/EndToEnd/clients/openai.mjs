// The official OpenAI client: chat completions, responses, models.
import OpenAI from "openai";
import { check, equal, failure, known, model, question, schema, tool, toolQuestion } from "./behaviours.mjs";

export default function (base) {
  const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: "not-needed-on-loopback", maxRetries: 0 });
  const ask = { model, temperature: 0, messages: [{ role: "user", content: question }] };
  const tools = [{ type: "function", function: tool }];
  const format = { type: "json_schema", json_schema: { name: "colour", strict: true, schema } };
  return {
    "chat: whole answer with usage": async () => {
      const answer = await client.chat.completions.create(ask);
      check(answer.choices[0].message.content.includes(known), answer.choices[0].message.content);
      equal(answer.choices[0].finish_reason, "stop");
      equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
    },
    "chat: stream has the text of the whole answer": async () => {
      const whole = await client.chat.completions.create(ask);
      let text = "";
      let pieces = 0;
      for await (const chunk of await client.chat.completions.create({ ...ask, stream: true })) {
        text += chunk.choices[0]?.delta?.content ?? "";
        pieces++;
      }
      equal(text, whole.choices[0].message.content);
      check(pieces > 3, `${pieces} pieces`);
    },
    "chat: usage in the stream when asked": async () => {
      let usage;
      const stream = await client.chat.completions.create({ ...ask, stream: true, stream_options: { include_usage: true } });
      for await (const chunk of stream) usage = chunk.usage ?? usage;
      check(usage?.completion_tokens > 3, JSON.stringify(usage));
    },
    "chat: no usage in the stream when not asked": async () => {
      for await (const chunk of await client.chat.completions.create({ ...ask, stream: true })) {
        check(!chunk.usage && chunk.choices.length > 0, JSON.stringify(chunk));
      }
    },
    "chat: limit of tokens": async () => {
      const answer = await client.chat.completions.create({ ...ask, max_tokens: 3 });
      equal(answer.choices[0].finish_reason, "length");
      equal(answer.usage.completion_tokens, 3);
    },
    "chat: stop": async () => {
      const answer = await client.chat.completions.create({ ...ask, stop: [known] });
      check(!answer.choices[0].message.content.includes(known), answer.choices[0].message.content);
    },
    "chat: tool call, result, answer": async () => {
      const messages = [{ role: "user", content: toolQuestion }];
      const first = await client.chat.completions.create({ model, temperature: 0, messages, tools, tool_choice: "required" });
      const call = first.choices[0].message.tool_calls[0];
      equal(call.function.name, tool.name);
      equal(first.choices[0].finish_reason, "tool_calls");
      messages.push(first.choices[0].message, { role: "tool", tool_call_id: call.id, content: '{"models":["demo"]}' });
      const second = await client.chat.completions.create({ model, temperature: 0, messages, tools });
      check(second.choices[0].message.content.length > 0, JSON.stringify(second));
    },
    "chat: tool call in a stream": async () => {
      const stream = client.chat.completions.stream({ model, temperature: 0, messages: [{ role: "user", content: toolQuestion }], tools, tool_choice: "required" });
      const answer = await stream.finalChatCompletion();
      equal(answer.choices[0].message.tool_calls[0].function.name, tool.name);
      JSON.parse(answer.choices[0].message.tool_calls[0].function.arguments);
    },
    "chat: JSON by schema": async () => {
      const answer = await client.chat.completions.create({ ...ask, response_format: format });
      equal(JSON.parse(answer.choices[0].message.content).colour, "red");
    },
    "chat: the client leaves a stream": async () => {
      const stream = await client.chat.completions.create({ ...ask, stream: true });
      for await (const _ of stream) break;
      equal((await client.chat.completions.create(ask)).choices[0].finish_reason, "stop");
    },
    "chat: unknown model": async () => {
      const error = await failure(() => client.chat.completions.create({ ...ask, model: "nobody" }));
      check(error instanceof OpenAI.NotFoundError, error.constructor.name);
      equal(error.code, "model_not_found");
    },
    "chat: wrong request": async () => {
      const error = await failure(() => client.chat.completions.create({ ...ask, n: 100 }));
      check(error instanceof OpenAI.BadRequestError, error.constructor.name);
      equal(error.param, "n");
    },
    "models: list and one": async () => {
      const ids = [];
      for await (const entry of client.models.list()) ids.push(entry.id);
      check(ids.includes(model), ids.join());
      equal((await client.models.retrieve(model)).id, model);
    },
    "completions: prompt": async () => {
      const answer = await client.completions.create({ model, prompt: "LlmOperator is", max_tokens: 4, temperature: 0 });
      check(answer.choices[0].text.length > 0, JSON.stringify(answer));
    },
    "responses: text": async () => {
      const answer = await client.responses.create({ model, input: question, temperature: 0 });
      check(answer.output_text.includes(known), answer.output_text);
      equal(answer.status, "completed");
      check(answer.usage.output_tokens > 3, JSON.stringify(answer.usage));
    },
    "responses: stream": async () => {
      const whole = await client.responses.create({ model, input: question, temperature: 0 });
      const stream = client.responses.stream({ model, input: question, temperature: 0 });
      let text = "";
      stream.on("response.output_text.delta", (event) => (text += event.delta));
      const answer = await stream.finalResponse();
      equal(text, whole.output_text);
      equal(answer.output_text, whole.output_text);
    },
    "responses: function call": async () => {
      const answer = await client.responses.create({
        model, input: toolQuestion, temperature: 0, tool_choice: "required",
        tools: [{ type: "function", strict: false, ...tool }],
      });
      equal(answer.output.find((item) => item.type === "function_call").name, tool.name);
    },
    "responses: JSON by schema": async () => {
      const answer = await client.responses.create({
        model, input: question, temperature: 0, text: { format: { type: "json_schema", name: "colour", strict: true, schema } },
      });
      equal(JSON.parse(answer.output_text).colour, "red");
    },
    "responses: cut at the limit": async () => {
      const answer = await client.responses.create({ model, input: question, max_output_tokens: 3 });
      equal(answer.status, "incomplete");
      equal(answer.incomplete_details.reason, "max_output_tokens");
    },
    "responses: stored answers are refused by name": async () => {
      const error = await failure(() => client.responses.create({ model, input: question, previous_response_id: "resp_1" }));
      equal(error.param, "previous_response_id");
    },
  };
}
