/** The challenges of this program's that have no answer yet, whatever session they are of. */
const outstanding = new Set<string>()

const keyOf = (challenge: Uint8Array): string => Buffer.from(challenge).toString('latin1')

/** Remembers a challenge until the login is over; answers what forgets it. */
export function remember(challenge: Uint8Array): () => void {
  const key = keyOf(challenge)
  outstanding.add(key)
  return () => void outstanding.delete(key)
}

/**
 * Whether a challenge is one of ours that waits for its answer. Who sends it back in another login wants us to answer it
 * ourselves (RFC 7143 9.2.1).
 */
export const isReflected = (challenge: Uint8Array): boolean => outstanding.has(keyOf(challenge))
