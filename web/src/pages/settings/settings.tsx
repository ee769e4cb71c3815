import { useEffect, useRef } from "react";
import { Navigate, NavLink, useParams } from "react-router";
import { useMay, useOrganization } from "../../api/organization";
import { pathsOf } from "../../api/paths";
import { NotAllowed } from "../../parts/allowed";
import { Page } from "../../parts/page";
import { AgentSettings } from "./agents";
import { EnvironmentSettings } from "./environments";
import { OrganizationSettings } from "./organization";
import styles from "./settings.module.css";
import { TokenSettings } from "./tokens";
import { WebhookSettings } from "./webhooks";

const parts = [
  { slug: "webhooks", name: "Webhooks", needed: "ADMIN", Part: WebhookSettings },
  { slug: "tokens", name: "Tokens", needed: "ADMIN", Part: TokenSettings },
  { slug: "environments", name: "Environments", needed: "MEMBER", Part: EnvironmentSettings },
  { slug: "agents", name: "Agents", needed: "MEMBER", Part: AgentSettings },
  { slug: "organization", name: "Organization", needed: "MEMBER", Part: OrganizationSettings },
] as const;

/** What members see of how this is set up, and what administrators change. */
export function Settings() {
  const { what } = useParams();
  const member = useMay("MEMBER");
  const admin = useMay("ADMIN");
  const organization = useOrganization();
  const to = pathsOf(organization);
  const chosen = parts.find((part) => part.slug === what);
  const tabs = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: on a phone, the one that was chosen may be out of sight.
  useEffect(() => {
    tabs.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [what]);
  if (!member) {
    return (
      <Page title="Settings">
        <NotAllowed what="Settings" needed="MEMBER" />
      </Page>
    );
  }
  if (!chosen) return <Navigate to={to.settings(admin ? "webhooks" : "environments")} replace />;
  const { name, needed, Part } = chosen;
  return (
    <Page title={name} kicker="Settings">
      <nav className={styles.tabs} aria-label="Settings" ref={tabs}>
        {parts.map((part) => (
          <NavLink key={part.slug} to={to.settings(part.slug)}>
            {part.name}
          </NavLink>
        ))}
      </nav>
      {needed === "ADMIN" && !admin ? <NotAllowed what={name} needed="ADMIN" /> : <Part />}
    </Page>
  );
}
