import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type AddressMap, type MapSubnet, renderMap } from "infoblox-ipam";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { eight, hostile, mapOf, nested, office, six, subnet } from "../unit/map/maps.js";
import { executablePath, launch } from "./chromium.js";

const axe = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Runs in the page: copies a canvas, since the browser warns about one that is read repeatedly. */
const pixels = `(id) => {
  const canvas = document.querySelector(id);
  const { width, height } = canvas;
  const pen = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d", { willReadFrequently: true });
  pen.drawImage(canvas, 0, 0);
  return pen;
}`;

/** The largest map. */
const large = eight();

/** Three blocks, like a network view's. */
const view = mapOf("default", {
  subnets: [
    { network: "10.1.0.0/24", utilization: 100 },
    { network: "10.9.0.0/24", utilization: 500 },
  ],
  containers: [{ network: "10.0.0.0/16" }],
});

interface Window {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: "dark";
}

describe.skipIf(executablePath === undefined)("the map's page in Chromium", () => {
  let browser: Browser;
  let folder: string;
  /** One page for all tests, each of which shows its own file in it: a new page takes a second. */
  let page: Page;
  let files = 0;
  const problems: string[] = [];
  const requested: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "infoblox-ipam-map-"));
    browser = await launch();
    page = await browser.newPage();
    page.setDefaultTimeout(300_000);
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => {
      // Only these tests read pixels. How often depends on when the page has drawn.
      if (!message.text().startsWith("Canvas2D: Multiple readback")) problems.push(message.text());
    });
    page.on("dialog", (dialog) => problems.push(`dialog: ${dialog.message()}`));
    page.on("request", (request) => requested.push(request.url()));
  });

  afterEach(() => {
    expect(problems.splice(0)).toEqual([]);
    expect(requested.splice(0).filter((url) => !/^(file|about):/.test(url))).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(
    map: AddressMap,
    { viewport = { width: 1200, height: 1000 }, colorScheme }: Window = {},
    hash = "",
  ): Promise<Page> {
    files += 1;
    const file = join(folder, `map-${files}.html`);
    await writeFile(file, await renderMap(map, { format: "html" }));
    await page.setViewportSize(viewport);
    await page.emulateMedia({ media: null, colorScheme: colorScheme ?? null });
    await page.mouse.move(0, 0);
    // The script runs while the page is read: it has drawn when that is loaded.
    await page.goto(`${pathToFileURL(file)}${hash}`);
    expect(await page.evaluate("document.documentElement.dataset.ready")).toBe("true");
    return page;
  }

  const here = (page: Page) => page.locator("#here").textContent();
  const said = (page: Page) => page.locator("#said").textContent();
  const rowsOf = (page: Page) => page.locator("tbody tr").count();

  /** Points at a thing with the keys. Returns its place on the canvas. */
  async function stopAt(words: RegExp): Promise<{ x: number; y: number; width: number; height: number }> {
    await page.focus("#map");
    await page.keyboard.press("Home");
    for (let step = 0; !words.test((await said(page)) ?? ""); step += 1) {
      if (step > 100) throw new Error(`nothing is ${words}`);
      await page.keyboard.press("ArrowRight");
    }
    return page.evaluate(`(() => {
      const { transform, width, height } = document.querySelector("#ring").style;
      const [x, y] = transform.match(/[\\d.]+/g).map(Number);
      return { x, y, width: parseFloat(width), height: parseFloat(height) };
    })()`);
  }

  it("has one heading, of what is shown", async () => {
    await open(office, {}, "#10.20.64.0/18");
    expect(await page.locator("h1, h2, h3").allTextContents()).toEqual(["Address map of 10.20.64.0/18"]);
    expect(await page.title()).toBe("Address map of 10.20.64.0/18");
    expect(await page.locator("caption").boundingBox()).toMatchObject({ width: 1, height: 1 });
  });

  it.each(Object.entries({ office, nested, six, subnet, view }))(
    "prints no label over another: %s",
    async (_name, map) => {
      await open(map);
      for (const width of [1200, 400]) {
        await page.setViewportSize({ width, height: 1000 });
        const labels = await page.evaluate<readonly { text: string; box: readonly number[] }[]>(`(() => {
        const found = [];
        const pen = CanvasRenderingContext2D.prototype;
        const { fillText } = pen;
        pen.fillText = function (text, x, y, most = Infinity) {
          const { width, actualBoundingBoxAscent: above, actualBoundingBoxDescent: below } = this.measureText(text);
          found.push({ text, box: [x, y - above, x + Math.min(width, most), y + below] });
        };
        dispatchEvent(new Event("beforeprint"));
        pen.fillText = fillText;
        return found;
      })()`);
        expect(labels.length).toBeGreaterThan(2);
        const overprinted = labels.flatMap(
          ({ text, box: [left = 0, top = 0, right = 0, bottom = 0] }, index) =>
            labels
              .slice(index + 1)
              .filter(
                ({ box: [x = 0, y = 0, end = 0, base = 0] }) =>
                  x < right && left < end && y < bottom && top < base,
              )
              .map((other) => `${text} | ${other.text}`),
        );
        expect([width, overprinted]).toEqual([width, []]);
      }
    },
  );

  it("tells what is free from what nothing uses without colours: light, dark and in print", async () => {
    await open(office);
    for (const medium of [{ colorScheme: "light" }, { colorScheme: "dark" }, { media: "print" }] as const) {
      await page.emulateMedia(medium);
      const paper = `(${pixels})("#canvas").getImageData(2, 2, 1, 1).data[0]`;
      const isDrawn = (red: number) =>
        "colorScheme" in medium && medium.colorScheme === "dark" ? red < 60 : red > 200;
      await expect.poll(async () => isDrawn(await page.evaluate<number>(paper))).toBe(true);
      const empty = await stopAt(/^10\.20\.3\.0\/24/);
      const free = await stopAt(/^free: 10\.20\.6\.0/);
      /** How light the darkest and the lightest are, from 0 to 255. */
      const shades = (x: number, y: number, width: number, height: number) =>
        page.evaluate<number[]>(`(() => {
        const { data } = (${pixels})("#canvas").getImageData(${x}, ${y}, ${width}, ${height});
        const all = [];
        for (let at = 0; at < data.length; at += 4) all.push(0.21 * data[at] + 0.72 * data[at + 1] + 0.07 * data[at + 2]);
        return [Math.min(...all), Math.max(...all)];
      })()`);
      const differ = ([low = 0, high = 0]: readonly number[]) => high - low;
      // Dots, and none of them: below what is written.
      expect(differ(await shades(free.x + 80, free.y + 15, 20, 20))).toBeGreaterThan(60);
      expect(differ(await shades(empty.x + 4, empty.y + 29, 20, 6))).toBeLessThan(3);
      // An edge.
      expect(differ(await shades(Math.round(empty.x), empty.y + 29, 6, 1))).toBeGreaterThan(60);
      const swatch = (tone: string) =>
        page.evaluate<string>(`(() => {
        const { backgroundImage, borderColor } = getComputedStyle(document.querySelector(".swatch.${tone}"));
        return backgroundImage + borderColor;
      })()`);
      expect(await swatch("free")).toMatch(/^radial-gradient/);
      expect(await swatch("empty")).toMatch(/^none/);
    }
  });

  it("marks in picture, list and table what is searched for", async () => {
    await open(office);
    const marked = (box: { x: number; y: number; width: number; height: number }) =>
      page.evaluate<number>(`(() => {
        const { data } = (${pixels})("#marks").getImageData(${box.x - 2}, ${box.y - 2}, ${box.width + 4}, ${box.height + 4});
        return data.filter((_, at) => at % 4 === 3 && data[at] > 0).length;
      })()`);
    const guests = await stopAt(/^10\.20\.4\.0\/23/);
    const reception = await stopAt(/^10\.20\.0\.0\/24/);
    expect([await marked(guests), await marked(reception)]).toEqual([0, 0]);
    await page.fill("#search", "guest");
    await page.locator("#count", { hasText: "1 found" }).waitFor();
    expect([(await marked(guests)) > 100, await marked(reception)]).toEqual([true, 0]);
    expect(await page.locator("mark").allTextContents()).toEqual(["Guest", "Guest"]);
    await page.fill("#search", "10.20.0.77");
    await page.locator("#count", { hasText: "2 found" }).waitFor();
    // The innermost block alone: all others are around it.
    expect([await marked(guests), (await marked(reception)) > 100]).toEqual([0, true]);
    await page.fill("#search", "");
    await expect.poll(() => marked(reception)).toBe(0);
  });

  it("marks an address of a subnet by its name", async () => {
    await open(subnet);
    await page.fill("#search", "host-29");
    await page.locator("#count", { hasText: "1 found" }).waitFor();
    expect(await page.locator("tbody mark").allTextContents()).toEqual(["host-29"]);
  });

  it("sorts the table by any column, both ways, and shows only the rows that are wanted", async () => {
    await open(office);
    const column = (index: number) => page.locator(`tbody tr > :nth-child(${index})`).allTextContents();
    const sort = (name: string) => page.locator("thead button", { hasText: name }).click();
    const blocks = await column(1);
    await sort("Use");
    expect(await page.locator('th[aria-sort="ascending"]').textContent()).toBe("Use");
    expect((await column(4)).filter((text) => text !== "")).toEqual([
      "0 %",
      "1.8 %",
      "12 %",
      "31 %",
      "34 %",
      "47 %",
      "66 %",
      "81 %",
      "93 %",
    ]);
    await sort("Use");
    expect((await column(1))[0]).toBe("10.20.4.0/23");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Use");
    await sort("Block");
    expect(await column(1)).toEqual(blocks);
    await page.fill("#filter", "free");
    await expect.poll(() => page.locator("#rows").textContent()).toBe("5 of 14 rows");
    expect((await column(2)).every((text) => text.startsWith("free: "))).toBe(true);
    await page.fill("#filter", "");
    expect(await column(1)).toEqual(blocks);
  });

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
    // Past the columns, by which it can be sorted.
    for (let column = 0; column <= 6; column += 1) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(() => here(page)).toBe("10.20.0.0/24");
    expect(await page.evaluate("document.activeElement.id")).toBe("heading");
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
    const page = await open(large, {}, "#10.3.0.0/16");
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
    const page = await open(office, {}, "#%E0%A4%A");
    await expect.poll(() => here(page)).toBe("10.20.0.0/16");
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

  const light = { viewport: { width: 1200, height: 1000 }, colorScheme: "light" } as const;
  const dark = { ...light, colorScheme: "dark" } as const;
  const telephone = { ...light, viewport: { width: 360, height: 740 } } as const;

  it.each([
    ["an office in the light, in the dark and on a telephone", office, [light, dark, telephone]],
    ["a subnet in the light and in the dark", subnet, [light, dark]],
    ["IPv6", six, [light]],
  ])("has nothing that axe complains about: %s", async (_name, map, windows) => {
    await open(map);
    await page.evaluate(await axe);
    for (const { viewport, colorScheme } of windows) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      const violations = await page.evaluate<string[]>(
        "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.html).join(' ')))",
      );
      expect([colorScheme, viewport.width, violations]).toEqual([colorScheme, viewport.width, []]);
    }
  });

  it("draws the SVG without a complaint of the parser", async () => {
    await page.goto("about:blank");
    for (const map of [office, subnet, six, hostile]) {
      const picture = await renderMap(map, { format: "svg" });
      const parsed = await page.evaluate<string>(
        `new DOMParser().parseFromString(${JSON.stringify(picture)}, "image/svg+xml").documentElement.nodeName`,
      );
      expect(parsed).toBe("svg");
    }
  });
});
