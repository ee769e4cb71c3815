import { createHash, createHmac, randomUUID } from "node:crypto";

/** A caller of the API with a token, as CI and agents are. */
export class Caller {
  constructor(
    private readonly url: string,
    private readonly organization: string,
    private readonly token: string,
  ) {}

  /** Asks GraphQL, and fails if there is any error. */
  async ask<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const response = await fetch(`${this.url}/graphql`, {
      method: "POST",
      headers: { Authorization: `Bearer ${this.token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await response.json()) as { data?: Data; errors?: unknown[] };
    if (!response.ok || answer.errors || !answer.data) {
      throw new Error(`${response.status} ${JSON.stringify(answer.errors)} to ${query.slice(0, 200)}`);
    }
    return answer.data;
  }

  /** Reports all that runs in an environment, as an agent does. */
  async report(environment: string, running: Running[], observedAt?: Date): Promise<void> {
    const artifacts = running.flatMap(({ name, fingerprint, replicas }) =>
      Array.from({ length: replicas }, () => ({
        digests: { [name]: fingerprint },
        creationTimestamp: 1_661_158_757,
      })),
    );
    const path = `/api/v2/environments/${this.organization}/${environment}/report/docker`;
    const response = await fetch(this.url + path, {
      method: "PUT",
      headers: { Authorization: `Bearer ${this.token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ artifacts, ...(observedAt ? { observedAt: observedAt.toISOString() } : {}) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${text} to a report of ${environment}`);
  }

  /** Makes a token that may do less. */
  async tokenOf(role: "READER" | "REPORTER" | "MEMBER", name: string): Promise<string> {
    const { createToken } = await this.ask<{ createToken: { secret: string } }>(
      `mutation ($input: CreateTokenInput!) { createToken(input: $input) { secret } }`,
      { input: { organization: this.organization, name, role } },
    );
    return createToken.secret;
  }

  /** Lets a forge prove itself by a secret, which may be the one that it has already. */
  async takeWebhooks(forge: string, secret: string): Promise<void> {
    await this.ask(`mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { created } }`, {
      input: { organization: this.organization, forge, secret },
    });
  }
}

/**
 * Sends what GitHub would, and returns the id that GitHub would show. It fails for a body that
 * was sent before, which says nothing new whatever its id.
 */
export async function deliver(url: string, secret: string, event: string, body: string): Promise<string> {
  const id = randomUUID();
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "X-GitHub-Event": event,
      "X-GitHub-Delivery": id,
      "X-Hub-Signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    },
    body,
  });
  const text = await response.text();
  if (!response.ok || text.includes("seen before")) {
    throw new Error(`${response.status} ${text} to a ${event} of GitHub`);
  }
  return id;
}

export interface Running {
  name: string;
  fingerprint: string;
  replicas: number;
}

/** The SHA-256 that a word stands for. */
export function fingerprint(word: string): string {
  return createHash("sha256").update(word).digest("hex");
}

/** The SHA of a commit that a word stands for. */
export function sha(word: string): string {
  return createHash("sha1").update(word).digest("hex");
}
