import { AlertDialog } from "@base-ui/react/alert-dialog";
import { Dialog as Base } from "@base-ui/react/dialog";
import { type ReactNode, useState } from "react";
import { Button } from "./button";
import { Copy } from "./copy";
import styles from "./dialog.module.css";
import { Refusal } from "./form";
import form from "./form.module.css";
import { Icon } from "./icon";

/** Something to fill in or to read, above the page. */
export function Dialog({
  open,
  onOpenChange,
  title,
  about,
  keep = false,
  children,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  about?: ReactNode;
  /** Whether it stays until it is closed by one of its buttons: what it shows is not shown again. */
  keep?: boolean;
  children: ReactNode;
}) {
  return (
    <Base.Root
      open={open}
      onOpenChange={(wanted, details) => {
        if (keep && details.reason === "escape-key") details.cancel();
        else onOpenChange(wanted);
      }}
      disablePointerDismissal={keep}
    >
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup className={styles.popup}>
          <div className={styles.head}>
            <Base.Title>{title}</Base.Title>
            <Base.Close className={styles.close} aria-label="Close">
              <Icon name="cross" />
            </Base.Close>
          </div>
          <div className={styles.body}>
            {about && <Base.Description className={styles.about}>{about}</Base.Description>}
            {children}
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** A button that asks before it does something. It closes once that is done. */
export function Confirm({
  label,
  what,
  title,
  action,
  busy,
  error,
  danger = false,
  kind = "plain",
  forget,
  run,
  children,
}: {
  label: ReactNode;
  /** What the button is about, where its label alone does not say. */
  what?: string;
  title: string;
  action: string;
  busy: boolean;
  error: Parameters<typeof Refusal>[0]["error"];
  danger?: boolean;
  kind?: "plain" | "bare";
  forget?: () => void;
  /** Does it; true if it is done. */
  run: () => Promise<boolean>;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  return (
    <AlertDialog.Root
      open={open}
      onOpenChange={(wanted) => {
        setOpen(wanted);
        forget?.();
      }}
    >
      <AlertDialog.Trigger render={<Button kind={kind} aria-label={what} />}>{label}</AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={styles.backdrop} />
        <AlertDialog.Popup className={styles.popup}>
          <div className={styles.head}>
            <AlertDialog.Title>{title}</AlertDialog.Title>
          </div>
          <div className={styles.body}>
            <AlertDialog.Description className={styles.about} render={<div />}>
              {children}
            </AlertDialog.Description>
            <Refusal error={error} />
            <div className={form.buttons}>
              <AlertDialog.Close render={<Button />}>Cancel</AlertDialog.Close>
              <Button
                kind={danger ? "danger" : "primary"}
                disabled={busy}
                onClick={() => void run().then((done) => done && setOpen(false))}
              >
                {busy ? "One moment…" : action}
              </Button>
            </div>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

/** Something to copy: in full, on a line of its own. */
export function Whole({ name, text }: { name: string; text: string }) {
  return (
    <div className={styles.whole}>
      <p>{name}</p>
      <div>
        <code>{text}</code>
        <Copy text={text} what={name.toLowerCase()} />
      </div>
    </div>
  );
}
