/** How much of a body is shown: more would keep the browser busy, and nobody reads it. */
export const shownAtMost = 200_000;

/** Larger ones are shown as they came. */
const arrangedAtMost = 5_000_000;

export interface Body {
  /** What is shown: arranged if it is JSON. */
  text: string;
  json: boolean;
  /** How many characters there are beyond those that are shown. */
  beyond: number;
}

/** A body as people can read it. */
export function readable(body: string): Body {
  const { text, json } = arranged(body);
  let end = Math.min(text.length, shownAtMost);
  if (end < text.length) {
    const line = text.lastIndexOf("\n", end);
    if (line > end / 2) end = line; // not in the middle of a line, unless that is very long
  }
  return { text: text.slice(0, end), json, beyond: text.length - end };
}

function arranged(body: string): { text: string; json: boolean } {
  if (body.length > arrangedAtMost || !/^\s*[[{]/.test(body)) return { text: body, json: false };
  try {
    return { text: JSON.stringify(JSON.parse(body), null, 2), json: true };
  } catch {
    return { text: body, json: false };
  }
}
