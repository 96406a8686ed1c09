import type {CiResult} from '../../../src/preview/ci/result.ts'

/** A preview that is live, with all that may be known about it. */
export const liveResult: CiResult = {
  project: 'shop',
  environment: 'feature-cart',
  ref: 'feature/cart',
  commit: '0123456789abcdef0123456789abcdef01234567',
  subject: 'Keep what is in the cart',
  outcome: 'live',
  url: 'https://feature-cart--shop.previews.example.org/',
  apps: [
    {
      app: 'app',
      health: 'GET /health answered 200',
      image: {id: 'sha256:aa', bytes: 131_500_000, layers: ['sha256:1', 'sha256:2', 'sha256:4']},
      startMs: 412.4,
      base: {ref: 'main', image: {id: 'sha256:bb', bytes: 130_000_000, layers: ['sha256:1', 'sha256:2', 'sha256:3']}},
    },
  ],
}

/** Names that git and forges allow, or that a commit's subject may be. */
export const hostileTexts: readonly string[] = [
  '<script>alert(1)</script>',
  '<!-- imm-preview: shop/main -->',
  '-->',
  '](https://evil.example)[x',
  '![x](https://evil.example/pixel.png)',
  'https://evil.example/login',
  'www.evil.example',
  'a@evil.example',
  '@everyone/please',
  '#1!2~bug%3&4$5',
  'GH-1',
  'a|b|c',
  String.raw`a\|b\\|c`,
  '`code`',
  '``` x',
  '</code></pre><h1>x',
  '&lt;b&gt;&#60;',
  '**bold**_it_~~gone~~',
  '$(touch pwned)`touch pwned`;touch pwned',
  '${{ github.token }}',
  "'; touch pwned #",
  '"quoted"',
  '-rf',
  '--help',
  'HEAD',
  '0123456789abcdef0123456789abcdef01234567',
  'refs/heads/main',
  '\u202egnp.exe',
  'a\u200bb\u2066c\ufeffd',
  'na\u0308me-\u{1f680}-имя-名前',
  'x'.repeat(400),
]

/** What only subjects and messages may have beside those: git allows no control characters in a name. */
export const hostileLines: readonly string[] = [
  'a\nb',
  'a\r\nurl=https://evil.example',
  '/close\n/approve',
  'x\n\n# heading\n\n- list\n\n    code',
  'a\u0000b\u001b[31mred\u0007',
  'a\u2028b\u2029c\u0085d',
  '\ud800 alone',
]
