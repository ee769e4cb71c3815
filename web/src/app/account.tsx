import { Menu } from "@base-ui/react/menu";
import { Link } from "react-router";
import { useQuery } from "urql";
import { useOrganization, useSessions } from "../api/organization";
import { pathsOf } from "../api/paths";
import { OrganizationsDocument } from "../generated/graphql";
import { Icon } from "../parts/icon";
import { words } from "../parts/words";
import styles from "./frame.module.css";
import { type Theme, useTheme } from "./theme";

/** Who is signed in, which organization is looked at, light or dark, and the way out. */
export function Account({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const { session, signOut } = useSessions();
  const [theme, setTheme] = useTheme();
  return (
    <Menu.Root open={open} onOpenChange={onOpenChange} modal={false}>
      <Menu.Trigger className={styles.account} aria-label="Account and appearance">
        <Icon name="person" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className={styles.positioner} sideOffset={6} align="end">
          <Menu.Popup className={styles.menu}>
            <div className={styles.who}>
              <p>{session.name}</p>
              <p>
                {words(session.role ?? "")} of {session.organization}
              </p>
            </div>
            {open && <Organizations />}
            <Menu.RadioGroup value={theme} onValueChange={(value: Theme) => setTheme(value)}>
              <Menu.GroupLabel className={styles.label}>Appearance</Menu.GroupLabel>
              {(["system", "light", "dark"] as const).map((choice) => (
                <Menu.RadioItem key={choice} value={choice} className={styles.item} closeOnClick={false}>
                  {choice === "system" ? "As the system" : choice === "light" ? "Light" : "Dark"}
                  <Menu.RadioItemIndicator>
                    <Icon name="check" />
                  </Menu.RadioItemIndicator>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
            <div className={styles.separator} />
            <Menu.Item className={styles.item} render={<a href="/playground">GraphQL playground</a>} />
            <Menu.Item className={styles.item} onClick={() => void signOut()}>
              Sign out
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** The organizations that can be read: one's own, and public ones. */
function Organizations() {
  const here = useOrganization();
  const [{ data }] = useQuery({ query: OrganizationsDocument, variables: { first: 50 } });
  const all = data?.organizations.nodes ?? [];
  if (all.length < 2) return null;
  return (
    <Menu.Group>
      <Menu.GroupLabel className={styles.label}>Organizations</Menu.GroupLabel>
      {all.map((o) => (
        <Menu.Item key={o.id} className={styles.item} render={<Link to={pathsOf(o.name).home} />}>
          {o.name}
          {o.name === here && <Icon name="check" />}
        </Menu.Item>
      ))}
      <div className={styles.separator} />
    </Menu.Group>
  );
}
