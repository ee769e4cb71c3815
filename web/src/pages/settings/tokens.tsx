import { type FormEvent, useState } from "react";
import { useOrganization, useSessions } from "../../api/organization";
import { useChange } from "../../api/use-change";
import { useList } from "../../api/use-list";
import {
  CreateTokenDocument,
  RevokeTokenDocument,
  type Role,
  type TokenLineFragment,
  TokensDocument,
} from "../../generated/graphql";
import { isForbidden, NotAllowed } from "../../parts/allowed";
import { Badge } from "../../parts/badge";
import { Button } from "../../parts/button";
import { Confirm, Dialog, Whole } from "../../parts/dialog";
import { Field, Refusal } from "../../parts/form";
import form from "../../parts/form.module.css";
import { ExactMoment, Moment } from "../../parts/moment";
import { More } from "../../parts/more";
import { useNow } from "../../parts/now";
import { Card, Hidden, Muted } from "../../parts/page";
import { Empty, Failure, Loading } from "../../parts/state";
import table from "../../parts/table.module.css";
import { sentence, words } from "../../parts/words";
import styles from "./settings.module.css";
import { expiryOf } from "./values";

const roles: Record<Role, string> = {
  READER: "Reads, and nothing else: for people who look, and for dashboards.",
  REPORTER: "Reports what runs, and reads: for agents.",
  MEMBER:
    "Reports what CI knows, creates flows and environments, sees and replays deliveries: for CI and for people.",
  ADMIN: "Everything, with tokens, webhooks and settings: for who looks after this.",
};

/** What callers prove themselves with. */
export function TokenSettings() {
  const organization = useOrganization();
  const list = useList(TokensDocument, { organization, first: 50 }, (data) => data.organization?.tokens);
  const [creating, setCreating] = useState(false);
  const [made, setMade] = useState<{ name: string; secret: string }>();
  if (isForbidden(list.error)) return <NotAllowed what="Tokens" needed="ADMIN" />;
  return (
    <>
      <div className={styles.bar}>
        <p className={styles.intro}>
          Programs and people prove who they are by a token. It is shown once, when it is made, and kept as a
          hash. Each has its own, so that one can be revoked without the others.
        </p>
        <Button kind="primary" onClick={() => setCreating(true)}>
          New token
        </Button>
      </div>
      {list.error && <Failure error={list.error} retry={list.refresh} />}
      <Card flush>
        {list.fetching && <Loading what="tokens" lines={6} />}
        {!list.fetching && !list.error && list.nodes.length === 0 && (
          <Empty title="There is no token" command="landfall create token NAME --role member" />
        )}
        {list.nodes.length > 0 && (
          <table className={table.stack}>
            <thead>
              <tr>
                <th>Name</th>
                <th>Role</th>
                <th>Ends in</th>
                <th>Made</th>
                <th>Good until</th>
                <th>
                  <Hidden>What to do</Hidden>
                </th>
              </tr>
            </thead>
            <tbody>
              {list.nodes.map((token) => (
                <Row key={token.id} token={token} refresh={list.refresh} />
              ))}
            </tbody>
          </table>
        )}
        <More list={list} />
      </Card>
      <CreateToken
        open={creating}
        close={() => setCreating(false)}
        done={(token) => {
          setCreating(false);
          setMade(token);
          list.refresh();
        }}
      />
      <SecretDialog made={made} close={() => setMade(undefined)} />
    </>
  );
}

function Row({ token, refresh }: { token: TokenLineFragment; refresh: () => void }) {
  const now = useNow();
  const expired = token.expiresAt !== null && new Date(token.expiresAt) <= now;
  const ended = token.revokedAt !== null || expired;
  return (
    <tr className={ended ? styles.gone : undefined}>
      <td className={table.long} data-name="Name">
        {token.name}
      </td>
      <td data-name="Role">{sentence(words(token.role))}</td>
      <td data-name="Ends in">
        <code>…{token.hint}</code>
      </td>
      <td className={table.keep} data-name="Made">
        <Moment at={token.createdAt} />
      </td>
      <td data-name="Good until">
        {token.revokedAt ? (
          <>
            <Badge tone="quiet">Revoked</Badge> <Moment at={token.revokedAt} />
          </>
        ) : expired && token.expiresAt ? (
          <>
            <Badge tone="quiet">Expired</Badge> <Moment at={token.expiresAt} />
          </>
        ) : token.expiresAt ? (
          <ExactMoment at={token.expiresAt} />
        ) : (
          <Muted>it is revoked</Muted>
        )}
      </td>
      <td className={table.doing}>{!ended && <Revoke token={token} refresh={refresh} />}</td>
    </tr>
  );
}

function Revoke({ token, refresh }: { token: TokenLineFragment; refresh: () => void }) {
  const revoke = useChange(RevokeTokenDocument);
  const { session } = useSessions();
  async function run() {
    if (!(await revoke.run({ id: token.id }))) return false;
    refresh();
    return true;
  }
  return (
    <Confirm
      label="Revoke"
      what={`Revoke the token ${token.name}`}
      title={`Revoke ${token.name}?`}
      action="Revoke it"
      danger
      {...revoke}
      run={run}
    >
      <p>
        The token that ends in <code>{token.hint}</code> is refused at once and for good: whatever uses it
        stops working.
      </p>
      {session.name === token.name && (
        <p>If it is the one that you are signed in with, you are signed out.</p>
      )}
    </Confirm>
  );
}

function CreateToken({
  open,
  close,
  done,
}: {
  open: boolean;
  close: () => void;
  done: (token: { name: string; secret: string }) => void;
}) {
  const organization = useOrganization();
  const create = useChange(CreateTokenDocument);
  const [role, setRole] = useState<Role>("MEMBER");
  const [expiry, setExpiry] = useState("never");
  const [day, setDay] = useState("");
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name")).trim();
    const expiresAt = expiryOf(expiry, day, new Date());
    const data = await create.run({ input: { organization, name, role, expiresAt } });
    if (data) done({ name, secret: data.createToken.secret });
  }
  return (
    <Dialog
      open={open}
      onOpenChange={(wanted) => {
        create.forget();
        if (!wanted) close();
      }}
      title="New token"
    >
      <form className={form.form} onSubmit={(event) => void submit(event)}>
        <Field label="Name" hint="What it is for, such as “ci of runner”: it is how you know it later.">
          {(props) => (
            <input {...props} name="name" type="text" required maxLength={200} autoComplete="off" />
          )}
        </Field>
        <fieldset className={form.choices}>
          <legend>What it may do</legend>
          <div className={styles.roles}>
            {(Object.entries(roles) as [Role, string][]).map(([value, meaning]) => (
              <label key={value}>
                <input
                  type="radio"
                  name="role"
                  value={value}
                  checked={role === value}
                  onChange={() => setRole(value)}
                />
                <span>
                  {sentence(words(value))}
                  <span>{meaning}</span>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
        <div className={form.row}>
          <Field label="Good until">
            {(props) => (
              <select {...props} value={expiry} onChange={(event) => setExpiry(event.target.value)}>
                <option value="never">it is revoked</option>
                <option value="30">30 days from now</option>
                <option value="90">90 days from now</option>
                <option value="365">a year from now</option>
                <option value="day">the end of a day</option>
              </select>
            )}
          </Field>
          {expiry === "day" && (
            <Field label="Day">
              {(props) => (
                <input
                  {...props}
                  type="date"
                  required
                  value={day}
                  onChange={(event) => setDay(event.target.value)}
                />
              )}
            </Field>
          )}
        </div>
        <Refusal error={create.error} />
        <div className={form.buttons}>
          <Button onClick={close}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={create.busy}>
            {create.busy ? "One moment…" : "Make the token"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function SecretDialog({
  made,
  close,
}: {
  made: { name: string; secret: string } | undefined;
  close: () => void;
}) {
  if (!made) return null;
  return (
    <Dialog
      open
      keep
      onOpenChange={(open) => !open && close()}
      title={`The token ${made.name}`}
      about="Keep it now, where secrets are kept: it cannot be shown again."
    >
      <Whole name="Token" text={made.secret} />
      <Whole name="For a shell" text={`export LANDFALL_API_TOKEN=${made.secret}`} />
      <div className={form.buttons}>
        <Button kind="primary" onClick={close}>
          I have kept it
        </Button>
      </div>
    </Dialog>
  );
}
