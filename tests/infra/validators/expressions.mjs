// Evaluates JSONata with the reference implementation: a request per line of stdin, an answer each.
import { createInterface } from "node:readline";
import jsonata from "jsonata";

for await (const line of createInterface({ input: process.stdin })) {
  const { expression, variables } = JSON.parse(line);
  try {
    const value = await jsonata(expression).evaluate(null, variables);
    console.log(JSON.stringify(value === undefined ? { nothing: true } : { value }));
  } catch (error) {
    console.log(JSON.stringify({ error: error.message }));
  }
}
