/** What every planted secret begins with, and ends with: a part of one is a leak too. */
const HEAD = 'pl4nt'
const TAIL = 't41l'

/** What all of them have in the midst. */
const MIDDLE = ` & ! # $ ^ * ' " \\ $HOME ; =`

/** How a text looks in base64, wherever in it what is encoded begins: without what depends on what stands beside it. */
function inBase64(text: string): readonly string[] {
  return [0, 1, 2].map(before => {
    const encoded = Buffer.from('\0'.repeat(before) + text).toString('base64')
    return encoded.slice(before === 0 ? 0 : before + 1, -4)
  })
}

/** What a secret cannot be told without, by any of the ways in which bytes are written. */
function formsOf(text: string): readonly string[] {
  const hex = Buffer.from(text).toString('hex')
  return [hex, hex.toUpperCase(), ...(text.length > 9 ? inBase64(text) : [])]
}

const ENCODED = [HEAD, TAIL, MIDDLE].flatMap(formsOf)

/** Secrets that are planted to be looked for, each known by its number, with all that a shell or a grammar might eat. */
export class PlantedSecrets {
  #count = 0
  readonly #tokens: string[] = []

  /** Another one; a longer one where that is asked for. */
  next(more = ''): string {
    return `${HEAD}${++this.#count}${MIDDLE}${more} ${TAIL}`
  }

  /** Credentials by LIO's keys, both ways. */
  credentials(): Readonly<Record<string, string>> {
    return {
      ...{ chap_userid: 'planted', chap_password: this.next() },
      ...{ chap_mutual_userid: 'target', chap_mutual_password: this.next() },
    }
  }

  /** @throws Error where any of it is in what was said */
  checkUntold(said: readonly string[]): void {
    const leaks = this.leaksIn(said.join('\n'))
    if (leaks.length > 0) throw new Error(`a planted secret was told:\n${leaks.join('\n')}`)
  }

  /** A secret that somebody else has made. */
  add(token: string): void {
    this.#tokens.push(token)
  }

  /** Where secrets, or parts of them, are in a text, plain, in hexadecimal or in base64: what stands around them. */
  leaksIn(text: string): readonly string[] {
    return [HEAD, TAIL, ...ENCODED, ...this.#tokens, ...this.#tokens.flatMap(formsOf)].flatMap(each => {
      const at = text.indexOf(each)
      return at < 0 ? [] : [text.slice(Math.max(0, at - 120), at + 60)]
    })
  }
}

/** As a line of a script has it. */
export const quoted = (secret: string): string => `"${secret.replace(/["\\]/g, '\\$&')}"`
