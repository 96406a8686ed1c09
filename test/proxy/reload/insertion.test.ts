import test from 'ava'
import * as fc from 'fast-check'

import {createInsertion} from '../../../src/proxy/reload/insertion.ts'

const tag = '<script src=x></script>'

const insert = (chunks: readonly Buffer[]): Buffer => {
  const insertion = createInsertion(tag)
  return Buffer.concat([...chunks.map((chunk) => insertion.pass(chunk)), insertion.end()])
}

const whole = (html: string): string => insert([Buffer.from(html, 'latin1')]).toString('latin1')

// `|` is where the tag goes.
const pages: [string, string][] = [
  ['after head', '<!doctype html><html lang="en"><head>|<title>x</title></head><body></body></html>'],
  [
    'after a head with attributes, a `>` in one of them',
    '<html><head data-a="a>b" data-b = \'>\'>|<base href="https://x/"></head>',
  ],
  ['whatever the case', '<!DOCTYPE HTML>\n<HTML>\n<HEAD>|\n<TITLE>'],
  ['before the first other tag where head is left out', '<!doctype html>\n|<title>x</title>'],
  ['before the first text', '<!doctype html>  |text <head>'],
  ['before what only begins like head', '<html>|<header>x</header>'],
  ['before an end tag', '|</p>'],
  ['before a body', '<html>\n|<body class="x"><p>'],
  ['after comments', '<!-- <head> > -- --><!--><!---><!----!><html><!-- x --!><head>|<meta>'],
  ['not in a comment that looks as if it ended', '<!-- <head>-> --! > --><head>|'],
  ['after declarations', '<?xml version="1.0"?><!ELEMENT x><!-x><head>|'],
  ['after a mark of UTF-8', '\xef\xbb\xbf<!doctype html><head>|x'],
  ['before what only begins like a mark', '|\xef\xbbx'],
  ['before a lone <', '<html>|< head>'],
  ['at the end of a page that is all prologue', '<!doctype html><html>|'],
  ['at the end, before half a tag', '<!doctype html>|<he'],
  ['not at all in half a comment', '<!doctype html><!-- x'],
  ['not at all in nothing', ''],
  ['not at all in UTF-16', '\xff\xfe<\0h\0e\0a\0d\0>\0'],
]

for (const [where, marked] of pages)
  test(`the tag goes ${where}: ${JSON.stringify(marked)}`, (t) => {
    t.is(whole(marked.replace('|', '')), marked.replace('|', tag))
  })

const piece = fc.constantFrom(
  ...'< > ! - -- / = " \' html HEAD head doctype he x ? <!-- --> <head>'.split(' '),
  ' ',
  '\n',
  '<html ',
  '<!doctype html>',
  '\xef\xbb\xbf',
  '\xff',
  '\0',
  '\xe4',
)
const page = fc.array(piece, {maxLength: 20}).map((pieces) => pieces.join(''))

test('any cut of any page into chunks gives the same', (t) => {
  fc.assert(
    fc.property(page, fc.array(fc.integer({min: 1, max: 7}), {minLength: 1}), (html, sizes) => {
      const all = Buffer.from(html, 'latin1')
      const chunks: Buffer[] = []
      for (let at = 0, turn = 0; at < all.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1
        chunks.push(all.subarray(at, at + size))
        at += size
      }
      return insert(chunks).equals(insert([all]))
    }),
    {numRuns: 3000},
  )
  t.pass()
})

test('nothing of a page is lost or changed', (t) => {
  fc.assert(
    fc.property(page, (html) => whole(html).replace(tag, '') === html),
    {numRuns: 1000},
  )
  t.pass()
})

test('a page is passed on at once, but for the name of a tag', (t) => {
  const insertion = createInsertion(tag)
  t.is(
    String(insertion.pass(Buffer.from('<!doctype html><html data-x="a long'))),
    '<!doctype html><html data-x="a long',
  )
  t.is(String(insertion.pass(Buffer.from(' value"><hea'))), ' value">')
  t.is(String(insertion.pass(Buffer.from('d><p>'))), `<head>${tag}<p>`)
})
