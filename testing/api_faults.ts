import type { ServerResponse } from "node:http";

import { failure, forbidden } from "./api_status.ts";
import type { ApiRequest, ApiResponse, Fault } from "./api_types.ts";

/** Faults that wait for their request. */
export interface FaultQueue {
  /** Appends one. */
  add(fault: Fault): void;
  /** The first that fits, counted down; `{}` when none does. */
  take(request: ApiRequest): Fault;
}

/** An empty queue. */
export function faultQueue(): FaultQueue {
  const waiting: { readonly fault: Fault; left: number }[] = [];
  return {
    add: (fault) => void waiting.push({ fault, left: fault.times ?? 1 }),
    take(request) {
      const index = waiting.findIndex(({ fault }) => fault.when?.(request) ?? true);
      const entry = waiting[index];
      if (!entry) return {};
      entry.left -= 1;
      if (entry.left <= 0) waiting.splice(index, 1);
      return entry.fault;
    },
  };
}

/** The answer that a fault puts in the place of the real one; undefined when it leaves that as it is. */
export function faultAnswer(fault: Fault, request: ApiRequest): ApiResponse | undefined {
  const { status, body } = fault;
  if (body !== undefined) return { status: status ?? 200, body };
  if (status === undefined) return undefined;
  if (status < 400) return { status };
  return status === 403 ? forbidden(request) : failure(status);
}

/** Waits, or until the client has left. */
export function pause(ms: number, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    response.on("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
