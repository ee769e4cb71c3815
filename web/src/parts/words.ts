// Times and numbers as people say them.

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const steps: [limit: number, unit: number, one: string, many: string][] = [
  [hour, minute, "1 minute ago", "minutes ago"],
  [day, hour, "1 hour ago", "hours ago"],
  [14 * day, day, "1 day ago", "days ago"],
  [60 * day, 7 * day, "1 week ago", "weeks ago"],
  [2 * 365 * day, 30.44 * day, "1 month ago", "months ago"],
  [Number.POSITIVE_INFINITY, 365.25 * day, "1 year ago", "years ago"],
];

/** How long ago a moment was: `just now`, `3 hours ago`, `in 2 days`. */
export function ago(at: Date, now: Date): string {
  const passed = now.getTime() - at.getTime();
  if (passed < -minute) return `in ${lasting(-passed / second)}`;
  if (passed < minute) return "just now";
  for (const [limit, unit, one, many] of steps) {
    if (passed < limit) {
      const count = Math.floor(passed / unit);
      return count <= 1 ? one : `${count} ${many}`;
    }
  }
  return "";
}

/** The same in few letters, for cells: `now`, `3h`, `2d`, `4y`. */
export function agoShort(at: Date, now: Date): string {
  const passed = now.getTime() - at.getTime();
  if (passed < minute) return "now";
  if (passed < hour) return `${Math.floor(passed / minute)}min`;
  if (passed < day) return `${Math.floor(passed / hour)}h`;
  if (passed < 60 * day) return `${Math.floor(passed / day)}d`;
  if (passed < 2 * 365 * day) return `${Math.floor(passed / (30.44 * day))}mo`;
  return `${Math.floor(passed / (365.25 * day))}y`;
}

/** A stretch of time in its two largest units: `2 min 44 s`, `3 d 4 h`. A number stays with its unit. */
export function lasting(seconds: number): string {
  const parts: string[] = [];
  let rest = Math.round(Math.max(0, seconds));
  for (const [unit, name] of [
    [86_400, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ] as const) {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    if (count > 0) parts.push(`${count}\u00a0${name}`);
    else if (parts.length > 0) break; // 1 d 0 h 5 min is about a day
    if (parts.length === 2) break;
  }
  return parts.length > 0 ? parts.join(" ") : "0\u00a0s";
}

/** A moment in full, in the reader's zone: `Mon, 22 Aug 2022, 11:39:22 CEST`. */
export function exact(at: Date): string {
  return at.toLocaleString("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
  });
}

/** The day of a moment, in the reader's zone: `Mon, 22 Aug 2022`. */
export function dayOf(at: Date): string {
  return at.toLocaleDateString("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
  });
}

/** The time of day of a moment, in the reader's zone: `11:39:22`. */
export function clock(at: Date): string {
  return at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

/** `1 commit`, `2 commits`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return n === 1 ? `1 ${one}` : `${n.toLocaleString("en-GB")} ${many}`;
}

/** An enum of the API as words: `NOT_YET` is `not yet`. */
export function words(value: string): string {
  return value.toLowerCase().replaceAll("_", " ");
}

/** The first letter in upper case. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `12.3 kB` */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  if (n < 1_000_000) return `${(n / 1000).toFixed(1)} kB`;
  return `${(n / 1_000_000).toFixed(1)} MB`;
}

/**
 * The name of an image without its registry, which is long and mostly the same:
 * `runner:16d9990` of `274425519734.dkr.ecr.eu-central-1.amazonaws.com/runner:16d9990`.
 */
export function shortName(name: string): string {
  const slash = name.indexOf("/");
  if (slash < 0) return name;
  const host = name.slice(0, slash);
  return host.includes(".") || host.includes(":") || host === "localhost" ? name.slice(slash + 1) : name;
}
