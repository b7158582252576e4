import { KubecredError } from "../errors.ts";
import type { AuthProviderStanza } from "../kubeconfig/types.ts";

// client-go plugin/pkg/client/auth/gcp/gcp_stub.go and azure/azure_stub.go, word for word.
const removed: Readonly<Record<string, string>> = {
  gcp: `The gcp auth plugin has been removed.
Please use the "gke-gcloud-auth-plugin" kubectl/client-go credential plugin instead.
See https://cloud.google.com/blog/products/containers-kubernetes/kubectl-auth-changes-in-gke for further details`,
  azure: `The azure auth plugin has been removed.
Please use the https://github.com/Azure/kubelogin kubectl/client-go credential plugin instead.
See https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins for further details`,
};

/**
 * Refuses every legacy auth provider but `oidc`, in client-go's words.
 *
 * @param stanza `users[].user.auth-provider`
 * @throws `unsupported` for all other names
 * @see client-go rest/plugin.go GetAuthProvider
 */
export function checkAuthProvider({ name }: AuthProviderStanza): void {
  if (name === "oidc") return;
  const quoted = JSON.stringify(name);
  const reason = Object.hasOwn(removed, name) ? removed[name] : `no Auth Provider found for name ${quoted}`;
  throw new KubecredError("unsupported", `Cannot use the auth provider ${quoted}: ${reason}`);
}
