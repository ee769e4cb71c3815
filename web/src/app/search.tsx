import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { useCallback, useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { useQuery } from "urql";
import { useOrganization } from "../api/organization";
import { SearchDocument } from "../generated/graphql";
import { Icon } from "../parts/icon";
import { reason } from "../parts/state";
import { type Choice, choicesOf } from "./choices";
import styles from "./search.module.css";

/** Takes what was typed before the search was there. From then on it gets the keys itself. */
export type TypedAhead = () => { text: string; entered: boolean };

/** Whatever a person can type: a SHA or a part of one, a pull request, an image, a name. */
export function Search({
  open,
  onOpenChange,
  typedAhead,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  typedAhead: TypedAhead;
}) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={styles.popup} aria-label="Search">
          <Palette close={() => onOpenChange(false)} typedAhead={typedAhead} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** How long is waited for more letters before it is asked. */
const settle = 120;

function Palette({ close, typedAhead }: { close: () => void; typedAhead: TypedAhead }) {
  const organization = useOrganization();
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  const text = useSettled(typed.trim(), settle);
  const askable = text.length >= 2 && text.length <= 200;
  const [{ data, error, fetching }] = useQuery({
    query: SearchDocument,
    variables: { organization, text },
    pause: !askable,
  });
  const matches = askable ? (data?.organization?.search.nodes ?? []) : [];
  const settled = askable && text === typed.trim() && !fetching;
  const choices = choicesOf(organization, matches, settled ? text : "");
  const go = (choice: Choice) => {
    close();
    navigate(choice.path);
  };
  const enter = useEnterOnceSettled(settled, () => {
    const first = choices[0];
    if (first) go(first);
  });
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    input.current?.focus();
    const { text: ahead, entered } = typedAhead();
    setTyped((now) => ahead + now);
    if (entered) enter();
  }, [typedAhead, enter]);
  return (
    <Autocomplete.Root
      inline
      open
      mode="none"
      autoHighlight="always"
      items={choices}
      itemToStringValue={(choice: Choice) => choice.what}
      value={typed}
      onValueChange={(value, details) => {
        if (details.reason !== "item-press") setTyped(value);
      }}
    >
      <div className={styles.box}>
        <Icon name="search" />
        <Autocomplete.Input
          ref={input}
          placeholder="SHA, #pull request, artifact, flow, environment…"
          aria-label="What to look for"
          spellCheck={false}
          autoCapitalize="off"
          onKeyDown={(event) => {
            if (event.key === "Enter" && !settled) enter();
          }}
        />
        <kbd>Esc</kbd>
      </div>
      {error && askable && <p className={styles.hint}>{reason(error)}</p>}
      {!askable && (
        <p className={styles.hint}>
          Type at least 5 digits of a SHA or of a fingerprint, the number of a pull request such as{" "}
          <code>#276</code>, the name or tag of an image, or a part of the name of a flow or an environment.
        </p>
      )}
      {askable && !settled && matches.length === 0 && <p className={styles.hint}>Looking…</p>}
      <Autocomplete.List className={styles.list}>
        {(choice: Choice) => (
          <Autocomplete.Item
            key={choice.key}
            value={choice}
            className={styles.item}
            onClick={() => go(choice)}
          >
            <span className={styles.kind}>{choice.kind}</span>
            <span className={styles.what}>{choice.what}</span>
          </Autocomplete.Item>
        )}
      </Autocomplete.List>
    </Autocomplete.Root>
  );
}

/** A value once it has not changed for a while. */
function useSettled(value: string, wait: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), wait);
    return () => clearTimeout(timer);
  }, [value, wait]);
  return settled;
}

/** Enter that was pressed before there was an answer counts when it is there. */
function useEnterOnceSettled(settled: boolean, act: () => void): () => void {
  const pressed = useRef(false);
  const newest = useRef(act);
  newest.current = act;
  useEffect(() => {
    if (!settled || !pressed.current) return;
    pressed.current = false;
    newest.current();
  }, [settled]);
  return useCallback(() => {
    pressed.current = true;
  }, []);
}
