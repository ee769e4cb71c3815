// A provider of identities on this machine, for one client: node provider.mjs REDIRECT CLIENT SECRET.
// It prints its issuer when it listens. Any password is right.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [redirect, client, secret] = process.argv.slice(2);

const people = {
  ada: { name: "Ada Lovelace", email: "ada@example.com", email_verified: true, groups: ["platform"] },
  grace: { name: "Grace Hopper", email: "grace@example.com", email_verified: true },
  mallory: { name: "Mallory", email: "ada@example.com", email_verified: false },
  eve: { name: "Eve", email: "eve@elsewhere.example", email_verified: true },
};

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: client, client_secret: secret, redirect_uris: [redirect], response_types: ["code"], grant_types: ["authorization_code"] }],
    claims: { openid: ["sub"], profile: ["name"], email: ["email", "email_verified"], groups: ["groups"] },
    scopes: ["openid", "profile", "email", "groups"],
    cookies: { keys: ["for tests only"] },
    pkce: { required: () => true },
    findAccount: (_, id) => people[id] && { accountId: id, claims: async () => ({ sub: id, ...people[id] }) },
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
