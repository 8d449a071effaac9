import { connect, LoginError } from '@lunkit/initiator'

/** What an initiator sees that logs in to a target at a portal. */
export interface ExpectedLogin {
  readonly host: string
  readonly port: number
  readonly target: string
  readonly initiator: string
  /** The size of each LUN in bytes, by number; undefined: it may not log in. */
  readonly luns: Readonly<Record<number, number>> | undefined
}

/** An initiator that no ACL knows. */
export const STRANGER = 'iqn.2026-11.io.lunkit:looker'
const REFUSED = 'it may not log in'

/** Logs in everywhere, and says what is seen that should not be, or is not. */
export async function wrongLogins(expected: readonly ExpectedLogin[]): Promise<string[]> {
  const wrong: string[] = []
  for (const each of expected) {
    const right = each.luns === undefined ? REFUSED : JSON.stringify(each.luns)
    const seen = await look(each).catch(String)
    if (seen === right) continue
    wrong.push(`${each.initiator} in ${each.target} at ${each.host}:${each.port} sees ${seen}; right is ${right}`)
  }
  return wrong
}

async function look({ host, port, target, initiator: initiatorName, luns }: ExpectedLogin): Promise<string> {
  const session = await connect({ host, port, target, initiatorName, keepAlive: false }).catch((error: unknown) => {
    if (error instanceof LoginError || String(error).includes('ECONNREFUSED')) return undefined
    throw error
  })
  if (session === undefined) return REFUSED
  await using _ = session
  const numbers = await session.lun(0).reportLuns()
  const sizes: Record<number, number> = {}
  for (const lun of numbers) {
    // Number 0 is reported where there is none (SPC-5 6.27).
    if (numbers.length === 1 && lun === 0 && luns?.[0] === undefined) continue
    const { blocks, blockSizeBytes } = await session.lun(lun).readCapacity()
    sizes[lun] = Number(blocks) * blockSizeBytes
  }
  return JSON.stringify(sizes)
}
