import { useId } from "react";
import { Button } from "./button";
import styles from "./parts.module.css";

/** Asks as of which moment something is to be shown; now if none is chosen. */
export function AsOf({ at, onChoose }: { at: string | null; onChoose: (at: string | null) => void }) {
  const field = useId();
  return (
    <div className={styles.actions}>
      <label htmlFor={field} className={styles.muted}>
        As of
      </label>
      <input
        id={field}
        type="datetime-local"
        step="1"
        value={at === null ? "" : localMoment(at)}
        onChange={(event) => {
          const chosen = new Date(event.target.value);
          onChoose(Number.isNaN(chosen.getTime()) ? null : chosen.toISOString());
        }}
      />
      {at !== null && <Button onClick={() => onChoose(null)}>Now</Button>}
    </div>
  );
}

/** A moment as a field for moments wants it: in the reader's zone, and without naming it. */
export function localMoment(at: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "";
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
