import { orderTag } from "../../api/environments";

// What people type into the form of an environment, and what the API wants.

export interface Tag {
  key: string;
  value: string;
}

/** Where people said that an environment comes; null if they did not, or not with a number. */
export function positionOf({ tags }: { tags: Tag[] }): number | null {
  const value = tags.find((tag) => tag.key === orderTag)?.value.trim() ?? "";
  const position = Number(value);
  return value !== "" && Number.isFinite(position) ? position : null;
}

/** Tags as lines of text. The position has a field of its own. */
export function linesOf(tags: Tag[]): string {
  return tags
    .filter((tag) => tag.key !== orderTag)
    .map((tag) => (tag.value === "" ? tag.key : `${tag.key}=${tag.value}`))
    .join("\n");
}

/** Lines of text as tags, with the position. */
export function tagsOf(lines: string, position: string): Tag[] {
  const tags = new Map<string, string>();
  for (const line of lines.split("\n")) {
    const [key = "", ...rest] = line.split("=");
    if (key.trim() !== "") tags.set(key.trim(), rest.join("=").trim());
  }
  tags.delete(orderTag);
  if (position.trim() !== "") tags.set(orderTag, position.trim());
  return [...tags].map(([key, value]) => ({ key, value }));
}

/** Minutes as a field has them, in seconds; an empty field is never, which is 0. */
export function secondsOf(minutes: string): number {
  const number = Number(minutes.replace(",", "."));
  return Number.isFinite(number) && number > 0 ? Math.round(number * 60) : 0;
}

/** Seconds as a field for minutes has them; empty for never. */
export function minutesOf(seconds: number | null): string {
  return seconds === null || seconds === 0 ? "" : String(Math.round((seconds / 60) * 100) / 100);
}

/** How long a token is good, as the form offers it, as a moment; undefined for good. */
export function expiryOf(choice: string, day: string, now: Date): string | undefined {
  if (choice === "never") return undefined;
  if (choice === "day") {
    const end = new Date(`${day}T23:59:59`); // to the end of that day, where the reader is
    return Number.isNaN(end.getTime()) ? undefined : end.toISOString();
  }
  return new Date(now.getTime() + Number(choice) * 86_400_000).toISOString();
}
