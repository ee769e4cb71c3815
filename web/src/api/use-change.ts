import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { useCallback, useState } from "react";
import { type AnyVariables, type CombinedError, useClient } from "urql";

export interface Change<Data, Variables> {
  /** Asks for the change. Gives what came of it, or undefined if it was refused. */
  run: (variables: Variables) => Promise<Data | undefined>;
  busy: boolean;
  /** Why it was refused. */
  error: CombinedError | undefined;
  /** Forgets why it was refused. */
  forget: () => void;
}

/** A change that people can ask for. */
export function useChange<Data, Variables extends AnyVariables>(
  mutation: TypedDocumentNode<Data, Variables>,
): Change<Data, Variables> {
  const client = useClient();
  const [state, setState] = useState<{ busy: boolean; error?: CombinedError | undefined }>({ busy: false });
  const run = useCallback(
    async (variables: Variables) => {
      setState({ busy: true });
      const { data, error } = await client.mutation(mutation, variables).toPromise();
      setState({ busy: false, error });
      return error ? undefined : data;
    },
    [client, mutation],
  );
  const forget = useCallback(() => setState((now) => ({ ...now, error: undefined })), []);
  return { run, busy: state.busy, error: state.error, forget };
}
