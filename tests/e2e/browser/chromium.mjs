// Chromium at the size of a tablet, and what every page is held to: no error in it, nothing fetched from
// elsewhere, nothing that a person with a screen reader or a keyboard stumbles over, no scrolling sideways.
//
// Used by the scripts beside this file. Invariant: a fault found on any page ends up in `faults`.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const modules = createRequire(join(process.env.FOOTBRIDGE_BROWSER_MODULES, "package.json"));
const { chromium } = modules("playwright-core");
const axe = readFileSync(modules.resolve("axe-core/axe.min.js"), "utf8");

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The input that the test gave, a JSON value on standard input. */
export function input() {
  return JSON.parse(readFileSync(0, "utf8"));
}

/** Says the answer and ends. */
export function answer(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** A browser with one tablet. */
export async function start({ origin, language, scheme = "light", javaScript = true }) {
  const browser = await chromium.launch({
    executablePath: process.env.FOOTBRIDGE_CHROMIUM ?? "/usr/bin/chromium",
    args: ARGUMENTS,
  });
  const context = await browser.newContext({
    viewport: { width: 820, height: 1180 },
    deviceScaleFactor: 1,
    hasTouch: true,
    locale: language,
    colorScheme: scheme,
    javaScriptEnabled: javaScript,
    // The check for accessibility is put into pages that allow no script but their own.
    bypassCSP: false,
  });
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(`an error in the page: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`on the console: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith("data:")) {
      faults.push(`fetched from elsewhere: ${request.url()}`);
    }
  });
  return { browser, context, page, faults };
}

/** Looks at the page as it stands: accessibility and width. */
export async function inspect(page, faults) {
  const where = new URL(page.url()).pathname;
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wide > 0) faults.push(`${where} is ${wide} pixels wider than the tablet`);
  // Evaluated by the debugger, which a page's own policy does not bind.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { resultTypes: ["violations"] }),
  );
  for (const violation of violations) {
    const places = violation.nodes.map((node) => node.target.join(" ")).slice(0, 5).join(", ");
    faults.push(`${where}: ${violation.id} (${violation.impact}): ${violation.help}: ${places}`);
  }
}

/** Takes a picture of the whole page. */
export async function picture(page, name) {
  await page.screenshot({ path: join(process.env.FOOTBRIDGE_PICTURES, `${name}.png`), fullPage: true });
}
