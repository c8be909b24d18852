// What must be heard can fail: every claim of walks.mjs on what Orca 43.1 said when each was broken, and when none was.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { claims, TEXTS } from './walks.mjs';

const words = TEXTS.fr;
const step = (heard, ...tags) => ({ key: 'Return', why: 'test', tags, heard });
const EASE = ['On m’a facilité les choses. tableau de bord.', '1 Pas du tout d’accord.', 'non sélectionné bouton radio', '2 / 4 On m’a facilité les choses.'];
const ALONG = ['Faible. non sélectionné bouton radio', 'Moyenne. non sélectionné bouton radio', 'Bonne. non sélectionné bouton radio', 'Excellente. non sélectionné bouton radio'];

describe('what must be heard', () => {
  const told = (steps, opening = [], walk = {}) => claims(steps, opening, words, walk).map((each) => each.split(/[,:] /)[0]);

  it('holds where all is as it should be', () => {
    assert.deepEqual(told([
      step(['sélectionné'], 'still'), step(EASE, 'change', 1), step(ALONG, 'read'), step(['entrée invalide. Caractères de trop : 5'], 'refused'),
      step(['Fermer bouton.', 'C’est envoyé. Rien à gagner, rien à donner.'], 'end'), step(['Mentions légales lien.'], 'after'), step([], 'first'), step(['Votre avis'], 'first'),
    ], ['Votre satisfaction, dans l’ensemble\u202f? tableau de bord.'], { opens: true }), []);
  });

  const faults = {
    'a question that is not heard': [step(['Sélectionné'], 'change', 1), 'the question is heard 0 times'],
    'a question that is heard three times': [step([...EASE, EASE[0]], 'change', 1), 'the question is heard 3 times'],
    'a status without a change of screen': [step(['sélectionné', '1 / 4 Votre satisfaction, dans l’ensemble ?'], 'still'), 'a question without a change of screen'],
    'silence on Send over the limit': [step([], 'refused'), 'nothing is heard'],
    'an arrival that is not heard': [step(['puce'], 'arrival'), 'that it is there is heard 0 times'],
    'an arrival that is heard twice': [step(['Un court questionnaire vous attend à la fin de cette page.', 'Un court questionnaire vous attend à la fin de cette page.'], 'arrival'), 'that it is there is heard 2 times'],
    'an end that is not heard': [step(['Fermer bouton.'], 'end'), 'the end is not heard once'],
    'an end twice': [step(['Fermer bouton.', 'C’est envoyé.', 'C’est envoyé.'], 'end'), 'the end is not heard once'],
    'an end without the focus on Close': [step(['C’est envoyé.'], 'end'), 'the focus is not on Close'],
    'the page that starts anew': [step(['puce', 'Accueil lien.'], 'after'), 'the page starts anew after Close'],
    'a hosted page that is silent': [step([], 'first'), 'the hosted page cannot be read from its first line'],
  };
  for (const [name, [heard, wanted]] of Object.entries(faults)) {
    it(`fails on ${name}`, () => assert.deepEqual(told([heard]), [wanted]));
  }

  it('fails on options that are heard twice in browse mode, in one line or in two', () => {
    assert.equal(told([step(ALONG, 'read'), step(['Faible.'], 'read')]).length, 1);
    assert.equal(told([step([...ALONG, ...ALONG], 'read')]).length, 4);
  });

  it('fails on a modal without its question', () => {
    assert.deepEqual(told([], ['Votre avis en trente secondes dialogue.'], { opens: true }), ['the modal comes without its question']);
  });
});
