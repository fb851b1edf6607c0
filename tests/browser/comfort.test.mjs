// What the script adds: the pasted code, the countdown, news without a reload. And the keyboard, which needs none.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import path from "node:path";
import { after, before, test } from "node:test";

import { EMAIL, ask, close, focusOn, launch, openPage, wrong } from "./browser.mjs";
import { freePort, repository, startOtpd, until } from "./otpd.mjs";

let otpd, browser;
before(async () => {
  [otpd, browser] = await Promise.all([startOtpd(), launch()]);
});
after(async () => {
  await browser?.close();
  await otpd?.stop();
});

const pathOf = (page) => new URL(page.url()).pathname;

/** Copies a text as a person does: from a page, by keyboard. */
async function copy(context, text) {
  const page = await context.newPage();
  await page.setContent("<textarea></textarea>");
  await page.fill("textarea", text);
  await page.focus("textarea");
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Control+C");
  await page.close();
}

test("a pasted code fills the field and sends it", async () => {
  for (const around of [(code) => `${code.slice(0, 3)} ${code.slice(3)}`, (code) => `Your OTP is: ${code}. Valid for 5 minutes.`]) {
    const page = await openPage(browser);
    await page.goto(otpd.url);
    const code = await otpd.codeAfter(EMAIL, () => ask(page, "email", EMAIL));
    await copy(page.context(), around(code));
    await page.bringToFront();
    await page.focus("#code");
    await Promise.all([page.waitForURL(/\/dashboard\//), page.keyboard.press("Control+V")]);
    assert.deepEqual(page.faults, []);
    await close(page);
  }
});

test("digits of an Arabic keyboard are digits", async () => {
  const page = await openPage(browser, { locale: "ar-EG" });
  await page.goto(otpd.url);
  const code = await otpd.codeAfter(EMAIL, () => ask(page, "email", EMAIL));
  const arabic = [...code].map((digit) => String.fromCharCode(0x660 + Number(digit))).join("");
  await Promise.all([page.waitForURL(/\/dashboard\//), page.locator("#code").pressSequentially(arabic)]);
  await close(page);
});

test("the whole journey by keyboard alone", async () => {
  const page = await openPage(browser, { locale: "en-GB" });
  await page.goto(otpd.url);
  const focused = () => page.evaluate(() => document.activeElement.name || document.activeElement.textContent.trim());
  // A radio button shows its focus on the box round it and its words.
  const visible = () =>
    page.evaluate(() => {
      const shown = [document.activeElement, document.activeElement.closest("label")].filter(Boolean).map(getComputedStyle);
      return shown.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
    });
  assert.equal(await focused(), "contact_value");
  assert.ok(await visible(), "the focus can be seen");
  await page.keyboard.press("Shift+Tab");
  assert.equal(await focused(), "contact_type");
  assert.ok(await visible(), "the focus can be seen");
  await page.keyboard.press("ArrowRight");
  assert.ok(await page.isChecked("[value=phone]"));
  await page.keyboard.press("ArrowLeft");
  assert.ok(await page.isChecked("[value=email]"));
  assert.equal(await focused(), "contact_type", "choosing by key stays with the choice");
  await page.keyboard.press("Tab");
  await page.keyboard.type(EMAIL);
  const code = await otpd.codeAfter(EMAIL, async () => {
    await Promise.all([page.waitForURL(/\/otp\/verify\//), page.keyboard.press("Enter")]);
  });
  await focusOn(page, "otp_code");
  await page.keyboard.type(wrong(code));
  await page.waitForSelector("#error");
  await focusOn(page, "otp_code");
  await Promise.all([page.waitForURL(/\/dashboard\//), page.keyboard.type(code)]);
  for (let presses = 0; (await focused()) !== "Sign out"; presses++) {
    assert.ok(presses < 40, "the sign-out button is reached");
    await page.keyboard.press("Tab");
    assert.ok(await visible(), `the focus can be seen on ${await focused()}`);
  }
  await Promise.all([page.waitForURL(/\/otp\/request\//), page.keyboard.press("Enter")]);
  assert.deepEqual(page.faults, []);
  await close(page);
});

test("a second press sends nothing twice", async () => {
  const page = await openPage(browser);
  await page.goto(otpd.url);
  let posts = 0;
  page.on("request", (request) => (posts += request.method() === "POST"));
  await page.fill("#contact", EMAIL);
  await page.evaluate(() => {
    const button = document.querySelector("button.primary");
    for (let press = 0; press < 5; press++) button.click();
  });
  await page.waitForURL(/\/otp\/verify\//);
  assert.equal(posts, 1);
  await close(page);
});

test("the time left runs down, and its end is told, without a reload", async () => {
  const brief = await startOtpd({ OTPD_CHALLENGES__TTL: "10s" });
  const page = await openPage(browser, { locale: "en-GB" });
  try {
    await page.goto(brief.url);
    await ask(page, "email", EMAIL);
    await page.evaluate(() => (globalThis.kept = true));
    const time = () => page.textContent("#valid");
    const first = await time();
    assert.match(first, /^0:(10|0\d)$/);
    await until("the countdown", async () => (await time()) < first);
    await until("the end", async () => (await time()) === "0:00", 15);
    await until("the news", async () => (await page.textContent("#news")).includes("expired"));
    assert.ok(await page.evaluate(() => globalThis.kept), "no reload");
    await page.reload();
    assert.match(await page.textContent("[role=alert]"), /expired/);
    assert.deepEqual(page.faults, []);
  } finally {
    await close(page);
    await brief.stop();
  }
});

test("news of the message change without a reload", async () => {
  const port = await freePort();
  const delayed = await startOtpd({
    OTPD_EMAIL__TRANSPORT: "smtp",
    OTPD_EMAIL__FROM: "codes@example.com",
    OTPD_EMAIL__SMTP__HOST: "127.0.0.1",
    OTPD_EMAIL__SMTP__PORT: String(port),
    OTPD_EMAIL__SMTP__ENCRYPTION: "none",
  });
  const page = await openPage(browser, { locale: "en-GB" });
  let server;
  try {
    await page.goto(delayed.url);
    await ask(page, "email", EMAIL);
    await page.evaluate(() => (globalThis.kept = true));
    const news = async () => (await page.textContent("#news")).trim();
    await until("bad news", async () => (await news()).startsWith("This is taking longer"));
    const python = path.join(repository, "target/venv/bin/python");
    server = spawn(python, ["-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", `127.0.0.1:${port}`]);
    await until("good news", async () => (await news()).startsWith("Your code has been sent"), 40);
    assert.ok(await page.evaluate(() => globalThis.kept), "no reload");
    assert.deepEqual(page.faults, []);
  } finally {
    server?.kill("SIGKILL");
    await close(page);
    await delayed.stop();
  }
});
