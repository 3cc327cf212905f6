// Vercel's ai SDK with its providers.
globalThis.AI_SDK_LOG_WARNINGS = false;
import { generateText, jsonSchema, Output, stepCountIs, streamText, tool as sdkTool } from "ai";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { createAnthropic } from "@ai-sdk/anthropic";
import { check, equal, failure, known, model, question, schema, tool, toolQuestion } from "./behaviours.mjs";

export default function (base) {
  const openai = createOpenAI({ baseURL: `${base}/v1`, apiKey: "x" });
  const compatible = createOpenAICompatible({ name: "router", baseURL: `${base}/v1`, includeUsage: true, supportsStructuredOutputs: true });
  const anthropic = createAnthropic({ baseURL: `${base}/v1`, apiKey: "x" });
  const common = { temperature: 0, maxRetries: 0 };
  const tools = {
    [tool.name]: sdkTool({ description: tool.description, inputSchema: jsonSchema(tool.parameters), execute: async () => ({ models: ["demo"] }) }),
  };
  const streamed = async (chat) => {
    const result = streamText({ ...common, model: chat, prompt: question });
    let text = "";
    for await (const piece of result.textStream) text += piece;
    return { text, usage: await result.usage, reason: await result.finishReason };
  };
  return {
    "compatible: text with usage": async () => {
      const { text, usage, finishReason } = await generateText({ ...common, model: compatible(model), prompt: question });
      check(text.includes(known), text);
      equal(finishReason, "stop");
      check(usage.outputTokens > 3, JSON.stringify(usage));
    },
    "compatible: stream with usage": async () => {
      const { text, usage, reason } = await streamed(compatible(model));
      check(text.includes(known), text);
      equal(reason, "stop");
      check(usage.outputTokens > 3, JSON.stringify(usage));
    },
    "compatible: object by schema": async () => {
      const { output } = await generateText({ ...common, model: compatible(model), prompt: question, output: Output.object({ schema: jsonSchema(schema) }) });
      equal(output.colour, "red");
    },
    "compatible: tool run in a loop": async () => {
      const { steps } = await generateText({ ...common, model: compatible(model), prompt: toolQuestion, tools, stopWhen: stepCountIs(3) });
      equal(steps[0].toolCalls[0].toolName, tool.name);
      check(steps.length > 1, "no step after the tool");
    },
    "compatible: limit of tokens": async () => {
      const { finishReason } = await generateText({ ...common, model: compatible(model), prompt: question, maxOutputTokens: 3 });
      equal(finishReason, "length");
    },
    "compatible: unknown model": async () => {
      const error = await failure(() => generateText({ ...common, model: compatible("nobody"), prompt: question }));
      equal(error.statusCode, 404);
    },
    "openai chat: text": async () => {
      const { text } = await generateText({ ...common, model: openai.chat(model), prompt: question });
      check(text.includes(known), text);
    },
    "openai responses: text": async () => {
      const { text, usage } = await generateText({ ...common, model: openai.responses(model), prompt: question });
      check(text.includes(known), text);
      check(usage.outputTokens > 3, JSON.stringify(usage));
    },
    "openai responses: stream": async () => check((await streamed(openai.responses(model))).text.includes(known), "another text"),
    "openai responses: tool call": async () => {
      const { toolCalls } = await generateText({ ...common, model: openai.responses(model), prompt: toolQuestion, tools, toolChoice: "required" });
      equal(toolCalls[0].toolName, tool.name);
    },
    "anthropic: text": async () => {
      const { text } = await generateText({ ...common, model: anthropic(model), prompt: question, maxOutputTokens: 200 });
      check(text.includes(known), text);
    },
    "anthropic: stream with usage": async () => {
      const { text, usage } = await streamed(anthropic(model));
      check(text.includes(known), text);
      check(usage.outputTokens > 3, JSON.stringify(usage));
    },
    "anthropic: tool call": async () => {
      const { toolCalls } = await generateText({ ...common, model: anthropic(model), prompt: toolQuestion, tools, toolChoice: "required", maxOutputTokens: 200 });
      equal(toolCalls[0].toolName, tool.name);
    },
  };
}
