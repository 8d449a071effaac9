import type { Directive, Place } from './conf-text.ts'

/** What of a configuration is not carried over. */
export interface LeftOut {
  readonly at: Place
  /** As it stands there, but for passwords. */
  readonly said: string
  readonly reason: string
}

/** Lines that have a password, which nothing shows. */
const WITH_PASSWORD = /user$/i

/** A line as it stands, but for its password. */
function shown({ name, value }: Pick<Directive, 'name' | 'value'>): string {
  if (!WITH_PASSWORD.test(name)) return `${name} ${value}`.trim()
  const [user = '', ...rest] = value.split(/\s+/)
  return `${name} ${user}${rest.length > 0 ? ' ********' : ''}`.trim()
}

/** Gathers what is not carried over, with reasons. */
export class Leavings {
  readonly all: LeftOut[] = []

  add(directive: Directive, reason: string): void {
    this.all.push({ at: directive.at, said: shown(directive), reason })
  }
}
