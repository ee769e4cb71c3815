// Who is signed in. The proof itself is in a cookie that no script can read.

export interface Session {
  signedIn: boolean;
  name?: string;
  organization?: string;
  role?: Role;
  provider: { name: string; url: string } | null;
}

export type Role = "READER" | "REPORTER" | "MEMBER" | "ADMIN";

const rank: Record<Role, number> = { READER: 1, REPORTER: 2, MEMBER: 3, ADMIN: 4 };

/** Whether somebody may do in an organization what asks for a role. In others they can read only. */
export function may(session: Session, organization: string, needed: Role): boolean {
  return (
    session.role !== undefined &&
    rank[session.role] >= rank[needed] &&
    (needed === "READER" || session.organization === organization)
  );
}

async function answer(request: Promise<Response>): Promise<Session> {
  const response = await request;
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    const message = (body as { message?: string } | undefined)?.message;
    throw new Error(message ?? `The server answered ${response.status}.`);
  }
  return body as Session;
}

export function readSession(signal?: AbortSignal): Promise<Session> {
  return answer(fetch("/session", { headers: { Accept: "application/json" }, signal: signal ?? null }));
}

export function signIn(token: string): Promise<Session> {
  return answer(
    fetch("/session", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token }),
    }),
  );
}

export async function signOut(): Promise<void> {
  const response = await fetch("/session", { method: "DELETE" });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
}

const hint = "landfall-signed-in";

/** Whether somebody was signed in here when it was last known: a guess, which proves nothing. */
export function wasSignedIn(): boolean {
  try {
    return localStorage.getItem(hint) !== null;
  } catch {
    return false; // storage may be switched off
  }
}

export function rememberSignedIn(is: boolean): void {
  try {
    if (is) localStorage.setItem(hint, "yes");
    else localStorage.removeItem(hint);
  } catch {
    // It is asked a little later, then.
  }
}
