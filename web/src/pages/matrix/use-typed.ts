import { useEffect, useRef, useState } from "react";

/** How long is waited for more letters before the address is another one. */
const settle = 200;

/**
 * A text that is typed and is in the address, too. The address follows when the typing
 * rests, and what is typed follows the address when that is another one by itself.
 */
export function useTyped(kept: string, keep: (text: string) => void): [string, (text: string) => void] {
  const [typed, setTyped] = useState(kept);
  const newest = useRef(keep);
  newest.current = keep;
  const sent = useRef(kept);
  useEffect(() => {
    if (kept !== sent.current) setTyped(kept);
    sent.current = kept;
  }, [kept]);
  useEffect(() => {
    if (typed === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = typed;
      newest.current(typed);
    }, settle);
    return () => clearTimeout(timer);
  }, [typed]);
  return [typed, setTyped];
}
