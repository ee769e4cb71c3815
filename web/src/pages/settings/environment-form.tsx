import { type FormEvent, useState } from "react";
import { useQuery } from "urql";
import { agentCommand, kinds } from "../../api/environment-kinds";
import { orderEnvironments } from "../../api/environments";
import { useOrganization } from "../../api/organization";
import { useChange } from "../../api/use-change";
import {
  CreateEnvironmentDocument,
  type EnvironmentLineFragment,
  EnvironmentNamesDocument,
  type EnvironmentType,
  UpdateEnvironmentDocument,
} from "../../generated/graphql";
import { Button } from "../../parts/button";
import { Field, Refusal, Tick } from "../../parts/form";
import form from "../../parts/form.module.css";
import { Muted } from "../../parts/page";
import styles from "./settings.module.css";
import { linesOf, minutesOf, positionOf, secondsOf, tagsOf } from "./values";

/** Makes an environment, or changes one. What kind it is stays for good. */
export function EnvironmentForm({
  environment,
  cancel,
  done,
}: {
  environment: EnvironmentLineFragment | undefined;
  cancel: () => void;
  done: (words: string) => void;
}) {
  const organization = useOrganization();
  const create = useChange(CreateEnvironmentDocument);
  const update = useChange(UpdateEnvironmentDocument);
  const [type, setType] = useState<EnvironmentType>(environment?.type ?? "K8S");
  const [members, setMembers] = useState(environment?.members.nodes.map((m) => m.name) ?? []);
  const logical = type === "LOGICAL";

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const filled = new FormData(event.currentTarget);
    const text = (name: string) => String(filled.get(name) ?? "");
    const values = {
      organization,
      description: text("description").trim(),
      tags: tagsOf(text("tags"), text("position")),
      ...(logical ? { members } : { silentAfterSeconds: secondsOf(text("silentAfter")) }),
    };
    if (environment) {
      const data = await update.run({ input: { ...values, environment: environment.name } });
      if (data) done(`${data.updateEnvironment.environment.name} was changed.`);
      return;
    }
    const data = await create.run({ input: { ...values, name: text("name").trim(), type } });
    if (!data) return;
    const { created, environment: made } = data.createEnvironment;
    const command = agentCommand(made.type, made.name);
    done(
      created
        ? `${made.name} was created.${command ? ` To report what runs in it: ${command}` : ""}`
        : `${made.name} was there already, just the same.`,
    );
  }
  const { busy, error } = environment ? update : create;
  return (
    <form className={form.form} onSubmit={(event) => void submit(event)}>
      {!environment && (
        <div className={form.row}>
          <Field label="Name" hint="Letters, digits, “.”, “-”, “_” and “~”, such as aws-prod.">
            {(props) => (
              <input
                {...props}
                name="name"
                type="text"
                required
                maxLength={128}
                autoComplete="off"
                spellCheck={false}
              />
            )}
          </Field>
          <Field label="Kind">
            {(props) => (
              <select
                {...props}
                value={type}
                onChange={(event) => setType(event.target.value as EnvironmentType)}
              >
                {Object.entries(kinds).map(([value, name]) => (
                  <option key={value} value={value}>
                    {value === "LOGICAL" ? "Logical: a union of others" : name}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
      )}
      <Field label="Description" hint="What it is, for people.">
        {(props) => (
          <input
            {...props}
            name="description"
            type="text"
            maxLength={1000}
            defaultValue={environment?.description}
          />
        )}
      </Field>
      {logical && <Members chosen={members} choose={setMembers} />}
      <div className={form.row}>
        <Field label="Position" hint="Lowest first; without one it comes after those that have one.">
          {(props) => (
            <input
              {...props}
              name="position"
              type="number"
              step="any"
              defaultValue={environment && (positionOf(environment) ?? undefined)}
            />
          )}
        </Field>
        {!logical && (
          <Field label="Silent after, in minutes" hint="Without a report for so long. Empty for never.">
            {(props) => (
              <input
                {...props}
                name="silentAfter"
                type="number"
                min="0"
                step="any"
                defaultValue={environment ? minutesOf(environment.reporting.silentAfterSeconds) : "15"}
              />
            )}
          </Field>
        )}
      </div>
      <Field label="Tags" hint="One on each line, such as team=core.">
        {(props) => (
          <textarea
            {...props}
            name="tags"
            rows={3}
            spellCheck={false}
            defaultValue={environment && linesOf(environment.tags)}
          />
        )}
      </Field>
      <Refusal error={error} />
      <div className={form.buttons}>
        <Button onClick={cancel}>Cancel</Button>
        <Button kind="primary" type="submit" disabled={busy}>
          {busy ? "One moment…" : environment ? "Change it" : "Create it"}
        </Button>
      </div>
    </form>
  );
}

/** What a logical environment is the union of. */
function Members({ chosen, choose }: { chosen: string[]; choose: (names: string[]) => void }) {
  const organization = useOrganization();
  const [{ data, error }] = useQuery({ query: EnvironmentNamesDocument, variables: { organization } });
  const all = data?.organization?.environments.nodes.filter((e) => e.type !== "LOGICAL") ?? [];
  const names = [...new Set([...orderEnvironments(all).map((e) => e.name), ...chosen])];
  return (
    <fieldset className={form.choices}>
      <legend>What it is the union of</legend>
      <Refusal error={error} />
      {data && names.length === 0 && <Muted>There is no environment yet that it could include.</Muted>}
      <div className={styles.members}>
        {names.map((name) => (
          <Tick
            key={name}
            label={name}
            checked={chosen.includes(name)}
            onChange={(event) =>
              choose(event.target.checked ? [...chosen, name] : chosen.filter((other) => other !== name))
            }
          />
        ))}
      </div>
    </fieldset>
  );
}
