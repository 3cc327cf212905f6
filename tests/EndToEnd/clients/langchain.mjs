// LangChain's chat models on all three protocols.
import { ChatOpenAI } from "@langchain/openai";
import { ChatAnthropic } from "@langchain/anthropic";
import { ChatOllama } from "@langchain/ollama";
import { HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { check, equal, failure, known, model, question, schema, tool, toolQuestion } from "./behaviours.mjs";

export default function (base) {
  const openai = new ChatOpenAI({ model, temperature: 0, maxRetries: 0, apiKey: "x", configuration: { baseURL: `${base}/v1` } });
  const responses = new ChatOpenAI({ model, temperature: 0, maxRetries: 0, apiKey: "x", useResponsesApi: true, configuration: { baseURL: `${base}/v1` } });
  const anthropic = new ChatAnthropic({ model, temperature: 0, maxRetries: 0, maxTokens: 200, apiKey: "x", anthropicApiUrl: base });
  const ollama = new ChatOllama({ model, temperature: 0, maxRetries: 0, baseUrl: base });
  const tools = [{ type: "function", function: tool }];
  const streamed = async (chat) => {
    let text = "";
    for await (const chunk of await chat.stream(question)) text += chunk.text;
    return text;
  };
  return {
    "openai: invoke with usage": async () => {
      const answer = await openai.invoke([new SystemMessage("Be short."), new HumanMessage(question)]);
      check(answer.text.length > 0, JSON.stringify(answer));
      check(answer.usage_metadata.output_tokens > 3, JSON.stringify(answer.usage_metadata));
    },
    "openai: stream has the text of invoke": async () => equal(await streamed(openai), (await openai.invoke(question)).text),
    "openai: batch": async () => {
      const answers = await openai.batch([question, question]);
      equal(answers[0].text, answers[1].text);
      check(answers[0].text.includes(known), answers[0].text);
    },
    "openai: bound tools, result, answer": async () => {
      const bound = openai.bindTools(tools, { tool_choice: "required" });
      const first = await bound.invoke(toolQuestion);
      equal(first.tool_calls[0].name, tool.name);
      const second = await openai.bindTools(tools).invoke([
        new HumanMessage(toolQuestion), first,
        new ToolMessage({ tool_call_id: first.tool_calls[0].id, content: '{"models":["demo"]}' }),
      ]);
      check(second.text.length > 0, JSON.stringify(second));
    },
    "openai: structured output": async () => {
      const answer = await openai.withStructuredOutput(schema, { name: "colour", method: "jsonSchema" }).invoke(question);
      equal(answer.colour, "red");
    },
    "openai: unknown model": async () => {
      const error = await failure(() => new ChatOpenAI({ model: "nobody", maxRetries: 0, apiKey: "x", configuration: { baseURL: `${base}/v1` } }).invoke(question));
      equal(error.status, 404);
    },
    "responses: invoke": async () => check((await responses.invoke(question)).text.includes(known), "another text"),
    "responses: stream": async () => check((await streamed(responses)).includes(known), "another text"),
    "anthropic: invoke": async () => check((await anthropic.invoke(question)).text.includes(known), "another text"),
    "anthropic: stream": async () => equal(await streamed(anthropic), (await anthropic.invoke(question)).text),
    "anthropic: bound tools": async () => {
      const answer = await anthropic.bindTools([{ name: tool.name, description: tool.description, input_schema: tool.parameters }], { tool_choice: "any" }).invoke(toolQuestion);
      equal(answer.tool_calls[0].name, tool.name);
    },
    "ollama: invoke": async () => check((await ollama.invoke(question)).text.includes(known), "another text"),
    "ollama: stream": async () => equal(await streamed(ollama), (await ollama.invoke(question)).text),
    "ollama: bound tools": async () => {
      const answer = await ollama.bindTools(tools).invoke(toolQuestion);
      equal(answer.tool_calls[0].name, tool.name);
    },
  };
}
