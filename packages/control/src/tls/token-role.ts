/** What a token lets its holder do. */
export const TokenRole = {
  /** Methods that read. */
  readOnly: 'read-only',
  /** All methods, as root may on the unix socket. */
  admin: 'admin',
} as const
export type TokenRole = (typeof TokenRole)[keyof typeof TokenRole]
