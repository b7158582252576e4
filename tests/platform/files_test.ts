import assert from "node:assert/strict";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { resolvePlatform } from "../../platform/mod.ts";
import { bytes, fresh, removeScratch, text } from "./scratch.ts";

const { readFile, writeFile, stat } = resolvePlatform();
after(removeScratch);

const isRoot = process.getuid?.() === 0;

describe("readFile()", () => {
  it("readFile() returns the bytes", async () => {
    const path = fresh();
    writeFileSync(path, new Uint8Array([0, 255, 10]));
    assert.deepEqual([...await readFile(path)], [0, 255, 10]);
  });

  it("readFile() follows a link", async () => {
    const path = fresh();
    writeFileSync(path, "text");
    symlinkSync(basename(path), `${path}.link`);
    assert.equal(text(await readFile(`${path}.link`)), "text");
  });

  it("readFile() rejects with file_not_found where there is no file, or no directory", async () => {
    const path = fresh();
    await assert.rejects(readFile(path), {
      name: "KubecredError",
      code: "file_not_found",
      path,
      message: `Cannot read ${path}: no such file or directory`,
    });
    await assert.rejects(readFile(`${path}/below`), { code: "file_not_found" });
    writeFileSync(path, "");
    await assert.rejects(readFile(`${path}/below`), {
      code: "file_not_found",
      message: `Cannot read ${path}/below: not a directory`,
    });
  });

  it("readFile() rejects with file_denied for a directory", async () => {
    const path = fresh();
    mkdirSync(path);
    await assert.rejects(readFile(path), { code: "file_denied", path, message: `Cannot read ${path}: is a directory` });
  });

  it("readFile() rejects with file_denied when the system forbids it", async () => {
    // root may read everything but the likes of this
    const path = isRoot ? "/proc/1/mem" : fresh();
    if (!isRoot) writeFileSync(path, "planted", { mode: 0 });
    await assert.rejects(readFile(path), { code: "file_denied", path });
  });

  it("readFile() rejects with file_denied for a name that no system takes", async () => {
    await assert.rejects(readFile(fresh("x".repeat(5_000))), { code: "file_denied", message: /file name too long$/ });
  });
});

describe("stat()", () => {
  it("stat() returns size, time, mode and kind", async () => {
    const path = fresh();
    writeFileSync(path, "12345");
    chmodSync(path, 0o640);
    utimesSync(path, 1_000, 2_000);
    assert.deepEqual(await stat(path), { size: 5, mtime: 2_000_000, mode: 0o640, isFile: true });
  });

  it("stat() tells a directory from a file, and follows links", async () => {
    const path = fresh();
    mkdirSync(path);
    symlinkSync(path, `${path}.link`);
    assert.equal((await stat(`${path}.link`))?.isFile, false);
  });

  it("stat() returns undefined where there is nothing", async () => {
    const path = fresh();
    assert.equal(await stat(path), undefined);
    writeFileSync(path, "");
    assert.equal(await stat(`${path}/below`), undefined);
    symlinkSync(fresh(), `${path}.link`);
    assert.equal(await stat(`${path}.link`), undefined);
  });
});

describe("writeFile()", () => {
  it("writeFile() makes a file that is its owner's alone", async () => {
    const path = fresh();
    await writeFile(path, bytes("text"));
    assert.equal(readFileSync(path, "utf8"), "text");
    assert.equal(statSync(path).mode & 0o7777, 0o600);
  });

  it("writeFile() keeps the mode of a file that it replaces", async () => {
    const path = fresh();
    writeFileSync(path, "old and longer");
    chmodSync(path, 0o664);
    await writeFile(path, bytes("new"));
    assert.equal(readFileSync(path, "utf8"), "new");
    assert.equal(statSync(path).mode & 0o7777, 0o664);
  });

  it("writeFile() gives exactly the mode that is asked for, whatever the umask", async () => {
    const path = fresh();
    writeFileSync(path, "old");
    const umask = process.umask(0o077);
    try {
      await writeFile(path, bytes("new"), { mode: 0o666 });
    } finally {
      process.umask(umask);
    }
    assert.equal(statSync(path).mode & 0o7777, 0o666);
  });

  it("writeFile() replaces, so that who has the old file open reads the old file", async () => {
    const path = fresh();
    writeFileSync(path, "old");
    const before = statSync(path).ino;
    await writeFile(path, bytes("new"));
    assert.notEqual(statSync(path).ino, before);
  });

  it("writeFile() writes where a link points, and leaves the link", async () => {
    const directory = fresh();
    mkdirSync(directory);
    const link = join(directory, "link"), hop = join(directory, "hop"), target = join(directory, "target");
    symlinkSync("hop", link);
    symlinkSync(target, hop);
    await writeFile(link, bytes("first"));
    await writeFile(link, bytes("second"));
    assert.ok(lstatSync(link).isSymbolicLink() && lstatSync(hop).isSymbolicLink());
    assert.equal(readlinkSync(link), "hop");
    assert.equal(readFileSync(target, "utf8"), "second");
    assert.deepEqual(readdirSync(directory).sort(), ["hop", "link", "target"]);
  });

  it("writeFile() rejects links in a circle", async () => {
    const path = fresh();
    symlinkSync(`${path}.other`, path);
    symlinkSync(path, `${path}.other`);
    await assert.rejects(writeFile(path, bytes("text")), {
      code: "file_denied",
      message: `Cannot write ${path}: too many levels of symbolic links`,
    });
  });

  it("writeFile() leaves nothing behind when it cannot replace", async () => {
    const directory = fresh();
    mkdirSync(join(directory, "target", "full"), { recursive: true });
    await assert.rejects(writeFile(join(directory, "target"), bytes("planted")), (error: Error) => {
      assert.equal((error as { code?: string }).code, "file_denied");
      assert.doesNotMatch(`${error.message}${error.cause}`, /planted/);
      return true;
    });
    assert.deepEqual(readdirSync(directory), ["target"]);
  });

  it("writeFile() rejects with file_not_found where there is no directory", async () => {
    const path = join(fresh(), "below");
    await assert.rejects(writeFile(path, bytes("text")), { code: "file_not_found", path });
  });

  it("writeFile() shows a reader the old content or the new, whole, while it writes", async () => {
    const path = fresh();
    const contents = ["a", "b"].map((letter) => letter.repeat(1 << 18));
    writeFileSync(path, contents[0]!);
    let writing = true;
    const writer = (async () => {
      for (let turn = 0; turn < 20; turn++) await writeFile(path, bytes(contents[turn % 2]!));
      writing = false;
    })();
    let reads = 0;
    while (writing) {
      assert.ok(contents.includes(text(await readFile(path))));
      reads++;
    }
    await writer;
    assert.ok(reads > 0);
  });
});
