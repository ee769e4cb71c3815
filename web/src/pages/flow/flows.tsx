import { Link } from "react-router";
import { useOrganization } from "../../api/organization";
import { pathsOf } from "../../api/paths";
import { useList } from "../../api/use-list";
import { FlowsDocument, type FlowsQuery } from "../../generated/graphql";
import { Compliance } from "../../parts/compliance";
import { Moment } from "../../parts/moment";
import { More } from "../../parts/more";
import { Card, Muted, Page } from "../../parts/page";
import { Empty, Failure, Loading } from "../../parts/state";
import { shortName } from "../../parts/words";
import styles from "./flow.module.css";

const pick = (data: FlowsQuery) => data.organization?.flows;

/** The flows: the ways that deliverables take to production. */
export function Flows() {
  const organization = useOrganization();
  const to = pathsOf(organization);
  const variables = { organization, after: null };
  const list = useList(FlowsDocument, variables, pick, {
    concerns: (event) => event.kind === "ARTIFACT_CREATED" || event.kind === "ATTESTATION_RECEIVED",
  });
  return (
    <Page title="Flows" about="The ways that deliverables take to production.">
      {list.error && <Failure error={list.error} retry={list.refresh} />}
      {!list.data && !list.error && <Loading what="flows" lines={8} />}
      {list.data && list.nodes.length === 0 && (
        <Empty title="No flow yet" command="landfall create flow hello --repository acme/hello">
          A flow is the way one deliverable takes to production. Make one, and let CI report what it builds.
        </Empty>
      )}
      {list.nodes.length > 0 && (
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
              {list.nodes.map((flow) => {
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
          <More list={list} />
        </Card>
      )}
    </Page>
  );
}
