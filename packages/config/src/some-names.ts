/** Of more than so many names a message says the first. */
const SHOWN = 20

/** Names for a message, with commas between. */
export function someNames(names: readonly (string | number)[]): string {
  const shown = names.slice(0, SHOWN).join(', ')
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown
}
