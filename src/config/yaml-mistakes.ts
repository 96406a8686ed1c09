import type {YAMLError} from 'yaml'

/** What is wrong with a text that is no YAML. Our own words: yaml's messages repeat what they found, which may be a secret. */
export const yamlMistake = ({code}: YAMLError): string =>
  words[code] ?? `not valid YAML (${code.toLowerCase().replaceAll('_', ' ')})`

const words: Partial<Record<YAMLError['code'], string>> = {
  BAD_ALIAS: 'a value that begins with * needs quotes',
  BAD_DQ_ESCAPE: 'no such escape in double quotes; single quotes keep a backslash as it is',
  BAD_INDENT: 'this line is indented differently from what it belongs to',
  BAD_SCALAR_START: 'a value that begins with this character needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'no key can begin here; a text with ": " in it needs quotes',
  DUPLICATE_KEY: 'this key is already set above',
  MISSING_CHAR: 'a quote, bracket, comma or colon is missing here',
  MULTILINE_IMPLICIT_KEY: 'a key and its colon must be on one line; is a colon missing?',
  NON_STRING_KEY: 'a key must be a plain name',
  TAB_AS_INDENT: 'tabs cannot indent in YAML; use spaces',
  UNEXPECTED_TOKEN: 'this does not belong here; a text with special characters needs quotes',
}
