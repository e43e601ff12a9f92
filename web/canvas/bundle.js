// node bundle.js FILE: puts the client and what it needs into one module for browsers, behind the licences of all of it.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

const [outfile] = process.argv.slice(2);
const here = import.meta.dirname;
const options = {
  entryPoints: [path.join(here, "client.js")],
  absWorkingDir: here,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
};

const { metafile } = await build({ ...options, write: false, metafile: true });
const notices = await Promise.all(bundledPackages(metafile).map(noticeOf));
await build({ ...options, outfile, legalComments: "none", banner: { js: `/*\n${notices.join("\n\n")}\n*/` } });

function bundledPackages({ inputs }) {
  const names = Object.keys(inputs).map((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]);
  return [...new Set(names.filter(Boolean))].sort();
}

async function noticeOf(name) {
  const folder = path.join(here, "node_modules", name);
  const { version, license } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) {
    throw new Error(`${name} comes without its licence (${license}), so it cannot be passed on`);
  }
  const text = (await readFile(path.join(folder, file), "utf8")).trim().replaceAll("*/", "* /");
  return `${name} ${version}\n\n${text}`;
}
