import { isRouteErrorResponse, Link, useRouteError } from "react-router";
import { Button } from "../parts/button";
import { Page } from "../parts/page";
import styles from "../parts/parts.module.css";

/** There is no such page. */
export function NotFound() {
  return (
    <Page title="There is nothing here">
      <p>
        The address may have a typing error, or be of an older version.{" "}
        <Link to="/">Where everything is</Link> is a good place to begin.
      </p>
    </Page>
  );
}

/** A page that could not be shown: mostly because the server has a newer one by now. */
export function Broken() {
  const error = useRouteError();
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFound />;
  const message = error instanceof Error ? error.message : String(error);
  return (
    <div className={styles.empty} role="alert">
      <h1>This page could not be shown</h1>
      <p>
        The server may have been updated since it was opened: loading it anew helps then. If it does not,
        please report what it says: <code>{message}</code>
      </p>
      <Button kind="primary" onClick={() => location.reload()}>
        Load it anew
      </Button>
    </div>
  );
}
