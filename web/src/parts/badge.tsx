import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon";
import styles from "./parts.module.css";

export type Tone = "good" | "warn" | "bad" | "info" | "quiet";

/** A word about a state. Its colour says the same as the word. */
export function Badge({
  tone,
  icon,
  title,
  children,
}: {
  tone: Tone;
  icon?: IconName;
  title?: string;
  children: ReactNode;
}) {
  return (
    <span className={`${styles.badge} ${styles[tone]}`} title={title}>
      {icon && <Icon name={icon} size={12} />}
      {children}
    </span>
  );
}

/** A dot in the colour of a state; the words beside it say the same. */
export function Dot({ tone }: { tone: Tone }) {
  return <span aria-hidden="true" className={`${styles.dot} ${styles[tone]}`} />;
}
