import { type FormEvent, useEffect, useId, useState } from "react";
import { Navigate, useSearchParams } from "react-router";
import { useSessions } from "../../api/organization";
import { signIn } from "../../api/session";
import logo from "../../landfall.svg";
import { Button } from "../../parts/button";
import parts from "../../parts/parts.module.css";
import styles from "./sign-in.module.css";

/** Why the identity provider did not let somebody in, by the code that the server gives. */
const refusals: Record<string, string> = {
  denied: "The sign-in was cancelled, or your identity provider refused it.",
  expired: "The sign-in took too long, or was begun in another browser: try again.",
  "not-allowed":
    "You are known to your identity provider, but nobody has let you in here. Ask who runs this server.",
  provider:
    "Your identity provider cannot be reached, or answered something unexpected. The server's log says more.",
  server: "You were let in, but the server could not keep that: try again in a moment.",
};

/** Where somebody proves who they are: by a token, or at an identity provider. */
export function SignIn() {
  const { session, signedIn } = useSessions();
  const [search] = useSearchParams();
  const [token, setToken] = useState("");
  const [error, setError] = useState(refusalOf(search.get("error")));
  const [busy, setBusy] = useState(false);
  const field = useId();
  useEffect(() => {
    document.title = "Sign in · Landfall";
  }, []);
  const back = localPath(search.get("return"));
  if (session.signedIn) return <Navigate to={back} replace />;

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError("");
    try {
      signedIn(await signIn(token.trim()));
    } catch (err) {
      setError((err as Error).message);
      setBusy(false);
    }
  }
  return (
    <main className={styles.place}>
      <div className={styles.box}>
        <img src={logo} alt="" />
        <div>
          <h1>Sign in to Landfall</h1>
          <p>It follows a git commit to where it runs.</p>
        </div>
        {error && (
          <p className={styles.error} role="alert">
            {error}
          </p>
        )}
        {session.provider && (
          <>
            <a
              className={`${parts.button} ${parts.primary}`}
              href={`${session.provider.url}?return=${encodeURIComponent(back)}`}
            >
              Continue with {session.provider.name}
            </a>
            <div className={styles.or}>or</div>
          </>
        )}
        <form onSubmit={submit}>
          <div className={parts.field}>
            <label htmlFor={field}>API token</label>
            <input
              id={field}
              type="password"
              autoComplete="current-password"
              placeholder="lf_…"
              required
              value={token}
              onChange={(event) => setToken(event.target.value)}
            />
          </div>
          <Button kind={session.provider ? "plain" : "primary"} type="submit" disabled={busy}>
            {busy ? "Signing in…" : "Sign in with a token"}
          </Button>
        </form>
        <p className={parts.small}>
          The first start of the server prints one; the demo's is in <code>.demo/config.yaml</code>. An
          administrator makes more with <code>landfall create token NAME --role reader</code>. The browser
          keeps a session instead of it, in a cookie that no script can read.
        </p>
      </div>
    </main>
  );
}

function refusalOf(code: string | null): string {
  return code === null ? "" : (refusals[code] ?? "The sign-in did not work: try again.");
}

/** A path of this page. Anything else could lead somebody to where they did not want to go. */
function localPath(wanted: string | null): string {
  return wanted?.startsWith("/") && !/^\/[/\\]/.test(wanted) ? wanted : "/";
}
