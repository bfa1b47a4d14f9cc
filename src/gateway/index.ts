/** `inngest-kit/gateway`: the keys stay on the server, and pages get what is allowed. */
export { createGateway } from "./gateway.ts"
export type { Gateway } from "./gateway.ts"
export type { Authorization, GatewayOptions } from "./options.ts"
export { gatewayHeader } from "./same-origin.ts"
export { permissions } from "./permissions.ts"
export type { LimitedPermission, Permission, PermissionName } from "./permissions.ts"
export type { Audit, AuditEntry, AuditOutcome } from "./audit.ts"
