import type { ButtonHTMLAttributes } from "react";
import styles from "./parts.module.css";

/** A button. `kind` is how much it matters. */
export function Button({
  kind = "plain",
  className,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { kind?: "plain" | "primary" | "danger" | "bare" }) {
  const looks = [styles.button, kind === "plain" ? "" : styles[kind], className ?? ""].join(" ");
  return <button type="button" {...rest} className={looks} />;
}
