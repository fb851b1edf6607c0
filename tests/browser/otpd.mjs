// The binary under test, as `otpd serve --dev` with file transports, in a folder of its own.

import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export const repository = path.resolve(import.meta.dirname, "../..");

/** The binary that OTPD_BIN names, else the newest build. */
function binary() {
  if (process.env.OTPD_BIN) return process.env.OTPD_BIN;
  const builds = ["release", "fast", "debug"].map((profile) => path.join(repository, "target", profile, "otpd"));
  const [newest] = builds.filter(existsSync).sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
  if (!newest) throw new Error("no otpd binary: run `cargo build -p otpd` first");
  return newest;
}

/** A port that nobody listens on. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Looks until `look` gives something, for at most `seconds`. */
export async function until(what, look, seconds = 10) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await sleep(20);
  }
}

/** Starts a server; `settings` are environment variables over the ones here. */
export async function startOtpd(settings = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), "otpd-browser-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = {
    PATH: process.env.PATH,
    OTPD_SERVER__LISTEN: `127.0.0.1:${port}`,
    OTPD_EMAIL__TRANSPORT: "file",
    OTPD_EMAIL__FILE__PATH: "mail.jsonl",
    OTPD_SMS__TRANSPORT: "file",
    OTPD_SMS__FILE__PATH: "sms.jsonl",
    // Every test is the same person in another browser: limits have tests of their own.
    OTPD_LIMITS__SEND__COOLDOWN: "0s",
    // Every look asks for codes to the same contact and types a wrong one. A hundred are enough, and the most that are kept
    // moment by moment.
    OTPD_LIMITS__SEND__PER_CONTACT: "100/5m",
    OTPD_LIMITS__GUESS__PER_ACCOUNT: "100/h",
    ...settings,
  };
  const child = spawn(binary(), ["serve", "--dev"], { cwd: folder, env: environment, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
  await until("otpd", async () => {
    if (child.exitCode !== null) throw new Error(`otpd ended:\n${output}`);
    return fetch(`${url}/health/ready`).then((answer) => answer.ok, () => false);
  });

  const messagesTo = async (contact) => {
    const file = path.join(folder, contact.includes("@") ? "mail.jsonl" : "sms.jsonl");
    const text = await readFile(file, "utf8").catch(() => "");
    const lines = text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
    return lines.filter((line) => line.to === contact);
  };
  // A notice has no code.
  const codesTo = async (contact) => (await messagesTo(contact)).map((line) => line.text.match(/\b\d{6}\b/)?.[0]).filter(Boolean);
  return {
    url,
    /** The messages that left for a contact, oldest first. */
    messagesTo,
    /** Does something that sends a code to a contact, and gives that code back. */
    async codeAfter(contact, action) {
      const before = (await codesTo(contact)).length;
      await action();
      return until(`a code for ${contact}`, async () => (await codesTo(contact))[before]);
    },
    async stop() {
      child.kill("SIGKILL");
      await new Promise((resolve) => (child.exitCode === null && child.signalCode === null ? child.once("exit", resolve) : resolve()));
      await rm(folder, { recursive: true });
    },
  };
}
