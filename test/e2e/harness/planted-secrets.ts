/** What every planted secret begins with, and ends with: a part of one is a leak too. */
const HEAD = 'pl4nt'
const TAIL = 't41l'

/** Secrets that are planted to be looked for, each known by its number, with all that a shell or a grammar might eat. */
export class PlantedSecrets {
  #count = 0
  readonly #tokens: string[] = []

  /** Another one; a longer one where that is asked for. */
  next(more = ''): string {
    return `${HEAD}${++this.#count} & ! # $ ^ * ' " \\ $HOME ; =${more} ${TAIL}`
  }

  /** A secret that somebody else has made. */
  add(token: string): void {
    this.#tokens.push(token)
  }

  /** Where secrets, or parts of them, are in a text: what stands around them. */
  leaksIn(text: string): readonly string[] {
    return [HEAD, TAIL, ...this.#tokens].flatMap(each => {
      const at = text.indexOf(each)
      return at < 0 ? [] : [text.slice(Math.max(0, at - 120), at + 60)]
    })
  }
}

/** As a line of a script has it. */
export const quoted = (secret: string): string => `"${secret.replace(/["\\]/g, '\\$&')}"`
