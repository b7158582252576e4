import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkFiles } from "../../kubeconfig/check_files.ts";
import { parseKubeconfig, resolveContext } from "../../kubeconfig/mod.ts";
import { inScratch, type Scratch } from "./scratch.ts";

/** A connection with CA, certificate and key in files of the directory. */
function connection({ path }: Scratch) {
  return resolveContext(parseKubeconfig(JSON.stringify({
    clusters: [{ name: "c", cluster: { server: "https://h", "certificate-authority": path("ca") } }],
    users: [{ name: "u", user: { "client-certificate": path("crt"), "client-key": path("key") } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  })));
}

describe("checkFiles()", () => {
  it(
    "C31 names CA, certificate and key that are missing, all at once",
    inScratch(async (scratch) => {
      const [ca, crt, key] = ["ca", "crt", "key"].map(scratch.path);
      const reason = (path?: string) => `open ${path}: no such file or directory`;
      await assert.rejects(checkFiles(connection(scratch)), {
        code: "file_not_found",
        path: crt,
        message: "Cannot connect: invalid configuration: [" + [
          `unable to read client-cert ${crt} for u due to ${reason(crt)}`,
          `unable to read client-key ${key} for u due to ${reason(key)}`,
          `unable to read certificate-authority ${ca} for c due to ${reason(ca)}`,
        ].join(", ") + "]",
      });
    }),
  );

  it(
    "C31 names the CA alone when it is what is missing",
    inScratch(async (scratch) => {
      await scratch.write("crt", "");
      await scratch.write("key", "");
      await assert.rejects(checkFiles(connection(scratch)), {
        code: "file_not_found",
        path: scratch.path("ca"),
        message: `Cannot connect: invalid configuration: unable to read certificate-authority ${scratch.path("ca")} ` +
          `for c due to open ${scratch.path("ca")}: no such file or directory`,
      });
    }),
  );

  it(
    "C31 names a file that cannot be read with its reason",
    inScratch(async (scratch) => {
      await Promise.all(["crt", "key", "ca/file"].map((name) => scratch.write(name, "")));
      await assert.rejects(checkFiles(connection(scratch)), {
        code: "file_denied",
        message: /unable to read certificate-authority .*ca for c due to .+/,
      });
    }),
  );

  it(
    "C31 takes files that can be read, and data",
    inScratch(async (scratch) => {
      await Promise.all(["crt", "key", "ca"].map((name) => scratch.write(name, "")));
      await checkFiles(connection(scratch));
      await checkFiles({ tls: { ca: { data: "CA" } } });
    }),
  );
});
