import {Writable} from 'node:stream'

/** A stream that remembers what was written, and is no terminal. */
export class FakeStream extends Writable {
  written = ''

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.written += chunk.toString()
    done()
  }
}

// oxlint-disable-next-line no-control-regex -- sequences begin with one
const sequenceOrCharacter = /\x1b\[\??\d*[A-Za-z]|[\s\S]/g

/** A terminal that shows what somebody would see: it understands the few sequences that imm draws with, and throws on others. */
export class FakeTerminal extends Writable {
  readonly isTTY = true
  readonly columns = 200
  readonly rows: number
  readonly #lines: string[] = ['']
  #row = 0
  #column = 0

  constructor(rows = 24) {
    super()
    this.rows = rows
  }

  /** without colours */
  getColorDepth(): number {
    return 1
  }

  /** everything on the screen and above it, without trailing empty lines */
  get shown(): string {
    return this.#lines.join('\n').trimEnd()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    for (const token of chunk.toString().match(sequenceOrCharacter) ?? []) this.#take(token)
    done()
  }

  #take(token: string): void {
    if (token === '\n') {
      this.#row += 1
      this.#column = 0
      this.#lines[this.#row] ??= ''
    } else if (token === '\r') this.#column = 0
    else if (token === '\x1b[J') this.#lines.splice(this.#row, Infinity, this.#line.slice(0, this.#column))
    else if (token.endsWith('A') && token.length > 1) this.#row -= Number(token.slice(2, -1))
    else if (token === '\x1b[?7l' || token === '\x1b[?7h') return
    else if (token.startsWith('\x1b'))
      throw new Error(`a sequence that this terminal doesn't know: ${JSON.stringify(token)}`)
    else {
      this.#lines[this.#row] = this.#line.slice(0, this.#column) + token + this.#line.slice(this.#column + 1)
      this.#column += 1
    }
  }

  get #line(): string {
    return this.#lines[this.#row] ?? ''
  }
}
