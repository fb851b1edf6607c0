// The APIs of the old systems, called by a page on another origin: one that the configuration allows, and one that it does
// not.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { close, launch, openPage } from "./browser.mjs";
import { startOtpd } from "./otpd.mjs";

const PASSWORD = "purple monkey dishwasher";

/** A site of somebody else: an empty page on a loopback address of its own. */
async function startSite(host) {
  const server = createServer((_, answer) => answer.setHeader("content-type", "text/html").end("<!doctype html><title>a shop</title>"));
  await new Promise((resolve) => server.listen(0, host, resolve));
  return { origin: `http://${host}:${server.address().port}`, stop: () => server.close() };
}

let allowed, foreign, otpd, browser;
before(async () => {
  [allowed, foreign] = await Promise.all([startSite("127.0.0.2"), startSite("127.0.0.3")]);
  const settings = {
    OTPD_API__ALLOWED_ORIGINS: `https://shop.example.com, ${allowed.origin}`,
    OTPD_LIMITS__SEND__COOLDOWN: "2s",
  };
  [otpd, browser] = await Promise.all([startOtpd(settings), launch()]);
});
after(async () => {
  await browser?.close();
  await otpd?.stop();
  allowed?.stop();
  foreign?.stop();
});

/** Posts from the page and gives back what its script can see; `refused` when the browser keeps the reply from it. */
function post(page, path, body, type = "application/json") {
  return page.evaluate(
    async ([url, type, body]) => {
      try {
        const reply = await fetch(url, { method: "POST", headers: { "content-type": type }, body });
        return { status: reply.status, retryAfter: reply.headers.get("retry-after"), json: await reply.json() };
      } catch (error) {
        return { refused: error.name };
      }
    },
    [otpd.url + path, type, JSON.stringify(body)],
  );
}

async function openSite(site) {
  const page = await openPage(browser);
  await page.goto(site.origin);
  return page;
}

test("a page of an allowed origin verifies a phone", async () => {
  const page = await openSite(allowed);
  const phone = "+255694230173";
  let sent;
  const otp = await otpd.codeAfter(phone, async () => (sent = await post(page, "/api/users/send-otp/", { phone, verification_type: "Login" })));
  assert.equal(sent.status, 200);
  assert.deepEqual([sent.json.message, sent.json.status], ["OTP sent successfully", "success"]);
  const again = await post(page, "/api/users/resend-otp/", { phone });
  assert.equal(again.status, 429);
  assert.match(again.retryAfter ?? "", /^\d+$/, "the page can read how long to wait");
  const wrong = await post(page, "/api/users/verify-otp", { phone, otp: otp === "123456" ? "654321" : "123456" });
  assert.deepEqual([wrong.status, wrong.json.verified], [400, false]);
  const right = await post(page, "/api/users/verify-otp/", { phone, otp, verification_type: "Login" });
  assert.deepEqual(right.json, { message: "OTP verified successfully", status: "success", verified: true });
  await close(page);
});

test("a page of an allowed origin registers, activates and logs in", async () => {
  const page = await openSite(allowed);
  const email = "shopper@example.com";
  let registered;
  const otp = await otpd.codeAfter(email, async () => {
    registered = await post(page, "/api/register/", { email, password: PASSWORD, first_name: "Asha", last_name: "Rao" });
  });
  assert.equal(registered.status, 201);
  assert.equal((await post(page, "/api/login/", { email, password: PASSWORD })).status, 401);
  const activated = await post(page, "/api/verify-otp/", { email, otp });
  assert.deepEqual([activated.status, activated.json.user.id, activated.json.user.is_active], [200, registered.json.user_id, true]);
  const login = await post(page, "/api/login/", { email, password: PASSWORD });
  assert.deepEqual([login.status, login.json.message, login.json.token.split(".").length], [200, "Login successful", 3]);
  assert.equal((await post(page, "/api/resend-otp/", { email })).status, 200);
  await close(page);
});

test("nothing of a browser's cookies goes along or comes back", async () => {
  const page = await openSite(allowed);
  const answer = await page.evaluate(async (url) => {
    const options = { method: "POST", credentials: "include", headers: { "content-type": "application/json" }, body: "{}" };
    return fetch(url, options).then((reply) => reply.status, (error) => error.name);
  }, `${otpd.url}/api/login/`);
  assert.equal(answer, "TypeError", "the server does not allow credentials");
  assert.deepEqual(await page.context().cookies(), []);
  await close(page);
});

test("a page of another origin is refused, and nothing is sent", async () => {
  const page = await openSite(foreign);
  const email = "victim@example.com";
  const requests = [
    ["/api/users/send-otp/", { email }],
    ["/api/users/send-otp", { email }],
    ["/api/users/resend-otp/", { email }],
    ["/api/users/verify-otp/", { email, otp: "123456" }],
    ["/api/register/", { email, password: PASSWORD, first_name: "A", last_name: "B" }],
    ["/api/verify-otp/", { email, otp: "123456" }],
    ["/api/resend-otp/", { email }],
    ["/api/login/", { email, password: PASSWORD }],
  ];
  for (const [path, body] of requests) {
    assert.deepEqual(await post(page, path, body), { refused: "TypeError" }, path);
    // Such a request goes out without being asked for first: the server itself must refuse it.
    assert.deepEqual(await post(page, path, body, "text/plain"), { refused: "TypeError" }, `${path} as text`);
  }
  // A form needs no leave of the browser; as text it can be made to look like JSON.
  await page.evaluate((url) => {
    document.body.innerHTML = `<form method="post" enctype="text/plain" action="${url}"><input type="hidden"><button>win a prize</button></form>`;
    Object.assign(document.querySelector("input"), { name: '{"email":"victim@example.com","x":"', value: '"}' });
  }, `${otpd.url}/api/users/send-otp/`);
  const [answer] = await Promise.all([page.waitForResponse((answer) => answer.request().method() === "POST"), page.click("button")]);
  assert.equal(answer.status(), 403);
  // What was sent after it has left, so whatever was sent before has left, too.
  const witness = "witness@example.com";
  await otpd.codeAfter(witness, () => fetch(`${otpd.url}/api/users/send-otp/`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ email: witness }) }));
  assert.deepEqual(await otpd.messagesTo(email), []);
  await close(page);
});
