// Every screen that a survey can show, in any language: for specs that look at all of them.
import { open } from './browser.mjs';
import { orderOfFamily } from './frames.mjs';
import { publish } from './surveys.mjs';
import { address, host } from './watching.mjs';

const LOCALES = ['fr', 'en', 'de', 'ar', 'ja'];
const each = (...texts) => Object.fromEntries(LOCALES.map((locale, place) => [locale, texts[place]]));
const SHORT = { locales: LOCALES, core: { questions: ['recommend'] } };

/** A merchant's surveys: at most three questions of their own fit into one. */
const CODES = {
  ...SHORT, name: 'Codes', follow_up: { incident: false, chips: false, word: false },
  extra: [
    {
      kind: 'stars',
      text: each('Et l’emballage\u202f?', 'And the packaging?', 'Und die Verpackung?', 'ماذا عن التغليف؟', '梱包はいかがでしたか。'),
    },
    {
      kind: 'yes_no',
      text: each('Première commande\u202f?', 'Was it your first order?', 'War es Ihre erste Bestellung?', 'هل كان هذا أول طلب لك؟', '初めてのご注文ですか。'),
    },
    {
      kind: 'scale', points: 10,
      text: each('Le site était-il clair\u202f?', 'How clear was the site?', 'War die Website übersichtlich?', 'هل كان الموقع واضحًا؟', 'サイトは分かりやすかったですか。'),
      low: each('Pas du tout', 'Unclear', 'Unübersichtlich', 'غير واضح', '分かりにくい'),
      high: each('Tout à fait', 'Clear', 'Übersichtlich', 'واضح', '分かりやすい'),
    },
  ],
};
const LISTS = {
  ...SHORT, name: 'Lists', follow_up: { incident: false, chips: false, word: false },
  extra: [
    {
      kind: 'choice', other: true,
      text: each('Comment nous avez-vous connus\u202f?', 'How did you hear of us?', 'Woher kennen Sie uns?', 'كيف عرفتنا؟', '何で知りましたか。'),
      options: [
        each('Un proche', 'A friend', 'Freundeskreis', 'صديق', '知人'),
        each('Une recherche', 'A search', 'Suchmaschine', 'بحث', '検索'),
      ],
    },
    {
      kind: 'choices',
      text: each('Qu’avez-vous lu\u202f?', 'What did you read?', 'Was haben Sie gelesen?', 'ماذا قرأت؟', '何を読みましたか。'),
      options: [
        each('Les prix', 'Prices', 'Preise', 'الأسعار', '価格'),
        each('Les avis', 'Ratings', 'Bewertungen', 'الآراء', '評価'),
        each('Les conditions', 'Terms', 'Geschäftsbedingungen', 'الشروط', '規約'),
      ],
    },
    { kind: 'text', text: each('Que manquait-il\u202f?', 'What was missing?', 'Was hat gefehlt?', 'ماذا كان ينقص؟', '何が足りませんでしたか。') },
  ],
};

const option = (place) => (form) => form.getByRole('radio').nth(place).click();
/** Marks without answering: what a customer with a keyboard sees before Enter. */
const mark = (place) => (form) => form.getByRole('radio').nth(place).press('Space');
const send = (form) => form.locator('.send').click();
const write = async (form) => {
  await form.getByRole('textbox').fill('Camille');
  await send(form);
};
const tick = async (form) => {
  for (const place of [0, 2]) await form.getByRole('checkbox').nth(place).click();
};

/** Per survey: [name of the screen, what leads on, what is done before it is looked at]; no name: not looked at. */
const WALKS = [
  [null, [
    ['satisfaction', option(1)], ['ease', option(5), mark(5)], ['lens', option(4)], ['recommend', option(3)],
    ['incident', option(5)], ['forgive', option(1)], ['word', write], ['end'],
  ]],
  [null, [['', option(4)], ['', option(5)], ['', option(4)], ['', option(9)], ['delight']]],
  [CODES, [['', option(9)], ['stars', option(3), mark(2)], ['yes_no', option(0)], ['scale', option(3)]]],
  [LISTS, [['', option(9)], ['choice', option(0)], ['choices', send, tick], ['text', write]]],
];
/** How the last screen begins once the collector has the answer. */
const SENT = /envoyé|is sent|gesendet|تم الإرسال|送信しました/;
/** The names of all of them. */
export const NAMES = WALKS.flatMap(([, screens]) => screens.flatMap(([name]) => name || []));

/**
 * Shows every screen under each of `conditions`, several at once, one survey after the other.
 *
 * @param {{ name: string, lang: string, display: string, options?: object, before?: Function }[]} conditions `options`
 *   are the context's; `before` is called with the page as soon as the survey is there
 * @param {(screen: string, form: object, page: object, condition: object) => Promise<void>} look
 */
export async function showAll(world, conditions, look, atOnce = 2) {
  for (const [place, [document, screens]] of WALKS.entries()) {
    const survey = document ? await publish(world, document) : world.collector.survey;
    const waiting = [...conditions.entries()];
    const walker = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [number, condition] = next;
        // The longest lens, so that what fits here fits anywhere.
        await walk(world, orderOfFamily(survey, 7, `A-${place}-${number}`), screens, condition, look);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, walker));
  }
}

async function walk(world, order, screens, condition, look) {
  const { lang, display, options, before } = condition;
  const visit = await open(world.browser, { reducedMotion: 'reduce', ...options });
  try {
    const place = display === 'inline' ? { target: '#avis' } : { display };
    await visit.page.goto(address(world.shop, 'plain.html', { order, lang, ...place }));
    const form = host(visit.page).locator('form');
    await form.waitFor();
    await before?.(visit.page);
    const asked = form.locator('.prompt, .end');
    for (const [name, lead, prepare] of screens) {
      await prepare?.(form);
      if (name === 'end') await asked.filter({ hasText: SENT }).waitFor();
      if (name) await look(name, form, visit.page, condition);
      if (!lead) continue;
      const question = await asked.textContent();
      await lead(form);
      await asked.filter({ hasNotText: question }).waitFor();
    }
  } finally {
    await visit.close();
  }
}
