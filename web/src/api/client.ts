import { persistedExchange } from "@urql/exchange-persisted";
import { createClient as createStream } from "graphql-sse";
import {
  Client,
  type CombinedError,
  cacheExchange,
  fetchExchange,
  mapExchange,
  subscriptionExchange,
} from "urql";

/** The hash by which the server knows a document. Documents are made with theirs. */
export function hashOf(document: unknown): string {
  const hash = (document as { __meta__?: { hash?: string } }).__meta__?.hash;
  if (!hash) throw new Error("an operation that is not in operations.json");
  return hash;
}

/** A client of the public API. It sends hashes only, and hears of events over one stream. */
export function createClient(onSignedOut: () => void): Client {
  const stream = createStream({ url: "/graphql", retryAttempts: 0 });
  return new Client({
    url: "/graphql",
    preferGetMethod: false,
    requestPolicy: "cache-and-network",
    exchanges: [
      mapExchange({
        onError(error) {
          if (isSignedOut(error)) onSignedOut();
        },
      }),
      cacheExchange,
      persistedExchange({
        enforcePersistedQueries: true,
        enableForMutation: true,
        enableForSubscriptions: true,
        preferGetForPersistedQueries: false,
        generateHash: (_query, document) => Promise.resolve(hashOf(document)),
      }),
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({
            unsubscribe: stream.subscribe(
              {
                query: request.query as string,
                variables: request.variables as Record<string, unknown>,
                extensions: request.extensions as Record<string, unknown>,
              },
              // biome-ignore lint/suspicious/noExplicitAny: both libraries have their own types for one result.
              sink as any,
            ),
          }),
        }),
      }),
      fetchExchange,
    ],
  });
}

/** The codes that the errors of an answer have: see docs/api.md. */
export function codesOf(error: CombinedError | undefined): string[] {
  return (error?.graphQLErrors ?? []).map((e) => String(e.extensions?.code ?? ""));
}

export function isSignedOut(error: CombinedError | undefined): boolean {
  return error?.response?.status === 401 || codesOf(error).includes("UNAUTHENTICATED");
}

export function isOffline(error: CombinedError | undefined): boolean {
  return Boolean(error?.networkError) && !error?.response;
}
