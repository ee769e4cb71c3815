import { Link } from "react-router";
import { agentCommand } from "../../api/environment-kinds";
import { useMay, useOrganization } from "../../api/organization";
import { pathsOf } from "../../api/paths";
import { useList } from "../../api/use-list";
import { AgentsDocument, type AgentsQuery } from "../../generated/graphql";
import { isForbidden, NotAllowed } from "../../parts/allowed";
import { Badge } from "../../parts/badge";
import { Command } from "../../parts/copy";
import { Moment } from "../../parts/moment";
import { More } from "../../parts/more";
import { Card, Muted } from "../../parts/page";
import { Empty, Failure, Loading } from "../../parts/state";
import table from "../../parts/table.module.css";
import styles from "./settings.module.css";

type Reported = NonNullable<AgentsQuery["organization"]>["environments"]["nodes"][number];

/** Who says what runs, and of what nobody does. */
export function AgentSettings() {
  const organization = useOrganization();
  const to = pathsOf(organization);
  const admin = useMay("ADMIN");
  const list = useList(
    AgentsDocument,
    { organization, first: 100 },
    (data) => data.organization?.environments,
    { concerns: (event) => event.environment !== null && event.snapshot === null },
  );
  if (isForbidden(list.error)) return <NotAllowed what="Agents" needed="MEMBER" />;
  const physical = list.nodes.filter((e) => e.type !== "LOGICAL");
  const reported = physical.filter((e) => e.agents.nodes.length > 0);
  const others = physical.filter((e) => e.agents.nodes.length === 0);
  return (
    <>
      <p className={styles.intro}>
        An agent looks at what runs and reports it. It reads, and changes nothing where it looks. A new one
        shows here a little after its first report.
      </p>
      {list.error && <Failure error={list.error} retry={list.refresh} />}
      {(!list.error || reported.length > 0) && (
        <Card flush title="Who reports">
          {list.fetching && <Loading what="agents" lines={6} />}
          {!list.fetching && reported.length === 0 && (
            <Empty title="Nobody is known to report yet">
              {others.length === 0
                ? "Create an environment first, and start an agent for it."
                : "What to start for each environment is below."}
            </Empty>
          )}
          {reported.length > 0 && <Agents environments={reported} />}
          <More list={list} />
        </Card>
      )}
      {others.length > 0 && (
        <Card title="Of these nobody is known to report">
          <p className={styles.before}>
            An agent needs a token of the role reporter in <code>LANDFALL_API_TOKEN</code>
            {admin && (
              <>
                , which is made among the <Link to={to.settings("tokens")}>tokens</Link>
              </>
            )}
            .
          </p>
          <ul className={styles.nobody}>
            {others.map((environment) => (
              <Nobody key={environment.id} environment={environment} />
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

function Agents({ environments }: { environments: Reported[] }) {
  const to = pathsOf(useOrganization());
  return (
    <table className={table.stack}>
      <thead>
        <tr>
          <th>Environment</th>
          <th>Program</th>
          <th>Token</th>
          <th>First seen</th>
          <th>Last seen</th>
        </tr>
      </thead>
      <tbody>
        {environments.flatMap((environment) =>
          environment.agents.nodes.map((agent) => (
            <tr key={agent.id}>
              <td className={table.long} data-name="Environment">
                <Link to={to.environment(environment.name)}>{environment.name}</Link>{" "}
                <Silence environment={environment} />
              </td>
              <td className={table.long} data-name="Program">
                {agent.program === "" ? <Muted>does not say</Muted> : agent.program}
              </td>
              <td className={table.long} data-name="Token">
                {agent.tokenName}
              </td>
              <td className={table.keep} data-name="First seen">
                <Moment at={agent.firstSeenAt} />
              </td>
              <td className={table.keep} data-name="Last seen">
                <Moment at={agent.lastSeenAt} />
              </td>
            </tr>
          )),
        )}
      </tbody>
    </table>
  );
}

function Silence({ environment: { reporting } }: { environment: Reported }) {
  if (reporting.state !== "SILENT") return null;
  return (
    <Badge tone="bad">
      Silent
      {reporting.silentSince && (
        <span>
          , overdue since <Moment at={reporting.silentSince} />
        </span>
      )}
    </Badge>
  );
}

function Nobody({ environment: { name, type, reporting } }: { environment: Reported }) {
  const to = pathsOf(useOrganization());
  const command = agentCommand(type, name);
  return (
    <li>
      <div className={styles.title}>
        <Link to={to.environment(name)}>{name}</Link>
        <Muted>
          {reporting.lastReportedAt ? (
            <>
              was reported <Moment at={reporting.lastReportedAt} />, by whom is not known
            </>
          ) : (
            "nothing was reported yet"
          )}
        </Muted>
      </div>
      {command ? (
        <Command>{command}</Command>
      ) : (
        <Muted>There is no agent for its kind: what runs there is reported to the API.</Muted>
      )}
    </li>
  );
}
