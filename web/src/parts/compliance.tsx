import { Badge } from "./badge";
import { compliance } from "./compliance-words";

/** The state of the evidence of an artifact. */
export function Compliance({ state }: { state: keyof typeof compliance }) {
  const { tone, word, about } = compliance[state];
  return (
    <Badge tone={tone} title={about}>
      {word}
    </Badge>
  );
}
