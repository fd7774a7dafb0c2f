// A real OpenID provider (npm oidc-provider) on loopback, for one test. node provider.mjs REDIRECT: prints its address. A line
// "rotate" on standard input gives it new keys.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import Provider from "oidc-provider";

const [redirect] = process.argv.slice(2);
const newKey = () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid: randomBytes(6).toString("hex"), use: "sig", alg: "RS256" };
};
let provider;
const server = createServer((request, response) => provider.callback()(request, response));
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const start = () => {
    provider = new Provider(issuer, {
      clients: [{ client_id: "sogoc", client_secret: "a secret of this test", redirect_uris: [redirect], post_logout_redirect_uris: [new URL("/", redirect).href], grant_types: ["authorization_code"], response_types: ["code"] }],
      jwks: { keys: [newKey()] },
      cookies: { keys: ["only a test"] },
      pkce: { required: () => true, methods: ["S256"] },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    });
  };
  start();
  console.log(issuer);
  createInterface({ input: process.stdin }).on("line", (line) => {
    if (line === "rotate") start();
    console.log("done");
  }).on("close", () => process.exit(0));
});
