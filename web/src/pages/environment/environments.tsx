import { Link } from "react-router";
import { kinds } from "../../api/environment-kinds";
import { orderEnvironments } from "../../api/environments";
import { useOrganization } from "../../api/organization";
import { pathsOf } from "../../api/paths";
import { useList } from "../../api/use-list";
import { EnvironmentsDocument, type EnvironmentsQuery } from "../../generated/graphql";
import { Badge } from "../../parts/badge";
import { Moment } from "../../parts/moment";
import { More } from "../../parts/more";
import { Card, Muted, Page } from "../../parts/page";
import parts from "../../parts/parts.module.css";
import { Empty, Failure, Loading } from "../../parts/state";
import styles from "./environment.module.css";

type Environment = NonNullable<EnvironmentsQuery["organization"]>["environments"]["nodes"][number];

const pick = (data: EnvironmentsQuery) => data.organization?.environments;

/** The environments in use, in the order in which versions get there. */
export function Environments() {
  const organization = useOrganization();
  const variables = { organization, after: null };
  const list = useList(EnvironmentsDocument, variables, pick, {
    concerns: (event) => event.environment !== null,
  });
  return (
    <Page title="Environments" about="Where artifacts run, and whether all is as expected.">
      {list.error && <Failure error={list.error} retry={list.refresh} />}
      {!list.data && !list.error && <Loading what="environments" />}
      {list.data && list.nodes.length === 0 && (
        <Empty title="No environment yet" command="landfall create environment staging --type docker">
          An environment is a place where artifacts run. Make one, and let an agent report what runs in it.
        </Empty>
      )}
      {list.nodes.length > 0 && (
        <Card flush>
          <table>
            <thead>
              <tr>
                <th>Environment</th>
                <th>State</th>
                <th>Newest snapshot</th>
                <th className={styles.amount}>Replicas</th>
                <th>Reported</th>
                <th>Type</th>
              </tr>
            </thead>
            <tbody>
              {orderEnvironments(list.nodes).map((e) => (
                <Line key={e.id} environment={e} />
              ))}
            </tbody>
          </table>
          <More list={list} />
        </Card>
      )}
    </Page>
  );
}

function Line({ environment: e }: { environment: Environment }) {
  const to = pathsOf(useOrganization());
  return (
    <tr>
      <td className={styles.artifact}>
        <Link to={to.environment(e.name)}>{e.name}</Link>
        {e.description && <div className={`${parts.small} ${parts.muted}`}>{e.description}</div>}
      </td>
      <td>
        <State environment={e} />
      </td>
      <td>
        {e.snapshot ? (
          <>
            <Link to={to.environment(e.name, { snapshot: e.snapshot.number })}>#{e.snapshot.number}</Link>{" "}
            <Moment at={e.snapshot.takenAt} />
          </>
        ) : (
          <Muted>none</Muted>
        )}
      </td>
      <td className={styles.amount}>{e.snapshot?.replicaCount}</td>
      <td>
        {e.reporting.lastReportedAt ? <Moment at={e.reporting.lastReportedAt} /> : <Muted>never</Muted>}
      </td>
      <td>{kinds[e.type]}</td>
    </tr>
  );
}

function State({ environment: { reporting, breaches } }: { environment: Environment }) {
  const [breach] = breaches.nodes;
  if (breach) {
    return (
      <Badge tone="bad" title={breaches.nodes.map((b) => b.summary).join("\n")}>
        not as expected
      </Badge>
    );
  }
  if (reporting.state === "SILENT") return <Badge tone="warn">silent</Badge>;
  if (reporting.state === "NEVER") return <Badge tone="quiet">never reported</Badge>;
  return <Badge tone="good">reported</Badge>;
}
