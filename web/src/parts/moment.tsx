import { useNow } from "./now";
import { ago, exact, lasting } from "./words";

/** A moment, as people say it; exact when pointed at. */
export function Moment({ at }: { at: string }) {
  return <MomentAsOf at={at} now={useNow()} />;
}

/** As Moment, for who has the time already: tables of thousands, which need one clock and not thousands. */
export function MomentAsOf({ at, now }: { at: string; now: Date }) {
  const date = new Date(at);
  return (
    <time dateTime={at} title={exact(date)}>
      {ago(date, now)}
    </time>
  );
}

/** A moment in full, and how long ago that is when pointed at. */
export function ExactMoment({ at }: { at: string }) {
  const now = useNow();
  const date = new Date(at);
  return (
    <time dateTime={at} title={ago(date, now)}>
      {exact(date)}
    </time>
  );
}

/** How long something took, or takes until now. */
export function Lasting({ from, until }: { from: string; until: string | null }) {
  const now = useNow();
  const end = until === null ? now : new Date(until);
  return <>{lasting((end.getTime() - new Date(from).getTime()) / 1000)}</>;
}
