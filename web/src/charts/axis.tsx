import styles from "./charts.module.css";
import type { Tick } from "./ticks";

/** The axis of time below or above charts. */
export function TimeAxis({ ticks }: { ticks: readonly Tick[] }) {
  return (
    <div className={styles.axis} aria-hidden="true">
      {ticks.map((tick) => (
        <span
          key={tick.at}
          className={tick.place < 0.03 ? styles.first : tick.place > 0.97 ? styles.last : undefined}
          style={{ left: `${tick.place * 100}%` }}
        >
          {tick.label}
        </span>
      ))}
    </div>
  );
}
