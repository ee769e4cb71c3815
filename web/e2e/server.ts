import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { fillLarge } from "./large";

const bin = new URL("../../bin/", import.meta.url).pathname;

/** What tests have to know of the server that they look at. */
export interface Place {
  url: string;
  /** The organization that knows the story, and its administrator's token. */
  token: string;
  /** The organization with many flows and many snapshots. */
  large: { organization: string; token: string };
}

/** The server that was started for this run. */
export function place(): Place {
  const kept = process.env.LANDFALL_E2E;
  if (!kept) throw new Error("no server was started: run this by npx playwright test");
  return JSON.parse(kept) as Place;
}

/** A server in a directory of its own, with a private Postgres. */
class Server {
  private process: ChildProcess | undefined;

  constructor(private readonly dir: string) {}

  /** Starts it for an organization, and returns its address. */
  async start(organization: string, token: string): Promise<string> {
    const log: string[] = [];
    const env = {
      PATH: process.env.PATH,
      HOME: this.dir,
      LANDFALL_LISTEN: "127.0.0.1:0",
      LANDFALL_DATA_DIR: join(this.dir, "data"),
      LANDFALL_CONFIG: join(this.dir, `${organization}.yaml`),
      LANDFALL_BOOTSTRAP_ORG: organization,
      LANDFALL_BOOTSTRAP_TOKEN: token,
    };
    this.process = spawn(`${bin}landfalld`, ["serve"], { env, stdio: ["ignore", "ignore", "pipe"] });
    return new Promise((resolve, reject) => {
      this.process?.once("exit", (code) =>
        reject(new Error(`the server ended with ${code}:\n${log.join("")}`)),
      );
      this.process?.stderr?.setEncoding("utf8").on("data", (text: string) => {
        log.push(text);
        const [, url] = /"msg":"serving".*?"url":"([^"]+)"/.exec(log.join("")) ?? [];
        if (url) resolve(url);
      });
    });
  }

  async stop(): Promise<void> {
    const running = this.process;
    if (!running || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once("exit", resolve));
    running.kill("SIGTERM");
    await ended;
  }
}

/** A place for data: in memory where there is room, as what is lost with the machine needs no disk. */
function scratch(): string {
  const memory = "/dev/shm";
  try {
    const { bavail, bsize } = statfsSync(memory);
    if (bavail * bsize > 2_000_000_000) return memory;
  } catch {
    // There is none here.
  }
  return tmpdir();
}

/** Starts a server, lets it know the story and a large organization, and ends it after the tests. */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env.LANDFALL_E2E) return async () => {}; // one that is there already, for whoever works on the tests
  const began = Date.now();
  const dir = mkdtempSync(join(scratch(), "landfall-e2e-"));
  const server = new Server(dir);
  try {
    const large = { organization: "large", token: "token-of-large-organization" };
    if (process.env.LANDFALL_E2E_LARGE !== "no") {
      await fillLarge(await server.start(large.organization, large.token), large);
      await server.stop();
    }

    const token = "token-of-the-story-teller";
    const url = await server.start("cyber-dojo", token);
    await tellStory(dir, url, token);
    process.env.LANDFALL_E2E = JSON.stringify({ url, token, large } satisfies Place);
  } catch (err) {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
    throw err;
  }
  console.log(`The server is ready after ${((Date.now() - began) / 1000).toFixed(1)} s.`);
  return async () => {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  };
}

/** Lets the command line replay the story of runner:16d9990, as `make demo` does. */
async function tellStory(dir: string, url: string, token: string): Promise<void> {
  const config = join(dir, "cli.yaml");
  writeFileSync(config, `host: ${url}\norg: cyber-dojo\napi_token: ${token}\n`, { mode: 0o600 });
  await promisify(execFile)(`${bin}landfall`, ["demo"], {
    env: { PATH: process.env.PATH, HOME: dir, LANDFALL_CONFIG: config },
    maxBuffer: 10_000_000,
  });
}
