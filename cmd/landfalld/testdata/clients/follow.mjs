// Follows the events of an organization by one of two libraries, and writes each as a
// line of JSON: node follow.mjs ws|sse URL TOKEN HOW-MANY [AFTER]
import { createClient as createSocket } from 'graphql-ws';
import { createClient as createStream } from 'graphql-sse';
import WebSocket from 'ws';

const [way, url, token, most, after] = process.argv.slice(2);
const Authorization = `Bearer ${token}`;
const client =
  way === 'ws'
    ? createSocket({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, connectionParams: { Authorization }, retryAttempts: 0 })
    : createStream({ url, headers: { Authorization }, retryAttempts: 0 });
const query = `subscription Follow($after: Cursor) {
  events(organization: "acme", after: $after) { __typename position summary fingerprint flow { name } }
}`;
let told = 0;
for await (const { data, errors } of client.iterate({ query, operationName: 'Follow', variables: { after: after ?? null } })) {
  if (errors) throw new Error(JSON.stringify(errors));
  console.log(JSON.stringify(data.events));
  if (++told === Number(most)) break;
}
client.dispose();
process.exit(0);
