import { lazy, type ReactNode, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { Link, NavLink, useLocation } from "react-router";
import { useLiveState } from "../api/live";
import { useMay, useOrganization } from "../api/organization";
import { pathsOf } from "../api/paths";
import logo from "../landfall.svg";
import { Dot } from "../parts/badge";
import { Icon } from "../parts/icon";
import styles from "./frame.module.css";
import type { TypedAhead } from "./search";

// What is opened by hand is fetched by then: the first page needs neither.
const Account = lazy(() => import("./account").then(({ Account }) => ({ default: Account })));
const Search = lazy(() => import("./search").then(({ Search }) => ({ default: Search })));

/** What is around every page: where to go, the search, and who is signed in. */
export function Frame({ children }: { children: ReactNode }) {
  const organization = useOrganization();
  const member = useMay("MEMBER");
  const to = pathsOf(organization);
  const [searching, setSearching] = useState(false);
  const searched = useEver(searching);
  const typed = useTypedAhead(searching, () => setSearching(true));
  const main = useFocusOnMove();
  return (
    <>
      <a className={styles.skip} href="#main">
        Skip to the page
      </a>
      <header className={styles.bar}>
        <div className={styles.inner}>
          <Link to={to.home} className={styles.brand}>
            <img src={logo} alt="" />
            Landfall
          </Link>
          <nav className={styles.nav} aria-label="Main">
            <NavLink to={to.home} end>
              Where
            </NavLink>
            <NavLink to={to.environments}>Environments</NavLink>
            <NavLink to={to.flows}>Flows</NavLink>
            <NavLink to={to.commits}>Commits</NavLink>
            <NavLink to={to.metrics()}>Metrics</NavLink>
            {member && <NavLink to={to.deliveries()}>Deliveries</NavLink>}
            {member && <NavLink to={to.settings("")}>Settings</NavLink>}
          </nav>
          <div className={styles.end}>
            <button
              type="button"
              className={styles.search}
              onClick={() => setSearching(true)}
              aria-label="Search"
              aria-keyshortcuts="/ Control+K"
            >
              <Icon name="search" />
              <span>Where is my commit?</span>
              <kbd>/</kbd>
            </button>
            <Liveness />
            <AccountButton />
          </div>
        </div>
      </header>
      <Offline />
      <main id="main" className={styles.main} tabIndex={-1} ref={main}>
        {children}
      </main>
      <Suspense>
        {(searching || searched) && (
          <Search open={searching} onOpenChange={setSearching} typedAhead={typed} />
        )}
      </Suspense>
    </>
  );
}

/** Whether something was ever so. */
function useEver(is: boolean): boolean {
  const ever = useRef(is);
  ever.current ||= is;
  return ever.current;
}

function AccountButton() {
  const [open, setOpen] = useState(false);
  const opened = useEver(open);
  const button = (
    <button
      type="button"
      className={styles.account}
      aria-label="Account and appearance"
      aria-haspopup="menu"
      onClick={() => setOpen(true)}
    >
      <Icon name="person" />
    </button>
  );
  if (!opened) return button;
  return (
    <Suspense fallback={button}>
      <Account open={open} onOpenChange={setOpen} />
    </Suspense>
  );
}

/**
 * `/` and Ctrl-K open the search, from everywhere but where `/` is typed. What is typed on
 * before the search is there is kept for it.
 */
function useTypedAhead(open: boolean, onOpen: () => void): TypedAhead {
  const newest = useRef({ open, onOpen });
  newest.current = { open, onOpen };
  const ahead = useRef({ taken: false, text: "", entered: false });
  if (!open) ahead.current = { taken: false, text: "", entered: false };
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (newest.current.open) {
        if (ahead.current.taken || !plain) return;
        if (event.key.length === 1) ahead.current.text += event.key;
        else if (event.key === "Enter") ahead.current.entered = true;
        else return;
        event.preventDefault();
        return;
      }
      const target = event.target as HTMLElement;
      const typing = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
      const slash = event.key === "/" && !typing && plain;
      const k = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
      if (!slash && !k) return;
      event.preventDefault();
      newest.current.open = true;
      newest.current.onOpen();
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return useCallback(() => {
    ahead.current.taken = true;
    return ahead.current;
  }, []);
}

/** A new page is read from its beginning: by eye, and by who hears it. */
function useFocusOnMove() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    main.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [pathname]);
  return main;
}

const liveness = {
  live: { tone: "good", word: "Live", about: "What happens is shown as it happens." },
  connecting: { tone: "quiet", word: "Connecting", about: "Connecting to the server." },
  away: {
    tone: "warn",
    word: "Reconnecting",
    about: "The server is not heard: what is shown may be out of date.",
  },
} as const;

function Liveness() {
  const { tone, word, about } = liveness[useLiveState()];
  return (
    <div className={styles.live} role="status" title={about}>
      <Dot tone={tone} />
      <span>{word}</span>
    </div>
  );
}

/** Says when the browser has no network. */
function Offline() {
  const [offline, setOffline] = useState(!navigator.onLine);
  useEffect(() => {
    const update = () => setOffline(!navigator.onLine);
    addEventListener("online", update);
    addEventListener("offline", update);
    return () => {
      removeEventListener("online", update);
      removeEventListener("offline", update);
    };
  }, []);
  if (!offline) return null;
  return (
    <div className={styles.offline} role="alert">
      This device is offline. What is shown is as it was.
    </div>
  );
}
