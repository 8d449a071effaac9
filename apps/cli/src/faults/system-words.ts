/** What the system refuses in one of its calls, in its own words: `no such file or directory`. */
export function systemWords(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException
  return code === undefined ? message : message.replace(/^[A-Z0-9]+: /, '').replace(/, [a-z]+(?: '.*)?$/s, '')
}
