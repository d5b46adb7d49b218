// node shots.mjs FOLDER: pictures of the page's two parts, in light and dark mode and on a phone, for a person to look at.

import { fileURLToPath } from "node:url";
import { launch, serve } from "./browser.mjs";

const folder = process.argv[2];
const server = await serve({ "/": fileURLToPath(new URL("../dist", import.meta.url)) });
const browser = await launch();
for (const [name, options] of Object.entries({
  light: { viewport: { width: 1280, height: 900 }, colorScheme: "light" },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: "dark" },
  phone: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
})) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(server.url);
  await page.waitForSelector("[data-ready]");
  await page.click("#samples button:nth-child(4)");
  await page.click("#play");
  await page.waitForTimeout(1500);
  await page.click("#play");
  for (const part of ["read", "learn"]) await page.locator(`#${part}`).screenshot({ path: `${folder}/${name}-${part}.png` });
  await context.close();
}
await browser.close();
server.close();
