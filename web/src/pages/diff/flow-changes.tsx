import { Link } from "react-router";
import { useOrganization } from "../../api/organization";
import { exactRef, pathsOf } from "../../api/paths";
import { useMore } from "../../api/use-list";
import {
  type CommitLineFragment,
  DiffCommitsAddedDocument,
  DiffCommitsRemovedDocument,
  type DiffFlowFragment,
  type DiffRunningFragment,
} from "../../generated/graphql";
import { Badge } from "../../parts/badge";
import { Outside, Sha } from "../../parts/git";
import { Icon } from "../../parts/icon";
import { Moment } from "../../parts/moment";
import { More } from "../../parts/more";
import { Hidden, Muted } from "../../parts/page";
import { Failure } from "../../parts/state";
import { count, sentence } from "../../parts/words";
import { Running } from "./diff";
import styles from "./diff.module.css";
import { changeOf } from "./words";

/** For each flow, which version took the place of which, and the commits between. */
export function FlowChanges({ changes }: { changes: DiffFlowFragment[] }) {
  return (
    <ul>
      {changes.map((change) => (
        <li key={change.flow.id} className={styles.flow}>
          <FlowChange change={change} />
        </li>
      ))}
    </ul>
  );
}

function FlowChange({ change: { flow, from, to, commits } }: { change: DiffFlowFragment }) {
  const paths = pathsOf(useOrganization());
  const change = changeOf(commits, from !== null, to !== null);
  return (
    <>
      <div className={styles.flowHead}>
        <h3>
          <Link to={paths.flow(flow.name)}>{flow.name}</Link>
        </h3>
        <Badge tone={change.tone}>{change.word}</Badge>
        <span className={styles.sentence}>{sentence(change.sentence)}</span>
      </div>
      <p className={styles.versions}>
        <Version of={from} />
        <Icon name="arrow" size={14} />
        <Hidden> then </Hidden>
        <Version of={to} />
      </p>
      {commits.added.nodes.length > 0 && <Commits range={commits} which="added" />}
      {commits.removed.nodes.length > 0 && <Commits range={commits} which="removed" />}
    </>
  );
}

function Version({ of: running }: { of: DiffRunningFragment | null }) {
  if (!running) return <Muted>nothing</Muted>;
  return (
    <span>
      <Running of={running} /> <Muted>{count(running.replicas, "replica")}</Muted>
    </span>
  );
}

/** The commits that a version brings, or takes away. */
function Commits({ range, which }: { range: DiffFlowFragment["commits"]; which: "added" | "removed" }) {
  const organization = useOrganization();
  const variables = {
    organization,
    from: range.from ? exactRef(range.from.repository.name, range.from.sha) : "",
    to: range.to ? exactRef(range.to.repository.name, range.to.sha) : "",
  };
  const added = useMore(range.added, DiffCommitsAddedDocument, variables, (data) => {
    const found = data.organization?.commitRange;
    return found?.__typename === "CommitRange" ? found.added : undefined;
  });
  const removed = useMore(range.removed, DiffCommitsRemovedDocument, variables, (data) => {
    const found = data.organization?.commitRange;
    return found?.__typename === "CommitRange" ? found.removed : undefined;
  });
  const list = which === "added" ? added : removed;
  return (
    <>
      <ul
        className={styles.commits}
        aria-label={which === "added" ? "Commits it brings" : "Commits it takes away"}
      >
        {list.nodes.map((commit) => (
          <CommitRow key={commit.id} commit={commit} removed={which === "removed"} />
        ))}
      </ul>
      {list.error && <Failure error={list.error} />}
      <More list={list} />
    </>
  );
}

function CommitRow({ commit, removed }: { commit: CommitLineFragment; removed: boolean }) {
  return (
    <li className={removed ? styles.taken : styles.brought}>
      <Icon name={removed ? "minus" : "plus"} size={12} />
      <Sha commit={commit} />
      <span className={styles.subject}>{commit.subject}</span>
      <Muted>
        {commit.authorName && `${commit.authorName}, `}
        <Moment at={commit.committedAt} />
      </Muted>
      <Outside url={commit.url}>
        <Hidden>{commit.shortSha} at its forge</Hidden>
      </Outside>
    </li>
  );
}
