import { useEffect } from "react";

/** Marks the moment at which a page first shows what it is for: see `performance.getEntriesByName`. */
export function useMark(name: string, ready: boolean): void {
  useEffect(() => {
    if (ready && performance.getEntriesByName(`landfall:${name}`).length === 0)
      performance.mark(`landfall:${name}`);
  }, [name, ready]);
}
