import type { Forge } from "../../generated/graphql";

/** What people need to know of a forge to set up its webhook there. */
export interface ForgeGuide {
  name: string;
  /** What the forge calls the URL, and the secret; it may know none. */
  url: string;
  secret: string | null;
  contentType: string | null;
  events: string;
  /** The way to where it is pasted. */
  steps: string[];
}

export const forges: Record<Forge, ForgeGuide> = {
  GITHUB: {
    name: "GitHub",
    url: "Payload URL",
    secret: "Secret",
    contentType: "application/json",
    events:
      "All, or pushes, branch or tag creation and deletion, workflow runs and jobs, check suites and runs, pull requests, releases, deployments and their statuses, packages",
    steps: [
      "Open the settings of the organization, or of one repository, and there Webhooks.",
      "Press Add webhook.",
      "Paste the Payload URL, choose the content type application/json, and paste the Secret.",
      "Choose “Send me everything”, or the events that are named here, and press Add webhook.",
      "GitHub sends a ping: it shows among the deliveries here as ignored, and its signature fits.",
    ],
  },
  GITLAB: {
    name: "GitLab",
    url: "URL",
    secret: "Secret token",
    contentType: null,
    events: "Push, tag push, merge request, job, pipeline and deployment events",
    steps: [
      "Open the settings of the group, or of one project, and there Webhooks.",
      "Press Add new webhook.",
      "Paste the URL and the Secret token. GitLab sends the secret itself: use HTTPS.",
      "Tick the events that are named here, and press Add webhook.",
      "Press Test, Push events: it shows among the deliveries here.",
    ],
  },
  GITEA: {
    name: "Gitea, Forgejo",
    url: "Target URL",
    secret: "Secret",
    contentType: "application/json",
    events: "All, or push, delete, pull request, release, workflow runs and jobs",
    steps: [
      "Open the settings of the organization, or of one repository, and there Webhooks.",
      "Press Add webhook, and choose Gitea (or Forgejo).",
      "Paste the Target URL, leave the method POST and the content type application/json, and paste the Secret.",
      "Choose all events, and press Add webhook.",
      "Press Test delivery: it shows among the deliveries here.",
    ],
  },
  BITBUCKET: {
    name: "Bitbucket",
    url: "URL",
    secret: "Secret",
    contentType: null,
    events:
      "Repository push, build status created and updated; pull request created, updated, merged and declined",
    steps: [
      "Open the settings of the repository, and there Webhooks.",
      "Press Add webhook.",
      "Paste the URL and the Secret.",
      "Choose from the full list of triggers those that are named here, and press Save.",
      "Push something: it shows among the deliveries here.",
    ],
  },
  DOCKER_HUB: {
    name: "Docker Hub",
    url: "Webhook URL",
    secret: null,
    contentType: null,
    events: "There is one: a push of an image",
    steps: [
      "Open the repository at Docker Hub, and there Webhooks.",
      "Give it a name, paste the Webhook URL, and press Create. The URL is the secret: nobody else should know it.",
      "Push an image: it shows among the deliveries here.",
    ],
  },
};

/** A forge as addresses and commands have it: `docker-hub`. */
export function slugOf(forge: Forge): string {
  return forge.toLowerCase().replaceAll("_", "-");
}
