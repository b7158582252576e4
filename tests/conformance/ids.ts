/**
 * The rows of client-go's behaviour that this library is held to, by the IDs that they have in the project's table of
 * test vectors. Each is at the start of the name of the tests that prove it, and the test command fails unless the
 * IDs that ran on each runtime are these and no others.
 */
export const requiredIds: readonly string[] = [
  ...range("E", 1, 37), // exec plugins, unit
  ...range("I", 1, 14), // exec plugins, against a server
  "I17",
  ...range("P", 1, 9), // plugin policy
  "P13",
  ...range("L", 1, 34), // loading and merging kubeconfigs
  ...range("C", 1, 39), // from kubeconfig to connection
  ...range("T", 1, 9), // transport
  ...range("T", 18, 22), // the cluster as a plugin sees it
];

/** The rows of the same table that do not apply, and why. */
export const leftOut: Readonly<Record<string, string>> = {
  I15: "an informer's; there is none",
  I16: "an informer's; there is none",
  P10: "the policy file of a command; there is none",
  P11: "the policy file of a command; there is none",
  P12: "the policy file of a command; there is none",
  T10: "retry of requests; they are sent once, but for the replay after a 401",
  T11: "retry of requests; they are sent once, but for the replay after a 401",
  T12: "retry of requests; they are sent once, but for the replay after a 401",
  T13: "retry of requests; they are sent once, but for the replay after a 401",
  T14: "retry of requests; they are sent once, but for the replay after a 401",
  T15: "retry of requests; they are sent once, but for the replay after a 401",
  T16: "retry of requests; they are sent once, but for the replay after a 401",
  T17: "retry of requests; they are sent once, but for the replay after a 401",
};

function range(letter: string, from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => letter + String(from + index).padStart(2, "0"));
}
