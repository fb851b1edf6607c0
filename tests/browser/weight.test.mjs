// A page with its style and script weighs at most 30 KB over the wire, and at most two requests stand before its first paint.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { EMAIL, ask, close, launch, openPage, type } from "./browser.mjs";
import { startOtpd } from "./otpd.mjs";

const MOST_BYTES = 30 * 1024;
const MOST_BLOCKING = 2;

let otpd, browser;
before(async () => {
  [otpd, browser] = await Promise.all([startOtpd(), launch()]);
});
after(async () => {
  await browser?.close();
  await otpd?.stop();
});

/** Opens a page with an empty cache and weighs everything that comes over the wire, headers included. */
async function weigh(page, url) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.setCacheDisabled", { cacheDisabled: true });
  const sizes = [];
  devtools.on("Network.loadingFinished", ({ encodedDataLength }) => sizes.push(encodedDataLength));
  await page.goto(url, { waitUntil: "networkidle" });
  const blocking = await page.evaluate(
    () => performance.getEntriesByType("resource").filter((entry) => entry.renderBlockingStatus === "blocking").length,
  );
  await devtools.detach();
  // The page itself stands before its first paint, too.
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), requests: sizes.length, blocking: blocking + 1 };
}

test("pages are light", async (t) => {
  const page = await openPage(browser);
  const weights = {};
  const weighed = async (target) => (weights[target] = await weigh(page, otpd.url + target));
  await weighed("/otp/request/");
  const code = await otpd.codeAfter(EMAIL, () => ask(page, "email", EMAIL));
  await weighed("/otp/verify/");
  await weighed("/otp/resend/");
  await page.goto(`${otpd.url}/otp/verify/`);
  await type(page, code, { javaScriptEnabled: true });
  await weighed("/dashboard/");
  await weighed("/otp/logout/");
  await weighed("/nowhere/");
  for (const [target, { bytes, requests, blocking }] of Object.entries(weights)) {
    t.diagnostic(`${target}: ${bytes} bytes in ${requests} requests, ${blocking} of them before the first paint`);
    assert.ok(requests >= 3, `${target}: page, style and script were counted`);
    assert.ok(bytes <= MOST_BYTES, `${target}: ${bytes} bytes`);
    assert.ok(blocking <= MOST_BLOCKING, `${target}: ${blocking} blocking requests`);
  }
  await close(page);
});

test("style and script come once and are kept", async () => {
  const page = await openPage(browser);
  await page.goto(`${otpd.url}/otp/request/`);
  const assets = await page.$$eval("link[rel=stylesheet], script[src]", (all) => all.map((one) => one.href || one.src));
  assert.equal(assets.length, 2);
  for (const asset of assets) {
    const answer = await fetch(asset);
    assert.match(answer.headers.get("cache-control"), /max-age=31536000.*immutable/);
  }
  await close(page);
});
