import { resource } from "./resource.ts";
import type { KubeObject, KubeResource, Resource } from "./types.ts";

/** `v1 ConfigMap` */
export interface ConfigMap extends KubeObject {
  /** Text by name. */
  data?: Record<string, string>;
  /** Base64 of bytes by name. */
  binaryData?: Record<string, string>;
  /** Whether it can no longer change. */
  immutable?: boolean;
}

/** `v1 Secret` */
export interface Secret extends KubeObject {
  /** Base64 of bytes by name. */
  data?: Record<string, string>;
  /** Text by name, write only. */
  stringData?: Record<string, string>;
  /** What it is for. */
  type?: string;
  /** Whether it can no longer change. */
  immutable?: boolean;
}

/** `v1 Event` */
export interface Event extends KubeObject {
  /** `Normal` or `Warning`. */
  type?: string;
  /** Machine-readable reason. */
  reason?: string;
  /** For a person. */
  message?: string;
  /** How often it happened. */
  count?: number;
  /** What it is about. */
  involvedObject: { kind?: string; namespace?: string; name?: string; uid?: string; apiVersion?: string };
}

/** `v1 ServiceAccount` */
export interface ServiceAccount extends KubeObject {
  /** Secrets that its pods may use. */
  secrets?: { name?: string }[];
  /** Secrets to pull images with. */
  imagePullSecrets?: { name?: string }[];
  /** Whether pods get a token. */
  automountServiceAccountToken?: boolean;
}

/** `v1 Pod` */
export const pods: Resource<KubeResource> = core("pods", "Pod");
/** `v1 Service` */
export const services: Resource<KubeResource> = core("services", "Service");
/** `v1 ConfigMap` */
export const configMaps: Resource<ConfigMap> = core("configmaps", "ConfigMap");
/** `v1 Secret` */
export const secrets: Resource<Secret> = core("secrets", "Secret");
/** `v1 ServiceAccount` */
export const serviceAccounts: Resource<ServiceAccount> = core("serviceaccounts", "ServiceAccount");
/** `v1 Event` */
export const events: Resource<Event> = core("events", "Event");
/** `v1 PersistentVolumeClaim` */
export const persistentVolumeClaims: Resource<KubeResource> = core("persistentvolumeclaims", "PersistentVolumeClaim");
/** `v1 Endpoints` */
export const endpoints: Resource<KubeObject> = core("endpoints", "Endpoints");
/** `v1 Namespace` */
export const namespaces: Resource<KubeResource> = core("namespaces", "Namespace", false);
/** `v1 Node` */
export const nodes: Resource<KubeResource> = core("nodes", "Node", false);
/** `v1 PersistentVolume` */
export const persistentVolumes: Resource<KubeResource> = core("persistentvolumes", "PersistentVolume", false);
/** `apps/v1 Deployment` */
export const deployments: Resource<KubeResource> = grouped("apps", "deployments", "Deployment");
/** `apps/v1 ReplicaSet` */
export const replicaSets: Resource<KubeResource> = grouped("apps", "replicasets", "ReplicaSet");
/** `apps/v1 StatefulSet` */
export const statefulSets: Resource<KubeResource> = grouped("apps", "statefulsets", "StatefulSet");
/** `apps/v1 DaemonSet` */
export const daemonSets: Resource<KubeResource> = grouped("apps", "daemonsets", "DaemonSet");
/** `batch/v1 Job` */
export const jobs: Resource<KubeResource> = grouped("batch", "jobs", "Job");
/** `batch/v1 CronJob` */
export const cronJobs: Resource<KubeResource> = grouped("batch", "cronjobs", "CronJob");
/** `networking.k8s.io/v1 Ingress` */
export const ingresses: Resource<KubeResource> = grouped("networking.k8s.io", "ingresses", "Ingress");
/** `networking.k8s.io/v1 NetworkPolicy` */
export const networkPolicies: Resource<KubeResource> = grouped("networking.k8s.io", "networkpolicies", "NetworkPolicy");
/** `rbac.authorization.k8s.io/v1 Role` */
export const roles: Resource<KubeObject> = grouped("rbac.authorization.k8s.io", "roles", "Role");
/** `rbac.authorization.k8s.io/v1 RoleBinding` */
export const roleBindings: Resource<KubeObject> = grouped("rbac.authorization.k8s.io", "rolebindings", "RoleBinding");
/** `coordination.k8s.io/v1 Lease` */
export const leases: Resource<KubeResource> = grouped("coordination.k8s.io", "leases", "Lease");

function core<T extends KubeObject>(plural: string, kind: string, namespaced = true): Resource<T> {
  return resource<T>({ version: "v1", plural, kind, namespaced });
}

function grouped<T extends KubeObject>(group: string, plural: string, kind: string): Resource<T> {
  return resource<T>({ group, version: "v1", plural, kind, namespaced: true });
}
