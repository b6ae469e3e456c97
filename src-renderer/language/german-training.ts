/** What training says in English, and the same in German: findings before it begins, what happens on the way, how it ends. */
export const GERMAN_TRAINING: Readonly<Record<string, string>> = {
  // What a data set lacks, and what to do.
  'Nothing can be heard in these recordings.': 'In diesen Aufnahmen ist nichts zu hören.',
  'Check the recordings, and that the right microphone was used.': 'Prüf die Aufnahmen, und ob das richtige Mikrofon benutzt wurde.',
  'Nothing in these recordings has a steady pitch.': 'Nichts in diesen Aufnahmen hat eine ruhige Tonhöhe.',
  'Choose recordings of single notes and melodies.': 'Wähl Aufnahmen einzelner Töne und Melodien.',
  'In {part} of {whole} no note is heard.': 'In {part} von {whole} ist kein Ton zu hören.',
  'Leave these slices out of the data set.': 'Lass diese Abschnitte aus dem Datensatz weg.',
  'There are {amount} of recordings; below {least} a voice only learns them by heart.':
    'Es sind {amount} Aufnahmen; unter {least} lernt eine Stimme sie nur auswendig.',
  'Record more: ten minutes are a good beginning, of different music.':
    'Nimm mehr auf: zehn Minuten verschiedener Musik sind ein guter Anfang.',
  'There are only {count} different notes.': 'Es sind nur {count} verschiedene Töne.',
  'Other notes will sound as the base plays them; record more of the range.':
    'Andere Töne werden klingen wie im Grundmodell; nimm mehr vom Tonumfang auf.',
  'There are only {amount} of recordings.': 'Es sind nur {amount} Aufnahmen.',
  'Ten to twenty minutes of different music make a voice that can be used everywhere.':
    'Zehn bis zwanzig Minuten verschiedener Musik ergeben eine Stimme, die überall zu gebrauchen ist.',
  'There is one note only, {note}.': 'Es gibt nur einen Ton, {note}.',
  'Record melodies or scales over the range that you want to play.':
    'Nimm Melodien oder Tonleitern über den Umfang auf, den du spielen willst.',
  "{percent} % of what is played lies outside the violin's range, {low} to {high}.":
    '{percent} % des Gespielten liegen außerhalb des Umfangs der Geige, {low} bis {high}.',
  'If this is not a violin, the voice will play its melodies in a mixture of both tones.':
    'Wenn das keine Geige ist, spielt die Stimme ihre Melodien in einer Mischung beider Klänge.',
  'These recordings sound like a {instrument}, not like a violin.': 'Diese Aufnahmen klingen nach {instrument}, nicht nach einer Geige.',
  viola: 'Bratsche',
  cello: 'Cello',
  flute: 'Flöte',
  clarinet: 'Klarinette',
  oboe: 'Oboe',
  saxophone: 'Saxophon',
  trumpet: 'Trompete',
  recorder: 'Blockflöte',
  'The library says that this is {names}, not a violin.': 'Die Bibliothek sagt, das sei {names}, keine Geige.',
  'Go on if you want a violin that leans towards it.': 'Mach weiter, wenn du eine Geige willst, die danach klingt.',
  'Several instruments are in it: {names}.': 'Es sind mehrere Instrumente darin: {names}.',
  'One data set for each gives clearer voices.': 'Ein Datensatz für jedes ergibt klarere Stimmen.',
  'No recording session is held out, so the last tenth of the slices is used to see what was learned.':
    'Keine Aufnahmesitzung ist zurückgehalten, darum zeigt das letzte Zehntel der Abschnitte, was gelernt wurde.',
  'Record on two days at least, or name the sessions in the library.':
    'Nimm an mindestens zwei Tagen auf, oder benenne die Sitzungen in der Bibliothek.',
  'There are {count} clips for a batch of {batch}.': 'Es gibt {count} Clips für einen Stapel von {batch}.',
  'The batch is made {count} clips large.': 'Der Stapel wird {count} Clips groß.',
  'The licence of {count} slices does not allow the voice to be passed on.':
    'Die Lizenz von {count} Abschnitten erlaubt nicht, die Stimme weiterzugeben.',
  'Keep the voice to yourself, or leave them out.': 'Behalt die Stimme für dich, oder lass sie weg.',
  'Training takes about {needed} GB of memory; {free} GB are free.':
    'Das Training braucht etwa {needed} GB Arbeitsspeicher; {free} GB sind frei.',
  'Close other programs.': 'Schließ andere Programme.',
  'Training takes about {needed} GB on the disk; {free} GB are free.':
    'Das Training braucht etwa {needed} GB auf der Festplatte; {free} GB sind frei.',
  'Free some space first.': 'Mach zuerst etwas Platz.',
  'In {minutes} minutes hardly anything is learned.': 'In {minutes} Minuten wird kaum etwas gelernt.',
  'Give it half an hour at least.': 'Gib ihr mindestens eine halbe Stunde.',

  // On the way.
  'Started.': 'Begonnen.',
  'Goes on from step {step}.': 'Geht bei Schritt {step} weiter.',
  'reading the recordings': 'die Aufnahmen werden gelesen',
  'writing them as tokens': 'sie werden als Tokens geschrieben',
  'measuring the machine': 'die Maschine wird gemessen',
  'writing the voice': 'die Stimme wird geschrieben',
  'playing {name} (before)': '{name} wird gespielt (vorher)',
  'playing {name} (after)': '{name} wird gespielt (nachher)',
  '{count} slices hold no note and are left out.': '{count} Abschnitte enthalten keinen Ton und bleiben weg.',
  'The batch holds {count} clips instead of {wanted}: so many fit the memory and the data.':
    'Der Stapel fasst {count} Clips statt {wanted}: so viele passen in den Speicher und zu den Daten.',
  'The memory is too small for more than {count} clips at once.': 'Der Speicher reicht nicht für mehr als {count} Clips zugleich.',
  'The numbers went wrong; training went back to the last good point and goes on at half the rate.':
    'Die Zahlen entgleisten; das Training ging zum letzten guten Stand zurück und geht mit halber Rate weiter.',
  'No gain on the held-out recordings any more; this part has ended by itself.':
    'Auf den zurückgehaltenen Aufnahmen wird nichts mehr besser; dieser Teil ist von selbst zu Ende.',
  'The numbers went wrong twice; this part keeps its best weights, and the next one begins.':
    'Die Zahlen entgleisten zweimal; dieser Teil behält seine besten Gewichte, und der nächste beginnt.',
  'A preview could not be played: {reason}': 'Eine Hörprobe ließ sich nicht spielen: {reason}',
  'The scores could not be measured: {reason}': 'Die Werte ließen sich nicht messen: {reason}',
  'Laid aside; nothing is lost.': 'Beiseitegelegt; nichts ist verloren.',
  'The disk is full; laid aside until there is room again.': 'Die Festplatte ist voll; beiseitegelegt, bis wieder Platz ist.',

  // How it ended.
  'Every step is done.': 'Jeder Schritt ist getan.',
  'Ended on request.': 'Auf Wunsch beendet.',
  'Ended to be ready in time.': 'Beendet, um rechtzeitig fertig zu sein.',
  'Ended because its time was over; the machine was slower than at the start.':
    'Beendet, weil die Zeit um war; die Maschine war langsamer als am Anfang.',
  'Stopped by itself: the held-out recordings gained nothing more.':
    'Von selbst zu Ende: auf den zurückgehaltenen Aufnahmen wurde nichts mehr besser.',
}
