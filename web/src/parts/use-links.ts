import { type MouseEvent, useCallback } from "react";
import { useNavigate } from "react-router";

/**
 * Lets plain links below an element lead to pages without loading anything anew, as Link does.
 * One handler for all of them is what a table of thousands can afford.
 */
export function useLinks(): (event: MouseEvent<HTMLElement>) => void {
  const navigate = useNavigate();
  return useCallback(
    (event) => {
      const link = (event.target as Element).closest("a");
      const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
      if (!link || !plain || event.defaultPrevented || link.target || link.origin !== location.origin) return;
      event.preventDefault();
      navigate(link.pathname + link.search + link.hash);
    },
    [navigate],
  );
}
