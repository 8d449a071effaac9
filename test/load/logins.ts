import { fileURLToPath } from 'node:url'
import { compile } from '../harness/compiler.ts'
import { succeed } from '../harness/outcome.ts'
import type { TargetAddress } from '../harness/target-address.ts'

/** What iscsi-logins has done. */
export type LoginReport = {
  readonly logins: number
  readonly perSecond: number
}

/** A name, and the secret that proves it. */
export type Account = { readonly user: string; readonly password: string }

const graceMs = 30_000

/** Compiles iscsi-logins, which says itself what it does. */
export function compileLogins(program: string): Promise<void> {
  return compile(fileURLToPath(new URL('./iscsi-logins.c', import.meta.url)), program, ['-lm'])
}

/** The first arguments of iscsi-logins. */
export const loginArguments = ({ host, port, iqn }: TargetAddress, account: Account, parallel: number): string[] => [
  host,
  `${port}`,
  iqn,
  account.user,
  account.password,
  `${parallel}`,
]

/**
 * Logs in and out for so many seconds, by CHAP with MD5.
 *
 * @throws Error with what iscsi-logins says where a login is refused, or anything else is not as it should be
 */
export async function runLogins(program: string, args: readonly string[], seconds: number): Promise<LoginReport> {
  const { stdout } = await succeed(program, [...args, 'for', `${seconds}`], { timeoutMs: seconds * 1000 + graceMs })
  return JSON.parse(stdout) as LoginReport
}
