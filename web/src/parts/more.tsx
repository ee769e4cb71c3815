import type { CombinedError } from "urql";
import { Button } from "./button";
import styles from "./parts.module.css";
import { Failure } from "./state";

/** What is below a list that goes on. */
export function More({
  hasMore,
  more,
  reading,
  error,
  what,
}: {
  hasMore: boolean;
  more: () => void;
  reading: boolean;
  error?: CombinedError | undefined;
  /** What there is more of, for who hears only this button. */
  what: string;
}) {
  if (error) return <Failure error={error} retry={more} />;
  if (!hasMore) return null;
  return (
    <div className={styles.more}>
      <Button onClick={more} disabled={reading} aria-label={`Show more ${what}`}>
        {reading ? "Reading…" : "Show more"}
      </Button>
    </div>
  );
}
