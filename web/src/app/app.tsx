import { useCallback, useLayoutEffect, useState } from "react";
import { createBrowserRouter, Navigate, Outlet, RouterProvider, useLocation, useParams } from "react-router";
import { Provider } from "urql";
import { LiveProvider } from "../api/live";
import { SessionProvider, useSessions } from "../api/organization";
import { pathsOf } from "../api/paths";
import { readSession, rememberSignedIn, type Session, signOut } from "../api/session";
import { Failure, Loading } from "../parts/state";
import { clientForCaller, firstClient, firstSession, onSignedOut } from "./beginning";
import { Broken, NotFound } from "./broken";
import { Frame } from "./frame";

/** What a page that is fetched when it is wanted gives: its component. */
function page<Name extends string>(load: () => Promise<Record<Name, () => React.ReactNode>>, name: Name) {
  return { lazy: async () => ({ Component: (await load())[name] }) };
}

const router = createBrowserRouter([
  {
    Component: Root,
    ErrorBoundary: Broken,
    HydrateFallback: () => <Loading what="the page" />,
    children: [
      { path: "sign-in", ...page(() => import("../pages/sign-in/sign-in"), "SignIn") },
      {
        Component: SignedInOnly,
        children: [
          { index: true, Component: Home },
          {
            path: "o/:organization",
            Component: OfOrganization,
            ErrorBoundary: Broken,
            children: [
              { index: true, ...page(() => import("../pages/matrix/matrix"), "Matrix") },
              { path: "commits", ...page(() => import("../pages/commit/commits"), "Commits") },
              { path: "commits/*", ...page(() => import("../pages/commit/commit"), "CommitPage") },
              { path: "flows", ...page(() => import("../pages/flow/flows"), "Flows") },
              { path: "flows/:flow", ...page(() => import("../pages/flow/flow"), "FlowPage") },
              { path: "artifacts/*", ...page(() => import("../pages/artifact/artifact"), "ArtifactPage") },
              {
                path: "environments",
                ...page(() => import("../pages/environment/environments"), "Environments"),
              },
              {
                path: "environments/:environment",
                ...page(() => import("../pages/environment/environment"), "EnvironmentPage"),
              },
              { path: "diff", ...page(() => import("../pages/diff/diff"), "Diff") },
              { path: "metrics", ...page(() => import("../pages/metrics/metrics"), "Metrics") },
              { path: "deliveries", ...page(() => import("../pages/deliveries/deliveries"), "Deliveries") },
              {
                path: "deliveries/:source/*",
                ...page(() => import("../pages/deliveries/delivery"), "DeliveryPage"),
              },
              { path: "settings/:what?", ...page(() => import("../pages/settings/settings"), "Settings") },
              { path: "*", Component: NotFound },
            ],
          },
        ],
      },
      { path: "*", Component: NotFound },
    ],
  },
]);

export function App() {
  return <RouterProvider router={router} />;
}

interface Asked {
  session?: Session;
  error?: Error;
}

/** Finds out who is signed in, once, and gives everything below a client. */
function Root() {
  const [asked, setAsked] = useState<Asked>({});
  const [client, setClient] = useState(firstClient);
  const signedOut = useCallback(() => {
    rememberSignedIn(false);
    setAsked(({ session }) => (session ? { session: { ...session, signedIn: false } } : {}));
  }, []);
  const ask = useCallback((answer: Promise<Session>) => {
    setAsked({});
    answer.then(
      (session) => {
        rememberSignedIn(session.signedIn);
        setAsked({ session });
      },
      (error: Error) => setAsked({ error }),
    );
  }, []);
  // Before anything is painted: what is waited for is on its way meanwhile.
  useLayoutEffect(() => {
    onSignedOut(signedOut);
    ask(firstSession);
  }, [signedOut, ask]);
  if (asked.error) return <Failure error={asked.error} retry={() => ask(readSession())} />;
  if (!asked.session) return <Loading what="the page" />;
  const value = {
    session: asked.session,
    signedIn: (session: Session) => {
      rememberSignedIn(true);
      setClient(clientForCaller());
      setAsked({ session });
    },
    signOut: () => signOut().then(signedOut),
  };
  return (
    <SessionProvider value={value}>
      <Provider value={client}>
        <Outlet />
      </Provider>
    </SessionProvider>
  );
}

/** What is behind the sign-in. Who signs in comes back to where they wanted to be. */
function SignedInOnly() {
  const { session } = useSessions();
  const { pathname, search } = useLocation();
  if (session.signedIn) return <Outlet />;
  const wanted = pathname + search;
  return (
    <Navigate to={wanted === "/" ? "/sign-in" : `/sign-in?return=${encodeURIComponent(wanted)}`} replace />
  );
}

function Home() {
  const { session } = useSessions();
  return <Navigate to={pathsOf(session.organization ?? "").home} replace />;
}

function OfOrganization() {
  const { organization = "" } = useParams();
  return (
    <LiveProvider key={organization} organization={organization}>
      <Frame>
        <Outlet />
      </Frame>
    </LiveProvider>
  );
}
