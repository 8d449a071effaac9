import type { Values } from '../edits/values.ts'

/** What targetcli says of credentials: whether both sides prove who they are, and in red where there are none to ask for. */
export function chapWords({ userid, password, mutual_userid, mutual_password }: Values): {
  readonly words: '1-way auth' | 'mutual auth'
  readonly healthy: boolean
} {
  return {
    words: mutual_userid && mutual_password ? 'mutual auth' : '1-way auth',
    healthy: Boolean(userid && password),
  }
}
