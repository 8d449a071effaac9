/** The command line says something that lunkitd does not know; the message is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
