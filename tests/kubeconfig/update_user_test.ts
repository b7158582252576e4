import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { parseKubeconfig } from "../../kubeconfig/mod.ts";
import { type PlainStanza, updateUserInFile } from "../../kubeconfig/update_user.ts";
import { inScratch, type Scratch } from "./scratch.ts";

const text = `
users:
- name: other
  user: { token: kept, client-key: ../kept.key }
- name: u
  user: { client-certificate: ../old.crt, exec: { command: ./plugin } }
current-context: kept
unknown: { big: 18446744073709551615 }
`;

async function update({ write }: Scratch, change: PlainStanza): Promise<string> {
  const path = await write("config", text);
  await updateUserInFile({ path, user: "u" }, (stanza) => ({ ...stanza, ...change }));
  return readFile(path, "utf8");
}

describe("updateUserInFile()", () => {
  const rows: readonly (readonly [string, (scratch: Scratch) => string, (scratch: Scratch) => string])[] = [
    ["inside the file's directory relative", ({ path }) => path("pki/../tls/u.key"), () => "tls/u.key"],
    ["that would need .. as it is when it is absolute", () => "/elsewhere/u.key", () => "/elsewhere/u.key"],
    ["beside the directory as it is", ({ directory }) => `${directory}-2/key`, ({ directory }) => `${directory}-2/key`],
    ["that is relative and inside as short as it can", () => "./a/../u.key", () => "u.key"],
    ["that is empty empty", () => "", () => ""],
  ];
  for (const [what, given, wanted] of rows) {
    it(
      `L33 writes a new path ${what}`,
      inScratch(async (scratch) => {
        for (const field of ["client-certificate", "client-key", "tokenFile"]) {
          const { users } = parseKubeconfig(await update(scratch, { [field]: given(scratch) }));
          assert.equal(users[1]?.user[field], wanted(scratch));
        }
      }),
    );
  }

  it(
    "L33 refuses a new path that is relative and needs .., and leaves the file as it is",
    inScratch(async (scratch) => {
      await assert.rejects(update(scratch, { "client-key": "a/../../u.key", token: "new" }), {
        code: "kubeconfig_invalid",
        message: /requires backsteps and is not absolute/,
      });
      assert.equal(await readFile(scratch.path("config"), "utf8"), text);
    }),
  );

  it(
    "L33 leaves the paths that stood there as they were written",
    inScratch(async (scratch) => {
      const { users } = parseKubeconfig(await update(scratch, { token: "new" }));
      assert.equal(users[0]?.user["client-key"], "../kept.key");
      assert.equal(users[1]?.user["client-certificate"], "../old.crt");
      assert.equal(users[1]?.user.exec?.command, "./plugin");
      assert.equal(users[1]?.user.token, "new");
    }),
  );

  it(
    "keeps all else, to the last digit",
    inScratch(async (scratch) => {
      const written = parseKubeconfig(await update(scratch, { token: "new" }));
      assert.deepEqual(written.unknownFields, { unknown: { big: 18446744073709551615n } });
      assert.deepEqual([written["current-context"], written.users[0]?.user.token], ["kept", "kept"]);
    }),
  );

  it(
    "names a user that is not there, and a file that is no kubeconfig, without a value of it",
    inScratch(async ({ write }) => {
      const path = await write("config", text);
      const keep = (stanza: PlainStanza) => stanza;
      await assert.rejects(updateUserInFile({ path, user: "gone" }, keep), {
        code: "kubeconfig_invalid",
        message: `Cannot update kubeconfig "${path}": user "gone" is not in it`,
      });
      await write("config", "users: [{ name: u, user: { token: 12345678 } }]");
      await assert.rejects(updateUserInFile({ path, user: "u" }, keep), (error: Error & { code: string }) => {
        assert.equal(error.code, "kubeconfig_invalid");
        assert.doesNotMatch(error.message, /12345678/);
        return true;
      });
    }),
  );
});
