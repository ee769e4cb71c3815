import type { CombinedError } from "urql";
import { codesOf } from "../api/client";
import { useOrganization, useSessions } from "../api/organization";
import type { Role } from "../api/session";
import { Empty } from "./state";
import { words } from "./words";

const people: Record<Role, string> = {
  READER: "readers",
  REPORTER: "reporters",
  MEMBER: "members",
  ADMIN: "administrators",
};

/** What is here is not for who is signed in: for whom it is, and what to do. */
export function NotAllowed({ what, needed }: { what: string; needed: Role }) {
  const organization = useOrganization();
  const { session } = useSessions();
  const elsewhere = session.organization !== organization;
  return (
    <Empty
      title={`${what} are for ${people[needed]} of ${organization}`}
      command={`landfall create token NAME --role ${needed.toLowerCase()}`}
    >
      You are signed in as {session.name}, {words(session.role ?? "nobody")} of {session.organization}.{" "}
      {elsewhere
        ? "In other organizations you can read what is public, and no more."
        : "An administrator can make you a token that may do more."}
    </Empty>
  );
}

export function isForbidden(error: CombinedError | undefined): boolean {
  return codesOf(error).includes("FORBIDDEN");
}
