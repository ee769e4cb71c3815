/* eslint-disable */
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type MakeOptional<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]?: Maybe<T[SubKey]> };
export type MakeMaybe<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]: Maybe<T[SubKey]> };
export type MakeEmpty<T extends { [key: string]: unknown }, K extends keyof T> = { [_ in K]?: never };
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /**
   * A way to say an artifact: `runner:16d9990` is what flow runner built from that
   * commit, `runner@9af401c` is what it has with that fingerprint. Both take prefixes
   * of 5 digits or more. Below a flow its name may be left out: `:16d9990`, `@9af401c`.
   */
  ArtifactRef: { input: string; output: string; }
  /**
   * A way to say a commit:
   *
   * - `16d9990`: a SHA, or a prefix of one with 5 digits or more.
   * - `main`, `release/1.2`, `v1.2`: a branch or a tag that points to it. If a name can be a
   *   prefix that fits a commit, that commit is meant. `refs/heads/main` and `refs/tags/v1.2`
   *   are never anything else; a name with a `#` is always written so.
   * - `#276`: a pull request, which leads to what became of it, or to its head until then.
   * - `runner:16d9990`, `runner@9af401c`: an artifact that was built from it, by flow and
   *   commit or by flow and fingerprint.
   *
   * All but artifacts may have the repository before them: `cyber-dojo/runner@16d9990`,
   * `cyber-dojo/runner@main`, `cyber-dojo/runner#276`. What is before the `@` is a repository
   * if it has a slash, and else a flow.
   */
  CommitRef: { input: string; output: string; }
  /** The full name of a git object: 40 or 64 lower-case hexadecimal digits. */
  CommitSHA: { input: string; output: string; }
  /** A place in a list. Opaque: keep it, send it back, do not read it. */
  Cursor: { input: string; output: string; }
  /**
   * A moment, written in RFC 3339 in UTC with up to six fractional digits:
   * `2022-08-22T09:35:00Z`. Other zones are understood in input.
   */
  DateTime: { input: string; output: string; }
  /**
   * A SHA-256 fingerprint: 64 lower-case hexadecimal digits. Input may have `sha256:`
   * before them.
   */
  Fingerprint: { input: string; output: string; }
  /**
   * A moment, as people say it: `2022-08-22T11:39:22+02:00`, `2022-08-22 11:39`,
   * `2022-08-22`, `90.days.ago`, `yesterday`, `last.monday`, `now`. Without a zone it is in
   * UTC.
   */
  Moment: { input: string; output: string; }
  /**
   * A stretch of the snapshots of one environment, both ends included: `3..NOW`,
   * `~3..NOW`, `64..65`, `2.weeks.ago..yesterday`, `@{2022-08-22}..65`. An end that is left
   * out is the first snapshot, or the newest. A moment stands for the snapshot that was
   * current then.
   */
  SnapshotInterval: { input: string; output: string; }
  /**
   * A way to say a snapshot: `aws-prod` is the newest, `aws-prod#65` number 65,
   * `aws-prod~1` the one before the newest, `aws-prod@{2022-08-22T11:39:22+02:00}` and
   * `aws-prod@{2.weeks.ago}` the one that was current then. Below an environment its
   * name may be left out: `#65`, `~1`, `@{2.weeks.ago}`. Moments may be written as
   * `2022-08-22 11:39`, `2022-08-22`, `yesterday`, `last.monday`, `noon`, too; they are in
   * UTC if they do not end in a zone: `yesterday 11:39 +02:00`.
   */
  SnapshotRef: { input: string; output: string; }
  /** An absolute URL. */
  URL: { input: string; output: string; }
};

/** An environment to put away or to bring back. */
export type ArchiveEnvironmentInput = {
  /** False to bring it back. */
  archived?: Scalars['Boolean']['input'];
  /** Name of the environment. */
  environment: Scalars['String']['input'];
  /** Name of the organization. */
  organization: Scalars['String']['input'];
};

/** The state of a build. The last five are final. */
export type BuildState =
  /** Cancelled, or overtaken by another. */
  | 'CANCELLED'
  /** Ended badly. */
  | 'FAILED'
  /** Asked for, not started. */
  | 'QUEUED'
  /** Running. */
  | 'RUNNING'
  /** Not needed, so not run. */
  | 'SKIPPED'
  /** Ended well. */
  | 'SUCCEEDED'
  /** Ran out of time. */
  | 'TIMED_OUT';

/** What runs builds. */
export type CiSystem =
  /** Any system, by the statuses of commits at Bitbucket. */
  | 'BITBUCKET'
  /** Gitea or Forgejo Actions. */
  | 'GITEA_ACTIONS'
  /** GitHub Actions. */
  | 'GITHUB_ACTIONS'
  /** Another system, by the check suites it has at GitHub. */
  | 'GITHUB_CHECKS'
  /** GitLab CI. */
  | 'GITLAB_CI';

/** Which commits. All that is given must hold. */
export type CommitFilter = {
  /** The address of the author, in upper or lower case. Only for tokens of the organization: for others it is FORBIDDEN. */
  authorEmail?: InputMaybe<Scalars['String']['input']>;
  /** The repository, with its owner: `cyber-dojo/runner`. */
  repository?: InputMaybe<Scalars['String']['input']>;
  /** Committed then or later. */
  since?: InputMaybe<Scalars['DateTime']['input']>;
  /** Committed before. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** A commit as git shows it. */
export type CommitInput = {
  /** Address of the author. It is shown to tokens of the organization only. */
  authorEmail?: Scalars['String']['input'];
  /** Name of the author. */
  authorName?: Scalars['String']['input'];
  /** When it was committed. */
  committedAt: Scalars['DateTime']['input'];
  /**
   * The whole of its message. The keys of issues are taken from it, and nothing else is
   * kept. At most 64 KiB are read. If left out, they are taken from the subject.
   */
  message?: InputMaybe<Scalars['String']['input']>;
  /** Its parents in order; at most 100. */
  parents: Array<Scalars['CommitSHA']['input']>;
  /** False where the checkout was shallow and the parents are not all known. */
  parentsComplete?: Scalars['Boolean']['input'];
  /**
   * What `git patch-id --stable` prints of it, 40 or 64 hexadecimal digits: a cherry-pick has
   * the same as what it was picked from. Null or left out for a merge, and if not known.
   */
  patchId?: InputMaybe<Scalars['CommitSHA']['input']>;
  /**
   * The files that it touches, from the root of the repository, against its first
   * parent; at most 3000. Null or left out if not known.
   */
  paths?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Its full SHA. */
  sha: Scalars['CommitSHA']['input'];
  /** The first line of its message; more is cut off. */
  subject: Scalars['String']['input'];
};

/** How two commits stand to each other. */
export type CommitRelation =
  /** The end is a descendant of the start. */
  | 'AHEAD'
  /** The end is an ancestor of the start. */
  | 'BEHIND'
  /** Each has something that the other has not. */
  | 'DIVERGED'
  /** They are the same. */
  | 'SAME'
  /** What is known of the history does not tell, or too much of it would have to be looked at. */
  | 'UNKNOWN';

/** Whether the evidence that was asked for is there. */
export type ComplianceState =
  /** All of it is there, and all of it holds. */
  | 'COMPLIANT'
  /** Some of it is missing. */
  | 'INCOMPLETE'
  /** Some of it is there and does not hold. */
  | 'NON_COMPLIANT';

/** An environment to create. */
export type CreateEnvironmentInput = {
  /** What it is, for people; at most 1000 characters. */
  description?: Scalars['String']['input'];
  /** Names of what a logical environment is the union of; at most 50. They cannot be logical themselves. */
  members?: Array<Scalars['String']['input']>;
  /** Its name: letters, digits, `.`, `-`, `_` and `~`, beginning with a letter or digit; at most 128. */
  name: Scalars['String']['input'];
  /** Name of the organization. */
  organization: Scalars['String']['input'];
  /** After how many seconds without a report it counts as silent; 0 for never. A logical one is as silent as its members. */
  silentAfterSeconds?: Scalars['Int']['input'];
  /** Its tags; at most 50. If it is there, it may have others where none are given here. */
  tags?: Array<TagInput>;
  /** What kind of place it is. */
  type: EnvironmentType;
};

/** Something to expect. */
export type CreateExpectationInput = {
  /** Name of the environment. */
  environment: Scalars['String']['input'];
  /** What is expected, as people write it: `runner: at least 3`. See `Expectation.summary` for what there is. */
  expect: Scalars['String']['input'];
  /** Name of the organization. */
  organization: Scalars['String']['input'];
};

/** A flow to create. */
export type CreateFlowInput = {
  /** What it is, for people; at most 1000 characters. */
  description?: Scalars['String']['input'];
  /** Its name: letters, digits, `.`, `-`, `_` and `~`, beginning with a letter or digit; at most 128. */
  name: Scalars['String']['input'];
  /** Name of the organization. */
  organization: Scalars['String']['input'];
  /** Folders and files of its repository that it is made from, such as `services/runner`; all if empty, at most 100. */
  paths?: Array<Scalars['String']['input']>;
  /** The repository whose commits it follows, with its owner: `cyber-dojo/runner`. */
  repository?: InputMaybe<Scalars['String']['input']>;
  /** Names of the evidence that each artifact needs; at most 100. */
  requiredEvidence?: Array<Scalars['String']['input']>;
  /** Its tags; at most 50. If it is there, it may have others where none are given here. */
  tags?: Array<TagInput>;
};

/** A place to tell of events. */
export type CreateNotificationInput = {
  /** Names of environments whose events it is told of; at most 100, and all if left out. A logical one stands for its members too. */
  environments?: Array<Scalars['String']['input']>;
  /** Names of flows whose events it is told of; at most 100, and all if left out. */
  flows?: Array<Scalars['String']['input']>;
  /** In what form it is told. */
  format: NotificationFormat;
  /** Kinds of events it is told of; at most 100, and all if left out. */
  kinds?: Array<EventKind>;
  /** Its name. */
  name: Scalars['String']['input'];
  /** Name of the organization. */
  organization: Scalars['String']['input'];
  /** Where it is told, by http or https. Addresses inside the server's own network are refused unless the server is set to allow them. */
  url: Scalars['String']['input'];
};

/** A token to make. */
export type CreateTokenInput = {
  /** Until when it is valid; for good if left out. */
  expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** What it is for; at most 200 characters. */
  name: Scalars['String']['input'];
  /** Name of the organization. */
  organization: Scalars['String']['input'];
  /** What it may do. */
  role: Role;
};

/** A webhook to make. */
export type CreateWebhookInput = {
  /** Who sends it. */
  forge: Forge;
  /** Name of the organization. */
  organization: Scalars['String']['input'];
  /**
   * The secret, from 16 to 200 characters; one is made if left out. A secret that is
   * given replaces the one that is there.
   */
  secret?: InputMaybe<Scalars['String']['input']>;
};

/** A place to stop telling. */
export type DeleteNotificationInput = {
  /** Id of the place. */
  notificationId: Scalars['ID']['input'];
};

/** How a change failed. */
export type DeliveryFailure =
  /** What took its place came soon, and brought a hotfix. */
  | 'HOTFIXED'
  /** What took its place does not have its commit. */
  | 'ROLLED_BACK';

/** Which deliveries. All that is given must hold; of a list, any. */
export type DeliveryFilter = {
  /** Events in the words of the forge, such as `workflow_run`; at most 50. */
  events?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The repository that they are about, with its owner. */
  repository?: InputMaybe<Scalars['String']['input']>;
  /** Received then or later. */
  since?: InputMaybe<Scalars['DateTime']['input']>;
  /** The id that its source gave it. */
  sourceId?: InputMaybe<Scalars['String']['input']>;
  /** What they came from. */
  sources?: InputMaybe<Array<DeliverySource>>;
  /** What became of them. */
  states?: InputMaybe<Array<DeliveryState>>;
  /** Received before. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** How far a commit has come that is not there yet. */
export type DeliveryProgress =
  /** Its build is under way. `carrier` tells whether there is an artifact of it already. */
  | 'BUILDING'
  /** Its newest build failed, was cancelled or took too long. */
  | 'BUILD_FAILED'
  /** It is built, and no deployment was announced. */
  | 'BUILT'
  /** A deployment was announced, and it was not seen to run. */
  | 'DEPLOYING'
  /** No build of it was seen. */
  | 'NOT_BUILT';

/** What a delivery came from. */
export type DeliverySource =
  /** Bitbucket Cloud. */
  | 'BITBUCKET'
  /** Docker Hub. */
  | 'DOCKER_HUB'
  /** A Gitea or Forgejo server. */
  | 'GITEA'
  /** github.com or a GitHub Enterprise server. */
  | 'GITHUB'
  /** gitlab.com or a GitLab server. */
  | 'GITLAB'
  /** An agent, whose report came too late or had an idempotency key. */
  | 'REPORT';

/** Stages of the way from commit to running. */
export type DeliveryStage =
  /** From the artifact to the last deployment of it that was announced before it ran. */
  | 'ARTIFACT_TO_DEPLOYMENT'
  /** From the start of the build to the artifact. */
  | 'BUILD_TO_ARTIFACT'
  /** From the commit to the start of its build. */
  | 'COMMIT_TO_BUILD'
  /** From that deployment until it was seen to run. */
  | 'DEPLOYMENT_TO_RUNNING';

/** What became of a delivery. */
export type DeliveryState =
  /** Applied; the reason says what more there is to know. */
  | 'APPLIED'
  /** Could not be applied, and will not be tried again by itself: the reason says why. */
  | 'FAILED'
  /** Understood, and of no use here: the reason says why. */
  | 'IGNORED'
  /** A report that came too late to change anything. */
  | 'STALE'
  /** To be tried, for the first time or again: the reason says why it was not applied yet. */
  | 'WAITING';

/** A repository not to trust any more. */
export type DistrustRepositoryInput = {
  /** Name of the organization. */
  organization: Scalars['String']['input'];
  /** The repository, with its owner. */
  repository: Scalars['String']['input'];
};

/** Which environments. All that is given must hold; of types, any. */
export type EnvironmentFilter = {
  /** Those that were archived, instead of those in use. */
  archived?: Scalars['Boolean']['input'];
  /** A part of the name, in any case. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** Tags that it has, with these values; at most 50. */
  tags?: InputMaybe<Array<TagInput>>;
  /** Kinds of environment. */
  types?: InputMaybe<Array<EnvironmentType>>;
};

/** Kinds of environment. */
export type EnvironmentType =
  /** Azure Web Apps and Function Apps. */
  | 'AZURE_APPS'
  /** Google Cloud Run. */
  | 'CLOUD_RUN'
  /** A machine that runs containers. */
  | 'DOCKER'
  /** Amazon ECS. */
  | 'ECS'
  /** A Kubernetes cluster or some of its namespaces. */
  | 'K8S'
  /** AWS Lambda. */
  | 'LAMBDA'
  /** A union of others. It takes no reports: its snapshots follow from those of its members. */
  | 'LOGICAL'
  /** Amazon S3. */
  | 'S3'
  /** A machine with its processes, files and directories. */
  | 'SERVER';

/** Which events. All that is given must hold; of a list, any. */
export type EventFilter = {
  /** Names of environments; at most 100. A logical one stands for its members too. */
  environments?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Fingerprints of artifacts, or other digests of theirs; at most 100. */
  fingerprints?: InputMaybe<Array<Scalars['Fingerprint']['input']>>;
  /** Names of flows; at most 100. What runs belongs to the flows of its artifacts, as far as they are known when it is told. */
  flows?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Kinds; at most 100. */
  kinds?: InputMaybe<Array<EventKind>>;
};

/** Kinds of events: one for each type. */
export type EventKind =
  /** An artifact was made. */
  | 'ARTIFACT_CREATED'
  /** Evidence was received. */
  | 'ATTESTATION_RECEIVED'
  /** A deployment was announced. */
  | 'DEPLOYMENT_CREATED'
  /** An environment was put away. */
  | 'ENVIRONMENT_ARCHIVED'
  /** An environment got another name. */
  | 'ENVIRONMENT_RENAMED'
  /** An environment that was put away is in use again. */
  | 'ENVIRONMENT_RESTORED'
  /** An environment ceased to be as expected. */
  | 'EXPECTATION_BREACHED'
  /** An environment is as expected again. */
  | 'EXPECTATION_MET'
  /** An environment became a member of a logical one. */
  | 'MEMBER_ADDED'
  /** An environment ceased to be a member of a logical one. */
  | 'MEMBER_REMOVED'
  /** An environment was reported again. */
  | 'REPORTING_RESUMED'
  /** Nothing was reported of an environment for too long. */
  | 'REPORTING_STOPPED'
  /** It became known of which flow something is that runs already. */
  | 'RUNNING_FLOW_CHANGED'
  /** The names of a running artifact changed. */
  | 'RUNNING_NAME_CHANGED'
  /** The number of replicas of a running artifact changed. */
  | 'SCALED'
  /** An artifact was seen to run in an environment where it did not run before. */
  | 'STARTED_RUNNING'
  /** An artifact that ran was seen no longer. */
  | 'STOPPED_RUNNING';

/** What evidence says. */
export type EvidenceInput =
  /** A statement and nothing more. */
  { generic: GenericEvidenceInput; };

/** What can be expected. */
export type ExpectationKind =
  /** No artifacts that were made too long ago. What no flow has is of no known age. */
  | 'MAX_AGE'
  /** Only artifacts that a flow has and whose commit was told. */
  | 'PROVENANCE'
  /** So many replicas of a flow, all its versions together. */
  | 'REPLICAS'
  /** The same artifacts as in another environment, after a time in which it may lag behind. */
  | 'SAME_AS';

/** Whether an expectation is met. */
export type ExpectationState =
  /** The newest snapshot does not meet it. */
  | 'BREACHED'
  /** The newest snapshot meets it. */
  | 'MET'
  /** Nothing was reported yet. */
  | 'UNKNOWN';

/** What sends webhooks: where repositories are hosted, or images. */
export type Forge =
  /** Bitbucket Cloud. */
  | 'BITBUCKET'
  /** Docker Hub, which hosts images only. */
  | 'DOCKER_HUB'
  /** A Gitea or Forgejo server. */
  | 'GITEA'
  /** github.com or a GitHub Enterprise server. */
  | 'GITHUB'
  /** gitlab.com or a GitLab server. */
  | 'GITLAB';

/** A statement and nothing more. */
export type GenericEvidenceInput = {
  /** True if it holds. */
  compliant: Scalars['Boolean']['input'];
};

/**
 * Which version counts as mending the one whose place it takes: one that is seen to run
 * soon after it, and brings a commit that says so.
 */
export type HotfixRuleInput = {
  /** Within how many seconds, at most 31 days; 0 for no such rule. */
  within?: Scalars['Int']['input'];
  /**
   * Words that the subject of such a commit begins with, in any case, also after what
   * stands before a subject, as in `[PAY-12] hotfix` and `fix(api): revert`; at most 10.
   */
  words?: Array<Scalars['String']['input']>;
};

/** Which events of a log. All that is given must hold; of a list, any; an empty list asks for nothing. */
export type LogFilter = {
  /** Fingerprints; at most 100. */
  fingerprints?: InputMaybe<Array<Scalars['Fingerprint']['input']>>;
  /** Names of flows; at most 100. What runs is of the flows whose artifact it is, by any of its digests. */
  flows?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Kinds; at most 100. */
  kinds?: InputMaybe<Array<EventKind>>;
  /** Repositories of flows and artifacts, with their owners; at most 100. */
  repositories?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** Why a change is left out of figures. */
export type MetricsExclusionReason =
  /** The history has a hole, and what is hidden there could matter. It is left out of lead times, or of what failed, or of both. */
  | 'ANCESTRY_INCOMPLETE'
  /** It is the first of its flow there, so that there is nothing to compare it with. It is in no figure. */
  | 'FIRST_DEPLOYMENT'
  /** Its commit is not known, or that of what it replaced or what took its place. It is left out of lead times, or of what failed, or of both. */
  | 'UNKNOWN_COMMIT';

/** How a series of figures is cut, in UTC. */
export type MetricsStep =
  /** By day. */
  | 'DAY'
  /** By month. */
  | 'MONTH'
  /** By week, from Monday. */
  | 'WEEK';

/** In what form a place is told. */
export type NotificationFormat =
  /** As a message for an incoming webhook of Slack or of what understands the same. */
  | 'SLACK'
  /** As JSON, signed, to any webhook. */
  | 'WEBHOOK';

/** Which way a list goes. */
export type OrderDirection =
  /** Smallest or oldest first. */
  | 'ASC'
  /** Largest or newest first. */
  | 'DESC';

/** Deliveries to forget. */
export type PruneDeliveriesInput = {
  /** Those that were received before this moment. */
  before: Scalars['DateTime']['input'];
  /** Name of the organization. */
  organization: Scalars['String']['input'];
  /** Only those in these states, of which WAITING is never one; APPLIED, IGNORED and STALE if left out. */
  states?: InputMaybe<Array<DeliveryState>>;
};

/** The state of a pull request. */
export type PullRequestState =
  /** Closed and not merged. */
  | 'CLOSED'
  /** Merged. */
  | 'MERGED'
  /** Open. */
  | 'OPEN';

/** An expectation to take away. */
export type RemoveExpectationInput = {
  /** Name of the environment. */
  environment: Scalars['String']['input'];
  /** What is expected, as it was said: `runner: at least 3`. */
  expect: Scalars['String']['input'];
  /** Name of the organization. */
  organization: Scalars['String']['input'];
};

/** Deliveries to apply again. */
export type ReplayDeliveriesInput = {
  /** Go on after this place: the `endCursor` of the call before. */
  after?: InputMaybe<Scalars['Cursor']['input']>;
  /** Which deliveries. At least one thing must be given. */
  filter: DeliveryFilter;
  /** Name of the organization. */
  organization: Scalars['String']['input'];
};

/** A delivery to apply again. */
export type ReplayDeliveryInput = {
  /** Id of the delivery. */
  deliveryId: Scalars['ID']['input'];
};

/** Something that was built. */
export type ReportArtifactInput = {
  /** When it was made; now if left out. */
  at?: InputMaybe<Scalars['DateTime']['input']>;
  /** The page of the build that made it. A known build is found by it. */
  buildUrl?: InputMaybe<Scalars['URL']['input']>;
  /** Full SHA of the commit it was built from. If left out, a short SHA in the tag of its name tells. */
  commit?: InputMaybe<Scalars['CommitSHA']['input']>;
  /** Other digests by which it is known: those of the manifests that an image index lists for single platforms; at most 100. */
  digests?: InputMaybe<Array<Scalars['Fingerprint']['input']>>;
  /** What it is known by: of an image the digest of its manifest or index. */
  fingerprint: Scalars['Fingerprint']['input'];
  /** Name of the flow. */
  flow: Scalars['String']['input'];
  /** Its name: `cyberdojo/runner:16d9990`; at most 500 characters. */
  name: Scalars['String']['input'];
  /** Name of the organization. */
  organization: Scalars['String']['input'];
  /** The repository, with its owner; that of the flow if left out. */
  repository?: InputMaybe<Scalars['String']['input']>;
};

/** Evidence to give. */
export type ReportAttestationInput = {
  /** When it was made; now if left out. */
  at?: InputMaybe<Scalars['DateTime']['input']>;
  /** What to know about it, for people; at most 1000 characters. */
  description?: Scalars['String']['input'];
  /** What it says. */
  evidence: EvidenceInput;
  /** Fingerprint of the artifact. It may be reported later. */
  fingerprint: Scalars['Fingerprint']['input'];
  /** Name of the flow. */
  flow: Scalars['String']['input'];
  /**
   * What tells it from a repetition, at most 200 characters. If left out it is made of
   * `at` and all that is said; without `at`, repeating what counts already changes nothing.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Name under which it is asked for, such as `branch-coverage`; at most 200 characters. */
  name: Scalars['String']['input'];
  /** Name of the organization. */
  organization: Scalars['String']['input'];
  /** A page with more about it. */
  url?: InputMaybe<Scalars['URL']['input']>;
};

/** Commits of one repository. */
export type ReportCommitsInput = {
  /** The commits; from 1 to 1000 in one call. */
  commits: Array<CommitInput>;
  /** Name of the organization. */
  organization: Scalars['String']['input'];
  /** The repository, with its owner. */
  repository: Scalars['String']['input'];
};

/** A deployment to announce. */
export type ReportDeploymentInput = {
  /** What is to run. A reference that fits several is refused with the code `AMBIGUOUS`. */
  artifact: Scalars['ArtifactRef']['input'];
  /** When it was announced; now if left out. */
  at?: InputMaybe<Scalars['DateTime']['input']>;
  /** Name of the environment. */
  environment: Scalars['String']['input'];
  /**
   * What tells this deployment from another of the same artifact to the same place, at
   * most 200 characters. If left out it is made of `at`, or else of `url`; without any of
   * the three, the same artifact to the same place is the same deployment.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Name of the organization. */
  organization: Scalars['String']['input'];
  /** A page about it, such as that of the build that deploys. */
  url?: InputMaybe<Scalars['URL']['input']>;
};

/** Whether an environment is reported as it should be. */
export type ReportingState =
  /** As it should be. */
  | 'CURRENT'
  /** Nothing was reported yet. */
  | 'NEVER'
  /** Not for too long. What is shown may be out of date. */
  | 'SILENT';

/** Whether one thing that is asked for is there. */
export type RequirementState =
  /** It is there and does not hold. */
  | 'FAILED'
  /** It is there and holds. */
  | 'MET'
  /** It is not there. */
  | 'MISSING';

/** A token to revoke. */
export type RevokeTokenInput = {
  /** Id of the token. */
  tokenId: Scalars['ID']['input'];
};

/** What a caller may do. Each may do what the ones before it may. */
export type Role =
  /** Everything, with tokens, webhooks and settings. */
  | 'ADMIN'
  /** Report what CI knows: commits, artifacts, evidence, deployments; create flows and environments. */
  | 'MEMBER'
  /** Read. */
  | 'READER'
  /** Report what runs, and read. */
  | 'REPORTER';

/** A secret to replace. */
export type RotateWebhookSecretInput = {
  /** Who sends the webhook. */
  forge: Forge;
  /** Name of the organization. */
  organization: Scalars['String']['input'];
  /** For how many seconds the one before stays good; at most 30 days. */
  overlapSeconds?: Scalars['Int']['input'];
  /** The new secret, from 16 to 200 characters; one is made if left out. */
  secret?: InputMaybe<Scalars['String']['input']>;
};

/** By what a thing can fit. */
export type SearchField =
  /** A branch. */
  | 'BRANCH'
  /** Its fingerprint, or another of its digests. */
  | 'FINGERPRINT'
  /** Its name or one of its names. */
  | 'NAME'
  /** Its number. */
  | 'NUMBER'
  /** Its SHA. */
  | 'SHA'
  /** A tag, in git or of an image. */
  | 'TAG';

/** Kinds of things that can be found. */
export type SearchKind =
  /** An artifact. */
  | 'ARTIFACT'
  /** A commit. */
  | 'COMMIT'
  /** An environment. */
  | 'ENVIRONMENT'
  /** A flow. */
  | 'FLOW'
  /** A pull request. */
  | 'PULL_REQUEST'
  /** A repository. */
  | 'REPOSITORY'
  /** Something that runs, or ran, and that no flow has. By name it is found while it runs, by fingerprint for good. */
  | 'RUNNING_ARTIFACT';

/** How many things fit a search. */
export type SearchResolution =
  /** Nothing fits. */
  | 'NONE'
  /** One thing fits: a client may go there at once. */
  | 'ONE'
  /** Several things fit: a person has to choose. */
  | 'SEVERAL';

/** A label of an environment or of a flow. */
export type TagInput = {
  /** What is labelled: letters, digits, `.`, `-`, `_` and `~`, beginning with a letter or digit; at most 128. */
  key: Scalars['String']['input'];
  /** What it is labelled with; at most 200 characters. */
  value: Scalars['String']['input'];
};

/** A place to send a test to. */
export type TestNotificationInput = {
  /** Id of the place. */
  notificationId: Scalars['ID']['input'];
};

/** A stretch of time. What is yet to come is left out. */
export type TimeRangeInput = {
  /** Its first moment. */
  from: Scalars['Moment']['input'];
  /** The moment after its last. */
  to?: Scalars['Moment']['input'];
};

/** A repository to trust. */
export type TrustRepositoryInput = {
  /** The only branch from which it may act: `main`. From all, and from pull requests within the repository, if left out. */
  branch?: InputMaybe<Scalars['String']['input']>;
  /** Name of the organization. */
  organization: Scalars['String']['input'];
  /** The repository, with its owner. It need not be known yet. */
  repository: Scalars['String']['input'];
};

/** Why it cannot be told where a commit is. */
export type UnknownReason =
  /** What is told of the commit of what runs or ran there fits several. */
  | 'AMBIGUOUS_COMMIT'
  /** The history between the two has a hole, such as from a shallow checkout. */
  | 'ANCESTRY_INCOMPLETE'
  /** Nothing was reported of the environment until then. */
  | 'NOT_OBSERVED'
  /** No flow follows the repository of the commit, or what it touches. */
  | 'NO_FLOW'
  /** Nobody told from which commit it was built what runs or ran there. */
  | 'NO_PROVENANCE'
  /** The commit of what runs or ran there is not known. */
  | 'RUNNING_COMMIT_UNSEEN'
  /** More than 20,000 versions of the flow were built since. */
  | 'TOO_MUCH_HISTORY';

/** Changes to an environment; what is left out stays. */
export type UpdateEnvironmentInput = {
  /** Names of what it is to include in addition. */
  addMembers?: InputMaybe<Array<Scalars['String']['input']>>;
  /** What it is, for people; at most 1000 characters. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** Name of the environment. */
  environment: Scalars['String']['input'];
  /** Names of all that a logical environment is the union of; at most 50. */
  members?: InputMaybe<Array<Scalars['String']['input']>>;
  /** A new name, which no other environment has or had. The old one keeps working. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** Name of the organization. */
  organization: Scalars['String']['input'];
  /** Names of what it is to include no longer. */
  removeMembers?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Keys of tags to take away. */
  removeTags?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Tags to add, or to give another value. */
  setTags?: InputMaybe<Array<TagInput>>;
  /** After how many seconds without a report it counts as silent; 0 for never. */
  silentAfterSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** All its tags; at most 50. */
  tags?: InputMaybe<Array<TagInput>>;
};

/** Changes to a flow; what is left out stays. */
export type UpdateFlowInput = {
  /** What it is, for people; at most 1000 characters. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** Name of the flow. */
  flow: Scalars['String']['input'];
  /** Name of the organization. */
  organization: Scalars['String']['input'];
  /** All the folders and files of its repository that it is made from; an empty list for all of it. */
  paths?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Keys of tags to take away. */
  removeTags?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The repository whose commits it follows, with its owner. */
  repository?: InputMaybe<Scalars['String']['input']>;
  /** Names of all the evidence that each artifact needs; at most 100. */
  requiredEvidence?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Tags to add, or to give another value. */
  setTags?: InputMaybe<Array<TagInput>>;
  /** All its tags; at most 50. */
  tags?: InputMaybe<Array<TagInput>>;
};

/** Settings of an organization; what is left out stays. */
export type UpdateOrganizationInput = {
  /** True if the first report for an unknown environment is to make it, of the type of the report. Else it is refused. */
  createsEnvironments?: InputMaybe<Scalars['Boolean']['input']>;
  /** Name of the organization. */
  organization: Scalars['String']['input'];
  /** Who can read it. */
  visibility?: InputMaybe<Visibility>;
};

/** Who can read an organization and what belongs to it. */
export type Visibility =
  /** Only its own callers can read it. */
  | 'PRIVATE'
  /** Any signed-in caller can read it. */
  | 'PUBLIC';

/** Which whereabouts. All that is given must hold. */
export type WhereaboutsFilter = {
  /** Names of environments; at most 100. */
  environments?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Names of flows; at most 100. */
  flows?: InputMaybe<Array<Scalars['String']['input']>>;
  /** States. */
  states?: InputMaybe<Array<WhereaboutsState>>;
};

/** Where a commit can be with respect to an environment. */
export type WhereaboutsState =
  /** It was there and is no longer. */
  | 'GONE'
  /** Something built from a descendant runs there. */
  | 'INCLUDED'
  /** What runs there is older, or nothing of the flow runs there, and it never was there. */
  | 'NOT_YET'
  /** Something built from this very commit runs there. */
  | 'RUNNING'
  /** It cannot be told, and the reason is given. */
  | 'UNKNOWN';

export type PositionQueryVariables = Exact<{
  organization: Scalars['String']['input'];
}>;


export type PositionQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', position: string } | null };

export type HappenedSubscriptionVariables = Exact<{
  organization: Scalars['String']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type HappenedSubscription = { __typename?: 'Subscription', events: { __typename?: 'ArtifactCreated', id: string, kind: EventKind, at: string, position: string, summary: string, fingerprint: string | null, flow: { __typename?: 'Flow', name: string } | null, artifact: { __typename?: 'Artifact', flow: { __typename?: 'Flow', name: string } } | null, environment: { __typename?: 'Environment', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null } | { __typename?: 'AttestationReceived', id: string, kind: EventKind, at: string, position: string, summary: string, fingerprint: string | null, flow: { __typename?: 'Flow', name: string } | null, artifact: { __typename?: 'Artifact', flow: { __typename?: 'Flow', name: string } } | null, environment: { __typename?: 'Environment', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null } | { __typename?: 'DeploymentCreated', id: string, kind: EventKind, at: string, position: string, summary: string, fingerprint: string | null, flow: { __typename?: 'Flow', name: string } | null, artifact: { __typename?: 'Artifact', flow: { __typename?: 'Flow', name: string } } | null, environment: { __typename?: 'Environment', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null } | { __typename?: 'EnvironmentArchived', id: string, kind: EventKind, at: string, position: string, summary: string, fingerprint: string | null, flow: { __typename?: 'Flow', name: string } | null, artifact: { __typename?: 'Artifact', flow: { __typename?: 'Flow', name: string } } | null, environment: { __typename?: 'Environment', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null } | { __typename?: 'EnvironmentRenamed', id: string, kind: EventKind, at: string, position: string, summary: string, fingerprint: string | null, flow: { __typename?: 'Flow', name: string } | null, artifact: { __typename?: 'Artifact', flow: { __typename?: 'Flow', name: string } } | null, environment: { __typename?: 'Environment', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null } | { __typename?: 'EnvironmentRestored', id: string, kind: EventKind, at: string, position: string, summary: string, fingerprint: string | null, flow: { __typename?: 'Flow', name: string } | null, artifact: { __typename?: 'Artifact', flow: { __typename?: 'Flow', name: string } } | null, environment: { __typename?: 'Environment', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null } | { __typename?: 'ExpectationBreached', id: string, kind: EventKind, at: string, position: string, summary: string, fingerprint: string | null, flow: { __typename?: 'Flow', name: string } | null, artifact: { __typename?: 'Artifact', flow: { __typename?: 'Flow', name: string } } | null, environment: { __typename?: 'Environment', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null } | { __typename?: 'ExpectationMet', id: string, kind: EventKind, at: string, position: string, summary: string, fingerprint: string | null, flow: { __typename?: 'Flow', name: string } | null, artifact: { __typename?: 'Artifact', flow: { __typename?: 'Flow', name: string } } | null, environment: { __typename?: 'Environment', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null } | { __typename?: 'MemberAdded', id: string, kind: EventKind, at: string, position: string, summary: string, fingerprint: string | null, flow: { __typename?: 'Flow', name: string } | null, artifact: { __typename?: 'Artifact', flow: { __typename?: 'Flow', name: string } } | null, environment: { __typename?: 'Environment', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null } | { __typename?: 'MemberRemoved', id: string, kind: EventKind, at: string, position: string, summary: string, fingerprint: string | null, flow: { __typename?: 'Flow', name: string } | null, artifact: { __typename?: 'Artifact', flow: { __typename?: 'Flow', name: string } } | null, environment: { __typename?: 'Environment', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null } | { __typename?: 'ReportingResumed', id: string, kind: EventKind, at: string, position: string, summary: string, fingerprint: string | null, flow: { __typename?: 'Flow', name: string } | null, artifact: { __typename?: 'Artifact', flow: { __typename?: 'Flow', name: string } } | null, environment: { __typename?: 'Environment', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null } | { __typename?: 'ReportingStopped', id: string, kind: EventKind, at: string, position: string, summary: string, fingerprint: string | null, flow: { __typename?: 'Flow', name: string } | null, artifact: { __typename?: 'Artifact', flow: { __typename?: 'Flow', name: string } } | null, environment: { __typename?: 'Environment', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null } | { __typename?: 'RunningFlowChanged', id: string, kind: EventKind, at: string, position: string, summary: string, fingerprint: string | null, flow: { __typename?: 'Flow', name: string } | null, artifact: { __typename?: 'Artifact', flow: { __typename?: 'Flow', name: string } } | null, environment: { __typename?: 'Environment', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null } | { __typename?: 'RunningNameChanged', id: string, kind: EventKind, at: string, position: string, summary: string, fingerprint: string | null, flow: { __typename?: 'Flow', name: string } | null, artifact: { __typename?: 'Artifact', flow: { __typename?: 'Flow', name: string } } | null, environment: { __typename?: 'Environment', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null } | { __typename?: 'Scaled', id: string, kind: EventKind, at: string, position: string, summary: string, fingerprint: string | null, flow: { __typename?: 'Flow', name: string } | null, artifact: { __typename?: 'Artifact', flow: { __typename?: 'Flow', name: string } } | null, environment: { __typename?: 'Environment', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null } | { __typename?: 'StartedRunning', id: string, kind: EventKind, at: string, position: string, summary: string, fingerprint: string | null, flow: { __typename?: 'Flow', name: string } | null, artifact: { __typename?: 'Artifact', flow: { __typename?: 'Flow', name: string } } | null, environment: { __typename?: 'Environment', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null } | { __typename?: 'StoppedRunning', id: string, kind: EventKind, at: string, position: string, summary: string, fingerprint: string | null, flow: { __typename?: 'Flow', name: string } | null, artifact: { __typename?: 'Artifact', flow: { __typename?: 'Flow', name: string } } | null, environment: { __typename?: 'Environment', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null } };

export type OrganizationsQueryVariables = Exact<{
  first: Scalars['Int']['input'];
}>;


export type OrganizationsQuery = { __typename?: 'Query', organizations: { __typename?: 'OrganizationConnection', nodes: Array<{ __typename?: 'Organization', id: string, name: string, visibility: Visibility }> } };

export type SearchQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  text: Scalars['String']['input'];
}>;


export type SearchQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', search: { __typename?: 'SearchMatchConnection', resolution: SearchResolution, nodes: Array<{ __typename?: 'SearchMatch', kind: SearchKind, matchedBy: SearchField, matched: string, summary: string, target: { __typename: 'Artifact', id: string, ref: string, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, repository: { __typename?: 'Repository', name: string } } | null } | { __typename: 'Commit', id: string, sha: string, repository: { __typename?: 'Repository', name: string } } | { __typename: 'Environment', id: string, name: string } | { __typename: 'Flow', id: string, name: string } | { __typename: 'PullRequest', id: string, number: number, repository: { __typename?: 'Repository', name: string } } | { __typename: 'Repository', id: string, name: string } | { __typename: 'RunningArtifact', name: string, snapshot: { __typename?: 'Snapshot', number: number, environment: { __typename?: 'Environment', name: string } } } }> } } | null };

export type ArtifactWholeFragment = { __typename?: 'Artifact', id: string, ref: string, name: string, names: Array<string>, fingerprint: string, digests: Array<string>, createdAt: string, state: ComplianceState, commitSha: string | null, commitUrl: string | null, buildUrl: string | null, flow: { __typename?: 'Flow', name: string, description: string }, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, ambiguousCommit: { __typename?: 'AmbiguousCommit', summary: string, askedFor: string } | null, build: { __typename?: 'Build', id: string, workflow: string, attempt: number, url: string, state: BuildState, startedAt: string | null, finishedAt: string | null } | null, requirements: Array<{ __typename?: 'RequirementStatus', name: string, state: RequirementState }>, attestations: { __typename?: 'AttestationConnection', nodes: Array<{ __typename?: 'GenericAttestation', id: string, name: string, compliant: boolean, at: string, url: string | null, description: string }> }, deployments: { __typename?: 'DeploymentConnection', nodes: Array<{ __typename?: 'Deployment', id: string, number: number, createdAt: string, url: string | null, environment: { __typename?: 'Environment', name: string } }> }, runningIn: { __typename?: 'RunningArtifactConnection', nodes: Array<{ __typename?: 'RunningArtifact', name: string, replicas: number, runningSince: string, overlapping: boolean, snapshot: { __typename?: 'Snapshot', number: number, environment: { __typename?: 'Environment', name: string } } }> } };

export type ArtifactQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  ref: Scalars['ArtifactRef']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type ArtifactQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', artifact: { __typename: 'AmbiguousArtifact', summary: string, candidates: Array<{ __typename?: 'Artifact', id: string, ref: string, name: string, fingerprint: string, createdAt: string, commitSha: string | null, flow: { __typename?: 'Flow', name: string } }> } | { __typename: 'Artifact', id: string, ref: string, name: string, names: Array<string>, fingerprint: string, digests: Array<string>, createdAt: string, state: ComplianceState, commitSha: string | null, commitUrl: string | null, buildUrl: string | null, history: { __typename?: 'EventConnection', nodes: Array<{ __typename?: 'ArtifactCreated', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'AttestationReceived', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'DeploymentCreated', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'EnvironmentArchived', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'EnvironmentRenamed', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'EnvironmentRestored', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'ExpectationBreached', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'ExpectationMet', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'MemberAdded', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'MemberRemoved', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'ReportingResumed', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'ReportingStopped', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'RunningFlowChanged', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'RunningNameChanged', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'Scaled', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'StartedRunning', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'StoppedRunning', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } }, flow: { __typename?: 'Flow', name: string, description: string }, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, ambiguousCommit: { __typename?: 'AmbiguousCommit', summary: string, askedFor: string } | null, build: { __typename?: 'Build', id: string, workflow: string, attempt: number, url: string, state: BuildState, startedAt: string | null, finishedAt: string | null } | null, requirements: Array<{ __typename?: 'RequirementStatus', name: string, state: RequirementState }>, attestations: { __typename?: 'AttestationConnection', nodes: Array<{ __typename?: 'GenericAttestation', id: string, name: string, compliant: boolean, at: string, url: string | null, description: string }> }, deployments: { __typename?: 'DeploymentConnection', nodes: Array<{ __typename?: 'Deployment', id: string, number: number, createdAt: string, url: string | null, environment: { __typename?: 'Environment', name: string } }> }, runningIn: { __typename?: 'RunningArtifactConnection', nodes: Array<{ __typename?: 'RunningArtifact', name: string, replicas: number, runningSince: string, overlapping: boolean, snapshot: { __typename?: 'Snapshot', number: number, environment: { __typename?: 'Environment', name: string } } }> } } | null } | null };

export type CommitLineFragment = { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } };

type CommitPlace_CommitGone_Fragment = { __typename: 'CommitGone', firstAt: string, goneAt: string, state: WhereaboutsState, at: string, summary: string, flow: { __typename?: 'Flow', name: string } | null, environment: { __typename?: 'Environment', id: string, name: string }, snapshot: { __typename?: 'Snapshot', number: number } | null, became: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, cherryPick: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, running: { __typename?: 'RunningArtifact', name: string, replicas: number, runningSince: string, overlapping: boolean, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, artifact: { __typename?: 'Artifact', ref: string } | null } | null };

type CommitPlace_CommitIncluded_Fragment = { __typename: 'CommitIncluded', since: string, firstAt: string, commitsLater: number | null, state: WhereaboutsState, at: string, summary: string, flow: { __typename?: 'Flow', name: string } | null, environment: { __typename?: 'Environment', id: string, name: string }, snapshot: { __typename?: 'Snapshot', number: number } | null, became: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, cherryPick: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, running: { __typename?: 'RunningArtifact', name: string, replicas: number, runningSince: string, overlapping: boolean, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, artifact: { __typename?: 'Artifact', ref: string } | null } | null };

type CommitPlace_CommitNotYet_Fragment = { __typename: 'CommitNotYet', commitsBehind: number | null, progress: DeliveryProgress, state: WhereaboutsState, at: string, summary: string, carrier: { __typename?: 'Artifact', ref: string, name: string } | null, build: { __typename?: 'Build', url: string, workflow: string, startedAt: string | null, finishedAt: string | null, state: BuildState } | null, deployment: { __typename?: 'Deployment', number: number, createdAt: string, url: string | null } | null, flow: { __typename?: 'Flow', name: string } | null, environment: { __typename?: 'Environment', id: string, name: string }, snapshot: { __typename?: 'Snapshot', number: number } | null, became: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, cherryPick: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, running: { __typename?: 'RunningArtifact', name: string, replicas: number, runningSince: string, overlapping: boolean, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, artifact: { __typename?: 'Artifact', ref: string } | null } | null };

type CommitPlace_CommitRunning_Fragment = { __typename: 'CommitRunning', since: string, firstAt: string, state: WhereaboutsState, at: string, summary: string, flow: { __typename?: 'Flow', name: string } | null, environment: { __typename?: 'Environment', id: string, name: string }, snapshot: { __typename?: 'Snapshot', number: number } | null, became: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, cherryPick: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, running: { __typename?: 'RunningArtifact', name: string, replicas: number, runningSince: string, overlapping: boolean, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, artifact: { __typename?: 'Artifact', ref: string } | null } | null };

type CommitPlace_CommitUnknown_Fragment = { __typename: 'CommitUnknown', reason: UnknownReason, remedy: string, state: WhereaboutsState, at: string, summary: string, flow: { __typename?: 'Flow', name: string } | null, environment: { __typename?: 'Environment', id: string, name: string }, snapshot: { __typename?: 'Snapshot', number: number } | null, became: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, cherryPick: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, running: { __typename?: 'RunningArtifact', name: string, replicas: number, runningSince: string, overlapping: boolean, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, artifact: { __typename?: 'Artifact', ref: string } | null } | null };

export type CommitPlaceFragment = CommitPlace_CommitGone_Fragment | CommitPlace_CommitIncluded_Fragment | CommitPlace_CommitNotYet_Fragment | CommitPlace_CommitRunning_Fragment | CommitPlace_CommitUnknown_Fragment;

export type CommitArtifactFragment = { __typename?: 'Artifact', id: string, ref: string, name: string, fingerprint: string, createdAt: string, state: ComplianceState, buildUrl: string | null, flow: { __typename?: 'Flow', name: string }, build: { __typename?: 'Build', id: string } | null, requirements: Array<{ __typename?: 'RequirementStatus', name: string, state: RequirementState }>, attestations: { __typename?: 'AttestationConnection', nodes: Array<{ __typename?: 'GenericAttestation', id: string, name: string, compliant: boolean, at: string, url: string | null, description: string }> }, deployments: { __typename?: 'DeploymentConnection', nodes: Array<{ __typename?: 'Deployment', id: string, number: number, createdAt: string, url: string | null, environment: { __typename?: 'Environment', name: string } }> } };

export type CommitWholeFragment = { __typename?: 'Commit', issueKeys: Array<string>, parents: Array<string>, parentsComplete: boolean, id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, pullRequests: { __typename?: 'PullRequestConnection', nodes: Array<{ __typename?: 'PullRequest', id: string, number: number, title: string, url: string, state: PullRequestState, mergedAt: string | null }> }, cherryPicks: { __typename?: 'CommitConnection', nodes: Array<{ __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } }> }, builds: { __typename?: 'BuildConnection', nodes: Array<{ __typename?: 'Build', id: string, workflow: string, attempt: number, url: string, state: BuildState, startedAt: string | null, finishedAt: string | null }> }, artifacts: { __typename?: 'ArtifactConnection', nodes: Array<{ __typename?: 'Artifact', id: string, ref: string, name: string, fingerprint: string, createdAt: string, state: ComplianceState, buildUrl: string | null, flow: { __typename?: 'Flow', name: string }, build: { __typename?: 'Build', id: string } | null, requirements: Array<{ __typename?: 'RequirementStatus', name: string, state: RequirementState }>, attestations: { __typename?: 'AttestationConnection', nodes: Array<{ __typename?: 'GenericAttestation', id: string, name: string, compliant: boolean, at: string, url: string | null, description: string }> }, deployments: { __typename?: 'DeploymentConnection', nodes: Array<{ __typename?: 'Deployment', id: string, number: number, createdAt: string, url: string | null, environment: { __typename?: 'Environment', name: string } }> } }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean } }, whereabouts: { __typename?: 'WhereaboutsConnection', nodes: Array<{ __typename: 'CommitGone', firstAt: string, goneAt: string, state: WhereaboutsState, at: string, summary: string, flow: { __typename?: 'Flow', name: string } | null, environment: { __typename?: 'Environment', id: string, name: string }, snapshot: { __typename?: 'Snapshot', number: number } | null, became: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, cherryPick: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, running: { __typename?: 'RunningArtifact', name: string, replicas: number, runningSince: string, overlapping: boolean, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, artifact: { __typename?: 'Artifact', ref: string } | null } | null } | { __typename: 'CommitIncluded', since: string, firstAt: string, commitsLater: number | null, state: WhereaboutsState, at: string, summary: string, flow: { __typename?: 'Flow', name: string } | null, environment: { __typename?: 'Environment', id: string, name: string }, snapshot: { __typename?: 'Snapshot', number: number } | null, became: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, cherryPick: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, running: { __typename?: 'RunningArtifact', name: string, replicas: number, runningSince: string, overlapping: boolean, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, artifact: { __typename?: 'Artifact', ref: string } | null } | null } | { __typename: 'CommitNotYet', commitsBehind: number | null, progress: DeliveryProgress, state: WhereaboutsState, at: string, summary: string, carrier: { __typename?: 'Artifact', ref: string, name: string } | null, build: { __typename?: 'Build', url: string, workflow: string, startedAt: string | null, finishedAt: string | null, state: BuildState } | null, deployment: { __typename?: 'Deployment', number: number, createdAt: string, url: string | null } | null, flow: { __typename?: 'Flow', name: string } | null, environment: { __typename?: 'Environment', id: string, name: string }, snapshot: { __typename?: 'Snapshot', number: number } | null, became: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, cherryPick: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, running: { __typename?: 'RunningArtifact', name: string, replicas: number, runningSince: string, overlapping: boolean, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, artifact: { __typename?: 'Artifact', ref: string } | null } | null } | { __typename: 'CommitRunning', since: string, firstAt: string, state: WhereaboutsState, at: string, summary: string, flow: { __typename?: 'Flow', name: string } | null, environment: { __typename?: 'Environment', id: string, name: string }, snapshot: { __typename?: 'Snapshot', number: number } | null, became: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, cherryPick: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, running: { __typename?: 'RunningArtifact', name: string, replicas: number, runningSince: string, overlapping: boolean, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, artifact: { __typename?: 'Artifact', ref: string } | null } | null } | { __typename: 'CommitUnknown', reason: UnknownReason, remedy: string, state: WhereaboutsState, at: string, summary: string, flow: { __typename?: 'Flow', name: string } | null, environment: { __typename?: 'Environment', id: string, name: string }, snapshot: { __typename?: 'Snapshot', number: number } | null, became: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, cherryPick: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, running: { __typename?: 'RunningArtifact', name: string, replicas: number, runningSince: string, overlapping: boolean, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, artifact: { __typename?: 'Artifact', ref: string } | null } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean } }, repository: { __typename?: 'Repository', name: string } };

export type CommitQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  ref: Scalars['CommitRef']['input'];
  at?: InputMaybe<Scalars['DateTime']['input']>;
}>;


export type CommitQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', commit: { __typename: 'AmbiguousCommit', summary: string, candidates: Array<{ __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } }> } | { __typename: 'Commit', issueKeys: Array<string>, parents: Array<string>, parentsComplete: boolean, id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, pullRequests: { __typename?: 'PullRequestConnection', nodes: Array<{ __typename?: 'PullRequest', id: string, number: number, title: string, url: string, state: PullRequestState, mergedAt: string | null }> }, cherryPicks: { __typename?: 'CommitConnection', nodes: Array<{ __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } }> }, builds: { __typename?: 'BuildConnection', nodes: Array<{ __typename?: 'Build', id: string, workflow: string, attempt: number, url: string, state: BuildState, startedAt: string | null, finishedAt: string | null }> }, artifacts: { __typename?: 'ArtifactConnection', nodes: Array<{ __typename?: 'Artifact', id: string, ref: string, name: string, fingerprint: string, createdAt: string, state: ComplianceState, buildUrl: string | null, flow: { __typename?: 'Flow', name: string }, build: { __typename?: 'Build', id: string } | null, requirements: Array<{ __typename?: 'RequirementStatus', name: string, state: RequirementState }>, attestations: { __typename?: 'AttestationConnection', nodes: Array<{ __typename?: 'GenericAttestation', id: string, name: string, compliant: boolean, at: string, url: string | null, description: string }> }, deployments: { __typename?: 'DeploymentConnection', nodes: Array<{ __typename?: 'Deployment', id: string, number: number, createdAt: string, url: string | null, environment: { __typename?: 'Environment', name: string } }> } }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean } }, whereabouts: { __typename?: 'WhereaboutsConnection', nodes: Array<{ __typename: 'CommitGone', firstAt: string, goneAt: string, state: WhereaboutsState, at: string, summary: string, flow: { __typename?: 'Flow', name: string } | null, environment: { __typename?: 'Environment', id: string, name: string }, snapshot: { __typename?: 'Snapshot', number: number } | null, became: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, cherryPick: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, running: { __typename?: 'RunningArtifact', name: string, replicas: number, runningSince: string, overlapping: boolean, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, artifact: { __typename?: 'Artifact', ref: string } | null } | null } | { __typename: 'CommitIncluded', since: string, firstAt: string, commitsLater: number | null, state: WhereaboutsState, at: string, summary: string, flow: { __typename?: 'Flow', name: string } | null, environment: { __typename?: 'Environment', id: string, name: string }, snapshot: { __typename?: 'Snapshot', number: number } | null, became: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, cherryPick: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, running: { __typename?: 'RunningArtifact', name: string, replicas: number, runningSince: string, overlapping: boolean, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, artifact: { __typename?: 'Artifact', ref: string } | null } | null } | { __typename: 'CommitNotYet', commitsBehind: number | null, progress: DeliveryProgress, state: WhereaboutsState, at: string, summary: string, carrier: { __typename?: 'Artifact', ref: string, name: string } | null, build: { __typename?: 'Build', url: string, workflow: string, startedAt: string | null, finishedAt: string | null, state: BuildState } | null, deployment: { __typename?: 'Deployment', number: number, createdAt: string, url: string | null } | null, flow: { __typename?: 'Flow', name: string } | null, environment: { __typename?: 'Environment', id: string, name: string }, snapshot: { __typename?: 'Snapshot', number: number } | null, became: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, cherryPick: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, running: { __typename?: 'RunningArtifact', name: string, replicas: number, runningSince: string, overlapping: boolean, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, artifact: { __typename?: 'Artifact', ref: string } | null } | null } | { __typename: 'CommitRunning', since: string, firstAt: string, state: WhereaboutsState, at: string, summary: string, flow: { __typename?: 'Flow', name: string } | null, environment: { __typename?: 'Environment', id: string, name: string }, snapshot: { __typename?: 'Snapshot', number: number } | null, became: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, cherryPick: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, running: { __typename?: 'RunningArtifact', name: string, replicas: number, runningSince: string, overlapping: boolean, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, artifact: { __typename?: 'Artifact', ref: string } | null } | null } | { __typename: 'CommitUnknown', reason: UnknownReason, remedy: string, state: WhereaboutsState, at: string, summary: string, flow: { __typename?: 'Flow', name: string } | null, environment: { __typename?: 'Environment', id: string, name: string }, snapshot: { __typename?: 'Snapshot', number: number } | null, became: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, cherryPick: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, running: { __typename?: 'RunningArtifact', name: string, replicas: number, runningSince: string, overlapping: boolean, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, artifact: { __typename?: 'Artifact', ref: string } | null } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean } }, repository: { __typename?: 'Repository', name: string } } | null } | null };

export type CommitsQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  filter?: InputMaybe<CommitFilter>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type CommitsQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', commits: { __typename?: 'CommitConnection', nodes: Array<{ __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, artifacts: { __typename?: 'ArtifactConnection', nodes: Array<{ __typename?: 'Artifact', id: string, ref: string, name: string }> }, repository: { __typename?: 'Repository', name: string } }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } }, repositories: { __typename?: 'RepositoryConnection', nodes: Array<{ __typename?: 'Repository', id: string, name: string }> } } | null };

export type DeliveryLineFragment = { __typename?: 'Delivery', id: string, source: DeliverySource, sourceId: string, event: string, repository: string | null, receivedAt: string, state: DeliveryState, reason: string | null, nextAttemptAt: string | null, attempts: number, size: number };

export type DeliveryListQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  filter?: InputMaybe<DeliveryFilter>;
  first: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type DeliveryListQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', deliveries: { __typename?: 'DeliveryConnection', nodes: Array<{ __typename?: 'Delivery', id: string, source: DeliverySource, sourceId: string, event: string, repository: string | null, receivedAt: string, state: DeliveryState, reason: string | null, nextAttemptAt: string | null, attempts: number, size: number }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null };

export type DeliveriesFailedQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  filter?: InputMaybe<DeliveryFilter>;
}>;


export type DeliveriesFailedQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', deliveries: { __typename?: 'DeliveryConnection', nodes: Array<{ __typename?: 'Delivery', id: string, source: DeliverySource, sourceId: string, event: string, repository: string | null, receivedAt: string, state: DeliveryState, reason: string | null, nextAttemptAt: string | null, attempts: number, size: number }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean } } } | null };

export type DeliveriesChangeSubscriptionVariables = Exact<{
  organization: Scalars['String']['input'];
  filter?: InputMaybe<DeliveryFilter>;
}>;


export type DeliveriesChangeSubscription = { __typename?: 'Subscription', deliveries: { __typename?: 'Delivery', id: string, source: DeliverySource, sourceId: string, event: string, repository: string | null, receivedAt: string, state: DeliveryState, reason: string | null, nextAttemptAt: string | null, attempts: number, size: number } };

export type ReplayDeliveriesMutationVariables = Exact<{
  organization: Scalars['String']['input'];
  filter: DeliveryFilter;
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type ReplayDeliveriesMutation = { __typename?: 'Mutation', replayDeliveries: { __typename?: 'ReplayDeliveriesPayload', count: number, more: boolean, endCursor: string | null } };

export type OneDeliveryQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  source: DeliverySource;
  sourceId: Scalars['String']['input'];
}>;


export type OneDeliveryQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', delivery: { __typename?: 'Delivery', id: string, source: DeliverySource, sourceId: string, event: string, repository: string | null, receivedAt: string, state: DeliveryState, reason: string | null, nextAttemptAt: string | null, attempts: number, size: number, headers: Array<{ __typename?: 'Header', name: string, value: string }> } | null } | null };

export type DeliveryBodyQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  source: DeliverySource;
  sourceId: Scalars['String']['input'];
}>;


export type DeliveryBodyQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', delivery: { __typename?: 'Delivery', id: string, body: string | null } | null } | null };

export type ReplayDeliveryMutationVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ReplayDeliveryMutation = { __typename?: 'Mutation', replayDelivery: { __typename?: 'ReplayDeliveryPayload', delivery: { __typename?: 'Delivery', id: string, source: DeliverySource, sourceId: string, event: string, repository: string | null, receivedAt: string, state: DeliveryState, reason: string | null, nextAttemptAt: string | null, attempts: number, size: number } } };

export type DiffSnapshotFragment = { __typename?: 'Snapshot', ref: string, number: number, takenAt: string, until: string | null, replicaCount: number, environment: { __typename?: 'Environment', name: string } };

export type DiffRunningFragment = { __typename?: 'RunningArtifact', fingerprint: string | null, name: string, names: Array<string>, replicas: number, runningSince: string, artifact: { __typename?: 'Artifact', ref: string, flow: { __typename?: 'Flow', name: string } } | null, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null };

export type DiffFlowFragment = { __typename?: 'FlowChange', flow: { __typename?: 'Flow', id: string, name: string }, from: { __typename?: 'RunningArtifact', fingerprint: string | null, name: string, names: Array<string>, replicas: number, runningSince: string, artifact: { __typename?: 'Artifact', ref: string, flow: { __typename?: 'Flow', name: string } } | null, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null } | null, to: { __typename?: 'RunningArtifact', fingerprint: string | null, name: string, names: Array<string>, replicas: number, runningSince: string, artifact: { __typename?: 'Artifact', ref: string, flow: { __typename?: 'Flow', name: string } } | null, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null } | null, commits: { __typename?: 'CommitRange', relation: CommitRelation, reason: string | null, ahead: number | null, behind: number | null, from: { __typename?: 'Commit', sha: string, repository: { __typename?: 'Repository', name: string } } | null, to: { __typename?: 'Commit', sha: string, repository: { __typename?: 'Repository', name: string } } | null, added: { __typename?: 'CommitConnection', nodes: Array<{ __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } }, removed: { __typename?: 'CommitConnection', nodes: Array<{ __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } };

export type DiffChangeFragment = { __typename?: 'RunningChange', from: { __typename?: 'RunningArtifact', replicas: number, names: Array<string> }, to: { __typename?: 'RunningArtifact', fingerprint: string | null, name: string, names: Array<string>, replicas: number, runningSince: string, artifact: { __typename?: 'Artifact', ref: string, flow: { __typename?: 'Flow', name: string } } | null, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null } };

export type DiffEndFragment = { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null };

export type DiffQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  from: Scalars['SnapshotRef']['input'];
  to: Scalars['SnapshotRef']['input'];
}>;


export type DiffQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', diff: { __typename?: 'SnapshotDiff', empty: boolean, summary: string, addedCount: number, removedCount: number, changedCount: number, unchangedCount: number, from: { __typename?: 'Snapshot', ref: string, number: number, takenAt: string, until: string | null, replicaCount: number, environment: { __typename?: 'Environment', name: string } }, to: { __typename?: 'Snapshot', ref: string, number: number, takenAt: string, until: string | null, replicaCount: number, environment: { __typename?: 'Environment', name: string } }, flows: { __typename?: 'FlowChangeConnection', nodes: Array<{ __typename?: 'FlowChange', flow: { __typename?: 'Flow', id: string, name: string }, from: { __typename?: 'RunningArtifact', fingerprint: string | null, name: string, names: Array<string>, replicas: number, runningSince: string, artifact: { __typename?: 'Artifact', ref: string, flow: { __typename?: 'Flow', name: string } } | null, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null } | null, to: { __typename?: 'RunningArtifact', fingerprint: string | null, name: string, names: Array<string>, replicas: number, runningSince: string, artifact: { __typename?: 'Artifact', ref: string, flow: { __typename?: 'Flow', name: string } } | null, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null } | null, commits: { __typename?: 'CommitRange', relation: CommitRelation, reason: string | null, ahead: number | null, behind: number | null, from: { __typename?: 'Commit', sha: string, repository: { __typename?: 'Repository', name: string } } | null, to: { __typename?: 'Commit', sha: string, repository: { __typename?: 'Repository', name: string } } | null, added: { __typename?: 'CommitConnection', nodes: Array<{ __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } }, removed: { __typename?: 'CommitConnection', nodes: Array<{ __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } }, added: { __typename?: 'RunningArtifactConnection', nodes: Array<{ __typename?: 'RunningArtifact', fingerprint: string | null, name: string, names: Array<string>, replicas: number, runningSince: string, artifact: { __typename?: 'Artifact', ref: string, flow: { __typename?: 'Flow', name: string } } | null, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } }, removed: { __typename?: 'RunningArtifactConnection', nodes: Array<{ __typename?: 'RunningArtifact', fingerprint: string | null, name: string, names: Array<string>, replicas: number, runningSince: string, artifact: { __typename?: 'Artifact', ref: string, flow: { __typename?: 'Flow', name: string } } | null, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } }, changed: { __typename?: 'RunningChangeConnection', nodes: Array<{ __typename?: 'RunningChange', from: { __typename?: 'RunningArtifact', replicas: number, names: Array<string> }, to: { __typename?: 'RunningArtifact', fingerprint: string | null, name: string, names: Array<string>, replicas: number, runningSince: string, artifact: { __typename?: 'Artifact', ref: string, flow: { __typename?: 'Flow', name: string } } | null, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null } }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null } | null };

export type DiffFlowsQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  from: Scalars['SnapshotRef']['input'];
  to: Scalars['SnapshotRef']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type DiffFlowsQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', diff: { __typename?: 'SnapshotDiff', flows: { __typename?: 'FlowChangeConnection', nodes: Array<{ __typename?: 'FlowChange', flow: { __typename?: 'Flow', id: string, name: string }, from: { __typename?: 'RunningArtifact', fingerprint: string | null, name: string, names: Array<string>, replicas: number, runningSince: string, artifact: { __typename?: 'Artifact', ref: string, flow: { __typename?: 'Flow', name: string } } | null, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null } | null, to: { __typename?: 'RunningArtifact', fingerprint: string | null, name: string, names: Array<string>, replicas: number, runningSince: string, artifact: { __typename?: 'Artifact', ref: string, flow: { __typename?: 'Flow', name: string } } | null, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null } | null, commits: { __typename?: 'CommitRange', relation: CommitRelation, reason: string | null, ahead: number | null, behind: number | null, from: { __typename?: 'Commit', sha: string, repository: { __typename?: 'Repository', name: string } } | null, to: { __typename?: 'Commit', sha: string, repository: { __typename?: 'Repository', name: string } } | null, added: { __typename?: 'CommitConnection', nodes: Array<{ __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } }, removed: { __typename?: 'CommitConnection', nodes: Array<{ __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null } | null };

export type DiffAddedQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  from: Scalars['SnapshotRef']['input'];
  to: Scalars['SnapshotRef']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type DiffAddedQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', diff: { __typename?: 'SnapshotDiff', added: { __typename?: 'RunningArtifactConnection', nodes: Array<{ __typename?: 'RunningArtifact', fingerprint: string | null, name: string, names: Array<string>, replicas: number, runningSince: string, artifact: { __typename?: 'Artifact', ref: string, flow: { __typename?: 'Flow', name: string } } | null, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null } | null };

export type DiffRemovedQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  from: Scalars['SnapshotRef']['input'];
  to: Scalars['SnapshotRef']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type DiffRemovedQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', diff: { __typename?: 'SnapshotDiff', removed: { __typename?: 'RunningArtifactConnection', nodes: Array<{ __typename?: 'RunningArtifact', fingerprint: string | null, name: string, names: Array<string>, replicas: number, runningSince: string, artifact: { __typename?: 'Artifact', ref: string, flow: { __typename?: 'Flow', name: string } } | null, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null } | null };

export type DiffChangedQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  from: Scalars['SnapshotRef']['input'];
  to: Scalars['SnapshotRef']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type DiffChangedQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', diff: { __typename?: 'SnapshotDiff', changed: { __typename?: 'RunningChangeConnection', nodes: Array<{ __typename?: 'RunningChange', from: { __typename?: 'RunningArtifact', replicas: number, names: Array<string> }, to: { __typename?: 'RunningArtifact', fingerprint: string | null, name: string, names: Array<string>, replicas: number, runningSince: string, artifact: { __typename?: 'Artifact', ref: string, flow: { __typename?: 'Flow', name: string } } | null, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null } }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null } | null };

export type DiffUnchangedQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  from: Scalars['SnapshotRef']['input'];
  to: Scalars['SnapshotRef']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type DiffUnchangedQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', diff: { __typename?: 'SnapshotDiff', unchanged: { __typename?: 'RunningArtifactConnection', nodes: Array<{ __typename?: 'RunningArtifact', fingerprint: string | null, name: string, names: Array<string>, replicas: number, runningSince: string, artifact: { __typename?: 'Artifact', ref: string, flow: { __typename?: 'Flow', name: string } } | null, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null } | null };

export type DiffCommitsAddedQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  from: Scalars['CommitRef']['input'];
  to: Scalars['CommitRef']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type DiffCommitsAddedQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', commitRange: { __typename: 'AmbiguousCommit' } | { __typename: 'CommitRange', added: { __typename?: 'CommitConnection', nodes: Array<{ __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null } | null };

export type DiffCommitsRemovedQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  from: Scalars['CommitRef']['input'];
  to: Scalars['CommitRef']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type DiffCommitsRemovedQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', commitRange: { __typename: 'AmbiguousCommit' } | { __typename: 'CommitRange', removed: { __typename?: 'CommitConnection', nodes: Array<{ __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null } | null };

export type DiffOffersQueryVariables = Exact<{
  organization: Scalars['String']['input'];
}>;


export type DiffOffersQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', environments: { __typename?: 'EnvironmentConnection', nodes: Array<{ __typename?: 'Environment', id: string, name: string, type: EnvironmentType, tags: Array<{ __typename?: 'Tag', key: string, value: string }>, snapshots: { __typename?: 'SnapshotConnection', nodes: Array<{ __typename?: 'Snapshot', ref: string, number: number, takenAt: string }> } }> } } | null };

export type EnvironmentHeadFragment = { __typename?: 'Environment', id: string, name: string, formerNames: Array<string>, description: string, type: EnvironmentType, createdAt: string, archivedAt: string | null, tags: Array<{ __typename?: 'Tag', key: string, value: string }>, reporting: { __typename?: 'Reporting', state: ReportingState, lastReportedAt: string | null, silentSince: string | null, silentAfterSeconds: number | null }, newest: { __typename?: 'Snapshot', number: number, takenAt: string, replicaCount: number } | null, oldest: { __typename?: 'SnapshotConnection', nodes: Array<{ __typename?: 'Snapshot', number: number, takenAt: string }> }, members: { __typename?: 'EnvironmentConnection', nodes: Array<{ __typename?: 'Environment', id: string, name: string }> }, memberOf: { __typename?: 'EnvironmentConnection', nodes: Array<{ __typename?: 'Environment', id: string, name: string }> }, breaches: { __typename?: 'BreachConnection', nodes: Array<{ __typename?: 'Breach', id: string, summary: string, startedAt: string }> } };

export type EnvironmentQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  name: Scalars['String']['input'];
}>;


export type EnvironmentQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', environment: { __typename?: 'Environment', id: string, name: string, formerNames: Array<string>, description: string, type: EnvironmentType, createdAt: string, archivedAt: string | null, tags: Array<{ __typename?: 'Tag', key: string, value: string }>, reporting: { __typename?: 'Reporting', state: ReportingState, lastReportedAt: string | null, silentSince: string | null, silentAfterSeconds: number | null }, newest: { __typename?: 'Snapshot', number: number, takenAt: string, replicaCount: number } | null, oldest: { __typename?: 'SnapshotConnection', nodes: Array<{ __typename?: 'Snapshot', number: number, takenAt: string }> }, members: { __typename?: 'EnvironmentConnection', nodes: Array<{ __typename?: 'Environment', id: string, name: string }> }, memberOf: { __typename?: 'EnvironmentConnection', nodes: Array<{ __typename?: 'Environment', id: string, name: string }> }, breaches: { __typename?: 'BreachConnection', nodes: Array<{ __typename?: 'Breach', id: string, summary: string, startedAt: string }> } } | null } | null };

export type SnapshotLineFragment = { __typename?: 'Snapshot', id: string, number: number, takenAt: string, recordedAt: string, until: string | null, replicaCount: number, changeCount: number };

export type RunningLineFragment = { __typename?: 'RunningArtifact', fingerprint: string | null, name: string, replicas: number, runningSince: string, overlapping: boolean, artifact: { __typename?: 'Artifact', ref: string, state: ComplianceState, flow: { __typename?: 'Flow', name: string } } | null, commit: { __typename?: 'Commit', sha: string, shortSha: string, subject: string, repository: { __typename?: 'Repository', name: string } } | null, ambiguousCommit: { __typename?: 'AmbiguousCommit', askedFor: string, summary: string } | null };

export type SnapshotQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  ref: Scalars['SnapshotRef']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type SnapshotQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', snapshot: { __typename?: 'Snapshot', id: string, number: number, takenAt: string, recordedAt: string, until: string | null, replicaCount: number, changeCount: number, running: { __typename?: 'RunningArtifactConnection', nodes: Array<{ __typename?: 'RunningArtifact', fingerprint: string | null, name: string, replicas: number, runningSince: string, overlapping: boolean, artifact: { __typename?: 'Artifact', ref: string, state: ComplianceState, flow: { __typename?: 'Flow', name: string } } | null, commit: { __typename?: 'Commit', sha: string, shortSha: string, subject: string, repository: { __typename?: 'Repository', name: string } } | null, ambiguousCommit: { __typename?: 'AmbiguousCommit', askedFor: string, summary: string } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null } | null };

export type SnapshotsQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  name: Scalars['String']['input'];
  interval: Scalars['SnapshotInterval']['input'];
}>;


export type SnapshotsQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', environment: { __typename?: 'Environment', snapshots: { __typename?: 'SnapshotConnection', nodes: Array<{ __typename?: 'Snapshot', id: string, number: number, takenAt: string, recordedAt: string, until: string | null, replicaCount: number, changeCount: number }> } } | null } | null };

export type FlowReplicasLineFragment = { __typename?: 'FlowReplicas', name: string, replicas: Array<number>, highest: Array<number>, flow: { __typename?: 'Flow', name: string } | null, versions: Array<{ __typename?: 'VersionReplicas', name: string, first: number, replicas: Array<number>, commit: { __typename?: 'Commit', shortSha: string } | null }> };

export type ReplicasQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  name: Scalars['String']['input'];
  from: Scalars['Moment']['input'];
  to: Scalars['Moment']['input'];
  steps: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type ReplicasQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', environment: { __typename?: 'Environment', replicas: { __typename?: 'ReplicaSeries', from: string, to: string, exact: boolean, steps: Array<{ __typename?: 'ReplicaStep', at: string, number: number, snapshots: number }>, flows: { __typename?: 'FlowReplicasConnection', nodes: Array<{ __typename?: 'FlowReplicas', name: string, replicas: Array<number>, highest: Array<number>, flow: { __typename?: 'Flow', name: string } | null, versions: Array<{ __typename?: 'VersionReplicas', name: string, first: number, replicas: Array<number>, commit: { __typename?: 'Commit', shortSha: string } | null }> }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } } | null } | null };

type LogLine_ArtifactCreated_Fragment = { __typename?: 'ArtifactCreated', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null };

type LogLine_AttestationReceived_Fragment = { __typename?: 'AttestationReceived', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null };

type LogLine_DeploymentCreated_Fragment = { __typename?: 'DeploymentCreated', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null };

type LogLine_EnvironmentArchived_Fragment = { __typename?: 'EnvironmentArchived', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null };

type LogLine_EnvironmentRenamed_Fragment = { __typename?: 'EnvironmentRenamed', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null };

type LogLine_EnvironmentRestored_Fragment = { __typename?: 'EnvironmentRestored', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null };

type LogLine_ExpectationBreached_Fragment = { __typename?: 'ExpectationBreached', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null };

type LogLine_ExpectationMet_Fragment = { __typename?: 'ExpectationMet', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null };

type LogLine_MemberAdded_Fragment = { __typename?: 'MemberAdded', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null };

type LogLine_MemberRemoved_Fragment = { __typename?: 'MemberRemoved', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null };

type LogLine_ReportingResumed_Fragment = { __typename?: 'ReportingResumed', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null };

type LogLine_ReportingStopped_Fragment = { __typename?: 'ReportingStopped', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null };

type LogLine_RunningFlowChanged_Fragment = { __typename?: 'RunningFlowChanged', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null };

type LogLine_RunningNameChanged_Fragment = { __typename?: 'RunningNameChanged', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null };

type LogLine_Scaled_Fragment = { __typename?: 'Scaled', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null };

type LogLine_StartedRunning_Fragment = { __typename?: 'StartedRunning', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null };

type LogLine_StoppedRunning_Fragment = { __typename?: 'StoppedRunning', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null };

export type LogLineFragment = LogLine_ArtifactCreated_Fragment | LogLine_AttestationReceived_Fragment | LogLine_DeploymentCreated_Fragment | LogLine_EnvironmentArchived_Fragment | LogLine_EnvironmentRenamed_Fragment | LogLine_EnvironmentRestored_Fragment | LogLine_ExpectationBreached_Fragment | LogLine_ExpectationMet_Fragment | LogLine_MemberAdded_Fragment | LogLine_MemberRemoved_Fragment | LogLine_ReportingResumed_Fragment | LogLine_ReportingStopped_Fragment | LogLine_RunningFlowChanged_Fragment | LogLine_RunningNameChanged_Fragment | LogLine_Scaled_Fragment | LogLine_StartedRunning_Fragment | LogLine_StoppedRunning_Fragment;

export type EnvironmentLogQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  name: Scalars['String']['input'];
  interval?: InputMaybe<Scalars['SnapshotInterval']['input']>;
  filter?: InputMaybe<LogFilter>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type EnvironmentLogQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', environment: { __typename?: 'Environment', events: { __typename?: 'EventConnection', nodes: Array<{ __typename?: 'ArtifactCreated', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'AttestationReceived', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'DeploymentCreated', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'EnvironmentArchived', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'EnvironmentRenamed', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'EnvironmentRestored', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'ExpectationBreached', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'ExpectationMet', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'MemberAdded', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'MemberRemoved', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'ReportingResumed', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'ReportingStopped', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'RunningFlowChanged', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'RunningNameChanged', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'Scaled', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'StartedRunning', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null } | { __typename?: 'StoppedRunning', id: string, kind: EventKind, at: string, recordedAt: string, summary: string, fingerprint: string | null, artifactName: string | null, artifact: { __typename?: 'Artifact', ref: string } | null, flow: { __typename?: 'Flow', name: string } | null, snapshot: { __typename?: 'Snapshot', number: number } | null, environment: { __typename?: 'Environment', name: string } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null } | null };

export type ExpectationLineFragment = { __typename?: 'Expectation', id: string, kind: ExpectationKind, summary: string, state: ExpectationState, createdAt: string };

export type ExpectationsQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  name: Scalars['String']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type ExpectationsQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', environment: { __typename?: 'Environment', expectations: { __typename?: 'ExpectationConnection', nodes: Array<{ __typename?: 'Expectation', id: string, kind: ExpectationKind, summary: string, state: ExpectationState, createdAt: string }> }, breaches: { __typename?: 'BreachConnection', nodes: Array<{ __typename?: 'Breach', id: string, summary: string, startedAt: string, endedAt: string | null, startedIn: { __typename?: 'Snapshot', number: number } | null, endedIn: { __typename?: 'Snapshot', number: number } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null } | null };

export type ExpectMutationVariables = Exact<{
  input: CreateExpectationInput;
}>;


export type ExpectMutation = { __typename?: 'Mutation', createExpectation: { __typename?: 'CreateExpectationPayload', created: boolean, expectation: { __typename?: 'Expectation', id: string, kind: ExpectationKind, summary: string, state: ExpectationState, createdAt: string } } };

export type ExpectNoMoreMutationVariables = Exact<{
  input: RemoveExpectationInput;
}>;


export type ExpectNoMoreMutation = { __typename?: 'Mutation', removeExpectation: { __typename?: 'RemoveExpectationPayload', expectation: { __typename?: 'Expectation', id: string } } };

export type EnvironmentsQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type EnvironmentsQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', environments: { __typename?: 'EnvironmentConnection', nodes: Array<{ __typename?: 'Environment', id: string, name: string, type: EnvironmentType, description: string, tags: Array<{ __typename?: 'Tag', key: string, value: string }>, reporting: { __typename?: 'Reporting', state: ReportingState, lastReportedAt: string | null, silentSince: string | null }, snapshot: { __typename?: 'Snapshot', number: number, takenAt: string, replicaCount: number } | null, breaches: { __typename?: 'BreachConnection', nodes: Array<{ __typename?: 'Breach', id: string, summary: string }> } }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null };

export type FlowsQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type FlowsQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', flows: { __typename?: 'FlowConnection', nodes: Array<{ __typename?: 'Flow', id: string, name: string, description: string, requiredEvidence: Array<string>, tags: Array<{ __typename?: 'Tag', key: string, value: string }>, repository: { __typename?: 'Repository', name: string } | null, artifacts: { __typename?: 'ArtifactConnection', nodes: Array<{ __typename?: 'Artifact', ref: string, name: string, createdAt: string, state: ComplianceState }> } }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null };

export type FlowArtifactFragment = { __typename?: 'Artifact', id: string, ref: string, name: string, fingerprint: string, createdAt: string, state: ComplianceState, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, runningIn: { __typename?: 'RunningArtifactConnection', nodes: Array<{ __typename?: 'RunningArtifact', replicas: number, snapshot: { __typename?: 'Snapshot', number: number, environment: { __typename?: 'Environment', name: string } } }> } };

export type FlowQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  name: Scalars['String']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type FlowQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', flow: { __typename?: 'Flow', id: string, name: string, description: string, requiredEvidence: Array<string>, paths: Array<string>, createdAt: string, tags: Array<{ __typename?: 'Tag', key: string, value: string }>, repository: { __typename?: 'Repository', name: string, url: string } | null, artifacts: { __typename?: 'ArtifactConnection', nodes: Array<{ __typename?: 'Artifact', id: string, ref: string, name: string, fingerprint: string, createdAt: string, state: ComplianceState, commit: { __typename?: 'Commit', id: string, sha: string, shortSha: string, subject: string, authorName: string, committedAt: string, url: string, repository: { __typename?: 'Repository', name: string } } | null, runningIn: { __typename?: 'RunningArtifactConnection', nodes: Array<{ __typename?: 'RunningArtifact', replicas: number, snapshot: { __typename?: 'Snapshot', number: number, environment: { __typename?: 'Environment', name: string } } }> } }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null } | null };

export type MatrixVersionFragment = { __typename?: 'RunningArtifact', fingerprint: string | null, name: string, replicas: number, runningSince: string, artifact: { __typename?: 'Artifact', ref: string, state: ComplianceState } | null, commit: { __typename?: 'Commit', sha: string, shortSha: string, subject: string, repository: { __typename?: 'Repository', name: string } } | null };

export type MatrixCellFragment = { __typename?: 'FlowInEnvironment', replicaCount: number, environment: { __typename?: 'Environment', name: string }, snapshot: { __typename?: 'Snapshot', number: number } | null, running: Array<{ __typename?: 'RunningArtifact', fingerprint: string | null, name: string, replicas: number, runningSince: string, artifact: { __typename?: 'Artifact', ref: string, state: ComplianceState } | null, commit: { __typename?: 'Commit', sha: string, shortSha: string, subject: string, repository: { __typename?: 'Repository', name: string } } | null }>, lag: { __typename?: 'CommitRange', relation: CommitRelation, ahead: number | null, reason: string | null } | null };

export type MatrixRowFragment = { __typename?: 'Flow', id: string, name: string, description: string, inEnvironments: Array<{ __typename?: 'FlowInEnvironment', replicaCount: number, environment: { __typename?: 'Environment', name: string }, snapshot: { __typename?: 'Snapshot', number: number } | null, running: Array<{ __typename?: 'RunningArtifact', fingerprint: string | null, name: string, replicas: number, runningSince: string, artifact: { __typename?: 'Artifact', ref: string, state: ComplianceState } | null, commit: { __typename?: 'Commit', sha: string, shortSha: string, subject: string, repository: { __typename?: 'Repository', name: string } } | null }>, lag: { __typename?: 'CommitRange', relation: CommitRelation, ahead: number | null, reason: string | null } | null }> };

export type MatrixEnvironmentsQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type MatrixEnvironmentsQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', environments: { __typename?: 'EnvironmentConnection', nodes: Array<{ __typename?: 'Environment', id: string, name: string, type: EnvironmentType, description: string, tags: Array<{ __typename?: 'Tag', key: string, value: string }>, reporting: { __typename?: 'Reporting', state: ReportingState, silentSince: string | null, lastReportedAt: string | null }, snapshot: { __typename?: 'Snapshot', number: number, takenAt: string } | null, breaches: { __typename?: 'BreachConnection', nodes: Array<{ __typename?: 'Breach', id: string, summary: string }> } }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null };

export type MatrixRowsQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  environments: Array<Scalars['String']['input']> | Scalars['String']['input'];
  names?: InputMaybe<Array<Scalars['String']['input']> | Scalars['String']['input']>;
  first: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type MatrixRowsQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', flows: { __typename?: 'FlowConnection', nodes: Array<{ __typename?: 'Flow', id: string, name: string, description: string, inEnvironments: Array<{ __typename?: 'FlowInEnvironment', replicaCount: number, environment: { __typename?: 'Environment', name: string }, snapshot: { __typename?: 'Snapshot', number: number } | null, running: Array<{ __typename?: 'RunningArtifact', fingerprint: string | null, name: string, replicas: number, runningSince: string, artifact: { __typename?: 'Artifact', ref: string, state: ComplianceState } | null, commit: { __typename?: 'Commit', sha: string, shortSha: string, subject: string, repository: { __typename?: 'Repository', name: string } } | null }>, lag: { __typename?: 'CommitRange', relation: CommitRelation, ahead: number | null, reason: string | null } | null }> }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null };

export type MetricsFiguresFragment = { __typename?: 'DeliveryFigures', from: string, to: string, changes: number, changesPerDay: number, judged: number, failures: number, failureRate: number | null, leadTime: { __typename?: 'DurationFigures', count: number, medianSeconds: number, p90Seconds: number } | null, timeToRestore: { __typename?: 'DurationFigures', count: number, medianSeconds: number, p90Seconds: number } | null };

export type MetricsChangeFragment = { __typename?: 'DeliveredChange', newCommits: number | null, runningAt: string, failure: DeliveryFailure | null, restoredAt: string | null, excluded: MetricsExclusionReason | null, flow: { __typename?: 'Flow', name: string }, artifact: { __typename?: 'Artifact', ref: string, name: string, commit: { __typename?: 'Commit', sha: string, shortSha: string, subject: string, repository: { __typename?: 'Repository', name: string } } | null }, snapshot: { __typename?: 'Snapshot', ref: string, number: number, environment: { __typename?: 'Environment', name: string } }, replaced: { __typename?: 'Artifact', ref: string, name: string } | null, commits: { __typename?: 'CommitRange', relation: CommitRelation, reason: string | null, ahead: number | null, behind: number | null } | null, leadTime: { __typename?: 'DurationFigures', count: number, medianSeconds: number, p90Seconds: number } | null };

export type MetricsWholeFragment = { __typename?: 'DeliveryMetrics', from: string, to: string, environment: { __typename?: 'Environment', name: string }, total: { __typename?: 'DeliveryFigures', from: string, to: string, changes: number, changesPerDay: number, judged: number, failures: number, failureRate: number | null, stages: Array<{ __typename?: 'StageFigures', stage: DeliveryStage, duration: { __typename?: 'DurationFigures', count: number, medianSeconds: number, p90Seconds: number } }>, leadTime: { __typename?: 'DurationFigures', count: number, medianSeconds: number, p90Seconds: number } | null, timeToRestore: { __typename?: 'DurationFigures', count: number, medianSeconds: number, p90Seconds: number } | null }, series: Array<{ __typename?: 'DeliveryFigures', from: string, to: string, changes: number, changesPerDay: number, judged: number, failures: number, failureRate: number | null, leadTime: { __typename?: 'DurationFigures', count: number, medianSeconds: number, p90Seconds: number } | null, timeToRestore: { __typename?: 'DurationFigures', count: number, medianSeconds: number, p90Seconds: number } | null }>, excluded: Array<{ __typename?: 'MetricsExclusion', reason: MetricsExclusionReason, count: number }>, changes: { __typename?: 'DeliveredChangeConnection', nodes: Array<{ __typename?: 'DeliveredChange', newCommits: number | null, runningAt: string, failure: DeliveryFailure | null, restoredAt: string | null, excluded: MetricsExclusionReason | null, flow: { __typename?: 'Flow', name: string }, artifact: { __typename?: 'Artifact', ref: string, name: string, commit: { __typename?: 'Commit', sha: string, shortSha: string, subject: string, repository: { __typename?: 'Repository', name: string } } | null }, snapshot: { __typename?: 'Snapshot', ref: string, number: number, environment: { __typename?: 'Environment', name: string } }, replaced: { __typename?: 'Artifact', ref: string, name: string } | null, commits: { __typename?: 'CommitRange', relation: CommitRelation, reason: string | null, ahead: number | null, behind: number | null } | null, leadTime: { __typename?: 'DurationFigures', count: number, medianSeconds: number, p90Seconds: number } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type MetricsOfAllQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  environment: Scalars['String']['input'];
  during: TimeRangeInput;
  step: MetricsStep;
}>;


export type MetricsOfAllQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', metrics: { __typename?: 'DeliveryMetrics', from: string, to: string, environment: { __typename?: 'Environment', name: string }, total: { __typename?: 'DeliveryFigures', from: string, to: string, changes: number, changesPerDay: number, judged: number, failures: number, failureRate: number | null, stages: Array<{ __typename?: 'StageFigures', stage: DeliveryStage, duration: { __typename?: 'DurationFigures', count: number, medianSeconds: number, p90Seconds: number } }>, leadTime: { __typename?: 'DurationFigures', count: number, medianSeconds: number, p90Seconds: number } | null, timeToRestore: { __typename?: 'DurationFigures', count: number, medianSeconds: number, p90Seconds: number } | null }, series: Array<{ __typename?: 'DeliveryFigures', from: string, to: string, changes: number, changesPerDay: number, judged: number, failures: number, failureRate: number | null, leadTime: { __typename?: 'DurationFigures', count: number, medianSeconds: number, p90Seconds: number } | null, timeToRestore: { __typename?: 'DurationFigures', count: number, medianSeconds: number, p90Seconds: number } | null }>, excluded: Array<{ __typename?: 'MetricsExclusion', reason: MetricsExclusionReason, count: number }>, changes: { __typename?: 'DeliveredChangeConnection', nodes: Array<{ __typename?: 'DeliveredChange', newCommits: number | null, runningAt: string, failure: DeliveryFailure | null, restoredAt: string | null, excluded: MetricsExclusionReason | null, flow: { __typename?: 'Flow', name: string }, artifact: { __typename?: 'Artifact', ref: string, name: string, commit: { __typename?: 'Commit', sha: string, shortSha: string, subject: string, repository: { __typename?: 'Repository', name: string } } | null }, snapshot: { __typename?: 'Snapshot', ref: string, number: number, environment: { __typename?: 'Environment', name: string } }, replaced: { __typename?: 'Artifact', ref: string, name: string } | null, commits: { __typename?: 'CommitRange', relation: CommitRelation, reason: string | null, ahead: number | null, behind: number | null } | null, leadTime: { __typename?: 'DurationFigures', count: number, medianSeconds: number, p90Seconds: number } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null } | null };

export type MetricsOfFlowQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  flow: Scalars['String']['input'];
  environment: Scalars['String']['input'];
  during: TimeRangeInput;
  step: MetricsStep;
}>;


export type MetricsOfFlowQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', flow: { __typename?: 'Flow', metrics: { __typename?: 'DeliveryMetrics', from: string, to: string, environment: { __typename?: 'Environment', name: string }, total: { __typename?: 'DeliveryFigures', from: string, to: string, changes: number, changesPerDay: number, judged: number, failures: number, failureRate: number | null, stages: Array<{ __typename?: 'StageFigures', stage: DeliveryStage, duration: { __typename?: 'DurationFigures', count: number, medianSeconds: number, p90Seconds: number } }>, leadTime: { __typename?: 'DurationFigures', count: number, medianSeconds: number, p90Seconds: number } | null, timeToRestore: { __typename?: 'DurationFigures', count: number, medianSeconds: number, p90Seconds: number } | null }, series: Array<{ __typename?: 'DeliveryFigures', from: string, to: string, changes: number, changesPerDay: number, judged: number, failures: number, failureRate: number | null, leadTime: { __typename?: 'DurationFigures', count: number, medianSeconds: number, p90Seconds: number } | null, timeToRestore: { __typename?: 'DurationFigures', count: number, medianSeconds: number, p90Seconds: number } | null }>, excluded: Array<{ __typename?: 'MetricsExclusion', reason: MetricsExclusionReason, count: number }>, changes: { __typename?: 'DeliveredChangeConnection', nodes: Array<{ __typename?: 'DeliveredChange', newCommits: number | null, runningAt: string, failure: DeliveryFailure | null, restoredAt: string | null, excluded: MetricsExclusionReason | null, flow: { __typename?: 'Flow', name: string }, artifact: { __typename?: 'Artifact', ref: string, name: string, commit: { __typename?: 'Commit', sha: string, shortSha: string, subject: string, repository: { __typename?: 'Repository', name: string } } | null }, snapshot: { __typename?: 'Snapshot', ref: string, number: number, environment: { __typename?: 'Environment', name: string } }, replaced: { __typename?: 'Artifact', ref: string, name: string } | null, commits: { __typename?: 'CommitRange', relation: CommitRelation, reason: string | null, ahead: number | null, behind: number | null } | null, leadTime: { __typename?: 'DurationFigures', count: number, medianSeconds: number, p90Seconds: number } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null } | null } | null };

export type ChangesOfAllQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  environment: Scalars['String']['input'];
  during: TimeRangeInput;
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type ChangesOfAllQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', metrics: { __typename?: 'DeliveryMetrics', changes: { __typename?: 'DeliveredChangeConnection', nodes: Array<{ __typename?: 'DeliveredChange', newCommits: number | null, runningAt: string, failure: DeliveryFailure | null, restoredAt: string | null, excluded: MetricsExclusionReason | null, flow: { __typename?: 'Flow', name: string }, artifact: { __typename?: 'Artifact', ref: string, name: string, commit: { __typename?: 'Commit', sha: string, shortSha: string, subject: string, repository: { __typename?: 'Repository', name: string } } | null }, snapshot: { __typename?: 'Snapshot', ref: string, number: number, environment: { __typename?: 'Environment', name: string } }, replaced: { __typename?: 'Artifact', ref: string, name: string } | null, commits: { __typename?: 'CommitRange', relation: CommitRelation, reason: string | null, ahead: number | null, behind: number | null } | null, leadTime: { __typename?: 'DurationFigures', count: number, medianSeconds: number, p90Seconds: number } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null } | null };

export type ChangesOfFlowQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  flow: Scalars['String']['input'];
  environment: Scalars['String']['input'];
  during: TimeRangeInput;
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type ChangesOfFlowQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', flow: { __typename?: 'Flow', metrics: { __typename?: 'DeliveryMetrics', changes: { __typename?: 'DeliveredChangeConnection', nodes: Array<{ __typename?: 'DeliveredChange', newCommits: number | null, runningAt: string, failure: DeliveryFailure | null, restoredAt: string | null, excluded: MetricsExclusionReason | null, flow: { __typename?: 'Flow', name: string }, artifact: { __typename?: 'Artifact', ref: string, name: string, commit: { __typename?: 'Commit', sha: string, shortSha: string, subject: string, repository: { __typename?: 'Repository', name: string } } | null }, snapshot: { __typename?: 'Snapshot', ref: string, number: number, environment: { __typename?: 'Environment', name: string } }, replaced: { __typename?: 'Artifact', ref: string, name: string } | null, commits: { __typename?: 'CommitRange', relation: CommitRelation, reason: string | null, ahead: number | null, behind: number | null } | null, leadTime: { __typename?: 'DurationFigures', count: number, medianSeconds: number, p90Seconds: number } | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null } | null } | null };

export type MetricsChoicesQueryVariables = Exact<{
  organization: Scalars['String']['input'];
}>;


export type MetricsChoicesQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', environments: { __typename?: 'EnvironmentConnection', nodes: Array<{ __typename?: 'Environment', id: string, name: string, type: EnvironmentType, tags: Array<{ __typename?: 'Tag', key: string, value: string }>, snapshot: { __typename?: 'Snapshot', takenAt: string } | null }> }, flows: { __typename?: 'FlowConnection', nodes: Array<{ __typename?: 'Flow', id: string, name: string }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean } } } | null };

export type AgentsQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  first: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type AgentsQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', environments: { __typename?: 'EnvironmentConnection', nodes: Array<{ __typename?: 'Environment', id: string, name: string, type: EnvironmentType, reporting: { __typename?: 'Reporting', state: ReportingState, lastReportedAt: string | null, silentSince: string | null }, agents: { __typename?: 'AgentConnection', nodes: Array<{ __typename?: 'Agent', id: string, program: string, tokenName: string, firstSeenAt: string, lastSeenAt: string }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean } } }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null };

export type EnvironmentLineFragment = { __typename?: 'Environment', id: string, name: string, type: EnvironmentType, description: string, createdAt: string, archivedAt: string | null, tags: Array<{ __typename?: 'Tag', key: string, value: string }>, reporting: { __typename?: 'Reporting', state: ReportingState, lastReportedAt: string | null, silentAfterSeconds: number | null, silentSince: string | null }, members: { __typename?: 'EnvironmentConnection', nodes: Array<{ __typename?: 'Environment', id: string, name: string }> } };

export type EnvironmentSettingsQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  archived: Scalars['Boolean']['input'];
  first: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type EnvironmentSettingsQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', environments: { __typename?: 'EnvironmentConnection', nodes: Array<{ __typename?: 'Environment', id: string, name: string, type: EnvironmentType, description: string, createdAt: string, archivedAt: string | null, tags: Array<{ __typename?: 'Tag', key: string, value: string }>, reporting: { __typename?: 'Reporting', state: ReportingState, lastReportedAt: string | null, silentAfterSeconds: number | null, silentSince: string | null }, members: { __typename?: 'EnvironmentConnection', nodes: Array<{ __typename?: 'Environment', id: string, name: string }> } }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null };

export type EnvironmentNamesQueryVariables = Exact<{
  organization: Scalars['String']['input'];
}>;


export type EnvironmentNamesQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', environments: { __typename?: 'EnvironmentConnection', nodes: Array<{ __typename?: 'Environment', id: string, name: string, type: EnvironmentType, tags: Array<{ __typename?: 'Tag', key: string, value: string }> }> } } | null };

export type CreateEnvironmentMutationVariables = Exact<{
  input: CreateEnvironmentInput;
}>;


export type CreateEnvironmentMutation = { __typename?: 'Mutation', createEnvironment: { __typename?: 'CreateEnvironmentPayload', created: boolean, environment: { __typename?: 'Environment', id: string, name: string, type: EnvironmentType } } };

export type UpdateEnvironmentMutationVariables = Exact<{
  input: UpdateEnvironmentInput;
}>;


export type UpdateEnvironmentMutation = { __typename?: 'Mutation', updateEnvironment: { __typename?: 'UpdateEnvironmentPayload', environment: { __typename?: 'Environment', id: string, name: string } } };

export type ArchiveEnvironmentMutationVariables = Exact<{
  organization: Scalars['String']['input'];
  environment: Scalars['String']['input'];
  archived: Scalars['Boolean']['input'];
}>;


export type ArchiveEnvironmentMutation = { __typename?: 'Mutation', archiveEnvironment: { __typename?: 'ArchiveEnvironmentPayload', environment: { __typename?: 'Environment', id: string, name: string } } };

export type OrganizationSettingsQueryVariables = Exact<{
  organization: Scalars['String']['input'];
}>;


export type OrganizationSettingsQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', id: string, name: string, visibility: Visibility, createsEnvironments: boolean, createdAt: string } | null };

export type UpdateOrganizationMutationVariables = Exact<{
  input: UpdateOrganizationInput;
}>;


export type UpdateOrganizationMutation = { __typename?: 'Mutation', updateOrganization: { __typename?: 'UpdateOrganizationPayload', organization: { __typename?: 'Organization', id: string, visibility: Visibility, createsEnvironments: boolean } } };

export type TokenLineFragment = { __typename?: 'Token', id: string, name: string, role: Role, hint: string, createdAt: string, expiresAt: string | null, revokedAt: string | null };

export type TokensQueryVariables = Exact<{
  organization: Scalars['String']['input'];
  first: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type TokensQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', tokens: { __typename?: 'TokenConnection', nodes: Array<{ __typename?: 'Token', id: string, name: string, role: Role, hint: string, createdAt: string, expiresAt: string | null, revokedAt: string | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null };

export type CreateTokenMutationVariables = Exact<{
  input: CreateTokenInput;
}>;


export type CreateTokenMutation = { __typename?: 'Mutation', createToken: { __typename?: 'CreateTokenPayload', secret: string, token: { __typename?: 'Token', id: string, name: string, role: Role, hint: string, createdAt: string, expiresAt: string | null, revokedAt: string | null } } };

export type RevokeTokenMutationVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type RevokeTokenMutation = { __typename?: 'Mutation', revokeToken: { __typename?: 'RevokeTokenPayload', token: { __typename?: 'Token', id: string, name: string, role: Role, hint: string, createdAt: string, expiresAt: string | null, revokedAt: string | null } } };

export type WebhookWholeFragment = { __typename?: 'Webhook', id: string, forge: Forge, url: string, createdAt: string, formerSecretExpiresAt: string | null, deliveries: { __typename?: 'DeliveryConnection', nodes: Array<{ __typename?: 'Delivery', id: string, source: DeliverySource, sourceId: string, event: string, repository: string | null, receivedAt: string, state: DeliveryState, reason: string | null, nextAttemptAt: string | null, attempts: number, size: number }> } };

export type WebhooksQueryVariables = Exact<{
  organization: Scalars['String']['input'];
}>;


export type WebhooksQuery = { __typename?: 'Query', organization: { __typename?: 'Organization', webhooks: { __typename?: 'WebhookConnection', nodes: Array<{ __typename?: 'Webhook', id: string, forge: Forge, url: string, createdAt: string, formerSecretExpiresAt: string | null, deliveries: { __typename?: 'DeliveryConnection', nodes: Array<{ __typename?: 'Delivery', id: string, source: DeliverySource, sourceId: string, event: string, repository: string | null, receivedAt: string, state: DeliveryState, reason: string | null, nextAttemptAt: string | null, attempts: number, size: number }> } }> } } | null };

export type CreateWebhookMutationVariables = Exact<{
  organization: Scalars['String']['input'];
  forge: Forge;
}>;


export type CreateWebhookMutation = { __typename?: 'Mutation', createWebhook: { __typename?: 'CreateWebhookPayload', url: string, secret: string, created: boolean } };

export type RotateWebhookSecretMutationVariables = Exact<{
  organization: Scalars['String']['input'];
  forge: Forge;
  overlapSeconds: Scalars['Int']['input'];
}>;


export type RotateWebhookSecretMutation = { __typename?: 'Mutation', rotateWebhookSecret: { __typename?: 'RotateWebhookSecretPayload', url: string, secret: string, formerExpiresAt: string } };

export const PositionDocument = {"__meta__":{"hash":"67a569d217d39e8a77c3d1bc72c42746ff7760e2110ee4c259e0ef56b1b8bee6"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Position"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<PositionQuery, PositionQueryVariables>;
export const HappenedDocument = {"__meta__":{"hash":"a2e0ac6da54f44be4925d3c957fcaae49508178ebfec906a30976158174b957e"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"Happened"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<HappenedSubscription, HappenedSubscriptionVariables>;
export const OrganizationsDocument = {"__meta__":{"hash":"28d9fbfbd570aad9402a11013b5923b8891f7e5483667723b610ca5011ba7e5f"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Organizations"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<OrganizationsQuery, OrganizationsQueryVariables>;
export const SearchDocument = {"__meta__":{"hash":"f809b4076d898fbb0675cf5a8e670b77fc89411c3dfd727452d9838a6d3fce7f"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Search"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<SearchQuery, SearchQueryVariables>;
export const ArtifactDocument = {"__meta__":{"hash":"e340402169e4a126d60cf48b3440dff526c38da6babfa51e7f59fe6dc21098fc"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Artifact"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<ArtifactQuery, ArtifactQueryVariables>;
export const CommitDocument = {"__meta__":{"hash":"97eb14bc1de02311b13220108c4c8c110ffa11663183211df66d0a2f7ee21041"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Commit"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<CommitQuery, CommitQueryVariables>;
export const CommitsDocument = {"__meta__":{"hash":"65d0b5ecb3ed5cf533e840911bb4646b249a2f90eb1a4e04460c056d1720351a"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Commits"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<CommitsQuery, CommitsQueryVariables>;
export const DeliveryListDocument = {"__meta__":{"hash":"718114420477216ebe94c2052c4d8a957d0b68c22ffd9d47405b0ba2731e6abc"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DeliveryList"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<DeliveryListQuery, DeliveryListQueryVariables>;
export const DeliveriesFailedDocument = {"__meta__":{"hash":"7a72ccffb5e770933dafeab7384d11a863e2c5c81ec7847f052e930b4f135c86"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DeliveriesFailed"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<DeliveriesFailedQuery, DeliveriesFailedQueryVariables>;
export const DeliveriesChangeDocument = {"__meta__":{"hash":"f750a78087a3016ff0079ea2b5f2465b2788e2780f774eda4e31fc854db074f1"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"DeliveriesChange"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<DeliveriesChangeSubscription, DeliveriesChangeSubscriptionVariables>;
export const ReplayDeliveriesDocument = {"__meta__":{"hash":"dac7f42c903fede85d68678667b352d5d1d9ea1097607a77899aa6efe9dc9758"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReplayDeliveries"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<ReplayDeliveriesMutation, ReplayDeliveriesMutationVariables>;
export const OneDeliveryDocument = {"__meta__":{"hash":"c67a995e041c70fff9f2914c7db905b5e4bfabbda48bbaa31ab5b18f751ea7d7"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"OneDelivery"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<OneDeliveryQuery, OneDeliveryQueryVariables>;
export const DeliveryBodyDocument = {"__meta__":{"hash":"1755ce393c1614e6cd2fe578105649f38bd3827b4d7680f0eb66728cf0ce9016"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DeliveryBody"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<DeliveryBodyQuery, DeliveryBodyQueryVariables>;
export const ReplayDeliveryDocument = {"__meta__":{"hash":"5797e941f16765b6bccdb0c93e14921a98312960d12ecdd70271c408edb9ca06"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReplayDelivery"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<ReplayDeliveryMutation, ReplayDeliveryMutationVariables>;
export const DiffDocument = {"__meta__":{"hash":"78d69547299aedf5e432ed0ea99298eed47dfb3cdc973e6082880f2343ecf746"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Diff"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<DiffQuery, DiffQueryVariables>;
export const DiffFlowsDocument = {"__meta__":{"hash":"a8639e37d0dafab44bb2d1458ed519548d8bdb77502ec9f7c5e777831f19495c"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DiffFlows"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<DiffFlowsQuery, DiffFlowsQueryVariables>;
export const DiffAddedDocument = {"__meta__":{"hash":"b8a33bd6d03e6e683d30422669f8756465bcc1ef07a1ad28702bd509af685228"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DiffAdded"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<DiffAddedQuery, DiffAddedQueryVariables>;
export const DiffRemovedDocument = {"__meta__":{"hash":"f7833577afcb8c906022af7a0143c206287f04b22ee18e68206e30e0dde2fe83"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DiffRemoved"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<DiffRemovedQuery, DiffRemovedQueryVariables>;
export const DiffChangedDocument = {"__meta__":{"hash":"9143cbf5c1d61557bcf6de4b72b284af2e9045b43accae98a1c65a8fd488898e"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DiffChanged"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<DiffChangedQuery, DiffChangedQueryVariables>;
export const DiffUnchangedDocument = {"__meta__":{"hash":"cecf5837f88e6e25e3851a99ea1c41bca68a33d2d41a0febea25fcfbbd2eb08e"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DiffUnchanged"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<DiffUnchangedQuery, DiffUnchangedQueryVariables>;
export const DiffCommitsAddedDocument = {"__meta__":{"hash":"b242748b051524eea130ac703b5ab4f3bddb2938ce97f1e2f5d5667128be4dc8"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DiffCommitsAdded"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<DiffCommitsAddedQuery, DiffCommitsAddedQueryVariables>;
export const DiffCommitsRemovedDocument = {"__meta__":{"hash":"ad8327b1e7e0fcde5d80473ae8a46b26c50b399670bfdc9b54827fa4cfdbf489"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DiffCommitsRemoved"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<DiffCommitsRemovedQuery, DiffCommitsRemovedQueryVariables>;
export const DiffOffersDocument = {"__meta__":{"hash":"b66ac7f35faf890d6e9c622acf67560d42c191fa57e076d42ec33879704cfa6e"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DiffOffers"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<DiffOffersQuery, DiffOffersQueryVariables>;
export const EnvironmentDocument = {"__meta__":{"hash":"1c089d2429592afec2d367f5ae34d72f6bc5dbd090adadfb883be45eec661d02"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Environment"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<EnvironmentQuery, EnvironmentQueryVariables>;
export const SnapshotDocument = {"__meta__":{"hash":"e7c7c59444cd27076a8874e1f862da89aa0e115362774c34a75a5f23c6a7b953"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Snapshot"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<SnapshotQuery, SnapshotQueryVariables>;
export const SnapshotsDocument = {"__meta__":{"hash":"c99e97c03839a1bb38c8ecca8f15dba0ea5f72db24d793511ba228400a7d665e"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Snapshots"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<SnapshotsQuery, SnapshotsQueryVariables>;
export const ReplicasDocument = {"__meta__":{"hash":"360e75ff6ccf91493719d152e33db4db20c1109be6059d92e60c07d827300b2f"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Replicas"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<ReplicasQuery, ReplicasQueryVariables>;
export const EnvironmentLogDocument = {"__meta__":{"hash":"0ccff9d14816a4f14f789a91448fb6c5a19389707d8fbfe3c78f626e27abff96"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"EnvironmentLog"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<EnvironmentLogQuery, EnvironmentLogQueryVariables>;
export const ExpectationsDocument = {"__meta__":{"hash":"3cfa06a039be7295329bd7f66147faafba3e6377df11a8e16ae59d2955396e68"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Expectations"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<ExpectationsQuery, ExpectationsQueryVariables>;
export const ExpectDocument = {"__meta__":{"hash":"58aaca8e5dcd9c88034cc379b327ed5dcbf2fb7f8b9a99fc06e28a67191c68be"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Expect"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<ExpectMutation, ExpectMutationVariables>;
export const ExpectNoMoreDocument = {"__meta__":{"hash":"42da07e2a6ca7988168050e4c73831a910af0a44c58ee231d235dc580db09d40"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ExpectNoMore"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<ExpectNoMoreMutation, ExpectNoMoreMutationVariables>;
export const EnvironmentsDocument = {"__meta__":{"hash":"e641146ea9737fd79c5510693b110af5e9700e5b7a28bbb346888b20d823d369"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Environments"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<EnvironmentsQuery, EnvironmentsQueryVariables>;
export const FlowsDocument = {"__meta__":{"hash":"87e3c6f5574bafdb4c606617cbf3f7b031f5ca79f500a8ee47ccfdbf8281a514"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Flows"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<FlowsQuery, FlowsQueryVariables>;
export const FlowDocument = {"__meta__":{"hash":"6b02225eca2516360b361d00590c44749df058d2adf4184ca7a848bab6cf6d86"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Flow"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<FlowQuery, FlowQueryVariables>;
export const MatrixEnvironmentsDocument = {"__meta__":{"hash":"1a1a25b5cfb4e302b2c2ededa25ee0a65f7222c455ba3a1f9634342440464a92"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"MatrixEnvironments"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<MatrixEnvironmentsQuery, MatrixEnvironmentsQueryVariables>;
export const MatrixRowsDocument = {"__meta__":{"hash":"8ee28b02e0bc52d25e6e33ea7c59637f14d74a663de7797aece82e60b6fba76b"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"MatrixRows"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<MatrixRowsQuery, MatrixRowsQueryVariables>;
export const MetricsOfAllDocument = {"__meta__":{"hash":"d88201cd275749cdd41e24ed47a79b4e7ffd8cd05e35124fcb9b3d5694ef5884"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"MetricsOfAll"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<MetricsOfAllQuery, MetricsOfAllQueryVariables>;
export const MetricsOfFlowDocument = {"__meta__":{"hash":"9ba422a09ada4269ce40bd8da2c4e277206dd5d0bcd705d8e18ba879506e842e"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"MetricsOfFlow"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<MetricsOfFlowQuery, MetricsOfFlowQueryVariables>;
export const ChangesOfAllDocument = {"__meta__":{"hash":"90009dc03887a66629bb3794a707335999db334a5cd286abeedd6b2d7ebb1cbe"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ChangesOfAll"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<ChangesOfAllQuery, ChangesOfAllQueryVariables>;
export const ChangesOfFlowDocument = {"__meta__":{"hash":"7b63ba0e197e56b824836e78f9b70e1a7720c01532c67bf10995e394857b9441"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ChangesOfFlow"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<ChangesOfFlowQuery, ChangesOfFlowQueryVariables>;
export const MetricsChoicesDocument = {"__meta__":{"hash":"4eca6b340fa375004f61d2da62793082b0554ac22711e531dd1446821f7bb33b"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"MetricsChoices"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<MetricsChoicesQuery, MetricsChoicesQueryVariables>;
export const AgentsDocument = {"__meta__":{"hash":"646887e79080cb228e7899859d7380c7c5d06174a6607c253cb71b5f8d659fb8"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Agents"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<AgentsQuery, AgentsQueryVariables>;
export const EnvironmentSettingsDocument = {"__meta__":{"hash":"ea0a222a521d7ea5e52c9de6f3664ad20cd2dad0b47b9be8f76260d1a01245a6"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"EnvironmentSettings"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<EnvironmentSettingsQuery, EnvironmentSettingsQueryVariables>;
export const EnvironmentNamesDocument = {"__meta__":{"hash":"c8100ac1d7ecfe18d5814465c950bbf964584b09608d688a33335ff49692109d"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"EnvironmentNames"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<EnvironmentNamesQuery, EnvironmentNamesQueryVariables>;
export const CreateEnvironmentDocument = {"__meta__":{"hash":"1cf70a9fb834484b4f789678ca975246111e820a2c6008cb83a49b9d53560cb1"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateEnvironment"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<CreateEnvironmentMutation, CreateEnvironmentMutationVariables>;
export const UpdateEnvironmentDocument = {"__meta__":{"hash":"027661892b11e5418f32d81e73f718fb4ce3160ab7613641c7da44f212c2d873"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateEnvironment"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<UpdateEnvironmentMutation, UpdateEnvironmentMutationVariables>;
export const ArchiveEnvironmentDocument = {"__meta__":{"hash":"b8b78b1c6f4c479e0ce51419a9c5c4f445312701b94a10cbe3e2e59bce8251eb"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ArchiveEnvironment"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<ArchiveEnvironmentMutation, ArchiveEnvironmentMutationVariables>;
export const OrganizationSettingsDocument = {"__meta__":{"hash":"9da3c89b21b587b6d152fc9cdea553a4ec44a7bea900643fcbeabe4edc2358ff"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"OrganizationSettings"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<OrganizationSettingsQuery, OrganizationSettingsQueryVariables>;
export const UpdateOrganizationDocument = {"__meta__":{"hash":"045bc810634fc9a1e8944ea848d71c1f19969a28c1d95a9e1c426d32559eb38f"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateOrganization"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<UpdateOrganizationMutation, UpdateOrganizationMutationVariables>;
export const TokensDocument = {"__meta__":{"hash":"5d21604ac34ecff861a550a44d8c67ae5717082f676ccada0e0c923c03a7af68"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Tokens"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<TokensQuery, TokensQueryVariables>;
export const CreateTokenDocument = {"__meta__":{"hash":"fc1a0ed056a2158dd6f7380c4b33134a78af51ba3020623b5261a86d97ca5681"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateToken"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<CreateTokenMutation, CreateTokenMutationVariables>;
export const RevokeTokenDocument = {"__meta__":{"hash":"4e942bc715633b8103e698c36eee3ed3c10af6ad7c681032e63be96c820ffb94"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RevokeToken"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<RevokeTokenMutation, RevokeTokenMutationVariables>;
export const WebhooksDocument = {"__meta__":{"hash":"4271296ae12ef908c9377c74651e797ebbcb422c4020b8ff2b1cce29035e40b2"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Webhooks"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<WebhooksQuery, WebhooksQueryVariables>;
export const CreateWebhookDocument = {"__meta__":{"hash":"a2fb1c7357c7ce4d97dceccd11a4da5b083d69b7f0ae7c6d198ea235672f95d5"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateWebhook"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<CreateWebhookMutation, CreateWebhookMutationVariables>;
export const RotateWebhookSecretDocument = {"__meta__":{"hash":"d751841309fb587b128109d5cb16a92a8019f3bfc3e491187a7074351ab4d180"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RotateWebhookSecret"},"selectionSet":{"kind":"SelectionSet","selections":[]}}]} as unknown as DocumentNode<RotateWebhookSecretMutation, RotateWebhookSecretMutationVariables>;