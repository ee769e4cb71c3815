import { useCallback, useState } from "react";

export type Theme = "system" | "light" | "dark";

const key = "landfall-theme";

function read(): Theme {
  try {
    const kept = localStorage.getItem(key);
    return kept === "light" || kept === "dark" ? kept : "system";
  } catch {
    return "system"; // storage may be switched off
  }
}

function apply(theme: Theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

apply(read());

/** Light or dark: as the system is, unless the reader says otherwise. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, set] = useState(read);
  const choose = useCallback((chosen: Theme) => {
    apply(chosen);
    set(chosen);
    try {
      if (chosen === "system") localStorage.removeItem(key);
      else localStorage.setItem(key, chosen);
    } catch {
      // It holds for this page, then.
    }
  }, []);
  return [theme, choose];
}
