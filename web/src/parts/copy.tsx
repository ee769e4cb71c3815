import { useEffect, useState } from "react";
import { Icon } from "./icon";
import styles from "./parts.module.css";

/** A button that copies a text, and says that it did. */
export function Copy({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      className={styles.copy}
      aria-label={copied ? "Copied" : `Copy ${what}`}
      title={copied ? "Copied" : `Copy ${what}`}
      onClick={() => copy(text).then(setCopied)}
    >
      <Icon name={copied ? "check" : "copy"} size={14} />
    </button>
  );
}

/** Browsers give the clipboard only to pages that came over HTTPS or from this machine. */
async function copy(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

/** A command to type, with a button to copy it. */
export function Command({ children }: { children: string }) {
  return (
    <div className={styles.command}>
      <pre>{children}</pre>
      <Copy text={children} what="the command" />
    </div>
  );
}
