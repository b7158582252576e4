import { hasCode, KubecredError } from "../errors.ts";
import { untilAborted } from "../platform/abort.ts";
import { resolvePlatform } from "../platform/mod.ts";
import { readFailure } from "../platform/read_failure.ts";
import { rereading } from "../platform/rereading.ts";
import type { Platform } from "../platform/types.ts";
import { makeCredential } from "./credential.ts";
import type { Credential, CredentialRequest, CredentialSource, Observers } from "./types.ts";

/** Options of {@linkcode tokenFileSource}. */
export interface TokenFileOptions extends Observers {
  /** Token to use as long as the file has given none. @default {none} */
  readonly token?: string;
  /** Files and the clock. @default {the runtime's} */
  readonly platform?: Partial<Platform>;
}

// client-go takes a reading to be good for a minute, less ten seconds of leeway.
const every = 50_000;

/**
 * A source that reads a bearer token from a file: again when the last reading is 50 s old, and when the server has
 * refused its token. White space around the token is dropped. While the file cannot be read, or is empty, the last token
 * stays in use, with a warning.
 *
 * @param path The file
 * @param options A token to fall back on, observers and the platform
 * @returns The source. It rejects with `file_not_found`, `file_denied` or `credential_invalid` while it has no token at all
 * @see client-go transport/token_source.go NewCachedFileTokenSource
 */
export function tokenFileSource(path: string, options: TokenFileOptions = {}): CredentialSource {
  const { token: initial, onWarning } = options;
  const platform = resolvePlatform(options.platform);
  const token = rereading(() => readToken(path, platform), { every, retryEvery: 0, initial, platform, onWarning });
  let held: Credential | undefined;

  return async function fromTokenFile(request: CredentialRequest = {}): Promise<Credential> {
    const refused = request.rejected !== undefined && request.rejected === held;
    const value = await untilAborted(token(refused), request.signal);
    if (value !== held?.token) held = makeCredential({ token: value });
    return held!;
  };
}

async function readToken(path: string, platform: Platform): Promise<string> {
  const token = new TextDecoder().decode(await readFile(path, platform)).trim();
  if (token) return token;
  throw new KubecredError("credential_invalid", `Cannot get a token: read empty token from file "${path}"`, { path });
}

async function readFile(path: string, platform: Platform): Promise<Uint8Array> {
  try {
    return await platform.readFile(path);
  } catch (error) {
    if (!hasCode(error, "file_not_found")) throw error;
    const reason = `failed to read token file "${path}": ${readFailure(error, path)}`;
    throw new KubecredError("file_not_found", `Cannot get a token: ${reason}`, { path });
  }
}
