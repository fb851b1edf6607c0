// What a browser enforces: cookies out of reach of scripts, no inline script, no frames, no caching, nothing that leaks.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { EMAIL, ask, close, launch, leave, openPage, type } from "./browser.mjs";
import { startOtpd } from "./otpd.mjs";

let otpd, browser;
before(async () => {
  [otpd, browser] = await Promise.all([startOtpd(), launch()]);
});
after(async () => {
  await browser?.close();
  await otpd?.stop();
});

async function signIn(page) {
  await page.goto(otpd.url);
  await type(page, await otpd.codeAfter(EMAIL, () => ask(page, "email", EMAIL)), { javaScriptEnabled: true });
}

test("cookies are out of the reach of scripts and of other sites", async () => {
  const page = await openPage(browser);
  await signIn(page);
  assert.equal(await page.evaluate(() => document.cookie), "");
  const cookies = await page.context().cookies();
  assert.ok(cookies.some((cookie) => cookie.name === "otpd_session"));
  for (const cookie of cookies) {
    assert.ok(cookie.httpOnly, cookie.name);
    assert.equal(cookie.sameSite, "Lax", cookie.name);
    assert.equal(cookie.path, "/", cookie.name);
  }
  await close(page);
});

test("an inline script that got into a page does not run", async () => {
  const page = await openPage(browser);
  await page.goto(otpd.url);
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "globalThis.ran = true";
    document.body.append(script);
    document.body.insertAdjacentHTML("beforeend", '<img src="/none" onerror="globalThis.ran = true">');
  });
  await page.waitForTimeout(300);
  assert.equal(await page.evaluate(() => globalThis.ran), undefined);
  assert.ok(page.faults.some((fault) => /Content Security Policy/.test(fault)), "the browser tells");
  await close(page);
});

test("another site can neither frame a page nor post to it", async () => {
  const page = await openPage(browser);
  await signIn(page);
  const html = `<iframe src="${otpd.url}/dashboard/"></iframe>
    <form method="post" action="${otpd.url}/otp/logout/"><button>win a prize</button></form>`;
  const evil = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(html));
  await new Promise((resolve) => evil.listen(0, "127.0.0.2", resolve));
  try {
    await page.goto(`http://127.0.0.2:${evil.address().port}/`);
    await page.waitForTimeout(300);
    const framed = page.frames().find((frame) => frame !== page.mainFrame());
    assert.ok(!framed || !(await framed.content()).includes("Asha"), "the page is not shown in a frame");
    const [answer] = await Promise.all([page.waitForResponse((answer) => answer.request().method() === "POST"), page.click("button")]);
    assert.equal(answer.status(), 403);
    await page.goto(`${otpd.url}/dashboard/`);
    assert.equal(new URL(page.url()).pathname, "/dashboard/", "still signed in");
  } finally {
    evil.close();
    await close(page);
  }
});

test("after signing out the back button shows nothing of the customer", async () => {
  const page = await openPage(browser);
  await signIn(page);
  const name = (await page.textContent("h1")).trim();
  await leave(page, () => page.click("form[action='/otp/logout/'] button"));
  await page.goBack();
  await page.waitForLoadState();
  assert.ok(!(await page.content()).includes(name), "the dashboard is not kept");
  await close(page);
});

test("a page whose own name leads to this machine reads nothing of a development server", async () => {
  // What DNS rebinding does, without the wait: the other site's name is now an address of this machine.
  const rebound = await launch(["--host-resolver-rules=MAP evil.example 127.0.0.1"]);
  try {
    const page = await openPage(rebound);
    const { port } = new URL(otpd.url);
    const answer = await page.goto(`http://evil.example:${port}/otp/request/`);
    assert.equal(answer.status(), 421);
    assert.ok(!(await page.content()).includes("<form"));
    const seen = await page.evaluate(() =>
      Promise.all(["/dev/mailbox", "/otp/request/", "/api/openapi.json"].map(async (path) => (await fetch(path)).status)),
    );
    assert.deepEqual(seen, [421, 421, 421]);
    assert.deepEqual(await page.context().cookies(), []);
    await page.context().close();
  } finally {
    await rebound.close();
  }
});
