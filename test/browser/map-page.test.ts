import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type AddressMap, type MapSubnet, renderMap } from "infoblox-ipam";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { eight, hostile, mapOf, office, six, subnet } from "../unit/map/maps.js";
import { executablePath, launch } from "./chromium.js";

/** Three blocks beside each other, as a network view has them. */
const view = mapOf("default", {
  subnets: [
    { network: "10.1.0.0/24", utilization: 100 },
    { network: "10.9.0.0/24", utilization: 500 },
  ],
  containers: [{ network: "10.0.0.0/16" }],
});

describe.skipIf(executablePath === undefined)("the map's page in Chromium", () => {
  let browser: Browser;
  let folder: string;
  const problems: string[] = [];
  const requested: string[] = [];

  beforeAll(async () => {
    browser = await launch();
    folder = await mkdtemp(join(tmpdir(), "infoblox-ipam-map-"));
  });

  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    expect(problems.splice(0)).toEqual([]);
    expect(requested.splice(0).filter((url) => !url.startsWith("file:"))).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(map: AddressMap, options: BrowserContextOptions = {}, hash = ""): Promise<Page> {
    const file = join(folder, "map.html");
    await writeFile(file, await renderMap(map, { format: "html" }));
    const page = await browser.newPage({ viewport: { width: 1200, height: 1000 }, ...options });
    page.setDefaultTimeout(300_000);
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => problems.push(message.text()));
    page.on("dialog", (dialog) => problems.push(`dialog: ${dialog.message()}`));
    page.on("request", (request) => requested.push(request.url()));
    await page.goto(`${pathToFileURL(file)}${hash}`);
    await page.locator('html[data-ready="true"]').waitFor({ state: "attached" });
    return page;
  }

  const here = (page: Page) => page.locator("#here").textContent();
  const said = (page: Page) => page.locator("#said").textContent();
  const rowsOf = (page: Page) => page.locator("tbody tr").count();

  it("shows what the map holds, as a picture and as a table", async () => {
    const page = await open(office);
    expect(await page.title()).toBe("Address map of 10.20.0.0/16");
    await expect.poll(() => here(page)).toBe("10.20.0.0/16");
    expect(await page.locator("#about").textContent()).toBe("Paris · 18 % assigned · Site: Paris");
    expect(await page.locator("caption").textContent()).toBe("What lies in 10.20.0.0/16");
    const row = page.locator("tbody tr", { hasText: "10.20.4.0/23" });
    expect(await row.locator("th, td").allTextContents()).toEqual([
      "10.20.4.0/23",
      "subnet",
      "Guests",
      "93 %",
      "512",
      "",
    ]);
    expect(await page.locator("tbody").textContent()).toContain("free: /18, /19, /20, /21, …");
  });

  it("tells what is pointed at, and looks into what is clicked", async () => {
    const page = await open(office);
    const box = await page.locator("#canvas").boundingBox();
    const [x, y] = [(box?.x ?? 0) + 300, (box?.y ?? 0) + 190];
    await page.mouse.move(x, y);
    await expect.poll(() => page.locator("#tip").textContent()).toMatch(/^10\.20\.66\.0\/23, subnet, Backup/);
    await page.mouse.click(x, y);
    await expect.poll(() => here(page)).toBe("10.20.64.0/18");
    expect(page.url()).toMatch(/#10\.20\.64\.0\/18$/);
    expect(await page.locator("#path li").allTextContents()).toEqual(["10.20.0.0/16", "10.20.64.0/18"]);
    await page.goBack();
    await expect.poll(() => here(page)).toBe("10.20.0.0/16");
    await page.mouse.click((box?.x ?? 0) + 10, (box?.y ?? 0) + 10);
    await expect.poll(() => here(page)).toBe("10.20.0.0/20");
  });

  it("says of a subnet without addresses whether none is in use or none was read", async () => {
    const { blocks, ...rest } = subnet;
    const [block] = blocks as readonly [MapSubnet];
    const row = (page: Page) => page.locator("tbody tr").last().textContent();
    const withAddresses = (addresses: MapSubnet["addresses"]) => ({
      ...rest,
      blocks: [{ ...block, addresses }],
    });
    expect(await row(await open(withAddresses([])))).toBe("no address in use");
    expect(await row(await open(withAddresses(undefined)))).toBe("addresses not read");
  });

  it("is used from the keyboard alone, and says where one is", async () => {
    const page = await open(office);
    const order: string[] = [];
    for (let step = 0; step < 3; step += 1) {
      await page.keyboard.press("Tab");
      order.push(await page.evaluate("document.activeElement.id"));
    }
    expect(order).toEqual(["skip", "search", "map"]);
    await page.keyboard.press("ArrowRight");
    await expect
      .poll(() => said(page))
      .toMatch(/^10\.20\.0\.0\/24, subnet, Reception, 12 % used, 256 addresses, VLAN: 10/);
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => said(page)).toMatch(/^10\.20\.1\.0\/24/);
    for (let step = 0; step < 4; step += 1) await page.keyboard.press("ArrowDown");
    await expect.poll(() => said(page)).toMatch(/^10\.20\.65\.0\/24, subnet, Databases/);
    await page.keyboard.press("Enter");
    await expect.poll(() => here(page)).toBe("10.20.64.0/18");
    await expect.poll(() => said(page)).toMatch(/^10\.20\.64\.0\/18, container, Data centre, 31 % assigned/);
    expect(await page.evaluate("document.activeElement.id")).toBe("map");
    await page.keyboard.press("Escape");
    await expect.poll(() => here(page)).toBe("10.20.0.0/16");
    await page.keyboard.press("End");
    await expect.poll(() => said(page)).toMatch(/^free: 10\.20\.255\.128/);
  });

  it("leads from the table into a block, and puts the focus on its heading", async () => {
    const page = await open(office);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("table");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(() => here(page)).toBe("10.20.0.0/24");
    expect(await page.evaluate("document.activeElement.id")).toBe("here");
  });

  it("finds by address, by CIDR and by name", async () => {
    const page = await open(office);
    const found = page.locator("#found li");
    await page.fill("#search", "10.20.66.7");
    await found.first().waitFor();
    expect((await found.allTextContents()).map((text) => text.split(" ")[0])).toEqual([
      "10.20.66.0/23",
      "10.20.64.0/18",
      "10.20.0.0/16",
    ]);
    await page.fill("#search", "offices");
    await page.locator("#count", { hasText: /^2 found/ }).waitFor();
    await page.keyboard.press("Enter");
    await expect.poll(() => here(page)).toBe("10.20.1.0/24");
    await page.fill("#search", "no such thing");
    await page.locator("#count", { hasText: "0 found" }).waitFor();
  });

  it("shows the addresses of a subnet, each with what it is", async () => {
    const page = await open(subnet);
    expect(await page.locator("#legend li").allTextContents()).toContain("Hhost record (H)");
    await page.focus("#map");
    for (let step = 0; step < 5; step += 1) await page.keyboard.press("ArrowRight");
    await expect.poll(() => said(page)).toBe("10.20.1.4, fixed address, 02:42:ac:11:00:04");
    await page.keyboard.press("Home");
    await expect.poll(() => said(page)).toBe("10.20.1.0, network, broadcast");
    await expect.poll(() => rowsOf(page)).toBe(100);
    await page.click("#more");
    await expect.poll(() => rowsOf(page)).toBeGreaterThan(100);
    expect(await page.locator("#more").isHidden()).toBe(true);
  });

  it("shows several blocks, and the way back to all of them", async () => {
    const page = await open(view, {}, "#10.9.0.0/24");
    expect(await page.locator("#path li").allTextContents()).toEqual(["default", "10.9.0.0/24"]);
    await page.click("#path a >> nth=0");
    await expect.poll(() => here(page)).toBe("default");
    await expect.poll(() => rowsOf(page)).toBe(3);
  });

  it("of 20,000 subnets opens at any of them, and finds the rest", async () => {
    const page = await open(eight(), {}, "#10.3.0.0/16");
    await expect.poll(() => here(page)).toBe("10.3.0.0/16");
    await expect.poll(() => rowsOf(page)).toBe(100);
    await page.fill("#search", "Site 100");
    await page.locator("#found li").first().waitFor();
    await page.keyboard.press("Enter");
    await expect.poll(() => here(page)).toBe("10.100.0.0/16");
    await page.evaluate('location.hash = "#10.0.0.0/8"');
    await page.locator("#here", { hasText: "10.0.0.0/8" }).waitFor();
    await page.focus("#map");
    await page.keyboard.press("End");
    await expect.poll(() => said(page)).toMatch(/^10\.255\.\d+\.0\/24, subnet|^free: 10\.255/);
  });

  it("shows the whole where its address is broken", async () => {
    const page = await open(eight(), {}, "#%E0%A4%A");
    await expect.poll(() => here(page)).toBe("10.0.0.0/8");
  });

  it("runs nothing that stands in a name", async () => {
    const page = await open(hostile);
    expect(await page.locator("#about").textContent()).toContain("</script><script>alert");
    expect(await page.locator("tbody img, tbody svg, tbody b").count()).toBe(0);
    await page.focus("#map");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => said(page)).toContain("<img src=x onerror=");
  });

  it("is light on paper, whatever the screen is", async () => {
    const page = await open(office, { colorScheme: "dark" });
    const body = () => page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    expect(await body()).toBe("rgb(21, 24, 28)");
    await page.emulateMedia({ media: "print" });
    expect(await body()).toBe("rgb(255, 255, 255)");
    const red = 'document.querySelector("#canvas").getContext("2d").getImageData(2, 2, 1, 1).data[0]';
    // The page hears of the other medium with its next frame.
    await expect.poll(() => page.evaluate<number>(red), { timeout: 60_000 }).toBe(255);
    expect(await page.locator("#find").isVisible()).toBe(false);
  });

  it("fits a telephone", async () => {
    const page = await open(office, { viewport: { width: 360, height: 740 } });
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
  });

  it.each([
    ["light", office, {}],
    ["dark", office, { colorScheme: "dark" as const }],
    ["a telephone", office, { viewport: { width: 360, height: 740 } }],
    ["a subnet", subnet, {}],
    ["a subnet in the dark", subnet, { colorScheme: "dark" as const }],
    ["IPv6", six, {}],
  ])("has nothing that axe complains about: %s", async (_name, map, options) => {
    const page = await open(map, { ...options, bypassCSP: true });
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve("axe-core") });
    const violations = await page.evaluate<string[]>(
      "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.html).join(' ')))",
    );
    expect(violations).toEqual([]);
  });

  it("draws the SVG without a complaint of the parser", async () => {
    const page = await browser.newPage();
    for (const map of [office, subnet, six, hostile]) {
      const picture = await renderMap(map, { format: "svg" });
      const parsed = await page.evaluate<string>(
        `new DOMParser().parseFromString(${JSON.stringify(picture)}, "image/svg+xml").documentElement.nodeName`,
      );
      expect(parsed).toBe("svg");
    }
  });
});
