// Every page in every look: nothing for axe to find, no sideways scrolling, no layout shift, nothing on the console. Leaves
// a picture of each in target/screenshots.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { EMAIL, PHONE_NUMBER, ask, check, close, launch, leave, looks, openPage, type, wrong } from "./browser.mjs";
import { repository, startOtpd } from "./otpd.mjs";

const SCREENSHOTS = path.join(repository, "target/screenshots");

let otpd, browser;
before(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  browser = await launch();
});
after(() => browser?.close());
// The same person in every look, who has to wait between two codes.
beforeEach(async () => {
  otpd = await startOtpd({ OTPD_LIMITS__SEND__COOLDOWN: "30s" });
});
afterEach(() => otpd?.stop());

for (const look of looks({ scripts: [true] })) {
  test(`every page: ${look.name}`, async () => {
    const page = await openPage(browser, look.context);
    const seen = async (name) => {
      await page.screenshot({ path: path.join(SCREENSHOTS, `${name}-${look.name}.png`), fullPage: true });
      await check(page, name, look);
    };
    const visit = async (target, name) => {
      await page.goto(otpd.url + target);
      await seen(name);
    };

    await visit("/otp/request/", "request");
    await page.fill("#contact", "not an address");
    await leave(page, () => page.click("button.primary"));
    await seen("request-error");
    await page.context().addCookies([{ name: "otpd_session", value: "gone", url: otpd.url }]);
    await visit("/otp/request/", "request-session-expired");

    const code = await otpd.codeAfter(PHONE_NUMBER, () => ask(page, "phone", "9876543210"));
    await page.reload();
    await seen("verify");
    await type(page, wrong(code), look);
    await seen("verify-wrong");
    await page.fill("#code", "12");
    await leave(page, () => page.click("button.primary"));
    await seen("verify-malformed");
    // The page disables the button; a browser without scripts may press it.
    await leave(page, () => page.evaluate(() => document.querySelector("form[action='/otp/resend/']").submit()));
    await seen("resend-too-soon");
    await visit("/otp/resend/", "resend");
    await page.goto(`${otpd.url}/otp/verify/`);
    await page.$eval("#code", (field) => (field.form.csrf_token.value = "stale"));
    await type(page, code, look);
    await seen("verify-stale");
    await page.goto(`${otpd.url}/otp/verify/`);
    for (let guess = 0; guess < 4; guess++) await type(page, wrong(code), look);
    await seen("verify-too-many");

    await page.context().clearCookies();
    await page.goto(otpd.url);
    await type(page, await otpd.codeAfter(EMAIL, () => ask(page, "email", EMAIL)), look);
    await seen("dashboard");
    await visit("/otp/logout/", "logout");
    await visit("/dev/mailbox", "mailbox");
    await visit("/nowhere/", "not-found");
    await visit("/dashboard/sessions/end/", "wrong-method");
    await page.goto(`${otpd.url}/otp/logout/`);
    await page.$eval("[name=csrf_token]", (field) => (field.value = "forged"));
    await leave(page, () => page.click("button.primary"));
    await seen("forged");
    await close(page);
  });
}

test("pages fit a window of 320 pixels, and one of 640 with text twice as large", async () => {
  const page = await openPage(browser);
  for (const scale of [1, 2]) {
    await page.setViewportSize({ width: 320 * scale, height: 640 });
    for (const target of ["/otp/request/", "/otp/verify/", "/nowhere/", "/dev/mailbox"]) {
      if (target === "/otp/verify/") {
        await page.goto(otpd.url);
        await ask(page, "email", "nobody@example.com");
      } else {
        await page.goto(otpd.url + target);
      }
      await page.evaluate((scale) => (document.documentElement.style.fontSize = `${scale * 100}%`), scale);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(overflow, 0, `${target} at ${scale * 100}%`);
    }
  }
  await close(page);
});
