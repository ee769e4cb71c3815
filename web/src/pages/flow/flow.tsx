import { Link, useParams } from "react-router";
import { useOrganization } from "../../api/organization";
import { pathsOf } from "../../api/paths";
import { useList } from "../../api/use-list";
import { type FlowArtifactFragment, FlowDocument, type FlowQuery } from "../../generated/graphql";
import { Badge } from "../../parts/badge";
import { Compliance } from "../../parts/compliance";
import { Outside, Sha } from "../../parts/git";
import { ExactMoment, Moment } from "../../parts/moment";
import { More } from "../../parts/more";
import { Card, Fact, Facts, Muted, Page } from "../../parts/page";
import { Empty, Failure, Loading } from "../../parts/state";
import { shortName } from "../../parts/words";
import styles from "./flow.module.css";

const pick = (data: FlowQuery) => data.organization?.flow?.artifacts;

/** A flow: what it asks for, and what it has built. */
export function FlowPage() {
  const organization = useOrganization();
  const to = pathsOf(organization);
  const { flow: name = "" } = useParams();
  const variables = { organization, name, after: null };
  const list = useList(FlowDocument, variables, pick, {
    concerns: (event) => (event.flow?.name ?? event.artifact?.flow.name) === name,
  });
  const flow = list.data?.organization?.flow;
  if (!flow) {
    return (
      <Page title={name}>
        {list.error ? (
          <Failure error={list.error} retry={list.refresh} />
        ) : (
          <Loading what="the flow" lines={8} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={flow.name}
      kicker="Flow"
      about={flow.description}
      actions={
        <>
          <Link to={`${to.home}?q=${encodeURIComponent(flow.name)}`}>Where it is</Link>
          <Link to={to.metrics({ flow: flow.name })}>How well it delivers</Link>
        </>
      }
    >
      {list.error && <Failure error={list.error} retry={list.refresh} />}
      <Card title="About this flow">
        <Facts>
          <Fact name="Repository">
            {flow.repository ? (
              <>
                <Link to={`${to.commits}?repository=${encodeURIComponent(flow.repository.name)}`}>
                  {flow.repository.name}
                </Link>{" "}
                <Outside url={flow.repository.url}>at the forge</Outside>
              </>
            ) : (
              <Muted>none: it follows those of its artifacts</Muted>
            )}
          </Fact>
          {flow.paths.length > 0 && <Fact name="Made from">{flow.paths.join(", ")}</Fact>}
          <Fact name="Evidence it asks for">
            {flow.requiredEvidence.length > 0 ? flow.requiredEvidence.join(", ") : <Muted>none</Muted>}
          </Fact>
          {flow.tags.length > 0 && (
            <Fact name="Tags">
              <span className={styles.places}>
                {flow.tags.map((t) => (
                  <Badge key={t.key} tone="quiet">
                    {t.key}: {t.value}
                  </Badge>
                ))}
              </span>
            </Fact>
          )}
          <Fact name="Created">
            <ExactMoment at={flow.createdAt} />
          </Fact>
        </Facts>
      </Card>
      <Card title="Artifacts" flush>
        {list.nodes.length === 0 ? (
          <Empty
            title="Nothing was built yet"
            command={`landfall report artifact acme/${flow.name}:1.0 --flow ${flow.name}`}
          >
            CI reports what it built with this command. A webhook of your forge tells of packages, too.
          </Empty>
        ) : (
          <Artifacts artifacts={list.nodes} />
        )}
        <More list={list} />
      </Card>
    </Page>
  );
}

function Artifacts({ artifacts }: { artifacts: readonly FlowArtifactFragment[] }) {
  const to = pathsOf(useOrganization());
  return (
    <table>
      <thead>
        <tr>
          <th>Artifact</th>
          <th>Commit</th>
          <th>Made</th>
          <th>Evidence</th>
          <th>Runs in</th>
        </tr>
      </thead>
      <tbody>
        {artifacts.map((a) => (
          <tr key={a.id}>
            <td className={styles.wrap}>
              <Link to={to.artifact(a.ref)}>{shortName(a.name)}</Link>
            </td>
            <td className={styles.wrap}>
              {a.commit ? (
                <>
                  <Sha commit={a.commit} /> {a.commit.subject}
                </>
              ) : (
                <Muted>unknown</Muted>
              )}
            </td>
            <td>
              <Moment at={a.createdAt} />
            </td>
            <td>
              <Compliance state={a.state} />
            </td>
            <td>
              <span className={styles.places}>
                {a.runningIn.nodes.map((r) => (
                  <Badge key={r.snapshot.environment.name} tone="info">
                    <Link to={to.environment(r.snapshot.environment.name)}>
                      {r.snapshot.environment.name}
                    </Link>{" "}
                    ×{r.replicas}
                  </Badge>
                ))}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
