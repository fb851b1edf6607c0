// The proof of work that busy networks are asked for, in a real browser: the widget from here, and patience without scripts.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { check, close, launch, leave, looks, openPage } from "./browser.mjs";
import { startOtpd } from "./otpd.mjs";

let otpd, browser;
before(async () => {
  const settings = { OTPD_LIMITS__SEND__PROOF_AFTER: "1/h", OTPD_LIMITS__SEND__COOLDOWN: "1ms" };
  [otpd, browser] = await Promise.all([startOtpd(settings), launch()]);
  // From then on this network is a busy one.
  const page = await openPage(browser);
  await ask(page, "first@example.com");
  await close(page);
});
after(async () => {
  await browser?.close();
  await otpd?.stop();
});

async function ask(page, contact) {
  await page.goto(`${otpd.url}/otp/request/`);
  await page.fill("#contact", contact);
  await leave(page, () => page.click("button.primary"));
}

const SHOTS = process.env.OTPD_SHOTS;

test("the browser works, and the code is on its way without another press", async () => {
  const page = await openPage(browser);
  await page.goto(`${otpd.url}/otp/request/`);
  await page.fill("#contact", "second@example.com");
  await page.click("button.primary");
  await page.waitForURL("**/otp/verify/", { timeout: 60_000 });
  assert.deepEqual(page.faults, []);
  await close(page);
});

test("with a page that needs more typed, the button waits for it", async () => {
  const page = await openPage(browser);
  await page.goto(`${otpd.url}/register/`);
  await page.fill("#first-name", "Nila");
  await page.fill("#email", "nila@example.com");
  await page.fill("#password", "purple monkey dishwasher");
  await leave(page, () => page.click("button.primary"));
  await page.waitForSelector("altcha-widget");
  await page.waitForFunction(() => document.querySelector("#proof-state").textContent.includes("press the button"), null, { timeout: 60_000 });
  assert.equal(await page.inputValue("#email"), "nila@example.com");
  await page.fill("#password", "purple monkey dishwasher");
  await leave(page, () => page.click("button.primary"));
  assert.equal(new URL(page.url()).pathname, "/register/verify/");
  assert.deepEqual(page.faults, []);
  await close(page);
});

test("it is shown, read out and operated like every other page", async () => {
  for (const look of looks()) {
    const page = await openPage(browser, look.context);
    // The work goes on for ever, so that the page can be looked at.
    await page.route("**/altcha-worker.js", (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
    await ask(page, "third@example.com");
    if (look.javaScriptEnabled) {
      await page.waitForSelector("altcha-widget");
      await check(page, "proof", look);
    } else {
      // The checks run scripts of their own, which Chromium does not bring to an end here with the page's switched off.
      assert.equal(await page.isVisible("#patience"), true);
      assert.equal(await page.isEnabled("button.primary"), true);
    }
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/proof-${look.name}.png` });
    await close(page);
  }
});

test("where the widget cannot be had, the page says what to do instead", async () => {
  const page = await openPage(browser);
  await page.route("**/altcha.js", (route) => route.abort());
  await ask(page, "fourth@example.com");
  assert.equal(await page.isVisible("#patience"), true);
  assert.equal(await page.isEnabled("button.primary"), true);
  await close(page);
});
