/** The tools that kubeconfigs name: stand-ins on PATH that print what the real ones print, and the real ones where present. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { credentialSource } from "../../../auth/credential_source.ts";
import { lookPath } from "../../../auth/exec/command_path.ts";
import { execSource } from "../../../auth/exec/source.ts";
import { parseKubeconfig, resolveContext } from "../../../kubeconfig/mod.ts";
import { resolvePlatform } from "../../../platform/mod.ts";
import { pluginDirectory, rejection, v1, v1beta1 } from "./plugins.ts";

const plugins = await pluginDirectory();
const run = promisify(execFile);
const absent = async (name: string) => (await lookPath(name, resolvePlatform())).problem ?? false;
const noAws = await absent("aws");
const noGke = await absent("gke-gcloud-auth-plugin");
const expiry = "2035-02-18T12:34:56Z";

/** A kubeconfig whose user has this exec stanza, as guides print it. */
function kubeconfig(exec: string, cluster = "server: https://api.cluster.example.com:6443"): string {
  return `apiVersion: v1
kind: Config
current-context: my-context
contexts:
- {name: my-context, context: {cluster: my-cluster, user: my-user}}
clusters:
- name: my-cluster
  cluster:
    ${cluster}
users:
- name: my-user
  user:
    exec:
${exec.replaceAll(/^/gm, "      ")}
`;
}

/** Puts a stand-in on PATH and asks it for a credential by way of a kubeconfig. */
async function login(name: string, script: string, exec: string) {
  const args = join(plugins.path, `${name}.args`);
  await plugins.script(`echo "$@" > ${args}\n${script}`, { name });
  const connection = resolveContext(parseKubeconfig(kubeconfig(exec)));
  const source = credentialSource(connection, {
    platform: { env: (name) => name === "PATH" ? plugins.path : process.env[name] },
    policy: "allow-all",
  });
  const get = async () => {
    const credential = await source();
    return { token: credential.token, expiresAt: credential.expiresAt, args: (await readFile(args, "utf8")).trim() };
  };
  return { get, warnings: connection.warnings };
}

describe("execSource() with the tools of the clouds", () => {
  it("gets a token from aws eks get-token, its profile from env", async () => {
    // awscli/customizations/eks/get_token.py: the version of KUBERNETES_EXEC_INFO, keys in this order.
    const script = `version=$(printf '%s' "$KUBERNETES_EXEC_INFO" | sed 's/.*"apiVersion":"\\([^"]*\\)".*/\\1/')
printf '{"kind": "ExecCredential", "apiVersion": "%s", "spec": {}, ' "$version"
printf '"status": {"expirationTimestamp": "${expiry}", "token": "k8s-aws-v1.%s"}}\\n' "$AWS_PROFILE"`;
    for (const apiVersion of [v1, v1beta1]) {
      const exec = `apiVersion: ${apiVersion}
command: aws
args:
  - eks
  - get-token
  - --cluster-name
  - my-cluster
env:
  - name: AWS_PROFILE
    value: my-profile
provideClusterInfo: false`;
      const { get, warnings } = await login("aws", script, exec);
      assert.deepEqual(await get(), {
        token: "k8s-aws-v1.my-profile",
        expiresAt: Date.parse(expiry),
        args: "eks get-token --cluster-name my-cluster",
      });
      assert.equal(warnings.some((text) => text.includes("read as IfAvailable")), apiVersion === v1);
    }
  });

  it("gets a token from gcloud config config-helper, which prints a format of its own", async () => {
    const printed = {
      configuration: { active_configuration: "default", properties: { core: { account: "me@example.com" } } },
      credential: { access_token: "ya29.token", id_token: "eyJ", token_expiry: expiry },
      sentinels: { config_sentinel: "/home/me/.config/gcloud/config_sentinel" },
    };
    const exec = `apiVersion: ${v1}
command: gcloud
args:
  - config
  - config-helper
  - --format=json`;
    const { get } = await login("gcloud", `cat <<'EOF'\n${JSON.stringify(printed, null, 2)}\nEOF`, exec);
    assert.deepEqual(await get(), {
      token: "ya29.token",
      expiresAt: Date.parse(expiry),
      args: "config config-helper --format=json",
    });
  });

  it("gets a token from kubelogin get-token", async () => {
    const printed = {
      kind: "ExecCredential",
      apiVersion: v1,
      spec: { interactive: false },
      status: { expirationTimestamp: expiry, token: "eyJ.kubelogin" },
    };
    const exec = `apiVersion: ${v1}
command: kubelogin
args:
  - get-token
  - --login
  - azurecli`;
    const { get } = await login("kubelogin", `printf '%s' '${JSON.stringify(printed)}'`, exec);
    assert.deepEqual(await get(), {
      token: "eyJ.kubelogin",
      expiresAt: Date.parse(expiry),
      args: "get-token --login azurecli",
    });
  });

  it("says which version to write when gke-gcloud-auth-plugin, which knows v1beta1 only, is asked for v1", async () => {
    const printed = { kind: "ExecCredential", apiVersion: v1beta1, status: { token: "ya29" } };
    const exec = `{apiVersion: ${v1}, command: gke-gcloud-auth-plugin, provideClusterInfo: true}`;
    const { get } = await login("gke-gcloud-auth-plugin", `printf '%s' '${JSON.stringify(printed)}'`, exec);
    const error = await rejection(get());
    assert.equal(error.code, "plugin_output");
    assert.match(
      error.message,
      /plugin returned version \S+\/v1beta1\. Set apiVersion: \S+\/v1beta1 in the exec stanza$/,
    );
  });
});

describe("gcloud config config-helper", () => {
  async function ask(stdout: string, args: string[], name = "gcloud") {
    const command = await plugins.printing(stdout, { name });
    return await execSource({ apiVersion: v1, command, args, interactiveMode: "Never" })();
  }
  const helper = ["config", "config-helper", "--format=json"];
  const reply = (credential: unknown) => JSON.stringify({ configuration: {}, credential });

  it("is read with flags around it", async () => {
    const args = ["--project=p", "config", "config-helper", "--min-expiry", "5m", "--format", "json"];
    assert.equal((await ask(reply({ access_token: "a" }), args)).token, "a");
    assert.equal((await ask(reply({ access_token: "b", token_expiry: null }), [...args, "b"])).expiresAt, undefined);
  });

  it("is read as an ExecCredential when it prints one", async () => {
    const printed = {
      apiVersion: v1,
      kind: "ExecCredential",
      credential: { access_token: "a" },
      status: { token: "t" },
    };
    assert.equal((await ask(JSON.stringify(printed), helper)).token, "t");
  });

  it("is refused under any other name, with any other arguments, in any other format", async () => {
    const rows = [["gcloud", ["config", "list", "--format=json"]], ["gcloud", ["config", "config-helper"]], [
      "other",
      helper,
    ]] as const;
    for (const [name, args] of rows) {
      const error = await rejection(ask(reply({ access_token: "s3cr3t" }), [...args], name));
      assert.equal(error.code, "plugin_output");
      assert.match(error.message, /It printed an object with the keys "configuration", "credential"/);
      assert.ok(!error.message.includes("s3cr3t"));
    }
  });

  it("throws when it is not logged in, or gives no time", async () => {
    const rows = [
      [{ access_token: null }, /gcloud printed no credential\.access_token\. Run gcloud auth login$/],
      [{ access_token: "s3cr3t", token_expiry: 5 }, /credential\.token_expiry is no string$/],
      [{ access_token: "s3cr3t", token_expiry: "2035-02-18 12:34:56" }, /: parsing time "2035-02-18 12:34:56" as /],
    ] as const;
    for (const [credential, message] of rows) {
      const error = await rejection(ask(reply(credential), [...helper, JSON.stringify(credential)]));
      assert.equal(error.code, "plugin_output");
      assert.match(error.message, message);
      assert.ok(!error.message.includes("s3cr3t"));
    }
  });
});

describe("execSource() with the real tools", () => {
  it(
    "gets a token from aws, which signs it without a network",
    { skip: noAws },
    async () => {
      const key = {
        AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
        AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
      };
      const environment = { ...key, AWS_CONFIG_FILE: "/nonexistent", AWS_SHARED_CREDENTIALS_FILE: "/nonexistent" };
      const source = execSource({
        apiVersion: v1beta1,
        command: "aws",
        args: ["--region", "us-east-1", "eks", "get-token", "--cluster-name", "my-eks"],
        env: Object.entries(environment).map(([name, value]) => ({ name, value })),
        interactiveMode: "IfAvailable",
      });
      const credential = await source();
      assert.match(credential.token!, /^k8s-aws-v1\.[A-Za-z0-9_-]{100,}$/);
      assert.ok(credential.expiresAt! > Date.now() + 10 * 60_000);
    },
  );

  it(
    "runs gke-gcloud-auth-plugin, and passes its failure on when nobody is logged in",
    { skip: noGke },
    async () => {
      const { stdout } = await run("gke-gcloud-auth-plugin", ["--version"]);
      assert.match(stdout, /Kubernetes v/);
      const source = execSource({
        apiVersion: v1beta1,
        command: "gke-gcloud-auth-plugin",
        args: ["--use_application_default_credentials"],
        env: [{ name: "GOOGLE_APPLICATION_CREDENTIALS", value: "/nonexistent" }],
        installHint: "Install gke-gcloud-auth-plugin",
        interactiveMode: "Never",
      });
      const error = await rejection(source());
      assert.equal(error.code, "plugin_failed");
      assert.match(error.message, /executable gke-gcloud-auth-plugin failed with exit code \d+\n\nInstall gke-gcloud/);
    },
  );
});
