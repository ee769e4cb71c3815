import type { EnvironmentType } from "../generated/graphql";

/** Kinds of environment, as people call them. */
export const kinds: Record<EnvironmentType, string> = {
  K8S: "Kubernetes",
  ECS: "Amazon ECS",
  S3: "Amazon S3",
  LAMBDA: "AWS Lambda",
  SERVER: "Server",
  DOCKER: "Docker or Podman",
  AZURE_APPS: "Azure Apps",
  CLOUD_RUN: "Google Cloud Run",
  LOGICAL: "Logical",
};

const commands: Partial<Record<EnvironmentType, (name: string) => string>> = {
  K8S: (name) => `kubernetes ${name}`,
  ECS: (name) => `ecs ${name}`,
  S3: (name) => `s3 ${name} --bucket BUCKET`,
  LAMBDA: (name) => `lambda ${name}`,
  SERVER: (name) => `server ${name} --process PROGRAM --path /srv/www`,
  DOCKER: (name) => `docker ${name}`,
};

/** The command that starts an agent for an environment; null where there is none for its kind. */
export function agentCommand(type: EnvironmentType, name: string): string | null {
  const command = commands[type]?.(name);
  return command ? `landfall snapshot ${command} --watch` : null;
}
