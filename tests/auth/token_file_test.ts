import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { tokenFileSource } from "../../auth/token_file.ts";
import { memoryPlatform } from "./memory_platform.ts";

const path = "/run/token";

describe("tokenFileSource()", () => {
  it("T08 serves what was read for 50 s, then reads again", async () => {
    const platform = memoryPlatform({ [path]: "first" });
    const source = tokenFileSource(path, { platform });
    assert.equal((await source()).token, "first");
    platform.files.set(path, "second");
    platform.advance(49_999);
    assert.equal((await source()).token, "first");
    assert.equal(platform.reads.length, 1);
    platform.advance(1);
    assert.equal((await source()).token, "second");
    assert.equal(platform.reads.length, 2);
  });

  it("T08 rejects when the first reading fails, and reads again on the next request", async () => {
    const platform = memoryPlatform();
    const source = tokenFileSource(path, { platform });
    await assert.rejects(source(), {
      code: "file_not_found",
      message: `Cannot get a token: failed to read token file "${path}": open ${path}: no such file or directory`,
    });
    platform.files.set(path, "late");
    assert.equal((await source()).token, "late");
  });

  it("T08 keeps the last good token when a later reading fails, with one warning for the streak", async () => {
    const platform = memoryPlatform({ [path]: "good" });
    const warnings: string[] = [];
    const source = tokenFileSource(path, { platform, onWarning: (text) => warnings.push(text) });
    await source();
    for (const broken of [undefined, "", " \n\t"]) {
      if (broken === undefined) platform.files.delete(path);
      else platform.files.set(path, broken);
      platform.advance(50_000);
      assert.equal((await source()).token, "good");
    }
    assert.equal(platform.reads.length, 4);
    assert.equal(warnings.length, 1);
    platform.files.set(path, "new");
    assert.equal((await source()).token, "new", "a failed reading is not good for 50 s");
    platform.files.delete(path);
    platform.advance(50_000);
    await source();
    assert.equal(warnings.length, 2);
  });

  it("T08 reads again when the clock has gone backwards", async () => {
    const platform = memoryPlatform({ [path]: "first" });
    const source = tokenFileSource(path, { platform });
    await source();
    platform.files.set(path, "second");
    platform.advance(-3_600_000);
    assert.equal((await source()).token, "second");
  });

  it("T09 reads once for 100 parallel requests", async () => {
    const platform = memoryPlatform({ [path]: "shared" });
    const source = tokenFileSource(path, { platform });
    const credentials = await Promise.all(Array.from({ length: 100 }, () => source()));
    assert.equal(new Set(credentials).size, 1);
    assert.equal(platform.reads.length, 1);
  });

  it("drops white space around the token and keeps what is inside", async () => {
    const platform = memoryPlatform({ [path]: "\n to ken\r\n\t" });
    assert.equal((await tokenFileSource(path, { platform })()).token, "to ken");
  });

  it("names the file when it is blank", async () => {
    const source = tokenFileSource(path, { platform: memoryPlatform({ [path]: " \n" }) });
    await assert.rejects(source(), {
      code: "credential_invalid",
      message: /read empty token from file "\/run\/token"/,
    });
  });

  it("falls back on a given token until the file gives one", async () => {
    const platform = memoryPlatform();
    const source = tokenFileSource(path, { platform, token: "inline " });
    assert.equal((await source()).token, "inline ");
    platform.files.set(path, "file");
    assert.equal((await source()).token, "file");
    platform.files.delete(path);
    platform.advance(50_000);
    assert.equal((await source()).token, "file");
  });

  it("reads at once when the server has refused the token, and only for the one that refused it last", async () => {
    const platform = memoryPlatform({ [path]: "old" });
    const source = tokenFileSource(path, { platform });
    const rejected = await source();
    platform.files.set(path, "new");
    const fresh = await source({ rejected });
    assert.equal(fresh.token, "new");
    assert.equal(await source({ rejected }), fresh);
    assert.equal(platform.reads.length, 2);
  });

  it("gives up waiting, not reading, when a request is aborted", async () => {
    const platform = memoryPlatform({ [path]: "token" });
    const source = tokenFileSource(path, { platform });
    const reason = new Error("enough");
    const aborted = source({ signal: AbortSignal.abort(reason) });
    const waiting = source();
    await assert.rejects(aborted, reason);
    assert.equal((await waiting).token, "token");
    assert.equal(platform.reads.length, 1);
  });

  it("follows a real file", async () => {
    const directory = await mkdtemp(join(tmpdir(), "kubecred-"));
    try {
      const file = join(directory, "token");
      await writeFile(file, "one\n");
      const { now, advance } = memoryPlatform();
      const source = tokenFileSource(file, { platform: { now } });
      assert.equal((await source()).token, "one");
      await writeFile(file, "two\n");
      advance(50_000);
      assert.equal((await source()).token, "two");
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
