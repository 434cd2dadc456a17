// SPDX-License-Identifier: MIT
// Pages of a server in a real browser: node browser.js CORE CHROMIUM URL FOLDER NAME...
// Nothing runs, nothing is wider than the window, links lead on; screenshots.
"use strict";
const [core, browser, url, folder, ...names] = process.argv.slice(2);
const {chromium} = require(core);

async function look(page, what, problems) {
  const found = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth - window.innerWidth,
    scripts: document.scripts.length,
    lines: document.body.innerText.length,
    color: getComputedStyle(document.body).backgroundColor,
  }));
  const bad = [];
  if (found.wide > 0) bad.push(`wider than the window by ${found.wide}`);
  if (found.scripts) bad.push("a script");
  if (found.lines < 20) bad.push("empty");
  if (problems.length) bad.push(problems.join("; "));
  problems.length = 0;
  console.log(bad.length ? `FAIL ${what}: ${bad.join(", ")}` : `ok ${what}`);
  return found;
}

async function visit(context, name, width, scheme) {
  const page = await context.newPage();
  const problems = [];
  page.on("dialog", (d) => { problems.push("a dialog"); d.dismiss(); });
  page.on("pageerror", (e) => problems.push(String(e)));
  page.on("console", (m) => { if (m.type() === "error") problems.push(m.text()); });
  const short = name.replace(/\.git$/, "");
  let step = 0;
  async function shot(what) {
    const found = await look(page, `${short} ${what} ${width} ${scheme}`, problems);
    await page.screenshot({path: `${folder}/${short}-${++step}-${what}-${width}-${scheme}.png`});
    return found;
  }
  await page.goto(`${url}/`);
  await shot("list");
  await page.click(`a[href="/${name}"]`);
  const found = await shot("summary");
  const dark = found.color !== "rgb(255, 255, 255)";
  console.log(dark === (scheme === "dark") ? `ok ${short} colours ${scheme}` : `FAIL ${short} colours ${scheme}: ${found.color}`);
  await page.click("nav a:has-text('files')");
  await shot("files");
  const file = page.locator("td a[href*='/-/blob/']").last();
  if (await file.count()) {
    await file.click();
    await shot("file");
  }
  await page.click("nav a:has-text('log')");
  await shot("log");
  await page.locator("td a[href*='/-/commit']").nth(1).click();
  await shot("commit");
  await page.click("nav a:has-text('refs')");
  await shot("refs");
  const answer = await page.goto(`${url}/${name}/-/blame/x`).catch(() => null);
  console.log(answer && answer.status() === 404 ? `ok ${short} blame of nothing is refused` : `FAIL ${short} blame`);
  await page.close();
}

(async () => {
  const it = await chromium.launch({executablePath: browser, args: ["--no-sandbox", "--disable-gpu"], timeout: 180000});
  for (const width of [1280, 400])
    for (const scheme of ["light", "dark"]) {
      const context = await it.newContext({viewport: {width, height: 900}, colorScheme: scheme, javaScriptEnabled: true});
      context.setDefaultTimeout(180000);
      for (const name of names) await visit(context, name, width, scheme);
      await context.close();
    }
  await it.close();
})().catch((e) => { console.error(e); process.exit(1); });
