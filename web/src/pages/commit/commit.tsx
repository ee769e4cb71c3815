import { Link, useParams, useSearchParams } from "react-router";
import { useMark } from "../../api/mark";
import { useOrganization } from "../../api/organization";
import { pathsOf } from "../../api/paths";
import { useLiveQuery } from "../../api/use-live-query";
import { CommitDocument, type CommitLineFragment, type CommitWholeFragment } from "../../generated/graphql";
import { AsOf } from "../../parts/as-of";
import { Badge } from "../../parts/badge";
import { Copy } from "../../parts/copy";
import { Outside, Sha } from "../../parts/git";
import { ExactMoment, Moment } from "../../parts/moment";
import { Card, Fact, Facts, Page } from "../../parts/page";
import { Empty, Failure, Loading } from "../../parts/state";
import { count, sentence, words } from "../../parts/words";
import styles from "./commit.module.css";
import { asOf, journeysOf } from "./journey";
import { states } from "./place";
import { Way } from "./way";

/** Where is my commit? */
export function CommitPage() {
  const organization = useOrganization();
  const ref = useParams()["*"] ?? "";
  const [search] = useSearchParams();
  const at = search.get("at");
  const { data, error, fetching, refresh } = useLiveQuery(
    CommitDocument,
    { organization, ref, at },
    { concerns: () => at === null },
  );
  const found = data?.organization?.commit;
  if (found?.__typename === "Commit") return <Whole commit={found} at={at} />;
  if (found?.__typename === "AmbiguousCommit") {
    return (
      <Page title={ref} heading={`Which commit is ${ref}?`} about={sentence(found.summary)}>
        <Candidates commits={found.candidates} />
      </Page>
    );
  }
  return (
    <Page title={ref || "Commit"}>
      {fetching && !error ? (
        <Loading what="the commit" lines={8} />
      ) : (
        <NoCommit reference={ref} error={error} retry={refresh} />
      )}
    </Page>
  );
}

function NoCommit({
  reference,
  error,
  retry,
}: {
  reference: string;
  error: Parameters<typeof Failure>[0]["error"] | undefined;
  retry: () => void;
}) {
  return (
    <>
      {error && <Failure error={error} retry={retry} />}
      <Empty title={`No commit is known as ${reference}`} command={"landfall report commits"}>
        Commits become known by webhooks of your forge, and by the command below in a checkout of the
        repository. A SHA may be shortened to five digits; <code>#276</code> is a pull request,{" "}
        <code>main</code> a branch, <code>runner:16d9990</code> an artifact.
      </Empty>
    </>
  );
}

function Candidates({ commits }: { commits: CommitLineFragment[] }) {
  return (
    <Card flush>
      <table className={styles.candidates}>
        <thead>
          <tr>
            <th>Commit</th>
            <th>Repository</th>
            <th>Subject</th>
            <th>Committed</th>
          </tr>
        </thead>
        <tbody>
          {commits.map((c) => (
            <tr key={c.id}>
              <td>
                <Sha commit={{ ...c, shortSha: c.sha.slice(0, 12) }} />
              </td>
              <td>{c.repository.name}</td>
              <td>{c.subject}</td>
              <td>
                <Moment at={c.committedAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function Whole({ commit, at }: { commit: CommitWholeFragment; at: string | null }) {
  const journeys = journeysOf(asOf(commit, at));
  const [, setSearch] = useSearchParams();
  useMark("commit", true);
  const to = pathsOf(useOrganization());
  const became = commit.whereabouts.nodes.find((p) => p.became)?.became;
  return (
    <Page
      title={`${commit.shortSha} ${commit.subject}`}
      heading={commit.subject}
      kicker={
        <Link to={`${to.commits}?repository=${encodeURIComponent(commit.repository.name)}`}>
          {commit.repository.name}
        </Link>
      }
      about={
        <div className={styles.meta}>
          <span>
            <Outside url={commit.url}>
              <code>{commit.shortSha}</code>
            </Outside>{" "}
            <Copy text={commit.sha} what="the full SHA" />
          </span>
          {commit.authorName && <span>{commit.authorName}</span>}
          <Moment at={commit.committedAt} />
          {commit.pullRequests.nodes.map((pr) => (
            <Outside key={pr.id} url={pr.url}>
              #{pr.number} {pr.title}
            </Outside>
          ))}
        </div>
      }
      actions={<AsOf at={at} onChoose={(chosen) => setSearch(chosen === null ? {} : { at: chosen })} />}
    >
      <Summary commit={commit} />
      {became && (
        <p>
          By a squash or a rebase it became <Sha commit={became} /> {became.subject}. That is what is looked
          for, too.
        </p>
      )}
      {journeys.map((journey) => (
        <Card
          key={journey.flow}
          flush
          title={
            journey.flow ? (
              <>
                By flow <Link to={to.flow(journey.flow)}>{journey.flow}</Link>
              </>
            ) : (
              "No flow brings it anywhere"
            )
          }
        >
          <Way commit={commit} journey={journey} />
          {journey.arrivals.length === 0 && <NoArrivals />}
        </Card>
      ))}
      <About commit={commit} />
    </Page>
  );
}

function NoArrivals() {
  return (
    <Empty title="No environment is reported yet" command="landfall create environment staging --type docker">
      As soon as an agent says what runs in an environment, it is shown here whether this commit is in it.
    </Empty>
  );
}

/** The answer in one line for each environment. */
function Summary({ commit }: { commit: CommitWholeFragment }) {
  const to = pathsOf(useOrganization());
  const several = new Set(commit.whereabouts.nodes.map((p) => p.flow?.name)).size > 1;
  return (
    <ul className={styles.summary} aria-label="Where it is">
      {commit.whereabouts.nodes.map((p) => (
        <li key={`${p.flow?.name} ${p.environment.id}`} className={styles.chip}>
          <Link to={to.environment(p.environment.name, { snapshot: p.snapshot?.number })}>
            {p.environment.name}
          </Link>
          {several && p.flow && <span>{p.flow.name}</span>}
          <Badge tone={states[p.state].tone} title={p.summary}>
            {states[p.state].word}
            {p.__typename === "CommitNotYet" &&
              p.commitsBehind !== null &&
              `, ${count(p.commitsBehind, "commit")} behind`}
          </Badge>
        </li>
      ))}
    </ul>
  );
}

function About({ commit }: { commit: CommitWholeFragment }) {
  const to = pathsOf(useOrganization());
  return (
    <Card title="About this commit">
      <Facts>
        <Fact name="SHA">
          <code>{commit.sha}</code> <Copy text={commit.sha} what="the SHA" />
        </Fact>
        <Fact name="Committed">
          <ExactMoment at={commit.committedAt} />
        </Fact>
        <Fact name="Parents">
          {commit.parents.map((sha) => (
            <span key={sha}>
              <Link to={to.commit(`${commit.repository.name}@${sha}`)}>
                <code>{sha.slice(0, 7)}</code>
              </Link>{" "}
            </span>
          ))}
          {commit.parents.length === 0 && commit.parentsComplete && "none: it is a root"}
          {!commit.parentsComplete && "not all known: run `landfall report commits` in a whole checkout"}
        </Fact>
        {commit.issueKeys.length > 0 && <Fact name="Issues">{commit.issueKeys.join(", ")}</Fact>}
        {commit.pullRequests.nodes.length > 0 && (
          <Fact name="Pull requests">
            {commit.pullRequests.nodes.map((pr) => (
              <div key={pr.id}>
                <Outside url={pr.url}>
                  #{pr.number} {pr.title}
                </Outside>{" "}
                {words(pr.state)}
              </div>
            ))}
          </Fact>
        )}
        {commit.cherryPicks.nodes.length > 0 && (
          <Fact name="Cherry-picks">
            {commit.cherryPicks.nodes.map((c) => (
              <div key={c.id}>
                <Sha commit={c} /> {c.subject}
              </div>
            ))}
          </Fact>
        )}
        {commit.artifacts.nodes.length > 1 && (
          <Fact name="Artifacts">
            {commit.artifacts.nodes.map((a) => (
              <div key={a.id}>
                <Link to={to.artifact(a.ref)}>{a.name}</Link> of {a.flow.name}
              </div>
            ))}
          </Fact>
        )}
      </Facts>
    </Card>
  );
}
