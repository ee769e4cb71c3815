// The one way to the server: a POST to /graphql with the token as a header, or without
// one with the session of this browser, which is in a cookie that no script can read.

/** Problem is what went wrong, in words for the person in front of the page. */
export class Problem extends Error {
  constructor(title, advice, details = "") {
    super(title);
    this.advice = advice;
    this.details = details;
  }
}

/**
 * ask sends one operation and returns { status, statusText, milliseconds, bytes,
 * body }. It throws a Problem if there is no GraphQL answer, and an AbortError if
 * signal stops it.
 */
export async function ask({ token, query, variables, operationName, signal }) {
  const started = performance.now();
  let response;
  let text;
  try {
    response = await fetch("/graphql", {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify({ query, variables, operationName }),
      cache: "no-store",
      credentials: token ? "omit" : "same-origin",
      signal,
    });
    text = await response.text();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    if (!response && error instanceof TypeError && !isHeaderValue(token)) {
      throw new Problem("This token has characters that no token has", "Copy it again, without quotes and spaces around it.");
    }
    throw new Problem("The server does not answer", "Is landfalld still running? Then try again: nothing was changed by asking.", String(error.message));
  }
  const answer = {
    status: response.status,
    statusText: response.statusText,
    milliseconds: performance.now() - started,
    bytes: new TextEncoder().encode(text).length,
    body: parse(text),
  };
  const refusal = refused(answer, response, text, token);
  if (refusal) throw refusal;
  return answer;
}

/** refused returns the Problem of an answer that is none, or null. */
function refused({ status, statusText, body }, response, text, token) {
  const said = body?.errors?.[0]?.message ?? body?.message ?? "";
  switch (status) {
    case 401:
      if (!token) return new Problem("You are signed out", "Sign in again on the first page, or paste a token above.", said);
      return new Problem(
        "The server does not know this token",
        "Paste the whole token again. If it was revoked or lost, an administrator makes another with “landfall create token”.",
        said,
      );
    case 403:
      return new Problem("This token may not do that", "Ask an administrator for a token with a higher role.", said);
    case 404:
      if (body?.data === undefined && !body?.errors) {
        return new Problem("There is no API here", "This page expects it at /graphql of the same address. Does a proxy in between leave that path out?", said);
      }
      break;
    case 413:
      return new Problem("The question is too long for the server", "Ask for less at once, or move long values into variables.", said);
    case 429: {
      const wait = response.headers.get("Retry-After");
      return new Problem("Too many questions at once", wait ? `Try again in ${wait} seconds.` : "Wait a moment, then try again.", said);
    }
    case 503:
      return new Problem("The server is not ready", "It is starting or stopping. Try again in a moment.", said);
  }
  if (body === undefined || (body?.data === undefined && !Array.isArray(body?.errors))) {
    return new Problem(`The answer is no GraphQL (${status} ${statusText})`.replace(" )", ")"), "Something between this page and the server may have answered instead.", said || text.slice(0, 500));
  }
  return null;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** isHeaderValue tells whether fetch can send the token at all. */
function isHeaderValue(token) {
  return /^[\x21-\x7e]*$/.test(token);
}

/** whoIsSignedIn returns { name, role, organization } of this browser's session, or null. */
export async function whoIsSignedIn() {
  try {
    const state = await (await fetch("/session", { cache: "no-store", credentials: "same-origin" })).json();
    return state.signedIn ? state : null;
  } catch {
    return null; // then a token is asked for
  }
}
