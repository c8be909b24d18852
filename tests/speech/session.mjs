// A session of a person who listens: an X server, a session bus, a window manager, a voice, Orca, Firefox. Every one is
// our own, in folders of its own, and ends with the session; nothing is shared with a desktop that may be there.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const VOICE = path.join(path.dirname(fileURLToPath(import.meta.url)), 'voice.py');
const AT_SPI = '/usr/libexec/at-spi-bus-launcher';
const FIREFOX = '/usr/bin/firefox-esr';
const START_MS = 60_000;
/** A step is over when the voice has said nothing for so long: Orca takes its time, on a loaded machine more of it. */
const QUIET_MS = Number(process.env.TRENTE_SPEECH_QUIET_MS ?? 1_000);
const STEP_MS = 40_000;
const run = promisify(execFile);

/** Firefox asks and tells nothing of its own. */
const PREFERENCES = {
  'accessibility.force_disabled': -1,
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'browser.startup.page': 0,
  'browser.tabs.warnOnClose': false,
  'browser.translations.enable': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'termsofuse.bypassNotification': true,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
};

/**
 * Starts a session in a language, without a page.
 *
 * @param {string} lang Orca's and Firefox's: `fr` or `en`
 */
export async function startSession(lang) {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'trente-speech-'));
  const ends = [() => fs.rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })];
  const stop = async () => {
    while (ends.length > 0) await ends.pop()();
  };
  try {
    const at = (...names) => path.join(folder, ...names);
    await fs.mkdir(at('run'), { mode: 0o700 });
    const env = {
      ...process.env, HOME: folder, XDG_RUNTIME_DIR: at('run'), XDG_CONFIG_HOME: at('config'), XDG_DATA_HOME: at('data'),
      XDG_CACHE_HOME: at('cache'), LANG: 'C.UTF-8', LANGUAGE: lang, GDK_BACKEND: 'x11', GNOME_ACCESSIBILITY: '1',
      NO_AT_BRIDGE: '0', GSETTINGS_BACKEND: 'memory', MOZ_ENABLE_WAYLAND: '0', PYTHONDONTWRITEBYTECODE: '1',
      TRENTE_SPEECH: at('heard.jsonl'), SPEECHD_ADDRESS: `unix_socket:${at('run', 'speechd.sock')}`,
    };
    delete env.WAYLAND_DISPLAY;
    const start = (program, args, more = {}) => {
      const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'ignore'], ...more });
      ends.push(() => ended(child));
      return child;
    };
    const display = start('Xvfb', ['-displayfd', '3', '-noreset', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    env.DISPLAY = `:${await firstLine(display.stdio[3])}`;
    const bus = start('dbus-daemon', ['--session', '--nofork', '--print-address=3'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    env.DBUS_SESSION_BUS_ADDRESS = await firstLine(bus.stdio[3]);
    start('openbox', []);
    start(AT_SPI, ['--launch-immediately']);
    await voice(at, start);
    await orca(at, lang);
    start('orca', ['--replace']);
    const heard = listener(env.TRENTE_SPEECH);
    await heard.until(() => heard.count() > 0, START_MS, 'Orca says nothing');
    await heard.quiet();
    const keys = (...args) => run('xdotool', args, { env });
    let browser;
    return {
      heard,
      stop,
      /** Opens a page in a fresh Firefox, without any of its own windows, and waits until Orca has told of it. */
      async open(url) {
        await fs.mkdir(at('profile'));
        const preferences = { ...PREFERENCES, 'intl.accept_languages': lang };
        await fs.writeFile(at('profile', 'user.js'), Object.entries(preferences)
          .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join(''));
        browser = start(FIREFOX, ['--profile', at('profile'), '--no-remote', '--kiosk', url]);
        const loaded = lang === 'fr' ? /^Chargement de .* terminé/ : /^Finished loading/;
        await heard.until(() => heard.all().some((text) => loaded.test(text)), START_MS, 'the page is not read');
        await heard.quiet(2 * QUIET_MS);
      },
      gone: () => browser.exitCode !== null,
      /** Presses a key (`Tab`, `shift+Tab`, `Insert+a twice`) or writes a text (`type …`), and gives what was heard. */
      async press(key) {
        const from = heard.count();
        if (key.startsWith('type ')) await keys('type', '--delay', '4', key.slice(5));
        else if (key === 'Insert+a twice') await keys('keydown', 'Insert', 'key', '--delay', '90', 'a', 'a', 'keyup', 'Insert');
        else await keys('key', '--delay', '60', key);
        await heard.quiet();
        return heard.all().slice(from);
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Speech-dispatcher with our module as its only voice. */
async function voice(at, start) {
  await fs.mkdir(at('speechd'));
  await fs.writeFile(at('speechd', 'speechd.conf'), [
    'LogLevel 1', 'DisableAutoSpawn', `AddModule "test" "${VOICE}" ""`, 'DefaultModule test', 'DefaultPunctuationMode "none"', '',
  ].join('\n'));
  const socket = at('run', 'speechd.sock');
  start('speech-dispatcher', ['--run-single', '--config-dir', at('speechd'), '--log-dir', at('speechd'), '--pid-file', at('speechd', 'pid'),
    '--communication-method', 'unix_socket', '--socket-path', socket, '--timeout', '0']);
  await waitFor(() => fs.stat(socket).catch(() => null), START_MS, 'speech-dispatcher does not listen');
}

/** Orca as it comes, but for the voice of that language. */
async function orca(at, lang) {
  await fs.mkdir(at('data', 'orca'), { recursive: true });
  const general = {
    speechServerFactory: 'speechdispatcherfactory', speechServerInfo: ['Default Synthesizer', 'default'], enableSpeech: true,
    enableBraille: false, enableBrailleMonitor: false, onlySpeakDisplayedText: false,
    profile: ['Default', 'default'], startingProfile: ['Default', 'default'],
    voices: { default: { established: true, family: { lang, name: lang === 'fr' ? 'essai' : 'test', dialect: '', variant: 'none' } } },
  };
  const settings = { general, profiles: { default: { profile: ['Default', 'default'], pronunciations: {}, keybindings: {} } }, pronunciations: {}, keybindings: {} };
  await fs.writeFile(at('data', 'orca', 'user-settings.conf'), JSON.stringify(settings));
}

/** What the voice has begun so far, in order. */
function listener(file) {
  let [size, events, last] = [0, [], Date.now()];
  const read = async () => {
    const text = await fs.readFile(file, 'utf8').catch(() => '');
    if (text.length !== size) [size, last] = [text.length, Date.now()];
    events = text.split('\n').slice(0, -1).map((line) => JSON.parse(line));
  };
  const all = () => events.filter((event) => event.do === 'begin').map(({ text }) => text);
  const speaking = () => events.filter((event) => event.do === 'begin').length > events.filter((event) => event.do !== 'begin').length;
  const until = (done, limit, what) => waitFor(async () => {
    await read();
    return done();
  }, limit, what);
  return {
    all,
    count: () => all().length,
    until,
    async quiet(quiet = QUIET_MS) {
      const from = Date.now();
      await until(() => !speaking() && Date.now() - Math.max(last, from) >= quiet, STEP_MS, 'the voice does not end');
    },
  };
}

async function waitFor(done, limit, what) {
  const end = Date.now() + limit;
  for (;;) {
    const found = await done();
    if (found) return found;
    if (Date.now() > end) throw new Error(what);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function firstLine(stream) {
  const [line] = await once(readline.createInterface({ input: stream }), 'line', { signal: AbortSignal.timeout(START_MS) });
  return line;
}

/** Ends our own child. */
async function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 2_000);
  await gone;
  clearTimeout(timer);
}
