/** Tunes that can be asked for by name. All are in the public domain; the settings in ABC are our own. */
export interface FamousTune {
  readonly names: readonly string[]
  readonly title: string
  readonly abc: string
}

const tune = (title: string, names: readonly string[], abc: string): FamousTune => ({ title, names, abc })

export const FAMOUS_TUNES: readonly FamousTune[] = [
  tune(
    'Ode to Joy (Beethoven)',
    ['ode to joy', 'ode an die freude', 'freude schoner gotterfunken', 'hymne a la joie', 'ode a la joie'],
    'M:4/4\nL:1/4\nQ:1/4=108\nK:D\nFFGA|AGFE|DDEF|F3/E/E2|FFGA|AGFE|DDEF|E3/D/D2|EEFD|EF/G/FD|EF/G/FE|DEA,2|FFGA|AGFE|DDEF|E3/D/D2|]',
  ),
  tune(
    'Twinkle, Twinkle, Little Star',
    [
      'twinkle twinkle little star',
      'twinkle twinkle',
      'twinkle little star',
      'ah vous dirai je maman',
      'morgen kommt der weihnachtsmann',
      'alphabet song',
    ],
    'M:4/4\nL:1/4\nQ:1/4=104\nK:A\nAAee|ffe2|ddcc|BBA2|eedd|ccB2|eedd|ccB2|AAee|ffe2|ddcc|BBA2|]',
  ),
  tune(
    'Amazing Grace',
    ['amazing grace'],
    'M:3/4\nL:1/8\nQ:1/4=84\nK:G\nD2|G4 BG|B4 A2|G4 E2|D4 D2|G4 BG|B4 A2|d6-|d4 B2|d4 BG|B4 A2|G4 E2|D4 D2|G4 BG|B4 A2|G6-|G4|]',
  ),
  tune(
    'Greensleeves',
    ['greensleeves', 'what child is this'],
    'M:6/8\nL:1/8\nQ:3/8=56\nK:Am\nA|c2d e>fe|d2B G>AB|c2A A>^GA|B2^G E2A|c2d e>fe|d2B G>AB|c>BA ^G>^F^G|A3 A3|g3 g>fe|d2B G>AB|c2A A>^GA|B2^G E3|g3 g>fe|d2B G>AB|c>BA ^G>^F^G|A5|]',
  ),
  tune(
    'Frère Jacques',
    ['frere jacques', 'bruder jakob', 'brother john', 'are you sleeping'],
    'M:4/4\nL:1/4\nQ:1/4=116\nK:G\nGABG|GABG|Bcd2|Bcd2|d/e/d/c/BG|d/e/d/c/BG|GDG2|GDG2|]',
  ),
  tune(
    'Au clair de la lune',
    ['au clair de la lune'],
    'M:4/4\nL:1/4\nQ:1/4=104\nK:G\nGGGA|B2A2|GBAA|G4|GGGA|B2A2|GBAA|G4|AAAA|E2E2|AGFE|D4|GGGA|B2A2|GBAA|G4|]',
  ),
  tune(
    'Happy Birthday',
    ['happy birthday to you', 'happy birthday', 'zum geburtstag viel gluck', 'joyeux anniversaire', 'birthday song'],
    'M:3/4\nL:1/8\nQ:1/4=108\nK:G\nD>D|E2D2G2|F4D>D|E2D2A2|G4D>D|d2B2G2|F2E2c>c|B2G2A2|G4|]',
  ),
  tune('Mary Had a Little Lamb', ['mary had a little lamb'], 'M:4/4\nL:1/4\nQ:1/4=116\nK:D\nFEDE|FFF2|EEE2|FAA2|FEDE|FFFF|EEFE|D4|]'),
  tune(
    'Row, Row, Row Your Boat',
    ['row row row your boat', 'row your boat'],
    'M:6/8\nL:1/8\nQ:3/8=84\nK:G\nG3G3|G2AB3|B2AB2c|d6|ggg ddd|BBB GGG|d2cB2A|G6|]',
  ),
  tune(
    'Auld Lang Syne',
    ['auld lang syne', 'nehmt abschied bruder', 'ce n est qu un au revoir'],
    'M:4/4\nL:1/8\nQ:1/4=92\nK:G\nD2|G3GG2B2|A3GA2B2|G3GB2d2|e6e2|d3BB2G2|A3GA2B2|G3EE2D2|G6e2|d3BB2G2|A3GA2e2|d3BB2d2|e6e2|d3BB2G2|A3GA2B2|G3EE2D2|G6|]',
  ),
  tune(
    'Silent Night (Gruber)',
    ['silent night', 'stille nacht', 'douce nuit'],
    "M:6/8\nL:1/8\nQ:3/8=40\nK:G\nd>ed B3|d>ed B3|a2a f3|g2g d3|e2e g>fe|d>ed B3|e2e g>fe|d>ed B3|a2a c'>af|g3b3|g>dB d>cA|G6|]",
  ),
  tune(
    'Jingle Bells (Pierpont)',
    ['jingle bells'],
    'M:4/4\nL:1/4\nQ:1/4=152\nK:G\nBBB2|BBB2|BdG>A|B4|ccc>c|cBBB/B/|BAAB|A2d2|BBB2|BBB2|BdG>A|B4|ccc>c|cBBB/B/|ddcA|G4|]',
  ),
  tune(
    'Lullaby (Brahms)',
    ['brahms lullaby', 'brahms wiegenlied', 'guten abend gut nacht', 'brahms cradle song', 'lullaby by brahms', 'wiegenlied by brahms'],
    'M:3/4\nL:1/8\nQ:1/4=76\nK:D\nFF|A3FFF|A4FA|d2c2B2|B2A2EF|G2E2EF|G4EG|cBA2c2|d4DD|d4BG|A4FD|G2A2B2|F2A2DD|d4BG|A4FD|G2F2E2|D4|]',
  ),
  tune(
    'When the Saints Go Marching In',
    ['when the saints go marching in', 'when the saints', 'oh when the saints'],
    'M:4/4\nL:1/4\nQ:1/4=160\nK:G\nzGBc|d4|zGBc|d4|zGBc|d2B2|G2B2|A4|zBBA|G3G|B2d2|d2c2|zcBc|d2B2|G2A2|G4|]',
  ),
  tune(
    'Scarborough Fair',
    ['scarborough fair'],
    'M:3/4\nL:1/4\nQ:1/4=112\nK:Em\nE2E|B2B|F>GF|E3|zBd|e2d|Bc^A|B3|zze|e2e|d2B|BAG|FD2|E2B|A2G|F E D|E3|]',
  ),
  tune('Alle meine Entchen', ['alle meine entchen'], 'M:4/4\nL:1/4\nQ:1/4=112\nK:D\nDEFG|A2A2|BBBB|A4|BBBB|A4|GGGG|F2F2|EEEE|D4|]'),
]
