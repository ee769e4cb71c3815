import type { Client } from "urql";
import { createClient } from "../api/client";
import { prepareLive } from "../api/live";
import { readSession, type Session, wasSignedIn } from "../api/session";

// What is asked as soon as this script runs, while the page that is wanted is still fetched.

let signedOut = () => {};

/** Says what is to happen when the server no longer knows who is asking. */
export function onSignedOut(listener: () => void): void {
  signedOut = listener;
}

/** A client for who is signed in now: what one was told is not for the next. */
export function clientForCaller(): Client {
  return createClient(() => signedOut());
}

export const firstClient = clientForCaller();

/** Who was signed in when the page began. */
export const firstSession: Promise<Session> = readSession();
firstSession.catch(() => {}); // whoever waits for it is told

const [, organization] = /^\/o\/([^/]+)/.exec(location.pathname) ?? [];
if (organization && wasSignedIn()) prepareLive(firstClient, decodeURIComponent(organization));
