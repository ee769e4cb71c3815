import { Link } from "react-router";
import { useOrganization } from "../api/organization";
import { exactRef, pathsOf } from "../api/paths";
import { Copy } from "./copy";
import { Icon } from "./icon";
import styles from "./parts.module.css";

/** A commit by its short SHA, leading to its page. */
export function Sha({ commit }: { commit: { sha: string; shortSha: string; repository: { name: string } } }) {
  const to = pathsOf(useOrganization());
  return (
    <Link className={styles.sha} to={to.commit(exactRef(commit.repository.name, commit.sha))}>
      {commit.shortSha}
    </Link>
  );
}

/** What an artifact is known by: short, and whole when copied. */
export function Fingerprint({ value, whole = false }: { value: string; whole?: boolean }) {
  return (
    <span className={styles.fingerprint}>
      <span title={value}>{whole ? value : value.slice(0, 12)}</span>{" "}
      <Copy text={value} what="the fingerprint" />
    </span>
  );
}

/** A page elsewhere, such as at the forge. What is no web address is shown and leads nowhere. */
export function Outside({ url, children }: { url: string; children?: React.ReactNode }) {
  if (!/^https?:\/\//i.test(url)) return <>{children ?? url}</>;
  return (
    <a href={url} rel="noreferrer" target="_blank">
      {children ?? url.replace(/^https?:\/\//, "")} <Icon name="out" size={12} />
      <span className={styles.hidden}> (opens in a new tab)</span>
    </a>
  );
}
