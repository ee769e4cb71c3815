import { useState } from "react";
import { Link } from "react-router";
import { kinds } from "../../api/environment-kinds";
import { orderEnvironments, orderTag } from "../../api/environments";
import { useOrganization } from "../../api/organization";
import { pathsOf } from "../../api/paths";
import { useChange } from "../../api/use-change";
import { useList } from "../../api/use-list";
import {
  ArchiveEnvironmentDocument,
  type EnvironmentLineFragment,
  EnvironmentSettingsDocument,
} from "../../generated/graphql";
import { Badge, type Tone } from "../../parts/badge";
import { Button } from "../../parts/button";
import { Confirm, Dialog } from "../../parts/dialog";
import { Done, Tick } from "../../parts/form";
import { Moment } from "../../parts/moment";
import { More } from "../../parts/more";
import { Card, Hidden, Muted } from "../../parts/page";
import { Empty, Failure, Loading } from "../../parts/state";
import table from "../../parts/table.module.css";
import { lasting } from "../../parts/words";
import { EnvironmentForm } from "./environment-form";
import styles from "./settings.module.css";
import { positionOf } from "./values";

const reporting: Record<EnvironmentLineFragment["reporting"]["state"], { word: string; tone: Tone }> = {
  CURRENT: { word: "Reported", tone: "good" },
  SILENT: { word: "Silent", tone: "bad" },
  NEVER: { word: "Never reported", tone: "quiet" },
};

/** The places where things run, and how they are shown. */
export function EnvironmentSettings() {
  const organization = useOrganization();
  const [archived, setArchived] = useState(false);
  // What is edited: an environment, or a new one.
  const [edited, setEdited] = useState<EnvironmentLineFragment | "new">();
  const [done, setDone] = useState("");
  const list = useList(
    EnvironmentSettingsDocument,
    { organization, archived, first: 100 },
    (data) => data.organization?.environments,
    { concerns: (event) => event.environment !== null && event.snapshot === null },
  );
  const ordered = orderEnvironments(list.nodes);
  const finish = (words: string) => {
    setEdited(undefined);
    setDone(words);
    list.refresh();
  };
  return (
    <>
      <div className={styles.bar}>
        <p className={styles.intro}>
          Environments are shown by their position, and those without one after them, by name: give them the
          order in which versions get there.
        </p>
        <Button kind="primary" onClick={() => setEdited("new")}>
          New environment
        </Button>
      </div>
      <Done>{done}</Done>
      {list.error && <Failure error={list.error} retry={list.refresh} />}
      <Card
        flush
        title={archived ? "Put away" : "In use"}
        actions={
          <Tick
            label="Those that were put away"
            checked={archived}
            onChange={(event) => setArchived(event.target.checked)}
          />
        }
      >
        {list.fetching && <Loading what="environments" lines={6} />}
        {!list.fetching && !list.error && ordered.length === 0 && <None archived={archived} />}
        {ordered.length > 0 && (
          <table className={table.stack}>
            <thead>
              <tr>
                <th className={table.number}>Position</th>
                <th>Name</th>
                <th>Kind</th>
                <th>Reports</th>
                <th>Silent after</th>
                <th>Tags</th>
                <th>
                  <Hidden>What to do</Hidden>
                </th>
              </tr>
            </thead>
            <tbody>
              {ordered.map((environment) => (
                <Row
                  key={environment.id}
                  environment={environment}
                  edit={() => setEdited(environment)}
                  finish={finish}
                />
              ))}
            </tbody>
          </table>
        )}
        <More list={list} />
      </Card>
      <Dialog
        open={edited !== undefined}
        onOpenChange={(open) => !open && setEdited(undefined)}
        title={edited === "new" || !edited ? "New environment" : `Change ${edited.name}`}
      >
        {edited && (
          <EnvironmentForm
            environment={edited === "new" ? undefined : edited}
            cancel={() => setEdited(undefined)}
            done={finish}
          />
        )}
      </Dialog>
    </>
  );
}

function None({ archived }: { archived: boolean }) {
  if (archived) return <Empty title="None was put away" />;
  return (
    <Empty title="There is no environment yet" command="landfall create environment staging --type docker">
      An environment is a place where artifacts run: a cluster, a machine, a region. An agent looks there and
      reports.
    </Empty>
  );
}

function Row({
  environment: e,
  edit,
  finish,
}: {
  environment: EnvironmentLineFragment;
  edit: () => void;
  finish: (words: string) => void;
}) {
  const to = pathsOf(useOrganization());
  const tags = e.tags.filter((tag) => tag.key !== orderTag);
  const { word, tone } = reporting[e.reporting.state];
  return (
    <tr>
      <td className={table.number} data-name="Position">
        {positionOf(e) ?? <Muted>none</Muted>}
      </td>
      <td className={table.long} data-name="Name">
        <Link to={to.environment(e.name)}>{e.name}</Link>
        {e.description && <div className={styles.gone}>{e.description}</div>}
      </td>
      <td data-name="Kind">
        {kinds[e.type]}
        {e.type === "LOGICAL" && (
          <div className={styles.gone}>
            {e.members.nodes.length === 0
              ? "of nothing"
              : `of ${e.members.nodes.map((m) => m.name).join(", ")}`}
          </div>
        )}
      </td>
      <td data-name="Reports">
        {e.archivedAt ? (
          <>
            Put away <Moment at={e.archivedAt} />
          </>
        ) : (
          <>
            <Badge tone={tone}>{word}</Badge>
            {e.reporting.lastReportedAt && (
              <>
                {" "}
                <Moment at={e.reporting.lastReportedAt} />
              </>
            )}
          </>
        )}
      </td>
      <td data-name="Silent after">
        {e.type === "LOGICAL" ? (
          <Muted>as its members</Muted>
        ) : e.reporting.silentAfterSeconds === null ? (
          <Muted>never</Muted>
        ) : (
          lasting(e.reporting.silentAfterSeconds)
        )}
      </td>
      <td data-name="Tags">
        {tags.length > 0 && (
          <span className={styles.tags}>
            {tags.map((tag) => (
              <Badge key={tag.key} tone="quiet">
                {tag.value === "" ? tag.key : `${tag.key}=${tag.value}`}
              </Badge>
            ))}
          </span>
        )}
      </td>
      <td className={table.doing}>
        <div>
          {!e.archivedAt && (
            <Button onClick={edit} aria-label={`Change ${e.name}`}>
              Change
            </Button>
          )}
          <Archive environment={e} finish={finish} />
        </div>
      </td>
    </tr>
  );
}

function Archive({
  environment: { name, type, archivedAt },
  finish,
}: {
  environment: EnvironmentLineFragment;
  finish: (words: string) => void;
}) {
  const organization = useOrganization();
  const archive = useChange(ArchiveEnvironmentDocument);
  const back = archivedAt !== null;
  async function run() {
    const data = await archive.run({ organization, environment: name, archived: !back });
    if (!data) return false;
    finish(back ? `${name} is in use again.` : `${name} was put away.`);
    return true;
  }
  if (back) {
    return (
      <Confirm
        label="Bring back"
        what={`Bring back ${name}`}
        title={`Bring ${name} back?`}
        action="Bring it back"
        {...archive}
        run={run}
      >
        <p>It takes reports and deployments again, and is shown with the others.</p>
      </Confirm>
    );
  }
  return (
    <Confirm
      label="Put away"
      what={`Put ${name} away`}
      title={`Put ${name} away?`}
      action="Put it away"
      danger
      {...archive}
      run={run}
    >
      <p>
        {type === "LOGICAL"
          ? "It keeps its members, and makes no more snapshots until it is back."
          : "It takes no reports and no deployments, and leaves the logical environments that it is a member of."}{" "}
        Its history stays, and it can be brought back.
      </p>
    </Confirm>
  );
}
