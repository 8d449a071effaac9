import ts from 'typescript'

/** A TypeScript file of the repository, parsed without types. */
export class SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string
  readonly text: string
  #tree: ts.SourceFile | undefined

  constructor(path: string, text: string) {
    this.path = path
    this.text = text
  }

  /** Parsed at the first use. */
  get tree(): ts.SourceFile {
    this.#tree ??= ts.createSourceFile(this.path, this.text, { languageVersion: ts.ScriptTarget.ES2024 }, true)
    return this.#tree
  }

  get lineCount(): number {
    return this.text.split('\n').length - (this.text.endsWith('\n') ? 1 : 0)
  }

  /** In a package or an app: what users get. Tests, what tests share, and benchmarks are not published. */
  get isProduct(): boolean {
    return /^(packages|apps)\/[^/]+\/src\//.test(this.path) && !/\.test\.ts$|\/testing\//.test(this.path)
  }

  /** Counted from 1. */
  lineOf(node: ts.Node): number {
    return this.tree.getLineAndCharacterOfPosition(node.getStart(this.tree)).line + 1
  }

  /** Calls `visit` with every node of the file, parents first. */
  walk(visit: (node: ts.Node) => void): void {
    const step = (node: ts.Node): void => {
      visit(node)
      ts.forEachChild(node, step)
    }
    step(this.tree)
  }
}
