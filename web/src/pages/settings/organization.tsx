import { type FormEvent, useState } from "react";
import { useMay, useOrganization } from "../../api/organization";
import { useChange } from "../../api/use-change";
import { useLiveQuery } from "../../api/use-live-query";
import {
  OrganizationSettingsDocument,
  type OrganizationSettingsQuery,
  UpdateOrganizationDocument,
  type Visibility,
} from "../../generated/graphql";
import { Button } from "../../parts/button";
import { Done, Field, Refusal, Tick } from "../../parts/form";
import form from "../../parts/form.module.css";
import { ExactMoment } from "../../parts/moment";
import { Card, Muted } from "../../parts/page";
import { Failure, Loading } from "../../parts/state";
import styles from "./settings.module.css";

type Known = NonNullable<OrganizationSettingsQuery["organization"]>;

/** Who can read what there is, and whether agents make environments. */
export function OrganizationSettings() {
  const organization = useOrganization();
  const { data, error, fetching, refresh } = useLiveQuery(OrganizationSettingsDocument, { organization });
  const known = data?.organization;
  if (!known) {
    return fetching && !error ? (
      <Loading what="the organization" />
    ) : (
      <Failure error={error ?? new Error("There is no such organization.")} retry={refresh} />
    );
  }
  return (
    <div className={styles.narrow}>
      <Card title={known.name}>
        <OrganizationForm known={known} refresh={refresh} />
      </Card>
    </div>
  );
}

const visibilities: Record<Visibility, { word: string; meaning: string }> = {
  PRIVATE: { word: "Private", meaning: "Only who belongs to the organization can read what is in it." },
  PUBLIC: {
    word: "Public",
    meaning: "Whoever is signed in to this server can read what is in it, without addresses of authors.",
  },
};

function OrganizationForm({ known, refresh }: { known: Known; refresh: () => void }) {
  const admin = useMay("ADMIN");
  const update = useChange(UpdateOrganizationDocument);
  const [visibility, setVisibility] = useState(known.visibility);
  const [createsEnvironments, setCreates] = useState(known.createsEnvironments);
  const [done, setDone] = useState("");
  const changed = visibility !== known.visibility || createsEnvironments !== known.createsEnvironments;
  async function submit(event: FormEvent) {
    event.preventDefault();
    setDone("");
    const data = await update.run({ input: { organization: known.name, visibility, createsEnvironments } });
    if (!data) return;
    setDone("It was changed.");
    refresh();
  }
  return (
    <form className={form.form} onSubmit={(event) => void submit(event)}>
      <Field label="Who can read" hint={visibilities[visibility].meaning}>
        {(props) => (
          <select
            {...props}
            disabled={!admin}
            value={visibility}
            onChange={(event) => setVisibility(event.target.value as Visibility)}
          >
            {Object.entries(visibilities).map(([value, { word }]) => (
              <option key={value} value={value}>
                {word}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Tick
        label="The first report for an unknown environment makes it"
        hint="It is then of the kind that the report says. Without this, such a report is refused."
        disabled={!admin}
        checked={createsEnvironments}
        onChange={(event) => setCreates(event.target.checked)}
      />
      <Muted>
        Created on <ExactMoment at={known.createdAt} />
      </Muted>
      <Refusal error={update.error} />
      <Done>{done}</Done>
      {admin ? (
        <div className={form.buttons}>
          <Button kind="primary" type="submit" disabled={update.busy || !changed}>
            {update.busy ? "One moment…" : "Change it"}
          </Button>
        </div>
      ) : (
        <Muted>Only administrators can change this.</Muted>
      )}
    </form>
  );
}
