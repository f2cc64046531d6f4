// A coordinator's way through the review pages, in one language: her link, what came in, one visit, the
// disagreements, out again. Answers with what stood there; every page is inspected and most are pictured.
//
// Input: link, language, scheme, visit (an id), volunteer and district to narrow the list to, and, where she
// chooses an answer: choose (its words) and meanwhile (a command that runs between looking and choosing).

import { spawnSync } from "node:child_process";

import { answer, input, inspect, picture, start } from "./chromium.mjs";

const { link, language, scheme, visit, volunteer, district, choose, meanwhile } = input();
const origin = new URL(link).origin;
const { browser, context, page, faults } = await start({ origin, language, scheme });
const seen = {};
const name = scheme === "dark" ? `${language}-dark` : language;

async function look(what) {
  await inspect(page, faults);
  await picture(page, `review-${what}-${name}`);
  return page.locator("main").innerText();
}

const visits = () => page.locator("ul.visits > li");

// Her link, which asks once more before it is used.
await page.goto(link);
seen.signIn = await look("sign-in");
await page.locator("main button[type=submit]").click();

// What came in.
const response = await page.goto(`${origin}/review`);
seen.policy = response.headers()["content-security-policy"];
seen.lang = await page.getAttribute("html", "lang");
seen.list = await look("list");
seen.visits = await visits().count();
await page.locator("select[name=district]").selectOption(district);
await page.locator("form.filters button[type=submit]").click();
seen.ofDistrict = await visits().count();
await page.locator("select[name=district]").selectOption("");
await page.locator("select[name=volunteer]").selectOption({ label: volunteer });
await page.locator("form.filters button[type=submit]").click();
seen.ofVolunteer = await visits().count();
await inspect(page, faults);

// One visit, found by following its link.
await page.goto(`${origin}/review`);
await page.locator(`ul.visits a[href*="${visit}"]`).first().click();
await page.waitForURL((url) => url.pathname.includes(visit));
seen.visit = await look("visit");

// Where answers differ.
await page.locator("nav.ways a", { has: page.locator(".badge") }).click();
await page.waitForURL((url) => url.pathname.endsWith("/disagreements"));
seen.disagreements = await look("disagreements");
seen.answers = await page.locator("ul.answers > li.answer").allInnerTexts();
if (choose !== undefined) {
  if (meanwhile !== undefined) {
    const ran = spawnSync(meanwhile.program, meanwhile.arguments, { input: meanwhile.input, encoding: "utf8" });
    if (ran.status !== 0) faults.push(`meanwhile: ${ran.stdout}${ran.stderr}`);
    for (const more of meanwhile.then ?? []) spawnSync(meanwhile.program, more);
  }
  const card = page.locator("ul.answers > li.answer", { has: page.locator(".value", { hasText: choose }) });
  await card.locator("button").click();
  await page.waitForLoadState();
  seen.chosen = await look("chosen");
  seen.answersLeft = await page.locator("ul.answers > li.answer").allInnerTexts();
}

// The other languages are one tap away.
const others = await page.locator("nav.languages a:not([aria-current])").count();
await page.locator("nav.languages a:not([aria-current])").first().click();
seen.otherLanguages = others;
seen.switchedTo = await page.getAttribute("html", "lang");

// Out again, and the same link a second time.
await page.locator("form.sign-out button").click();
await page.goto(`${origin}/review`).catch(() => undefined);
seen.signedOut = await look("signed-out");
const again = await context.newPage();
await again.goto(link);
await inspect(again, faults);
seen.usedLink = await again.locator("main").innerText();

// A page that is refused is said so by its status, which the browser tells of on its console.
seen.faults = faults.filter((fault) => !/status of 40[34]/.test(fault));
answer(seen);
await browser.close();
