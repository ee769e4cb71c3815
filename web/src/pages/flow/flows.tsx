export function Flows() {
  return null;
}
