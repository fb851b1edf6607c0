// Debian's Chromium, and everything about a page that a test wants to know.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";

import { chromium } from "playwright-core";

const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Containers and root have no other way.
  "--no-sandbox",
];

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const DESKTOP = { viewport: { width: 1280, height: 800 } };
const LANGUAGES = { en: "en-GB", ar: "ar-EG" };

/** A browser, perhaps with further flags. */
export function launch(flags = []) {
  return chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: [...FLAGS, ...flags] });
}

/** Every way a page is looked at: device, colours, language, with and without JavaScript. */
export function* looks({ scripts = [true, false] } = {}) {
  for (const javaScriptEnabled of scripts)
    for (const [device, options] of Object.entries({ phone: PHONE, desktop: DESKTOP }))
      for (const colorScheme of ["light", "dark"])
        for (const [language, locale] of Object.entries(LANGUAGES)) {
          const name = `${device}-${colorScheme}-${language}${javaScriptEnabled ? "" : "-noscript"}`;
          yield { name, device, language, javaScriptEnabled, context: { ...options, colorScheme, locale, javaScriptEnabled } };
        }
}

/** A page that remembers what went wrong on it: `page.faults`. */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.faults = [];
  page.on("console", (message) => {
    // An answer of 4xx to a form is part of the journey; Chromium calls it an error.
    const answered = /^Failed to load resource: the server responded with a status of 4/.test(message.text());
    if (["error", "warning"].includes(message.type()) && !answered) page.faults.push(message.text());
  });
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("requestfailed", (request) => {
    // Leaving a page ends what it was still asking for.
    const why = request.failure().errorText;
    if (why !== "net::ERR_ABORTED") page.faults.push(`${request.url()}: ${why}`);
  });
  await context.addInitScript(() => {
    globalThis.shifts = [];
    const observer = new PerformanceObserver((list) => {
      for (const shift of list.getEntries()) {
        if (!shift.hadRecentInput) globalThis.shifts.push(`${shift.value} by ${shift.sources.map((source) => source.node?.outerHTML?.slice(0, 80))}`);
      }
    });
    observer.observe({ type: "layout-shift", buffered: true });
  });
  return page;
}

/** Closes a page with its cookies. Chromium now and then never answers to that; then it is left to the end of the browser. */
export async function close(page) {
  await Promise.race([page.context().close(), sleep(5000, undefined, { ref: false })]);
}

/** Does something that leads to another page, or to the same one anew, and waits until that is there. */
export async function leave(page, action) {
  await Promise.all([page.waitForEvent("load"), action()]);
}

const axe = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What must hold for every page in every look; `look` as `looks` gives it. */
export async function check(page, name, look) {
  const where = `${name} (${look.name})`;
  // Chromium's own evaluation is not bound by the page's content security policy; a script tag would be.
  await page.evaluate(await axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
  const told = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(" ")}`);
  assert.deepEqual(told, [], `axe on ${where}`);
  const { dir, lang, overflow, shifts } = await page.evaluate(() => ({
    dir: document.documentElement.dir,
    lang: document.documentElement.lang,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    shifts: globalThis.shifts ?? [],
  }));
  assert.equal(lang, look.language, where);
  assert.equal(dir, look.language === "ar" ? "rtl" : "ltr", where);
  assert.equal(overflow, 0, `${where} scrolls sideways`);
  assert.deepEqual(shifts, [], `layout shifts on ${where}`);
  assert.deepEqual(page.faults, [], `faults on ${where}`);
}

export const EMAIL = "test@example.com";
export const PHONE_NUMBER = "+919876543210";

/** Asks for a code on the request page, which is open. */
export async function ask(page, kind, contact) {
  await page.check(`input[name=contact_type][value=${kind}]`);
  await page.fill("#contact", contact);
  await leave(page, () => page.click("button.primary"));
  assert.equal(new URL(page.url()).pathname, "/otp/verify/");
}

/** Waits until the field of that name has the focus: it gets it with the first picture after the load. */
export const focusOn = (page, name) => page.waitForSelector(`[name=${name}]:focus`);

/** Another code than this one. */
export const wrong = (code) => (code === "123456" ? "654321" : "123456");

/** Types a code. Where scripts run the sixth digit sends it, else the button does. */
export async function type(page, code, look) {
  await leave(page, async () => {
    await page.locator("#code").pressSequentially(code);
    if (!look.javaScriptEnabled) await page.click("button.primary");
  });
}
