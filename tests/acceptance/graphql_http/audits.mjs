// Runs graphql-http's audits of a server against the endpoint that is the argument and prints a
// line of JSON for each. The API key comes from the environment: arguments are seen by all.
import { serverAudits } from "graphql-http";

const url = process.argv[2];
const authorization = `Bearer ${process.env.DURE_TEST_KEY}`;

function fetchFn(address, { headers, ...rest } = {}) {
  return fetch(address, { ...rest, headers: { ...headers, authorization } });
}

for (const { id, name, fn } of serverAudits({ url, fetchFn })) {
  let found;
  try {
    found = await fn();
  } catch (error) {
    // No answer at all: the audit throws, and the others should still be heard.
    found = { status: "fatal", reason: String(error.cause ?? error) };
  }
  const { status, reason, response } = found;
  const got = response && `${response.status} ${response.headers.get("content-type")}`;
  console.log(JSON.stringify({ id, name, status, reason, got }));
}
