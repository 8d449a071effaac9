import type { TLSSocket } from 'node:tls'
import type { WebTls } from './web-config.ts'

/** Whether a client shows the certificate that it is to show. Its handshake is over. */
export function isWelcome(socket: TLSSocket, { clientAuth, allowedNames }: WebTls): boolean {
  if (!clientAuth.asked) return true
  const shown = socket.getPeerX509Certificate()
  if (shown === undefined) return !clientAuth.required
  if (clientAuth.verified && !socket.authorized) return false
  if (allowedNames === undefined) return true
  return namesIn(shown.subjectAltName ?? '').some(name => allowedNames.includes(name))
}

/** `DNS:a, IP Address:127.0.0.1, URI:"b, c"`: the names alone. Node writes as JSON what has a comma or quotes in it. */
const NAME = /(?:DNS|IP Address|URI|email):(?<name>"(?:[^"\\]|\\.)*"|[^,]*)/g

function namesIn(text: string): readonly string[] {
  return Array.from(text.matchAll(NAME), ({ groups }) => {
    const name = groups?.['name'] ?? ''
    return name.startsWith('"') ? (JSON.parse(name) as string) : name
  })
}
