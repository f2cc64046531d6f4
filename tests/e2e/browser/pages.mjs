// Every page of a coordinator on one screen, in one language: each is inspected and pictured, also with all that it
// folds away laid open. Answers with what stood on each.
//
// Input: link (hers, which signs in), language, pages (name and path of each), size (name, width, height), actions
// (name, path, selector of a form, fields by name) whose answering page is looked at too.

import { answer, input, inspect, picture, start } from "./chromium.mjs";

const { link, language, pages, size, actions } = input();
const origin = new URL(link).origin;
const { browser, page, faults } = await start({ origin, language });
const seen = {};

const fold = (open) =>
  page.evaluate((open) => document.querySelectorAll("details").forEach((one) => (one.open = open)), open);

async function look(name) {
  await picture(page, `pages-${name}-${language}-${size.name}`);
  if ((await page.locator("main details").count()) > 0) {
    await fold(true);
    await picture(page, `pages-${name}-${language}-${size.name}-open`);
  }
  await inspect(page, faults);
  await fold(false);
  seen[name] = {
    lang: await page.getAttribute("html", "lang"),
    dir: await page.getAttribute("html", "dir"),
    title: await page.title(),
    text: await page.locator("main").innerText(),
  };
}

await page.setViewportSize({ width: size.width, height: size.height });
await page.goto(`${link}&lang=${language}`);
await look("sign-in");
await page.locator("main button[type=submit]").click();
for (const { name, path } of pages) {
  const response = await page.goto(`${origin}${path}`);
  if (response.status() !== 200) faults.push(`${path} was answered with ${response.status()}`);
  await look(name);
}
for (const { name, path, form, fields } of actions) {
  await page.goto(`${origin}${path}`);
  await fold(true);
  const chosen = page.locator(form).first();
  for (const [field, value] of Object.entries(fields)) {
    const input = chosen.locator(`[name="${field}"]`).first();
    if ((await input.evaluate((one) => one.tagName)) === "SELECT") await input.selectOption(value);
    else if ((await input.getAttribute("type")) === "checkbox") await input.setChecked(value);
    else await input.fill(value);
  }
  await chosen.locator("button[type=submit]").click();
  await page.waitForLoadState();
  await look(name);
}
await page.locator("form.sign-out button").click();
await look("signed-out");
answer({ seen, faults: faults.filter((fault) => !/status of 40[34]/.test(fault)) });
await browser.close();
