import { createContext, type ReactNode, useContext } from "react";
import { useParams } from "react-router";
import { may, type Role, type Session } from "./session";

export interface Sessions {
  session: Session;
  /** Says that somebody has signed in. */
  signedIn: (session: Session) => void;
  signOut: () => Promise<void>;
}

const Context = createContext<Sessions | null>(null);

export function SessionProvider({ value, children }: { value: Sessions; children: ReactNode }) {
  return <Context value={value}>{children}</Context>;
}

/** Who is signed in, if anybody is. */
export function useSessions(): Sessions {
  const sessions = useContext(Context);
  if (!sessions) throw new Error("a page is shown before it is known who is signed in");
  return sessions;
}

/** The name of the organization whose page this is. */
export function useOrganization(): string {
  return useParams().organization ?? "";
}

/** Whether the reader may do here what asks for a role. */
export function useMay(needed: Role): boolean {
  return may(useSessions().session, useOrganization(), needed);
}
