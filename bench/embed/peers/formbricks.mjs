// Formbricks' survey renderer (@formbricks/surveys, UMD), driven through its exported renderSurveyModal.
//
// The current loader @formbricks/js only fetches /js/formbricks.umd.cjs from a Formbricks server; that SDK core and the
// surveys.umd.cjs it then loads are not published on npm, so the whole chain cannot be served here. Calling the renderer
// directly leaves out the loader, the SDK core and the environment request: less work than the product really does.
import { npmFile, npmVersion, npmLicense } from '../lib/util.mjs';
import { SURVEY } from '../lib/questions.mjs';

const ENV = 'clbenchenvironment00000001';

const survey = {
  id: 'clbenchsurvey000000000001', name: SURVEY.name, type: 'web', environmentId: ENV, status: 'inProgress',
  displayOption: 'displayOnce', autoClose: null, triggers: [], inlineTriggers: null, redirectUrl: null, recontactDays: null,
  welcomeCard: { enabled: false, timeToFinish: false, showResponseCount: false },
  questions: [
    { id: 'q1', type: 'nps', headline: SURVEY.nps.title, required: true, lowerLabel: SURVEY.nps.low, upperLabel: SURVEY.nps.high },
    {
      id: 'q2', type: 'multipleChoiceSingle', headline: SURVEY.choice.title, required: true, shuffleOption: 'none', buttonLabel: 'Next',
      choices: SURVEY.choice.options.map((label, i) => ({ id: `c${i}`, label })),
    },
    { id: 'q3', type: 'openText', headline: SURVEY.text.title, required: true, placeholder: SURVEY.text.placeholder, longAnswer: true, inputType: 'text', buttonLabel: 'Send' },
  ],
  thankYouCard: { enabled: true, headline: SURVEY.thanks },
  hiddenFields: { enabled: false, fieldIds: [] },
  delay: 0, autoComplete: null, closeOnDate: null, productOverwrites: null, styling: null, surveyClosedMessage: null,
  segment: null, singleUse: null, verifyEmail: null, resultShareKey: null, displayPercentage: null,
};

// What the SDK core does around the renderer, reduced to its requests: one display, a response per answer (POST, then PUT).
const glue = (api) => `
var survey=${JSON.stringify(survey)};
function call(method,path,data){return fetch('${api}/api/v1/client/${ENV}/'+path,{method:method,keepalive:true,headers:{'Content-Type':'application/json'},body:JSON.stringify(data)}).then(function(r){return r.json()})}
var displayId,response,chain=Promise.resolve();
function show(){formbricksSurveys.renderSurveyModal({survey:survey,brandColor:'#23372b',isBrandingEnabled:true,clickOutside:false,darkOverlay:false,highlightBorderColor:null,placement:'bottomRight',
onDisplay:function(){call('POST','displays',{surveyId:survey.id}).then(function(r){displayId=r.data.id})},
onResponse:function(u){chain=chain.then(function(){return response?call('PUT','responses/'+response,{finished:u.finished,data:u.data,ttc:u.ttc}):call('POST','responses',{surveyId:survey.id,displayId:displayId,finished:u.finished,data:u.data,ttc:u.ttc}).then(function(r){response=r.data.id})})},
onClose:function(){}})}`;

export default {
  name: 'formbricks',
  title: 'Formbricks renderer (@formbricks/surveys)',
  version: npmVersion('@formbricks/surveys'),
  license: npmLicense('@formbricks/surveys'),
  work: 'nps + choice + text',
  notes: [
    'The loader @formbricks/js needs SDK and renderer bundles that only a Formbricks server hands out; not on npm. Here: the last renderer on npm, called directly with the survey inline. Flatters Formbricks by the loader, SDK core and one environment request.',
    'The renderer on npm is an old one (its build equals the 1.6.x line); what a current Formbricks server delivers may be larger or smaller.',
    'Single choice needs select + Next; NPS advances by itself because it is required.',
    'Its requests are OUR glue after the SDK core (a display, then POST/PUT per answer, one after the other), not vendor code: submission bytes, request counts and Send-to-submission describe that glue. The robot answers faster than the earlier request returns, so the last one waits; a person would not see it.',
    'A synthetic click in the very first frame selects the score but is not carried on to the next question; 5 ms later it is.',
  ],
  async setup({ vendor }) {
    const id = (p) => ({ json: { data: { id: p } } });
    return {
      files: { '/surveys/index.umd.js': npmFile('@formbricks/surveys/dist/index.umd.js') },
      routes: [
        { method: 'POST', path: /\/displays$/, reply: () => id('clbenchdisplay0000000001') },
        { method: 'POST', path: /\/responses$/, reply: () => id('clbenchresponse000000001') },
        { method: 'PUT', path: /\/responses\/.+$/, reply: () => id('clbenchresponse000000001') },
      ],
      snippet: {
        head: `<script>!function(){${glue(vendor)}
var s=document.createElement('script');s.async=!0;s.src='${vendor}/surveys/index.umd.js';s.onload=show;var f=document.getElementsByTagName('script')[0];f.parentNode.insertBefore(s,f)}();</script>`,
      },
    };
  },
  inPage: {
    first: (q) => q.one('#fbjs input[name=nps][value="9"]')?.closest('label'),
    answered: (q) => q.one('#fbjs input[name=nps][value="9"]')?.checked === true || q.all('#fbjs label').some((l) => l.textContent.trim() === 'Delivery time'),
    steps: [
      {
        name: 'nps',
        target: (q) => q.one('#fbjs input[name=nps][value="9"]').closest('label'),
        until: (q) => q.all('#fbjs label').find((l) => l.textContent.trim() === 'Delivery time'),
      },
      {
        name: 'choice',
        target: (q) => q.all('#fbjs label').find((l) => l.textContent.trim() === 'Delivery time'),
        until: (q) => q.all('#fbjs label').find((l) => l.textContent.trim() === 'Delivery time')?.querySelector('input')?.checked === true,
      },
      { name: 'choice-next', target: (q) => q.one('#fbjs button[type=submit]'), until: (q) => q.one('#fbjs textarea') },
      { name: 'text', target: (q) => q.one('#fbjs textarea'), type: SURVEY.text.answer, until: () => true },
      {
        name: 'send', final: true,
        target: (q) => q.all('#fbjs button[type=submit]').find((b) => b.textContent.trim() === 'Send'),
        until: (q) => q.all('#fbjs label, #fbjs h1, #fbjs p, #fbjs div').find((e) => e.textContent.trim() === 'Thank you for your answers.'),
      },
    ],
  },
};
