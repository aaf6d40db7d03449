// Sends what is typed to the endpoint that served this page, and shows the answer as it came.
"use strict";

const field = (name) => document.getElementById(name);

async function answerTo(key, query, variablesText) {
  let variables;
  try {
    variables = JSON.parse(variablesText || "{}");
  } catch (error) {
    return `The variables are not JSON: ${error.message}`;
  }
  const headers = {
    "Accept": "application/graphql-response+json",
    "Content-Type": "application/json",
  };
  if (key) {
    headers.Authorization = `Bearer ${key}`;
  }
  try {
    const body = JSON.stringify({ query, variables });
    const response = await fetch(location.pathname, { method: "POST", headers, body });
    const text = await response.text();
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return `${response.status}\n${text}`;
    }
  } catch (error) {
    return `No answer: ${error.message}`;
  }
}

field("request").addEventListener("submit", async (event) => {
  event.preventDefault();
  field("answer").textContent = "…";
  field("answer").textContent = await answerTo(
    field("key").value.trim(),
    field("query").value,
    field("variables").value,
  );
});
