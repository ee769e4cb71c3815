export function Commits() {
  return null;
}
