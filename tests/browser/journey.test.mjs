// A customer signs in, sees the dashboard and signs out: on a phone and a desktop, in light and dark, in English and
// Arabic, with and without JavaScript.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { EMAIL, PHONE_NUMBER, ask, close, launch, leave, looks, openPage, type, wrong } from "./browser.mjs";
import { startOtpd, until } from "./otpd.mjs";

let otpd, browser;
before(async () => {
  [otpd, browser] = await Promise.all([startOtpd(), launch()]);
});
after(async () => {
  await browser?.close();
  await otpd?.stop();
});

for (const look of looks()) {
  test(`signing in and out: ${look.name}`, async () => {
    const page = await openPage(browser, look.context);
    await page.goto(otpd.url);
    assert.equal(new URL(page.url()).pathname, "/otp/request/");
    assert.equal(await page.getAttribute("html", "lang"), look.language);

    const [kind, typed, contact] = look.device === "phone" ? ["phone", "98765 43210", PHONE_NUMBER] : ["email", EMAIL, EMAIL];
    const code = await otpd.codeAfter(contact, () => ask(page, kind, typed));
    assert.ok((await page.textContent(".contact")).includes("•••"));

    await type(page, wrong(code), look);
    assert.equal(new URL(page.url()).pathname, "/otp/verify/");
    assert.ok(await page.isVisible("#error"));

    await type(page, code, look);
    assert.equal(new URL(page.url()).pathname, "/dashboard/");
    assert.ok((await page.textContent(".profile")).includes("t•••@example.com"));

    await page.reload();
    assert.equal(new URL(page.url()).pathname, "/dashboard/");
    await leave(page, () => page.click("form[action='/otp/logout/'] button"));
    assert.equal(new URL(page.url()).pathname, "/otp/request/");
    await page.goto(`${otpd.url}/dashboard/`);
    assert.equal(new URL(page.url()).pathname, "/otp/request/");
    assert.deepEqual(page.faults, []);
    await close(page);
  });
}

for (const javaScriptEnabled of [true, false]) {
  test(`asking again with the button, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async () => {
    const slow = await startOtpd({ OTPD_LIMITS__SEND__COOLDOWN: "6s" });
    const page = await openPage(browser, { javaScriptEnabled });
    const again = () => leave(page, () => page.click("#resend"));
    // Without a script the page does not count down by itself: one presses until it is no longer too soon.
    const press = async () => {
      await again();
      return !(await page.isVisible("#error"));
    };
    try {
      await page.goto(slow.url);
      const old = await slow.codeAfter(EMAIL, () => ask(page, "email", EMAIL));
      if (!javaScriptEnabled) assert.equal(await press(), false, "too soon");
      // With one, the button wakes up when the wait is over; Playwright waits for that.
      const code = await slow.codeAfter(EMAIL, () => (javaScriptEnabled ? again() : until("the end of the wait", press, 20)));
      if (old !== code) {
        await type(page, old, { javaScriptEnabled });
        assert.ok(await page.isVisible("#error"), "the old code is dead");
      }
      await type(page, code, { javaScriptEnabled });
      assert.equal(new URL(page.url()).pathname, "/dashboard/");
    } finally {
      await close(page);
      await slow.stop();
    }
  });
}

test("sessions of other browsers are ended from the dashboard", async () => {
  const look = { javaScriptEnabled: true };
  const pages = [];
  for (const userAgent of ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", undefined]) {
    const page = await openPage(browser, { userAgent });
    await page.goto(otpd.url);
    await type(page, await otpd.codeAfter(EMAIL, () => ask(page, "email", EMAIL)), look);
    pages.push(page);
  }
  const [other, own] = pages;
  const row = own.locator(".rows li", { hasText: "Firefox on Linux" }).first();
  await leave(own, () => row.getByRole("button").click());
  await other.reload();
  assert.equal(new URL(other.url()).pathname, "/otp/request/");
  await own.reload();
  assert.equal(new URL(own.url()).pathname, "/dashboard/");
  for (const page of pages) await close(page);
});
