import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createFetch, type CreateFetchOptions } from "../../client/mod.ts";
import { fakeTransports, type Sent } from "./fake_transports.ts";

const server = "https://10.0.0.1:6443";

describe("createFetch() with a timeout", () => {
  const hanging = ({ url }: Sent) =>
    new Response(
      new ReadableStream({
        start(controller) {
          if (url.includes("/whole")) controller.close();
        },
      }),
    );
  const options = (): { options: CreateFetchOptions; sleeps: AbortSignal[]; wake: (() => void)[] } => {
    const sleeps: AbortSignal[] = [];
    const wake: (() => void)[] = [];
    const { platform } = fakeTransports(hanging);
    const sleep = (_: number, signal?: AbortSignal) => {
      sleeps.push(signal!);
      return new Promise<void>((resolve, reject) => {
        wake.push(resolve);
        signal!.addEventListener("abort", () => reject(signal!.reason));
      });
    };
    // The transport of the runtime ends a body when its signal aborts; so does this one.
    const transport: typeof platform.transport = (made) => {
      const inner = platform.transport(made);
      return {
        ...inner,
        fetch: async (url, init) => {
          const response = await inner.fetch(url, init);
          const ended = response.body!.pipeThrough(new TransformStream(), { signal: init!.signal! });
          return new Response(ended, response);
        },
      };
    };
    return { options: { platform: { ...platform, sleep, transport }, timeout: 5_000 }, sleeps, wake };
  };

  it("ends a body that takes too long", async () => {
    const { options: given, wake } = options();
    const fetch = createFetch({ server }, async () => ({ token: "t" }), given);
    const response = await fetch("/hang");
    wake[0]!();
    await assert.rejects(response.text(), {
      code: "timeout",
      message: /Cannot GET \/hang: no complete answer within 5000 ms/,
    });
  });

  it("leaves no timer once the body has ended, was cancelled, or the request failed", async () => {
    const { options: given, sleeps } = options();
    const fetch = createFetch({ server }, async () => ({ token: "t" }), given);
    await (await fetch("/whole")).text();
    await (await fetch("/hang")).body!.cancel();
    const failing = createFetch({ server }, () => Promise.reject(new Error("no credential")), given);
    await assert.rejects(failing("/x"), /no credential/);
    assert.deepEqual(sleeps.map(({ aborted }) => aborted), [true, true, true]);
  });

  it("spares watches and followed logs", async () => {
    const { options: given, sleeps } = options();
    const fetch = createFetch({ server }, async () => ({ token: "t" }), given);
    for (const url of ["/whole?watch=true", "/whole?watch=1", "/whole?follow=true"]) await (await fetch(url)).text();
    assert.equal(sleeps.length, 0);
  });
});
