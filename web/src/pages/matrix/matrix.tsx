import { useId, useMemo } from "react";
import { useSearchParams } from "react-router";
import { useMark } from "../../api/mark";
import { useOrganization } from "../../api/organization";
import { useLiveQuery } from "../../api/use-live-query";
import { MatrixEnvironmentsDocument, type MatrixRowFragment } from "../../generated/graphql";
import { Page } from "../../parts/page";
import parts from "../../parts/parts.module.css";
import { Empty, Failure, Loading } from "../../parts/state";
import { count } from "../../parts/words";
import { type Column, columnsAtMost, columnsOf } from "./columns";
import { Grid } from "./grid";
import styles from "./matrix.module.css";
import { useMatrix } from "./use-matrix";
import { useTyped } from "./use-typed";

/** Where everything is: flows down, environments across. */
export function Matrix() {
  const organization = useOrganization();
  const [search, setSearch] = useSearchParams();
  const set = (name: string, value: string | string[]) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        after.delete(name);
        for (const v of [value].flat()) if (v !== "") after.append(name, v);
        return after;
      },
      { replace: true },
    );
  const environments = useLiveQuery(
    MatrixEnvironmentsDocument,
    { organization, after: null },
    { concerns: (event) => event.environment !== null },
  );
  const all = environments.data?.organization?.environments.nodes;
  const chosen = search.getAll("environment");
  const columns = useMemo(() => columnsOf(all ?? [], chosen), [all, chosen]);
  const matrix = useMatrix(
    organization,
    columns.map((c) => c.name),
  );
  const [typed, setTyped] = useTyped(search.get("q") ?? "", (text) => set("q", text));
  const behind = search.has("behind");
  const rows = useMemo(() => filtered(matrix.rows, typed, behind), [matrix.rows, typed, behind]);
  useMark("matrix", matrix.rows.length > 0);
  useMark("matrix-complete", matrix.complete);

  const error = environments.error ?? matrix.error;
  return (
    <Page
      title="Where everything is"
      about={
        matrix.complete &&
        all &&
        `${count(matrix.rows.length, "flow")} in ${count(columns.length, "environment")}`
      }
      actions={
        <div className={styles.tools}>
          <label className={styles.check}>
            <input
              type="checkbox"
              checked={behind}
              onChange={(e) => set("behind", e.target.checked ? "1" : "")}
            />
            Only what is behind
          </label>
          <input
            type="search"
            aria-label="Only flows whose name has"
            placeholder="Filter flows"
            value={typed}
            onChange={(e) => setTyped(e.target.value)}
          />
          {all && <Choose all={all} columns={columns} onChoose={(names) => set("environment", names)} />}
        </div>
      }
    >
      {error && <Failure error={error} retry={() => [environments.refresh(), matrix.reload()]} />}
      {all && <Rows organization={organization} columns={columns} rows={rows} matrix={matrix} />}
      {!all && !error && <Loading what="environments" lines={10} />}
    </Page>
  );
}

function filtered(rows: MatrixRowFragment[], typed: string, behind: boolean): MatrixRowFragment[] {
  const wanted = typed.trim().toLowerCase();
  return rows.filter(
    (row) =>
      (wanted === "" ||
        row.name.toLowerCase().includes(wanted) ||
        row.description.toLowerCase().includes(wanted)) &&
      (!behind || row.inEnvironments.some((cell) => (cell.lag?.ahead ?? 0) > 0)),
  );
}

function Rows({
  organization,
  columns,
  rows,
  matrix,
}: {
  organization: string;
  columns: Column[];
  rows: MatrixRowFragment[];
  matrix: { rows: MatrixRowFragment[]; complete: boolean; error: unknown };
}) {
  if (columns.length === 0) {
    return (
      <Empty title="No environment yet" command="landfall create environment staging --type docker">
        An environment is a place where artifacts run. Make one, and let an agent report what runs in it.
      </Empty>
    );
  }
  if (rows.length > 0) return <Grid organization={organization} columns={columns} rows={rows} />;
  if (!matrix.complete) return matrix.error ? null : <Loading what="flows" lines={10} />;
  if (matrix.rows.length > 0)
    return <Empty title="No flow fits">Another word, or fewer conditions, may find some.</Empty>;
  return (
    <Empty title="No flow yet" command="landfall create flow hello --repository acme/hello">
      A flow is the way one deliverable takes to production. Make one, and let CI report what it builds.
    </Empty>
  );
}

/** Which environments are shown. */
function Choose({
  all,
  columns,
  onChoose,
}: {
  all: readonly Column[];
  columns: Column[];
  onChoose: (names: string[]) => void;
}) {
  const id = useId();
  const shown = new Set(columns.map((c) => c.name));
  if (all.length < 2) return null;
  return (
    <details
      className={styles.choose}
      onKeyDown={(e) => e.key === "Escape" && e.currentTarget.removeAttribute("open")}
    >
      <summary className={parts.button}>
        {columns.length === all.length ? "Environments" : `${columns.length} of ${all.length} environments`}
      </summary>
      <ul>
        {all.map((e) => (
          <li key={e.id}>
            <label htmlFor={`${id}${e.id}`}>
              <input
                id={`${id}${e.id}`}
                type="checkbox"
                checked={shown.has(e.name)}
                onChange={(event) =>
                  onChoose(
                    event.target.checked ? [...shown, e.name] : [...shown].filter((name) => name !== e.name),
                  )
                }
              />
              {e.name}
            </label>
          </li>
        ))}
        {all.length > columnsAtMost && <li>The first {columnsAtMost} are shown if none is chosen.</li>}
      </ul>
    </details>
  );
}
