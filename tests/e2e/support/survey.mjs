// The survey as a person with a screen reader meets it: by roles and names only.
import { isResponsePost } from './browser.mjs';

/** The names of the form and of one answer per core question; 4, 6, 5 and 9 as docs/embed.md has them. */
export const ANSWERS = {
  fr: { title: /trente secondes/, satisfaction: 'Bonne', ease: '6', lens: /^(5\b.*)?Tout à fait$/, recommend: '9' },
  en: { title: /thirty seconds/, satisfaction: 'Very', ease: '6', lens: /^(5\b.*)?Completely$/, recommend: '9' },
};

/** The values of ANSWERS as the collector stores them. */
export const STORED = { satisfaction: 4, ease: 6, lens: 5, recommend: 9 };

/** The survey's form; in a modal the dialog around it has the name. */
export const surveyForm = (page, lang) => {
  const name = ANSWERS[lang].title;
  return page.getByRole('form', { name }).or(page.getByRole('dialog', { name }).locator('form'));
};

/** Answers one question, the option of that name, by a tap, and waits for the next screen: the option is seen first. */
export async function choose(form, name) {
  const asked = form.locator('.prompt, .end');
  const question = await asked.textContent();
  await form.getByRole('radio', { name, exact: true }).click();
  await asked.filter({ hasNotText: question }).waitFor();
}

/**
 * Answers the four core questions and waits until the collector has acknowledged them.
 *
 * @returns {Promise<import('playwright-core').Response>} the acknowledgement
 */
export async function answerCore(page, lang) {
  const form = surveyForm(page, lang);
  const { satisfaction, ease, lens, recommend } = ANSWERS[lang];
  for (const name of [satisfaction, ease, lens]) await choose(form, name);
  const acknowledged = page.waitForResponse(isAnswer);
  await choose(form, recommend);
  return acknowledged;
}

const isAnswer = (response) => isResponsePost(response.request());

/** Answers one question after the other; each name is an option of the screen that is there by then. */
export async function answer(form, ...names) {
  for (const name of names) await choose(form, name);
}

/** Puts the focus on a control once it is seen: one that is drawn and not laid over the page yet takes none. */
export async function focus(control) {
  await control.waitFor();
  await control.focus();
}

/** A button of the form, by its name. */
export const button = (form, name) => form.getByRole('button', { name, exact: true });

/** Waits for the screen that asks this. */
export const screen = (form, question) => form.getByRole('radiogroup', { name: question }).waitFor();

/** The names of buttons and of the last sentences. */
export const WORDS = {
  fr: {
    skip: 'Passer', next: 'Suivant', close: 'Fermer', back: 'Retour', send: 'Envoyer', none: 'Sans objet',
    // Of any branch.
    sent: /c’est envoyé\./i,
    waiting: 'C’est noté. L’envoi se fera dès que possible.',
    refused: 'L’envoi n’a pas abouti. Votre avis n’est pas enregistré.',
  },
  en: {
    skip: 'Skip', next: 'Next', close: 'Close', back: 'Back', send: 'Send', none: 'Not applicable',
    sent: /it is sent\./i,
    waiting: 'Noted. It will be sent as soon as possible.',
    refused: 'It could not be sent. Your view is not recorded.',
  },
};
