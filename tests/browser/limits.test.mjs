// Limits as people meet them: what the page says, the clock that runs down, and codes with letters after an attack. In every
// look; leaves pictures in target/screenshots. The proof of work is in proof.test.mjs.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";

import { EMAIL, ask, check, close, launch, leave, looks, openPage, type, wrong } from "./browser.mjs";
import { repository, startOtpd, until } from "./otpd.mjs";

const SCREENSHOTS = path.join(repository, "target/screenshots");
const LONG = /\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}\b/;

let browser;
before(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  browser = await launch();
});
after(() => browser?.close());

const pathOf = (page) => new URL(page.url()).pathname;

/** Looks at a page with the eyes of axe and leaves a picture. Both need scripts. */
async function seen(page, name, look) {
  if (!look.javaScriptEnabled) return;
  await check(page, name, look);
  await page.screenshot({ path: path.join(SCREENSHOTS, `${name}-${look.name}.png`), fullPage: true });
}

/** Presses the button of the request page, whatever comes of it. */
async function press(page, url, kind, contact) {
  await page.goto(`${url}/otp/request/`);
  await page.check(`input[name=contact_type][value=${kind}]`);
  await page.fill("#contact", contact);
  await leave(page, () => page.click("button.primary"));
}

// What is asked for when a limit is reached, and what the page says then.
const LIMITS = [
  ["contact", "email", "nobody@example.com", /Too many codes were sent to this address or number/],
  ["sms", "phone", "+919876543212", /We cannot send an SMS to this number/],
  ["country", "phone", "+4915112345678", /We do not send SMS to this country/],
  ["network", "email", "fourth@example.com", /Too many codes were asked for from your network/],
];

for (const [name, kind, contact, words] of LIMITS) {
  test(`a limit says what to do next, in every look: ${name}`, async () => {
    const settings = { CONTACT: "1/h", PREFIX: "1/h", IP: name === "network" ? "2/h" : "100/h" };
    const limits = Object.entries(settings).map(([of, rate]) => [`OTPD_LIMITS__SEND__PER_${of}`, rate]);
    const otpd = await startOtpd({ ...Object.fromEntries(limits), OTPD_SMS__COUNTRIES: "IN" });
    try {
      const first = await openPage(browser);
      await press(first, otpd.url, "email", "nobody@example.com");
      await press(first, otpd.url, "phone", "+919876543211");
      assert.equal(pathOf(first), "/otp/verify/");
      await close(first);
      for (const look of looks()) {
        const page = await openPage(browser, look.context);
        await press(page, otpd.url, kind, contact);
        assert.equal(pathOf(page), "/otp/request/");
        assert.equal(await page.inputValue("#contact"), contact, "what was typed is kept");
        assert.match(await page.textContent("[role=alert]"), look.language === "en" ? words : /[\u0600-\u06ff]/);
        assert.equal(await page.isVisible("#wait"), name !== "country", "there is something to wait for");
        await seen(page, `limit-${name}`, look);
        await close(page);
      }
    } finally {
      await otpd.stop();
    }
  });
}

test("the wait runs down, its end is told, and then the button sends", async () => {
  // Begins with the first press: long enough to press again before its end, on a slow machine, too.
  const otpd = await startOtpd({ OTPD_LIMITS__SEND__COOLDOWN: "20s" });
  const page = await openPage(browser, { locale: "en-GB" });
  try {
    await press(page, otpd.url, "email", EMAIL);
    await page.context().clearCookies();
    await press(page, otpd.url, "email", EMAIL);
    assert.match(await page.textContent("[role=alert]"), /A code was sent a moment ago/);
    await page.evaluate(() => (globalThis.kept = true));
    const time = () => page.textContent("#wait [data-seconds]");
    const first = await time();
    assert.match(first, /^0:(0[1-9]|1\d|20)$/);
    await until("the countdown", async () => (await page.locator("#wait [data-seconds]").count()) === 0 || (await time()) < first);
    await until("its end", async () => (await page.textContent("#wait")).includes("You can try again now."), 40);
    assert.ok(await page.evaluate(() => globalThis.kept), "no reload");
    await otpd.codeAfter(EMAIL, () => leave(page, () => page.click("button.primary")));
    assert.equal(pathOf(page), "/otp/verify/");
    assert.deepEqual(page.faults, []);
  } finally {
    await close(page);
    await otpd.stop();
  }
});

test("without scripts a ticket is handed on, and waiting is what it takes", async () => {
  const otpd = await startOtpd({ OTPD_LIMITS__SEND__PROOF_AFTER: "1/h" });
  const page = await openPage(browser, { javaScriptEnabled: false, locale: "en-GB" });
  try {
    await press(page, otpd.url, "email", "first@example.com");
    await page.context().clearCookies();
    await press(page, otpd.url, "email", "second@example.com");
    const seconds = async () => Number((await page.textContent("#patience")).match(/\d+/)[0]);
    assert.equal(await seconds(), 60);
    const ticket = await page.getAttribute("[name=patience]", "value");
    // Pressing too soon tells how long is left, and keeps the ticket.
    await until("less to wait for", async () => {
      await leave(page, () => page.click("button.primary"));
      return (await seconds()) < 60;
    });
    assert.equal(await page.getAttribute("[name=patience]", "value"), ticket);
    assert.equal(await page.inputValue("#contact"), "second@example.com");
  } finally {
    await close(page);
    await otpd.stop();
  }
});

/** Spends the ten guesses that the account has in an hour, from browsers that nobody knows. */
async function attack(otpd) {
  for (let left = 10; left > 0; ) {
    const page = await openPage(browser);
    await page.goto(otpd.url);
    const code = await otpd.codeAfter(EMAIL, () => ask(page, "email", EMAIL));
    for (let guess = 0; guess < 4 && left > 0; guess++, left--) await type(page, wrong(code), { javaScriptEnabled: true });
    await close(page);
  }
}

for (const look of looks()) {
  // Without scripts the page is the same in every colour and language.
  if (!look.javaScriptEnabled && !look.name.includes("light-en")) continue;
  test(`an owner under attack gets in: ${look.name}`, async () => {
    const otpd = await startOtpd({ OTPD_LIMITS__GUESS__PER_ACCOUNT: "10/h" });
    const known = await openPage(browser, look.context);
    const fresh = await openPage(browser, look.context);
    try {
      await known.goto(otpd.url);
      await type(known, await otpd.codeAfter(EMAIL, () => ask(known, "email", EMAIL)), look);
      await leave(known, () => known.click("form[action='/otp/logout/'] button"));
      await attack(otpd);

      // A browser that has been here before: a usual code.
      await known.goto(otpd.url);
      await type(known, await otpd.codeAfter(EMAIL, () => ask(known, "email", EMAIL)), look);
      assert.equal(pathOf(known), "/dashboard/");

      // Another one: the page is as ever, and the message has letters in it.
      await fresh.goto(otpd.url);
      const before = (await otpd.messagesTo(EMAIL)).length;
      await ask(fresh, "email", EMAIL);
      const message = await until("the code", async () => (await otpd.messagesTo(EMAIL))[before]);
      const [long] = message.text.match(LONG);
      await leave(fresh, () => fresh.click("a[href*='letters']"));
      assert.equal(await fresh.getAttribute("#code", "inputmode"), "text");
      await seen(fresh, "verify-letters", look);
      await fresh.fill("#code", long.slice(0, 6));
      await leave(fresh, () => fresh.click("button.primary"));
      assert.ok(await fresh.isVisible("#error"), "half a code is told from a wrong one");
      await seen(fresh, "verify-letters-malformed", look);
      // As somebody types it who reads it from another screen.
      await fresh.fill("#code", long.toLowerCase().replaceAll("-", " "));
      await leave(fresh, () => fresh.click("button.primary"));
      assert.equal(pathOf(fresh), "/dashboard/");
      assert.deepEqual([...known.faults, ...fresh.faults], []);
    } finally {
      await close(known);
      await close(fresh);
      await otpd.stop();
    }
  });
}
