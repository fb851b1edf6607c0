// An account with a password: register, activate, sign out, log in, forget the password, choose a new one, change the contact.
// On a phone and a desktop, in light and dark, in English and Arabic, with and without JavaScript.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";

import { check, close, focusOn, launch, leave, looks, openPage, type, wrong } from "./browser.mjs";
import { repository, startOtpd, until } from "./otpd.mjs";

const SCREENSHOTS = path.join(repository, "target/screenshots");
const PASSWORD = "purple monkey dishwasher";
const ANOTHER = "quite another pass phrase";

let otpd, browser;
before(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  [otpd, browser] = await Promise.all([startOtpd({ OTPD_REGISTRATION__SMS: "on" }), launch()]);
});
after(async () => {
  await browser?.close();
  await otpd?.stop();
});

const pathOf = (page) => new URL(page.url()).pathname;
const send = (page) => leave(page, () => page.click("form button.primary"));

/** Looks at a page with the eyes of axe and leaves a picture. Both need scripts. */
function eyes(page, look) {
  return async (name) => {
    if (!look.javaScriptEnabled) return;
    await check(page, name, look);
    // Afterwards: for a picture of the whole page Chromium makes its window larger for a moment, and things move.
    await page.screenshot({ path: path.join(SCREENSHOTS, `${name}-${look.name}.png`), fullPage: true });
  };
}

async function signOut(page) {
  await leave(page, () => page.click("form[action='/otp/logout/'] button"));
  assert.equal(pathOf(page), "/otp/request/");
}

/** Registers, with a number where one is given: then the code of the SMS does as well, and is typed. */
async function register(page, email, phone, seen, look) {
  await page.goto(otpd.url);
  await leave(page, () => page.click("a[href^='/register/']"));
  assert.equal(pathOf(page), "/register/");
  await seen("register");
  await page.fill("[name=first_name]", "Nila");
  await page.fill("[name=last_name]", "Das");
  await page.fill("[name=email]", email);
  await page.fill("[name=password]", "too short");
  await send(page);
  assert.equal(await page.inputValue("[name=email]"), email, "what was typed is kept");
  assert.equal(await page.inputValue("[name=password]"), "", "but not the password");
  assert.ok(await page.isVisible("#password-error"));
  await seen("register-error");
  await page.fill("[name=password]", PASSWORD);
  if (phone) await page.fill("[name=phone]", phone);
  const code = await otpd.codeAfter(phone ?? email, () => send(page));
  assert.equal(pathOf(page), "/register/verify/");
  await page.reload();
  assert.equal(await page.locator(".contact bdi").count(), phone ? 2 : 1);
  await seen("activate");
  await type(page, wrong(code), look);
  assert.ok(await page.isVisible("#error"));
  await type(page, code, look);
  if (phone) {
    assert.equal(pathOf(page), "/register/verify/", "the other code, too");
    await seen("activate-other");
    const [message] = await until("the other code", async () => (await otpd.messagesTo(email)).slice(-1));
    await type(page, message.text.match(/\b\d{6}\b/)[0], look);
  }
  assert.equal(pathOf(page), "/dashboard/");
  assert.ok(await page.isVisible(".notice"));
  await seen("dashboard-activated");
}

async function logIn(page, contact, password) {
  await page.fill("[name=contact]", contact);
  await page.fill("[name=password]", password);
  await send(page);
}

async function choosePassword(page, email, seen) {
  await page.goto(`${otpd.url}/login/`);
  await leave(page, () => page.click("a[href^='/password/forgotten/']"));
  await seen("forgotten");
  await page.fill("[name=contact]", email);
  const code = await otpd.codeAfter(email, () => send(page));
  assert.equal(pathOf(page), "/password/new/");
  await page.reload();
  await seen("new-password");
  await page.locator("#code").pressSequentially(code);
  await page.fill("[name=password]", "passwordpassword");
  await send(page);
  assert.equal(pathOf(page), "/password/new/");
  assert.ok(await page.isVisible("#password-error"));
  assert.equal(await page.inputValue("#code"), code, "the code need not be typed again");
  await seen("new-password-error");
  await page.fill("[name=password]", ANOTHER);
  await send(page);
  assert.equal(pathOf(page), "/dashboard/");
  await seen("dashboard-password-changed");
}

async function changeContact(page, email, seen, look) {
  await leave(page, () => page.click("a[href='/account/contact/']"));
  await seen("contact");
  await page.fill("#contact", email);
  const code = await otpd.codeAfter(email, () => send(page));
  assert.equal(pathOf(page), "/account/contact/verify/");
  await page.reload();
  await seen("new-contact");
  await type(page, code, look);
  assert.equal(pathOf(page), "/dashboard/");
  await seen("dashboard-contact-changed");
}

const noscript = [...looks({ scripts: [false] })].filter(({ name }) => /^(phone-light-en|desktop-dark-ar)/.test(name));
for (const [number, look] of [...looks({ scripts: [true] }), ...noscript].entries()) {
  test(`an account from the first to the last page: ${look.name}`, async () => {
    const page = await openPage(browser, look.context);
    const seen = eyes(page, look);
    const [email, moved] = ["nila", "moved"].map((name) => `${name}.${look.name}@example.com`);
    // Numbers for some; the form takes them as people write them there.
    const phone = look.device === "phone" ? `+9198765001${String(number).padStart(2, "0")}` : undefined;
    await register(page, email, phone, seen, look);
    await signOut(page);

    await page.goto(`${otpd.url}/login/?next=/account/contact/`);
    await seen("login");
    await logIn(page, email, ANOTHER);
    assert.ok(await page.isVisible("#error"));
    assert.equal(await page.inputValue("[name=contact]"), email);
    await seen("login-refused");
    await logIn(page, email, PASSWORD);
    assert.equal(pathOf(page), "/account/contact/", "to where the person wanted to go");
    await page.goto(`${otpd.url}/password/forgotten/`);
    await seen("choose-among-own");
    await page.goto(`${otpd.url}/dashboard/`);
    await signOut(page);

    await choosePassword(page, email, seen);
    await changeContact(page, moved, seen, look);
    await signOut(page);
    await page.goto(`${otpd.url}/login/`);
    await logIn(page, email, ANOTHER);
    assert.equal(pathOf(page), "/login/", "the old address signs in no more");
    await logIn(page, moved, ANOTHER);
    assert.equal(pathOf(page), "/dashboard/");
    assert.deepEqual(page.faults, []);
    await close(page);
  });
}

test("a password is shown and hidden by its button, and sent as a password", async () => {
  const page = await openPage(browser, { locale: "en-GB" });
  await page.goto(`${otpd.url}/login/`);
  await page.fill("[name=password]", PASSWORD);
  const kind = () => page.getAttribute("[name=password]", "type");
  const button = page.getByRole("button", { name: /^Show/ });
  assert.equal(await kind(), "password");
  await button.click();
  assert.equal(await kind(), "text");
  await page.getByRole("button", { name: /^Hide/ }).click();
  assert.equal(await kind(), "password");
  await button.click();
  await page.evaluate(() => {
    document.querySelector("form").addEventListener("submit", (event) => {
      globalThis.kindWhenSent = document.querySelector("[name=password]").type;
      event.preventDefault();
    });
  });
  await page.click("button.primary");
  assert.equal(await page.evaluate(() => globalThis.kindWhenSent), "password");
  assert.deepEqual(await page.evaluate(() => globalThis.shifts), []);
  await close(page);
});

test("a full code waits for the new password, and the keyboard goes on to it", async () => {
  const page = await openPage(browser, { locale: "en-GB" });
  await page.goto(`${otpd.url}/password/forgotten/`);
  await focusOn(page, "contact");
  await page.keyboard.type("test@example.com");
  const code = await otpd.codeAfter("test@example.com", () => leave(page, () => page.keyboard.press("Enter")));
  await focusOn(page, "otp_code");
  await page.keyboard.type(code);
  await focusOn(page, "password");
  assert.equal(pathOf(page), "/password/new/");
  await page.keyboard.type(PASSWORD);
  await leave(page, () => page.keyboard.press("Enter"));
  assert.equal(pathOf(page), "/dashboard/");
  assert.deepEqual(page.faults, []);
  await close(page);
});

test("the pages fit a window of 320 pixels, and one of 640 with text twice as large", async () => {
  const page = await openPage(browser);
  for (const scale of [1, 2]) {
    await page.setViewportSize({ width: 320 * scale, height: 640 });
    for (const target of ["/register/", "/login/", "/password/forgotten/"]) {
      await page.goto(otpd.url + target);
      await page.evaluate((scale) => (document.documentElement.style.fontSize = `${scale * 100}%`), scale);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(overflow, 0, `${target} at ${scale * 100}%`);
    }
  }
  await close(page);
});
