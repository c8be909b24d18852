// What a person does in a survey by ear, step by step, and what must be heard whatever Orca's version and words are.
//
// A step is [key, what it is for, tags…]. `until(text)` repeats a key until that is heard. Tags are what `claims` looks
// at: `change` (another screen must come), `still` (none may), `read` (in browse mode, along the options), `arrival` (it
// says once that it is there). What is heard on the way to the survey depends on how far Orca's own reading of the page has
// come: such a step is `noisy`, and its words are in no golden file.

export const TEXTS = {
  fr: {
    questions: ['Votre satisfaction, dans l’ensemble', 'On m’a facilité les choses', 'Les règles m’ont paru justes', 'Nous recommanderiez-vous à un proche'],
    more: ['Qu’est-ce qui n’allait pas', 'Est-ce pardonnable', 'Que s’est-il passé'],
    options: ['Nulle', 'Faible', 'Moyenne', 'Bonne', 'Excellente'], first: ['Nulle', '1 Pas du tout d’accord', '1 Pas du tout', '0 Pas du tout probable'],
    skip: 'Passer', back: 'Retour', send: 'Envoyer', close: 'Fermer', sent: 'C’est envoyé', link: 'Accueil', title: 'Votre avis en trente secondes',
    arrival: 'Un court questionnaire vous attend à la fin de cette page',
  },
  en: {
    questions: ['Overall, how satisfied are you', 'You made things easy for me', 'The rules felt fair', 'Would you recommend us to a friend'],
    more: ['What went wrong', 'Is it forgivable', 'What happened'],
    options: ['Not at all', 'Slightly', 'Moderately', 'Very', 'Completely'], first: ['Not at all', '1 Strongly disagree', '1 Not at all', '0 Not at all likely'],
    skip: 'Skip', back: 'Back', send: 'Send', close: 'Close', sent: 'Sent', link: 'Home', title: 'Your view in thirty seconds',
    arrival: 'A short survey is at the end of this page',
  },
};

/** Over the limit of the word, in characters that Orca does not echo as words. */
const TOO_LONG = 'a'.repeat(505);

/** From the first option on: forth, back, skipped, to the end and out, by the unhappy branch. */
const whole = (words) => [
  ['Insert+a twice', 'focus mode, for good'],
  ['space', 'marks the first option', 'still'],
  ['Down', 'marks the next', 'still'],
  ['Up', 'and the first again', 'still'],
  ['Return', 'confirms', 'change', 1],
  ['Tab', 'to Back', 'still'],
  ['Return', 'goes back', 'change', 0],
  ['Return', 'confirms again', 'change', 1],
  ['Tab', 'to Back', 'still'],
  ['Tab', 'to Skip', 'still'],
  ['Return', 'skips', 'change', 2],
  ['space', 'marks', 'still'],
  ['Return', 'confirms', 'change', 3],
  ['space', 'marks', 'still'],
  ['Return', 'confirms', 'change', 4],
  ['Down', 'marks the second', 'still'],
  ['Return', 'confirms', 'change', 5],
  ['space', 'marks', 'still'],
  ['Return', 'confirms', 'change', 6],
  ['type Too late', 'writes', 'still'],
  [`Tab until ${words.send}`, 'to Send', 'still'],
  ['Return', 'sends, and is on Close', 'end'],
  ['Return', 'closes'],
  ['Tab', 'goes on on the page', 'after'],
];

/** Up to the word, there too much of it, then less, and to the end. */
const tooLong = (words) => [
  ['Insert+a twice', 'focus mode, for good'],
  ['space', 'marks', 'still'],
  ['Return', 'confirms', 'change', 1],
  ['space', 'marks', 'still'],
  ['Return', 'confirms', 'change', 2],
  ['space', 'marks', 'still'],
  ['Return', 'confirms', 'change', 3],
  ['space', 'marks', 'still'],
  ['Return', 'confirms', 'change', 4],
  ['space', 'marks', 'still'],
  ['Return', 'confirms', 'change', 5],
  ['space', 'marks', 'still'],
  ['Return', 'confirms', 'change', 6],
  [`type ${TOO_LONG}`, 'writes too much', 'noisy'],
  [`Tab until ${words.send}`, 'to Send', 'noisy'],
  ['Return', 'on Send, over the limit', 'refused'],
  ['ctrl+a', 'selects it all', 'noisy'],
  ['type Too late', 'writes less', 'noisy'],
  [`Tab until ${words.send}`, 'to Send', 'noisy'],
  ['Return', 'sends, and is on Close', 'end'],
  ['Return', 'closes'],
];

/** It comes by delay, says once that it is there, is found and closed. */
const arrives = (words) => [
  [`Shift_L until ${words.arrival}`, 'waits for it', 'arrival', 'noisy'],
  [`Tab until ${words.options[0]}`, 'to the first option', 'noisy'],
  ['Escape', 'closes', 'noisy'],
];

/** Along the options in browse mode, as they are read: by lines, so what stands in a row is read from the line above it. */
const read = (words, inRow) => [
  ['ctrl+Home', 'the top of the page', 'noisy'],
  [`Tab until ${words.options[0]}`, 'to the survey, past the page’s own links', 'noisy'],
  ...(inRow ? [['Up', 'to the line above the row', 'noisy']] : []),
  ...Array.from({ length: 6 }, () => ['Down', 'reads on', 'read']),
];
const toFirst = (words) => [
  ['ctrl+Home', 'the top of the page', 'noisy'],
  [`Tab until ${words.options[0]}`, 'to the first option', 'noisy'],
];

export const WALKS = {
  card: { attributes: { display: 'card' }, steps: (words) => [...read(words), ...toFirst(words), ...whole(words)] },
  inline: { attributes: { target: '#avis' }, steps: (words) => [...read(words, true), ...toFirst(words), ...tooLong(words)] },
  modal: { attributes: { display: 'modal' }, opens: true, steps: (words) => [[`Tab until ${words.options[0]}`, 'to the first option', 'noisy'], ...whole(words).slice(0, -1)] },
  // Later than Orca's own reading of the page.
  late: { attributes: { display: 'card', trigger: 'delay:12' }, steps: arrives },
  hosted: {
    hosted: true,
    steps: (words) => [
      ['ctrl+Home', 'the first line, after Orca has read the page by itself', 'noisy'],
      ...Array.from({ length: 4 }, () => ['Down', 'reads on from the first line', 'first', 'noisy']),
      [`Tab until ${words.options[0]}`, 'to the first option', 'noisy'], ...whole(words).slice(0, 5),
    ],
  },
};

/** Apostrophes and spaces as plain as can be: voices differ in what they are given. */
const plain = (text) => text.replaceAll('’', '\'').replace(/[\u202f\u00a0]/g, ' ').toLowerCase();
const holds = (heard, text) => plain(heard).includes(plain(text));
const times = (heard, text) => heard.filter((each) => holds(each, text)).length;

/**
 * What was heard against what must be: the sentences of what fails.
 *
 * @param {{ key: string, why: string, tags: (string | number)[], heard: string[] }[]} steps
 * @param {string[]} opening what was heard before the first key
 */
export function claims(steps, opening, words, { opens } = {}) {
  const wrong = [];
  const questions = [...words.questions, ...words.more];
  const tagged = (tag) => steps.filter(({ tags }) => tags.includes(tag));
  const told = ({ key, why, heard }) => `${key.slice(0, 24)} (${why}): ${JSON.stringify(heard)}`;
  for (const step of tagged('change')) {
    const count = times(step.heard, questions[step.tags[1]]);
    if (count < 1 || count > 2) wrong.push(`the question is heard ${count} times, ${told(step)}`);
  }
  for (const step of tagged('still')) {
    const live = step.heard.filter((each) => questions.some((question) => holds(each, question)));
    if (live.length > 0) wrong.push(`a question without a change of screen, ${told(step)}`);
  }
  const along = tagged('read').flatMap(({ heard }) => heard);
  for (const option of along.length > 0 ? words.options.slice(1) : []) {
    const count = along.filter((each) => plain(each).split(/[.,]? /).join(' ').replace(/[.,]/g, '').startsWith(plain(option))).length;
    if (count !== 1) wrong.push(`in browse mode “${option}” is heard ${count} times: ${JSON.stringify(along)}`);
  }
  for (const step of tagged('refused')) {
    if (step.heard.length === 0) wrong.push(`nothing is heard, ${told(step)}`);
  }
  for (const step of tagged('arrival')) {
    const count = times([...opening, ...steps.flatMap(({ heard }) => heard)], words.arrival);
    if (count !== 1) wrong.push(`that it is there is heard ${count} times, ${told(step)}`);
  }
  for (const step of tagged('end')) {
    if (times(step.heard, words.sent) !== 1) wrong.push(`the end is not heard once, ${told(step)}`);
    if (times(step.heard, words.close) !== 1) wrong.push(`the focus is not on Close, ${told(step)}`);
  }
  for (const step of tagged('after')) {
    if (step.heard.length === 0 || times(step.heard, words.link) > 0) wrong.push(`the page starts anew after Close, ${told(step)}`);
  }
  const first = tagged('first');
  if (first.length > 0 && first.every(({ heard }) => heard.length === 0)) wrong.push('the hosted page cannot be read from its first line');
  if (opens && times(opening, words.questions[0]) === 0) wrong.push(`the modal comes without its question: ${JSON.stringify(opening)}`);
  return wrong;
}

export { holds };
