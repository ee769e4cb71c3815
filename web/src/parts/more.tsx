import { Button } from "./button";
import styles from "./parts.module.css";

/** A button that shows more of a list, if there is more. */
export function More({ list }: { list: { more: (() => void) | null; loadingMore: boolean } }) {
  if (!list.more) return null;
  return (
    <div className={styles.more}>
      <Button onClick={list.more} disabled={list.loadingMore}>
        {list.loadingMore ? "Loading…" : "Show more"}
      </Button>
    </div>
  );
}
