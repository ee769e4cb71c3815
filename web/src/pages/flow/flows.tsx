import { useMemo } from "react";
import { Link } from "react-router";
import { useOrganization } from "../../api/organization";
import { pathsOf } from "../../api/paths";
import { usePages } from "../../api/use-pages";
import { FlowsDocument, type FlowsQuery } from "../../generated/graphql";
import { Compliance } from "../../parts/compliance";
import { Moment } from "../../parts/moment";
import { More } from "../../parts/more";
import { Card, Muted, Page } from "../../parts/page";
import { Empty, Failure, Loading } from "../../parts/state";
import { shortName } from "../../parts/words";
import styles from "./flow.module.css";

type Flow = NonNullable<FlowsQuery["organization"]>["flows"]["nodes"][number];

const pick = (data: FlowsQuery) => data.organization?.flows;
const keyOf = (flow: Flow) => flow.id;

/** The flows: the ways that deliverables take to production. */
export function Flows() {
  const organization = useOrganization();
  const to = pathsOf(organization);
  const variables = useMemo(() => ({ organization, after: null }), [organization]);
  const pages = usePages(FlowsDocument, variables, pick, keyOf, {
    concerns: (event) => event.kind === "ARTIFACT_CREATED" || event.kind === "ATTESTATION_RECEIVED",
  });
  return (
    <Page title="Flows" about="The ways that deliverables take to production.">
      {pages.error && <Failure error={pages.error} retry={pages.refresh} />}
      {!pages.data && !pages.error && <Loading what="flows" lines={8} />}
      {pages.data && pages.nodes.length === 0 && (
        <Empty title="No flow yet" command="landfall create flow hello --repository acme/hello">
          A flow is the way one deliverable takes to production. Make one, and let CI report what it builds.
        </Empty>
      )}
      {pages.nodes.length > 0 && (
        <Card flush>
          <table>
            <thead>
              <tr>
                <th>Flow</th>
                <th>Newest artifact</th>
                <th>Evidence</th>
                <th>Repository</th>
              </tr>
            </thead>
            <tbody>
              {pages.nodes.map((flow) => {
                const [newest] = flow.artifacts.nodes;
                return (
                  <tr key={flow.id}>
                    <td className={styles.wrap}>
                      <Link to={to.flow(flow.name)}>{flow.name}</Link>
                      {flow.description && (
                        <div>
                          <Muted>{flow.description}</Muted>
                        </div>
                      )}
                    </td>
                    <td className={styles.wrap}>
                      {newest ? (
                        <>
                          <Link to={to.artifact(newest.ref)}>{shortName(newest.name)}</Link>{" "}
                          <Moment at={newest.createdAt} />
                        </>
                      ) : (
                        <Muted>none yet</Muted>
                      )}
                    </td>
                    <td>{newest && <Compliance state={newest.state} />}</td>
                    <td className={styles.wrap}>{flow.repository?.name ?? <Muted>none</Muted>}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
          <More pages={pages} />
        </Card>
      )}
    </Page>
  );
}
