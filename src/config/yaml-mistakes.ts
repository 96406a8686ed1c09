import {isCollection, isScalar, visit} from 'yaml'
import type {Document, Node, YAMLError} from 'yaml'

export interface TextMistake {
  offset: number
  message: string
}

/** What is wrong with a text that is no YAML, and where. Our own words: yaml's messages repeat what they found, which may be a secret. */
export const yamlMistake = ({code, pos}: YAMLError, document: Document.Parsed, text: string): TextMistake => {
  const open = code === 'MISSING_CHAR' || code === 'BAD_INDENT' ? openBefore(document, pos[0], text) : undefined
  if (open?.range) return {offset: open.range[0], message: `this ${isScalar(open) ? 'quote' : 'bracket'} is not closed`}
  if (code === 'DUPLICATE_KEY') return {offset: pos[0], message: `${keyAt(text, pos[0])} is already set above`}
  return {offset: pos[0], message: words[code] ?? `not valid YAML (${code.toLowerCase().replaceAll('_', ' ')})`}
}

// What is no plain name may be a value that lost its place.
const keyAt = (text: string, offset: number): string => {
  const key = /^(["']?)([\w./-]{1,60})\1\s*:/.exec(text.slice(offset, offset + 80))?.[2]
  return key === undefined ? 'this key' : `the key "${key}"`
}

const closing: Readonly<Record<string, string>> = {'"': '"', "'": "'", '[': ']', '{': '}'}

// An unclosed quote or bracket shows itself at the end of the file at the latest; people look for its beginning.
const openBefore = (document: Document.Parsed, offset: number, text: string): Node | undefined => {
  let found: Node | undefined
  visit(document, {
    Node: (_key, node) => {
      const [start, end, next] = node.range ?? [0, 0, 0]
      const delimited = isScalar(node) ? node.type?.startsWith('QUOTE_') : isCollection(node) && node.flow
      const closed = end - start > 1 && text[end - 1] === closing[text[start] ?? '']
      if (delimited && !closed && start < offset && end <= offset && offset <= next) found = node
    },
  })
  return found
}

const words: Partial<Record<YAMLError['code'], string>> = {
  BAD_ALIAS: 'a value that begins with * needs quotes',
  BAD_DQ_ESCAPE: 'no such escape in double quotes; single quotes keep a backslash as it is',
  BAD_INDENT: 'this line is indented differently from what it belongs to',
  BAD_SCALAR_START: 'a value that begins with this character needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'no key can begin here; a text with ": " in it needs quotes',
  MISSING_CHAR: 'a quote, bracket, comma or colon is missing here',
  MULTILINE_IMPLICIT_KEY: 'a key and its colon must be on one line; is a colon missing?',
  NON_STRING_KEY: 'a key must be a plain name',
  TAB_AS_INDENT: 'tabs cannot indent in YAML; use spaces',
  UNEXPECTED_TOKEN: 'this does not belong here; a text with special characters needs quotes',
}
