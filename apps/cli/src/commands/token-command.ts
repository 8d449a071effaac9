import { misused } from '../refusal.ts'
import { command } from './command.ts'
import { kinds, needs, oneOf } from './parameter.ts'

/** Makes a token; lunkitd need not run, and is told nothing. */
export const tokenCommand = command('token', 'makes a token for the control API by TLS, and tells it this once', {
  takes: [needs('name', kinds.text, 'whose it is'), needs('role', oneOf('read-only', 'admin'))],
  async run(_context, { name, role }) {
    // Whoever makes one can wait for it.
    const { newToken } = await import('@lunkit/control/tls')
    try {
      const { token, line } = newToken(name as string, role as 'read-only' | 'admin')
      const lines = [`Token, told this once: ${token}`, `Line for the file of tokens: ${line}`]
      return { lines, data: { token, line } }
    } catch (error) {
      throw misused((error as Error).message.replace('newToken: ', ''))
    }
  },
})
