import { type ReactNode, useEffect, useId, useRef } from "react";
import type { CombinedError } from "urql";
import styles from "./form.module.css";
import parts from "./parts.module.css";
import { reason } from "./state";

/** What a control has to be given so that its label and its hint belong to it. */
export interface ControlProps {
  id: string;
  "aria-describedby"?: string;
}

/** A control with its label, and a hint below it. */
export function Field({
  label,
  hint,
  children,
}: {
  label: string;
  hint?: ReactNode;
  children: (props: ControlProps) => ReactNode;
}) {
  const id = useId();
  return (
    <div className={parts.field}>
      <label htmlFor={id}>{label}</label>
      {children(hint ? { id, "aria-describedby": `${id}-hint` } : { id })}
      {hint && (
        <div id={`${id}-hint`} className={styles.hint}>
          {hint}
        </div>
      )}
    </div>
  );
}

/** A box to tick, with its label beside it. */
export function Tick({
  label,
  hint,
  ...rest
}: { label: ReactNode; hint?: ReactNode } & Omit<React.InputHTMLAttributes<HTMLInputElement>, "type">) {
  const id = useId();
  return (
    <div className={styles.tick}>
      <input {...rest} id={id} type="checkbox" aria-describedby={hint ? `${id}-hint` : undefined} />
      <label htmlFor={id}>{label}</label>
      {hint && (
        <div id={`${id}-hint`} className={styles.hint}>
          {hint}
        </div>
      )}
    </div>
  );
}

/** Why a form was refused, in the server's words. It is gone to when it appears. */
export function Refusal({ error }: { error: CombinedError | Error | undefined }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (error) box.current?.focus();
  }, [error]);
  if (!error) return null;
  return (
    <div className={styles.refusal} role="alert" tabIndex={-1} ref={box}>
      {reason(error)}
    </div>
  );
}

/** That something was done, for who sees the page and for who hears it. */
export function Done({ children }: { children: ReactNode }) {
  return (
    <div role="status" className={children ? styles.done : parts.hidden}>
      {children}
    </div>
  );
}
