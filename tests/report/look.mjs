// SPDX-License-Identifier: ISC
// Looks at a fan-out page in headless Chromium: light and dark, narrow and wide. usage: node look.mjs PAGE [DIRECTORY]
// Fails on console messages, on any request beside the page, on content wider than the window, on charts that do not show,
// and where text does not stand out from its background. Screenshots go to DIRECTORY. puppeteer-core comes from NODE_PATH.
import { createRequire } from "node:module";
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const puppeteer = createRequire(resolve(process.env.NODE_PATH ?? "node_modules", "x.js"))("puppeteer-core");
const [page_path, directory] = process.argv.slice(2);
const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (!page_path || !chromium) {
    console.error(page_path ? "no Chromium (Debian: chromium)" : "usage: node look.mjs PAGE [DIRECTORY]");
    process.exit(2);
}
if (directory) {
    mkdirSync(directory, { recursive: true });
}

const url = pathToFileURL(resolve(page_path)).href;
const problems = [];
const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox"] });

// Runs in the page: what is on it, and how it shows.
function survey() {
    const luminance = (colour) => {
        const [r, g, b] = colour.match(/[\d.]+/g).map((v) => {
            const c = Number(v) / 255;
            return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (a, b) => {
        const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
        return (x + 0.05) / (y + 0.05);
    };
    const background = getComputedStyle(document.body).backgroundColor;
    const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
    const shown = [...document.querySelectorAll("figure svg")].filter((s) => s.getBoundingClientRect().width > 0);
    return {
        width: document.documentElement.scrollWidth,
        background,
        figures: document.querySelectorAll("figure").length,
        charts: shown.map((s) => {
            const box = s.getBoundingClientRect();
            const shapes = [...s.querySelectorAll("polygon, path, use")].filter((e) => !e.closest("defs"));
            const texts = [...s.querySelectorAll("text")];
            return {
                width: box.width,
                height: box.height,
                shapes: shapes.length,
                texts: texts.length,
                outside: texts
                    .filter((t) => {
                        const b = t.getBoundingClientRect();
                        return b.left < box.left - 1 || b.right > box.right + 1 || b.top < box.top - 1 || b.bottom > box.bottom + 1;
                    })
                    .map((t) => t.textContent),
                small: texts.filter((t) => t.getBoundingClientRect().height < 9).length,
            };
        }),
        contrast: [...document.querySelectorAll("p, h1, h2, h3, figcaption, dd, td, .tag, summary")].map((e) =>
            contrast(getComputedStyle(e).color, background),
        ),
        twice: ids.filter((id, i) => ids.indexOf(id) !== i),
    };
}

const backgrounds = {};
for (const scheme of ["light", "dark"]) {
    for (const width of [360, 1400]) {
        const page = await browser.newPage();
        const name = `${scheme}-${width}`;
        const fault = (text) => problems.push(`${name}: ${text}`);
        page.on("console", (message) => fault(`console: ${message.text()}`));
        page.on("pageerror", (error) => fault(`error: ${error.message}`));
        page.on("request", (request) => {
            if (request.url() !== url && !request.url().startsWith("data:")) {
                fault(`asks for ${request.url()}`);
            }
        });
        await page.setViewport({ width, height: 900 });
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
        await page.goto(url, { waitUntil: "load" });
        if (directory) {
            await page.screenshot({ path: join(directory, `${name}.png`), fullPage: true });
        }
        // With everything unfolded.
        await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
        const seen = await page.evaluate(survey);
        if (seen.width > width) {
            fault(`content is ${seen.width} pixels wide`);
        }
        if (seen.figures === 0 || seen.charts.length !== seen.figures) {
            fault(`${seen.charts.length} of ${seen.figures} charts show`);
        }
        seen.charts.forEach((chart, i) => {
            if (chart.width < 0.8 * Math.min(width, 700) - 40 || chart.height < 40 || chart.shapes === 0 || chart.texts === 0) {
                fault(`chart ${i + 1} is ${JSON.stringify(chart)}`);
            }
            if (chart.outside.length > 0 || chart.small > 0) {
                fault(`chart ${i + 1}: ${chart.small} texts too small, cut off: ${chart.outside.join("; ")}`);
            }
        });
        if (Math.min(...seen.contrast) < 4.5) {
            fault(`text of contrast ${Math.min(...seen.contrast).toFixed(2)}`);
        }
        if (seen.twice.length > 0) {
            fault(`ids that occur twice: ${seen.twice.join(" ")}`);
        }
        backgrounds[scheme] = seen.background;
        console.log(`${name}: ${seen.charts.length} charts, ${seen.width} pixels wide, background ${seen.background}`);
        await page.close();
    }
}
await browser.close();
if (backgrounds.light === backgrounds.dark) {
    problems.push("dark looks like light");
}
for (const problem of problems) {
    console.error(problem);
}
process.exit(problems.length > 0 ? 1 : 0);
