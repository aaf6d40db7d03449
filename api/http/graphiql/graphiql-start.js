// Starts GraphiQL against the endpoint that served this page.
"use strict";

const WELCOME = `# Dure: partners exchange points, and settle what they owe.
#
# Say who you are below, under Headers:
#   { "Authorization": "Bearer YOUR-API-KEY" }
# The documentation is the book icon on the left.

query WhoAmI {
  me { subject role partner { code } }
}
`;

const root = document.getElementById("root");
root.removeAttribute("role");
root.textContent = "";
ReactDOM.createRoot(root).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: location.pathname }),
    defaultQuery: WELCOME,
    defaultEditorToolsVisibility: "headers",
    // A key typed here is forgotten with the page.
    shouldPersistHeaders: false,
  }),
);
