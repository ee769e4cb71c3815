import { useMemo, useState } from "react";
import { useOrganization } from "../../api/organization";
import { useList } from "../../api/use-list";
import { EnvironmentLogDocument, type EnvironmentLogQuery, type EventKind } from "../../generated/graphql";
import { More } from "../../parts/more";
import { Empty, Failure, Loading } from "../../parts/state";
import { Timeline } from "../../parts/timeline";
import styles from "./environment.module.css";

const pick = (data: EnvironmentLogQuery) => data.organization?.environment?.events;

const kinds: Record<string, EventKind[] | null> = {
  Everything: null,
  "What ran": ["STARTED_RUNNING", "STOPPED_RUNNING"],
  Scaling: ["SCALED"],
  Expectations: ["EXPECTATION_BREACHED", "EXPECTATION_MET"],
  Reporting: ["REPORTING_STOPPED", "REPORTING_RESUMED"],
  Deployments: ["DEPLOYMENT_CREATED"],
};

/** What happened in an environment, the newest first. */
export function Log({ environment }: { environment: string }) {
  const organization = useOrganization();
  const [choice, setChoice] = useState("Everything");
  const [flow, setFlow] = useState("");
  const variables = useMemo(() => {
    const filter = { kinds: kinds[choice] ?? null, flows: flow.trim() === "" ? null : [flow.trim()] };
    return { organization, name: environment, interval: null, filter, after: null };
  }, [organization, environment, choice, flow]);
  const list = useList(EnvironmentLogDocument, variables, pick, {
    concerns: (event) => event.environment?.name === environment,
  });
  return (
    <>
      <div className={styles.filters}>
        <select aria-label="Kind of event" value={choice} onChange={(e) => setChoice(e.target.value)}>
          {Object.keys(kinds).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <input
          aria-label="Only of this flow"
          placeholder="Flow"
          value={flow}
          onChange={(e) => setFlow(e.target.value)}
        />
      </div>
      {list.error && <Failure error={list.error} retry={list.refresh} />}
      {list.fetching && !list.data && <Loading what="the log" lines={8} />}
      {list.data && list.nodes.length === 0 && (
        <Empty
          title={
            choice === "Everything" && flow === ""
              ? "Nothing has happened yet"
              : "Nothing of this kind has happened"
          }
        />
      )}
      <Timeline events={list.nodes} of="environment" />
      <More list={list} />
    </>
  );
}
