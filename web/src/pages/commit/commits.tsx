import { Link, useSearchParams } from "react-router";
import { useOrganization } from "../../api/organization";
import { pathsOf } from "../../api/paths";
import { useList } from "../../api/use-list";
import { CommitsDocument, type CommitsQuery } from "../../generated/graphql";
import { Sha } from "../../parts/git";
import { Moment } from "../../parts/moment";
import { More } from "../../parts/more";
import { Card, Muted, Page } from "../../parts/page";
import { Empty, Failure, Loading } from "../../parts/state";
import { shortName } from "../../parts/words";

const pick = (data: CommitsQuery) => data.organization?.commits;

/** The commits that are known, the newest first. */
export function Commits() {
  const organization = useOrganization();
  const to = pathsOf(organization);
  const [search, setSearch] = useSearchParams();
  const repository = search.get("repository");
  const variables = { organization, filter: repository ? { repository } : null, after: null };
  const list = useList(CommitsDocument, variables, pick, {
    concerns: (event) => event.kind === "ARTIFACT_CREATED",
  });
  const repositories = list.data?.organization?.repositories.nodes ?? [];
  return (
    <Page
      title="Commits"
      about={repository ?? "Of all repositories, the newest first."}
      actions={
        <select
          aria-label="Repository"
          value={repository ?? ""}
          onChange={(e) => setSearch(e.target.value ? { repository: e.target.value } : {})}
        >
          <option value="">All repositories</option>
          {repository && !repositories.some((r) => r.name === repository) && <option>{repository}</option>}
          {repositories.map((r) => (
            <option key={r.id}>{r.name}</option>
          ))}
        </select>
      }
    >
      {list.error && <Failure error={list.error} retry={list.refresh} />}
      {!list.data && !list.error && <Loading what="commits" lines={10} />}
      {list.data && list.nodes.length === 0 && (
        <Empty title="No commit is known yet" command="landfall create webhook github">
          Commits become known by webhooks of your forge, and by <code>landfall report commits</code> in a
          checkout.
        </Empty>
      )}
      {list.nodes.length > 0 && (
        <Card flush>
          <table>
            <thead>
              <tr>
                <th>Commit</th>
                <th>Subject</th>
                <th>Author</th>
                <th>Committed</th>
                <th>Built</th>
                {!repository && <th>Repository</th>}
              </tr>
            </thead>
            <tbody>
              {list.nodes.map((c) => (
                <tr key={c.id}>
                  <td>
                    <Sha commit={c} />
                  </td>
                  <td>{c.subject}</td>
                  <td>{c.authorName}</td>
                  <td>
                    <Moment at={c.committedAt} />
                  </td>
                  <td>
                    {c.artifacts.nodes.length === 0 && <Muted>nothing</Muted>}
                    {c.artifacts.nodes.map((a) => (
                      <div key={a.id}>
                        <Link to={to.artifact(a.ref)}>{shortName(a.name)}</Link>
                      </div>
                    ))}
                  </td>
                  {!repository && <td>{c.repository.name}</td>}
                </tr>
              ))}
            </tbody>
          </table>
          <More list={list} />
        </Card>
      )}
    </Page>
  );
}
