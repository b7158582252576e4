/**
 * Loaded before each test file on Deno. Tests of `node:test` run there with the leak checks off, whatever the
 * configuration says; this turns them on, so that an unclosed file, socket, timer or process fails its test.
 */
const register = Deno.test;

function strict(...args: unknown[]): void {
  const first = args[0];
  if (typeof first === "object" && first !== null) {
    args[0] = { ...first, sanitizeOps: true, sanitizeResources: true };
  }
  (register as (...args: unknown[]) => void)(...args);
}

Object.defineProperty(Deno, "test", { value: Object.assign(strict, register) });
