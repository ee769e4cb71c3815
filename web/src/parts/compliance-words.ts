/** The state of the evidence of an artifact, in a word and a colour. */
export const compliance = {
  COMPLIANT: {
    tone: "good",
    word: "Compliant",
    about: "All the evidence that its flow asks for is there, and holds.",
  },
  NON_COMPLIANT: { tone: "bad", word: "Not compliant", about: "Some evidence does not hold." },
  INCOMPLETE: { tone: "warn", word: "Incomplete", about: "Some evidence that its flow asks for is missing." },
} as const;
