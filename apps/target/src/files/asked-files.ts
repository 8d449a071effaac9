/** So many wait for the system at once: a thousand that wait one after the other are most of a start. */
const AT_ONCE = 64

/** What the system answers of each file, in their order, where one answer does not depend on another. Rejects with the first that does. */
export async function askOfEach<T, A>(files: readonly T[], ask: (file: T) => Promise<A>): Promise<A[]> {
  const answers: A[] = []
  for (let at = 0; at < files.length; at += AT_ONCE)
    answers.push(...(await Promise.all(files.slice(at, at + AT_ONCE).map(ask))))
  return answers
}
