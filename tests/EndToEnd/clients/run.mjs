// Usage: node run.mjs BASE_URL [CLIENT…]
// Prints a line of JSON for each behaviour: {"client","behaviour","error"}; error is null when it holds.
const [base, ...wanted] = process.argv.slice(2);
const clients = wanted.length > 0 ? wanted : ["openai", "anthropic", "ollama", "langchain", "vercel", "mcp"];
const limit = 60_000;

function within(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end within ${limit} ms`)), limit);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

for (const client of clients) {
  const { default: behavioursOf } = await import(`./${client}.mjs`);
  for (const [behaviour, run] of Object.entries(behavioursOf(base.replace(/\/$/, "")))) {
    let error = null;
    try {
      await within(run());
    } catch (problem) {
      error = `${problem?.constructor?.name}: ${problem?.message}`;
    }
    console.log(JSON.stringify({ client, behaviour, error }));
  }
}
process.exit(0);
