import type { ReactNode } from "react";
import type { CombinedError } from "urql";
import { codesOf, isOffline } from "../api/client";
import { Button } from "./button";
import { Command } from "./copy";
import { Icon } from "./icon";
import styles from "./parts.module.css";
import { sentence } from "./words";

/** Nothing is there yet: what to do about it, with the command to copy. */
export function Empty({
  title,
  children,
  command,
}: {
  title: string;
  children?: ReactNode;
  command?: string;
}) {
  return (
    <div className={styles.empty}>
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {command && <Command>{command}</Command>}
    </div>
  );
}

/** Something could not be read: why, in the server's words, and a way to try again. */
export function Failure({ error, retry }: { error: CombinedError | Error; retry?: () => void }) {
  return (
    <div className={styles.failure} role="alert">
      <Icon name="warn" />
      <div>
        <p>{reason(error)}</p>
        {retry && <Button onClick={retry}>Try again</Button>}
      </div>
    </div>
  );
}

/** What went wrong, for people. */
export function reason(error: CombinedError | Error): string {
  if (!("graphQLErrors" in error)) return error.message;
  if (isOffline(error)) return "The server cannot be reached. What is shown may be out of date.";
  if (codesOf(error).includes("PERSISTED_QUERY_NOT_FOUND"))
    return "The server is of another version than this page: reload it.";
  // Of a list, each member may say the same.
  const messages = [...new Set(error.graphQLErrors.map((e) => e.message))];
  return messages.length > 0 ? messages.map(fullSentence).join(" ") : error.message;
}

function fullSentence(text: string): string {
  const upper = sentence(text);
  return /[.?!]$/.test(upper) ? upper : `${upper}.`;
}

/** Something is being read. */
export function Loading({ lines = 4, what }: { lines?: number; what: string }) {
  return (
    <div className={styles.loading} role="status" aria-label={`Loading ${what}`}>
      {Array.from({ length: lines }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike and never move.
        <div key={i} className={styles.bone} />
      ))}
    </div>
  );
}
