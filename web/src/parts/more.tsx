import { Button } from "./button";
import styles from "./parts.module.css";

/** A button that shows more of a list, if there is more. */
export function More({ pages }: { pages: { more: (() => void) | null; loadingMore: boolean } }) {
  if (!pages.more) return null;
  return (
    <div className={styles.more}>
      <Button onClick={pages.more} disabled={pages.loadingMore}>
        {pages.loadingMore ? "Loading…" : "Show more"}
      </Button>
    </div>
  );
}
