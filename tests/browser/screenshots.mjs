// Takes the pictures of the README anew: `npm --prefix tests/browser run screenshots`.

import { mkdir } from "node:fs/promises";
import path from "node:path";

import { EMAIL, ask, close, launch, openPage, type } from "./browser.mjs";
import { repository, startOtpd } from "./otpd.mjs";

const images = path.join(repository, "docs/images");
await mkdir(images, { recursive: true });
const [otpd, browser] = await Promise.all([startOtpd({ OTPD_LIMITS__SEND__COOLDOWN: "30s" }), launch()]);

const phone = { viewport: { width: 360, height: 720 }, deviceScaleFactor: 2 };
const looks = {
  light: { ...phone, locale: "en-GB", colorScheme: "light" },
  dark: { ...phone, locale: "ar-EG", colorScheme: "dark" },
};
const shots = { light: [], dark: [] };
for (const [look, options] of Object.entries(looks)) {
  const page = await openPage(browser, options);
  const shoot = async () => shots[look].push((await page.screenshot()).toString("base64"));
  await page.goto(otpd.url);
  await shoot();
  const code = await otpd.codeAfter(EMAIL, () => ask(page, "email", EMAIL));
  await page.reload();
  await shoot();
  await type(page, code, { javaScriptEnabled: true });
  await shoot();
  await close(page);
}

/** Puts pictures side by side. */
async function compose(name, pictures) {
  const page = await browser.newPage({ viewport: { width: 380 * pictures.length + 20, height: 760 }, deviceScaleFactor: 1.5 });
  const images64 = pictures.map((data) => `<img src="data:image/png;base64,${data}" width="360">`).join("");
  await page.setContent(
    `<style>body{margin:20px;display:flex;gap:20px;background:#e2e8f0}img{border-radius:16px;box-shadow:0 4px 16px #0003}</style>${images64}`,
  );
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: path.join(images, name) });
  await page.close();
}

await compose("sign-in.png", [shots.light[0], shots.light[1]]);
await compose("dashboard.png", [shots.light[2]]);
await compose("dark-arabic.png", shots.dark);
await browser.close();
await otpd.stop();
