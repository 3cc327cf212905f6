// What every client is checked with: the model, a question whose answer is known, and a tool.
export const model = "demo";
export const question = "What is LlmOperator?";
export const known = "LlmOperator";
export const toolQuestion = "Call list_models.";
export const tool = { name: "list_models", description: "List all models.", parameters: { type: "object", properties: {}, required: [] } };
// The engine's grammar holds the answer to the schema, whatever the model would say.
export const schema = {
  type: "object",
  properties: { colour: { type: "string", enum: ["red"] } },
  required: ["colour"],
  additionalProperties: false,
};

export function check(holds, message) {
  if (!holds) throw new Error(message);
}

export function equal(actual, expected) {
  check(actual === expected, `expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
}

// Runs what must fail and gives the error.
export async function failure(action) {
  let value;
  try {
    value = await action();
  } catch (error) {
    return error;
  }
  throw new Error(`it should have failed and gave ${JSON.stringify(value)}`);
}
