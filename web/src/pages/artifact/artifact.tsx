import { Link, useParams } from "react-router";
import { useOrganization } from "../../api/organization";
import { pathsOf } from "../../api/paths";
import { useList } from "../../api/use-list";
import { ArtifactDocument, type ArtifactQuery, type ArtifactWholeFragment } from "../../generated/graphql";
import { Badge } from "../../parts/badge";
import { Compliance } from "../../parts/compliance";
import { Fingerprint, Outside, Sha } from "../../parts/git";
import { ExactMoment, Moment } from "../../parts/moment";
import { More } from "../../parts/more";
import { Card, Fact, Facts, Muted, Page } from "../../parts/page";
import { Empty, Failure, Loading } from "../../parts/state";
import { Timeline } from "../../parts/timeline";
import { count, lasting, sentence, words } from "../../parts/words";
import styles from "./artifact.module.css";

type Found = NonNullable<NonNullable<ArtifactQuery["organization"]>["artifact"]>;
type Ambiguous = Extract<Found, { __typename: "AmbiguousArtifact" }>;

const pick = (data: ArtifactQuery) => {
  const found = data.organization?.artifact;
  return found?.__typename === "Artifact" ? found.history : null;
};

/** Everything about an artifact, and all that happened to it. */
export function ArtifactPage() {
  const organization = useOrganization();
  const ref = useParams()["*"] ?? "";
  const variables = { organization, ref, after: null };
  const list = useList(ArtifactDocument, variables, pick, { concerns: () => true });
  const found = list.data?.organization?.artifact;
  if (found?.__typename === "AmbiguousArtifact") return <Candidates reference={ref} found={found} />;
  if (found?.__typename !== "Artifact") {
    return (
      <Page title={ref || "Artifact"}>
        {list.error && <Failure error={list.error} retry={list.refresh} />}
        {!list.error && list.fetching && <Loading what="the artifact" lines={8} />}
        {!list.fetching && (
          <Empty
            title={`No artifact is known as ${ref}`}
            command="landfall report artifact acme/hello:1.0 --flow hello --fingerprint …"
          >
            <code>runner:16d9990</code> is what the flow runner built from that commit,{" "}
            <code>runner@9af401c</code> what it has with that fingerprint. CI reports artifacts with the
            command below.
          </Empty>
        )}
      </Page>
    );
  }
  const events = [...list.nodes].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return (
    <Page
      title={found.name}
      kicker={<Flow artifact={found} />}
      about={
        <>
          <Fingerprint value={found.fingerprint} /> made <Moment at={found.createdAt} />
        </>
      }
      actions={<Compliance state={found.state} />}
    >
      <div className={styles.halves}>
        <div className={styles.stack}>
          <Card title="Where it comes from">
            <Origin artifact={found} />
          </Card>
          <Card title="Evidence">
            <Evidence artifact={found} />
          </Card>
          <Card title="Where it runs now" flush={found.runningIn.nodes.length > 0}>
            <RunsIn artifact={found} />
          </Card>
        </div>
        <Card title="History" flush>
          <div className={styles.timeline}>
            <Timeline events={events} of="artifact" />
            <More list={list} />
          </div>
        </Card>
      </div>
    </Page>
  );
}

function Flow({ artifact }: { artifact: ArtifactWholeFragment }) {
  const to = pathsOf(useOrganization());
  return (
    <>
      Artifact of <Link to={to.flow(artifact.flow.name)}>{artifact.flow.name}</Link>
    </>
  );
}

function Origin({ artifact: a }: { artifact: ArtifactWholeFragment }) {
  const to = pathsOf(useOrganization());
  return (
    <Facts>
      <Fact name="Commit">
        {a.commit ? (
          <>
            <Sha commit={a.commit} /> {a.commit.subject}{" "}
            {a.commitUrl && <Outside url={a.commitUrl}>{a.commit.repository.name}</Outside>}
          </>
        ) : a.ambiguousCommit ? (
          <>
            {sentence(a.ambiguousCommit.summary)}{" "}
            <Link to={to.commit(a.ambiguousCommit.askedFor)}>Which ones</Link>
          </>
        ) : a.commitSha ? (
          <>
            <code>{a.commitSha.slice(0, 7)}</code> <Muted>not known yet: nobody told of this commit</Muted>
          </>
        ) : (
          <Muted>nobody told</Muted>
        )}
      </Fact>
      <Fact name="Build">
        {a.build ? (
          <>
            <Outside url={a.build.url}>{a.build.workflow}</Outside> {words(a.build.state)}
            {a.build.startedAt && a.build.finishedAt && (
              <> in {lasting((Date.parse(a.build.finishedAt) - Date.parse(a.build.startedAt)) / 1000)}</>
            )}
          </>
        ) : a.buildUrl ? (
          <Outside url={a.buildUrl} />
        ) : (
          <Muted>nobody told</Muted>
        )}
      </Fact>
      <Fact name="Created">
        <ExactMoment at={a.createdAt} />
      </Fact>
      <Fact name="Fingerprint">
        <Fingerprint value={a.fingerprint} whole />
      </Fact>
      {a.digests.length > 0 && (
        <Fact name="Also known by">
          {a.digests.map((d) => (
            <div key={d}>
              <Fingerprint value={d} />
            </div>
          ))}
        </Fact>
      )}
      {a.names.length > 1 && <Fact name="Names">{a.names.join(", ")}</Fact>}
      {a.deployments.nodes.length > 0 && (
        <Fact name="Deployments">
          {a.deployments.nodes.map((d) => (
            <div key={d.id}>
              {d.url ? <Outside url={d.url}>#{d.number}</Outside> : `#${d.number}`} to{" "}
              <Link to={to.environment(d.environment.name)}>{d.environment.name}</Link>,{" "}
              <Moment at={d.createdAt} />
            </div>
          ))}
        </Fact>
      )}
    </Facts>
  );
}

function Evidence({ artifact: a }: { artifact: ArtifactWholeFragment }) {
  const missing = a.requirements.filter((r) => r.state === "MISSING");
  const asked = new Set(a.requirements.map((r) => r.name));
  if (a.attestations.nodes.length === 0 && missing.length === 0) {
    return (
      <Empty
        title="None was given, and none is asked for"
        command={`landfall attest generic unit-test --flow ${a.flow.name} --fingerprint ${a.fingerprint} --compliant`}
      >
        Say what a flow asks for with <code>landfall update flow</code>, and let CI give it.
      </Empty>
    );
  }
  return (
    <ul className={styles.evidence}>
      {missing.map((r) => (
        <li key={r.name}>
          <Badge tone="warn">missing</Badge>
          <span>{r.name}</span>
        </li>
      ))}
      {a.attestations.nodes.map((e) => (
        <li key={e.id}>
          <Badge tone={e.compliant ? "good" : "bad"}>{e.compliant ? "holds" : "does not hold"}</Badge>
          <span>
            {e.url ? <Outside url={e.url}>{e.name}</Outside> : e.name}, <Moment at={e.at} />
            {!asked.has(e.name) && <Muted> · not asked for</Muted>}
          </span>
          {e.description && <p>{e.description}</p>}
        </li>
      ))}
    </ul>
  );
}

function RunsIn({ artifact: a }: { artifact: ArtifactWholeFragment }) {
  const to = pathsOf(useOrganization());
  if (a.runningIn.nodes.length === 0) return <Muted>It runs nowhere.</Muted>;
  return (
    <table>
      <thead>
        <tr>
          <th>Environment</th>
          <th>Replicas</th>
          <th>Since</th>
        </tr>
      </thead>
      <tbody>
        {a.runningIn.nodes.map((r) => (
          <tr key={r.snapshot.environment.name}>
            <td>
              <Link to={to.environment(r.snapshot.environment.name)}>{r.snapshot.environment.name}</Link>{" "}
              {r.overlapping && <Badge tone="warn">overlapping</Badge>}
            </td>
            <td>{count(r.replicas, "replica")}</td>
            <td>
              <Moment at={r.runningSince} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Candidates({ reference, found }: { reference: string; found: Ambiguous }) {
  const to = pathsOf(useOrganization());
  return (
    <Page title={reference} heading={`Which artifact is ${reference}?`} about={sentence(found.summary)}>
      <Card flush>
        <table>
          <thead>
            <tr>
              <th>Artifact</th>
              <th>Flow</th>
              <th>Commit</th>
              <th>Made</th>
            </tr>
          </thead>
          <tbody>
            {found.candidates.map((c) => (
              <tr key={c.id}>
                <td>
                  <Link to={to.artifact(c.ref)}>{c.name}</Link> <Fingerprint value={c.fingerprint} />
                </td>
                <td>{c.flow.name}</td>
                <td>
                  <code>{c.commitSha?.slice(0, 12)}</code>
                </td>
                <td>
                  <Moment at={c.createdAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Card>
    </Page>
  );
}
