// The page behind an invitation: what it says, in one language.

import { answer, input, inspect, picture, start } from "./chromium.mjs";

const { link, language } = input();
const { browser, page, faults } = await start({ origin: new URL(link).origin, language });
const response = await page.goto(link);
await inspect(page, faults);
await picture(page, `join-${language}`);
answer({
  status: response.status(),
  language: await page.getAttribute("html", "lang"),
  heading: await page.locator("h1").innerText(),
  text: await page.locator("body").innerText(),
  faults,
});
await browser.close();
