import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { useCallback, useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { useQuery } from "urql";
import { useOrganization } from "../api/organization";
import { exactRef, pathsOf } from "../api/paths";
import { SearchDocument, type SearchQuery } from "../generated/graphql";
import { Icon } from "../parts/icon";
import { reason } from "../parts/state";
import { sentence, words } from "../parts/words";
import styles from "./search.module.css";

type Match = NonNullable<SearchQuery["organization"]>["search"]["nodes"][number];

interface Choice {
  key: string;
  kind: string;
  what: string;
  path: string;
}

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

function choicesOf(organization: string, matches: Match[], text: string): Choice[] {
  const to = pathsOf(organization);
  const found = matches.map((m, i) => ({
    key: `${i} ${m.matched}`,
    kind: sentence(words(m.kind === "RUNNING_ARTIFACT" ? "running" : m.kind)),
    what: m.summary,
    path: pathOf(organization, m.target),
  }));
  if (text === "" || found.length > 0) return found;
  return [
    {
      key: "commit",
      kind: "Commit",
      what: `Nothing is known by “${text}”. Look it up as a reference to a commit`,
      path: to.commit(text),
    },
  ];
}

function pathOf(organization: string, target: Match["target"]): string {
  const to = pathsOf(organization);
  switch (target.__typename) {
    case "Artifact":
      return to.artifact(target.ref);
    case "Commit":
      return to.commit(exactRef(target.repository.name, target.sha));
    case "Environment":
      return to.environment(target.name);
    case "Flow":
      return to.flow(target.name);
    case "PullRequest":
      return to.commit(`${target.repository.name}#${target.number}`);
    case "Repository":
      return `${to.commits}?repository=${encodeURIComponent(target.name)}`;
    case "RunningArtifact":
      return to.environment(target.snapshot.environment.name, { snapshot: target.snapshot.number });
  }
}
